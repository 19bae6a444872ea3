"""`screener rules schema`: the JSON Schemas, for editors and for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from screener.cli.options import chosen_book, rules_option

NAMES = (
    "rulebook", "pack", "rules", "findings", "flags", "notes", "settings", "terms", "sources", "questionnaire", "units",
    "topics", "records", "reviews", "texts", "case", "report",
)  # fmt: skip


@click.command("schema")
@click.argument("name", required=False, type=click.Choice(NAMES), metavar="[NAME]")
@click.option(
    "--write", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write every schema into this folder."
)
@rules_option
def command(name: str | None, folder: Path | None, rules_folder: Path | None) -> None:
    """Print the JSON Schema called NAME, or write all of them with --write.

    There is one for each kind of rule file (rules, flags, sources, ...), one for a case and one for a report.

    Example: screener rules schema case
    """
    from screener.private import PUBLIC, save
    from screener.workbench.schema import schemas, written

    book = chosen_book(rules_folder)
    found = schemas(book.fields, book.levels)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for each, schema in found.items():
            save(folder / f"{each}.schema.json", written(schema), PUBLIC)
        click.echo(f"{len(found)} schemas written to {folder}", err=True)
    elif name is not None:
        click.echo(written(found[name]), nl=False)
    else:
        click.echo("\n".join(found))
