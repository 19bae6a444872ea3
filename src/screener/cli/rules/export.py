"""`screener rules export`: the rule book in the standard, as CQL text and ELM."""

from __future__ import annotations

from json import dumps
from pathlib import Path

import click

from screener.cli.options import chosen_book, rulebook_options


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["cql", "elm", "fhir", "python"]),
    default="cql",
    show_default=True,
    help="CQL is to be read, ELM (JSON) is to be run by a CQL engine, fhir is a Library with both; python is the typed "
    "class of a case.",
)
@rulebook_options
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
def command(form: str, packs: tuple[str, ...], rules_folder: Path | None, output: Path | None) -> None:
    """Write the rule book as an HL7 CQL library, readable (CQL) or executable (ELM), or its case as a Python class.

    Both come from the same condition trees; any CQL engine can run them. The answers are parameters. The FHIR Library
    says who has reviewed the rules and when, once each of them is.

    Example: screener rules export --format elm -o Screener.json
    """
    from screener.standards.cql import cql
    from screener.standards.elm import library
    from screener.standards.knowledge import knowledge
    from screener.workbench.typed_intake import typed_intake

    book = chosen_book(rules_folder, packs)
    if form == "cql":
        text = cql(book)
    elif form in ("elm", "fhir"):
        text = dumps(library(book) if form == "elm" else knowledge(book), indent=1, ensure_ascii=False) + "\n"
    else:
        text = typed_intake(book)
    if output is None:
        click.echo(text, nl=False)
    else:
        from screener.private import PUBLIC, save

        save(output, text, PUBLIC, device=True)
