"""`screener examples`: sample cases, records and lessons, the rule book and the schemas, put anywhere."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("examples")
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write them into the folders `examples`, `rules` and `schema` there; without it, they are listed.",
)
@click.option("--force", is_flag=True, help="Replace files that are there and differ.")
def command(target: Path | None, force: bool) -> None:
    """List the examples that come with the program, or write them to a folder.

    They are made-up cases, records and lessons, a copy of the rule book, and the schemas. The examples of every
    help text work in the folder they were written to.

    Example: screener examples --write .
    """
    from screener.errors import UsageError, echo
    from screener.rulebook.locate import rules_folder
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
    _write(files, target)
    click.echo(f"{len(files)} files written to the folders {', '.join(folders)} of {echo(str(target))}")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _differs(there: Path, ours: Path) -> bool:
    return there.exists() and (not there.is_file() or there.read_bytes() != ours.read_bytes())


def _write(files: dict[Path, Path], target: Path) -> None:
    from screener.errors import FileError, echo

    for name, path in files.items():
        try:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(path.read_bytes())
        except OSError as error:
            raise FileError(f"{echo(str(target / name))} cannot be written: {(error.strerror or '').lower()}") from None
