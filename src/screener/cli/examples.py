"""`screener new`: a rule book of one's own to begin with; `screener examples`: what comes with the program."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Final

import click

from screener.cli.options import FILE, FOLDER
from screener.errors import FileError, UsageError, as_file_error, echo

BOOKS: Final = ("minimal", "health", "animals", "iron")


@click.command("new")
@click.argument("folder", type=FILE)
@click.option(
    "--from", "start", type=click.Choice(BOOKS), default="minimal", show_default=True,
    help="What to begin with: one rule; a start for a subject of health; or a copy of one of the example books.",
)  # fmt: skip
def new(folder: Path, start: str) -> None:
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
    from screener.shipped import examples_folder

    source = examples_folder() / "books" / start
    names = [path.relative_to(source) for path in _files(source)]
    with as_file_error(f"{echo(str(folder))} cannot be written"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileError(f"{echo(str(folder))} is there and not empty; name a new folder")
        for name in names:
            _copy(source / name, folder / name)
    return [name.as_posix() for name in names]


@click.command("examples")
@click.option(
    "--write",
    "target",
    type=FOLDER,
    metavar="DIR",
    help="Write them into the folders `examples`, `rules` and `schema` there; without it, they are listed.",
)
@click.option("--force", is_flag=True, help="Replace files that are there and differ.")
def examples(target: Path | None, force: bool) -> None:
    """List the examples that come with the program, or write them to a folder.

    They are made-up cases, records and lessons, a copy of the rule book, and the schemas. The examples of every
    help text work in the folder they were written to.

    Example: screener examples --write .
    """
    from screener.rulebook.contents import rules_folder
    from screener.shipped import examples_folder, schema_folder

    folders = {"examples": examples_folder(), "rules": rules_folder(), "schema": schema_folder()}
    files = {Path(name, path.relative_to(folder)): path for name, folder in folders.items() for path in _files(folder)}
    if target is None:
        for name in files:
            click.echo(name.as_posix())
        return
    changed = [name for name, path in files.items() if _differs(target / name, path)]
    if changed and not force:
        raise UsageError(f"{echo(str(target / changed[0]))} is there and differs; use --force to replace it")
    for name, path in files.items():
        with as_file_error(f"{echo(str(target / name))} cannot be written"):
            _copy(path, target / name)
    click.echo(f"{len(files)} files written to the folders {', '.join(folders)} of {echo(str(target))}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _differs(there: Path, ours: Path) -> bool:
    return there.exists() and (not there.is_file() or there.read_bytes() != ours.read_bytes())


def _copy(ours: Path, there: Path) -> None:
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(ours.read_bytes())
