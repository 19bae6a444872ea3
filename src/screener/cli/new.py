"""`screener new`: a rule book of one's own to begin with."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

BOOKS = ("minimal", "health", "animals", "iron")


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", type=click.Choice(BOOKS), default="minimal", show_default=True,
    help="What to begin with: one rule; a start for a subject of health; or a copy of one of the example books.",
)  # fmt: skip
def command(folder: Path, start: str) -> None:
    """Write a rule book that works into a new FOLDER, to be changed into your own.

    It is YAML in an editor: questions, flags and rules. `docs/tutorial.md` goes on from here.

    Example: screener new my-screener
    """
    from screener.rulebook.book import RuleBook

    names = copy(start, folder)
    book = RuleBook.load(folder)
    click.echo(f"{folder}: {book.subject.title}, in {len(names)} files")
    for name in names:
        click.echo(f"  {name}")
    click.echo("go on with:")
    shown = quote(str(folder))
    for line in (f"rules check {shown}", f"ask --rules {shown}", f"serve --rules {shown}"):
        click.echo(f"  screener {line}")


def copy(start: str, folder: Path) -> list[str]:
    """Write one of the books into a folder; the names of its files.

    Raises:
        FileError: the folder has something in it, or cannot be written.
    """
    from shutil import copyfile

    from screener.errors import FileError, echo
    from screener.shipped import examples_folder

    source = examples_folder() / "books" / start
    names = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileError(f"{echo(str(folder))} is there and not empty; name a new folder")
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(source / name, folder / name)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(f"{echo(str(folder))} cannot be written: {reason}") from None
    return [name.as_posix() for name in names]
