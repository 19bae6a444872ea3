"""`screener fhir export`: what the rules say about cases, as RiskAssessments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from screener.cli.fhir.recordoptions import record_options
from screener.cli.options import chosen_book, rulebook_options

if TYPE_CHECKING:
    from screener.screening import Screener


@click.command("export")
@click.argument("cases", nargs=-1, required=True, metavar="CASE ...")
@rulebook_options
@record_options
@click.option("--record", is_flag=True, help="The files are FHIR records, not case files.")
@click.option("--cards", "as_cards", is_flag=True, help="Write CDS Hooks cards instead.")
def command(
    cases: tuple[str, ...],
    packs: tuple[str, ...],
    rules_folder: Path | None,
    record: bool,
    as_cards: bool,
    **given: Any,
) -> int:
    """Screen cases and write one FHIR Bundle of RiskAssessments for each, one a line when there are several.

    Example: screener fhir export examples/vignettes/V06-potassium-tablets-not-working.json
    """
    from screener.cli.fhir.importing import finish
    from screener.cli.fhir.recordoptions import options_for
    from screener.errors import ScreenerError
    from screener.records.fhir.read import cases as read
    from screener.screening import Screener

    book = chosen_book(rules_folder, packs)
    screener = Screener(book, packs or None)
    options = options_for(given, book, rules_folder) if record else None
    found: Iterable[Any] = (
        cases if options is None else chain.from_iterable(read(path, options=options) for path in cases)
    )
    worst, several = 0, len(cases) > 1 or record
    for case in found:
        try:
            data = _exported(case, screener, as_cards)
        except ScreenerError as error:
            click.echo(str(error), err=True)
            worst = max(worst, error.exit_code)
            continue
        click.echo(dumps(data, indent=None if several else 2, ensure_ascii=False))
    if options is not None:
        finish(options, given["coverage"])
    return worst


def _exported(case: Any, screener: Screener, as_cards: bool) -> Any:
    """The resources of one case: a path to a case file, or a case read from a record."""
    from screener.case.files import read_case
    from screener.records.sourced import with_sources
    from screener.standards.assessment import assessments
    from screener.standards.cds import cards

    intake = read_case(case, screener.book.fields) if isinstance(case, str) else case.intake()
    report = screener.examine(intake).build()
    if not isinstance(case, str):
        report = with_sources(report, case, screener.book)
    if as_cards:
        return {"cards": cards(report, screener.book)}
    return assessments(report, intake, screener.book, {} if isinstance(case, str) else case.provenance)
