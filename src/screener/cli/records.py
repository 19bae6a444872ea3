"""Health records: `screener fhir …` reads and writes them, `screener codes …` makes lists of codes for reading them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from json import dumps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from screener.cli.options import FILE, ChosenBook, Worst, format_option, rulebook_options, rules_option, tell
from screener.cli.recordoptions import finish, options_for, record_options
from screener.errors import CaseError
from screener.private import PUBLIC, open_private, save

if TYPE_CHECKING:
    from screener.records.options import Options
    from screener.screening import Screener


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH ...")
@record_options
@rulebook_options
@click.option("--explain", is_flag=True, help="Say in words where each answer came from and what was skipped.")
@format_option(
    "Screen each case and write its report in this form, with the resources behind each answer.",
    name="--screen",
    default=None,
)
@click.option("-o", "--output", type=FILE, help="Write to this file instead of standard output.")
@click.option("--provenance", type=FILE, help="Also write, one line a case, the resources that each answer came from.")
@click.option("--strict", is_flag=True, help="Exit with 3 when nothing of a kind was recognised.")
def import_records(
    paths: tuple[str, ...],
    rules: ChosenBook,
    explain: bool,
    form: str | None,
    output: Path | None,
    provenance: Path | None,
    strict: bool,
    **given: Any,
) -> int:
    """Read FHIR R4 records and write one case a line, as `screener batch` and `screener screen` read them.

    PATH is a bundle, a single resource, an NDJSON file, or a folder of bundles or of Bulk Data files, which is one
    record set. `-` is standard input. What is not recorded is unknown, never no.

    Example: screener fhir import examples/fhir/potassium-stays-low.json --explain
    """
    from screener.records.fhir.read import cases

    if explain and form:
        raise click.UsageError("use --explain or --screen, not both")
    options = options_for(given, rules.book(), rules.folder)
    with _opened(output) as out, _opened(provenance) as origins:
        writer, worst = _writer(explain, form, options, out), Worst()
        for case in chain.from_iterable(cases(path, options=options) for path in paths):
            with worst.of_each():
                case.intake()  # one that is refused is not written
                writer.add(case)
                if provenance is not None:
                    origins.write(dumps({"case_id": case.case_id, **case.explained()}, ensure_ascii=False) + "\n")
        writer.finish()
    finish(options, given["coverage"])
    return max(worst.code, CaseError.exit_code) if strict and options.coverage.warnings() else worst.code


def _opened(path: Path | None) -> AbstractContextManager[IO[str]]:
    return nullcontext(sys.stdout) if path is None else open_private(path, "w")


def _writer(explain: bool, form: str | None, options: Options, out: IO[str]) -> Any:
    from screener.records import written

    if form:
        return written.Reports(options.book, form, out)
    if explain:
        return written.Explanations(options, out)
    return written.Cases(out)


@click.command("questionnaire")
@rules_option
def questionnaire(rules: ChosenBook) -> None:
    """Write the questions as a FHIR R4 Questionnaire, for any form program.

    The answers come back as a QuestionnaireResponse, which `screener fhir import` reads.

    Example: screener fhir questionnaire > questionnaire.json
    """
    from screener.standards.questionnaire import questionnaire

    click.echo(dumps(questionnaire(rules.book()), indent=2, ensure_ascii=False))


@click.command("export")
@click.argument("cases", nargs=-1, required=True, metavar="CASE ...")
@rulebook_options
@record_options
@click.option("--record", is_flag=True, help="The files are FHIR records, not case files.")
@click.option("--cards", "as_cards", is_flag=True, help="Write CDS Hooks cards instead.")
def export(cases: tuple[str, ...], rules: ChosenBook, record: bool, as_cards: bool, **given: Any) -> int:
    """Screen cases and write one FHIR Bundle of RiskAssessments for each, one a line when there are several.

    Example: screener fhir export examples/vignettes/V06-potassium-tablets-not-working.json
    """
    from screener.records.fhir.read import cases as read
    from screener.screening import Screener

    book = rules.book()
    screener = Screener(book)
    options = options_for(given, book, rules.folder) if record else None
    found: Iterable[Any] = (
        cases if options is None else chain.from_iterable(read(path, options=options) for path in cases)
    )
    worst, several = Worst(), len(cases) > 1 or record
    for case in found:
        with worst.of_each():
            data = _exported(case, screener, as_cards)
            click.echo(dumps(data, indent=None if several else 2, ensure_ascii=False))
    if options is not None:
        finish(options, given["coverage"])
    return worst.code


def _exported(case: Any, screener: Screener, as_cards: bool) -> Any:
    """The resources of one case: a path to a case file, or a case read from a record."""
    from screener.case.files import read_case
    from screener.records.written import with_sources
    from screener.standards.assessment import assessments
    from screener.standards.cds import cards

    intake = read_case(case, screener.book.fields) if isinstance(case, str) else case.intake()
    report = screener.examine(intake).build()
    if not isinstance(case, str):
        report = with_sources(report, case, screener.book)
    if as_cards:
        return {"cards": cards(report, screener.book)}
    return assessments(report, intake, screener.book, {} if isinstance(case, str) else case.provenance)


@click.command("descendants")
@click.argument("release", type=FILE, metavar="RF2-RELATIONSHIP-SNAPSHOT")
@click.option("-o", "--output", required=True, type=FILE, metavar="FILE.csv", help="The list.")
@rules_option
def descendants(release: Path, output: Path, rules: ChosenBook) -> None:
    """Write which codes of a SNOMED CT release are below the codes of the lists, for --descendants.

    The release is yours: SNOMED CT needs a licence or a member country, and nothing of it is shipped.

    Example: screener codes descendants examples/codes/relationships.txt -o below.csv
    """
    from screener.records.codes import SNOMED
    from screener.records.codetable import book_codes, descendants

    codes = book_codes(rules.book(), rules.folder)
    ours = {code for system, code in (*codes.exact, *codes.below) if system == SNOMED}
    rows = descendants(release, ours)
    text = "".join(f"{ancestor},{code}\n" for ancestor, code in rows)
    save(output, f"ancestor,descendant\n{text}", PUBLIC, device=True)
    tell(f"{len({code for _, code in rows}):,} codes below {len(ours):,} of the lists")
