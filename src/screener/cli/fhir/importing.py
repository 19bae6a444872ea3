"""`screener fhir import`: FHIR bundles, bulk data and form answers to cases."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from screener.cli.fhir.recordoptions import record_options
from screener.cli.options import chosen_book, format_option, rulebook_options

if TYPE_CHECKING:
    from screener.records.fhir.imported import ImportedCase
    from screener.records.options import Options

REFUSED: Final = 3


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH ...")
@record_options
@rulebook_options
@click.option("--explain", is_flag=True, help="Say in words where each answer came from and what was skipped.")
@format_option(
    "Screen each case and write its report in this form, with the resources behind each answer.", "--screen", None
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option(
    "--provenance",
    type=click.Path(path_type=Path),
    help="Also write, one line a case, the resources that each answer came from.",
)
@click.option("--strict", is_flag=True, help="Exit with 3 when nothing of a kind was recognised.")
def command(
    paths: tuple[str, ...],
    packs: tuple[str, ...],
    rules_folder: Path | None,
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
    from screener.cli.fhir.recordoptions import options_for
    from screener.records.fhir.read import cases

    if explain and form:
        raise click.UsageError("use --explain or --screen, not both")
    book = chosen_book(rules_folder, packs)
    options = options_for(given, book, rules_folder)
    with _opened(output) as out, _opened(provenance) as origins:
        writer = _writer(explain, form, options, out)
        worst = 0
        for path in paths:
            for case in cases(path, options=options):
                worst = max(worst, _one(case, writer, origins if provenance else None))
        writer.finish()
    finish(options, given["coverage"])
    return max(worst, REFUSED) if strict and options.coverage.warnings() else worst


def finish(options: Options, coverage: Path | None, share: bool = False) -> None:
    """Write the coverage, and say what the run did not find."""
    from screener.private import PUBLIC, save

    if coverage is not None:
        save(coverage, options.coverage.text(coverage, share), PUBLIC, device=True)
    for warning in options.coverage.warnings():
        click.echo(f"warning: {warning}", err=True)
    if options.days is not None:
        unused = len(set(options.days) - options.used)
        click.echo(
            f"{options.without_day:,} persons without a day make no case; {unused:,} of the persons with a day are not "
            "in the records",
            err=True,
        )


def _one(case: ImportedCase, writer: Any, origins: IO[str] | None) -> int:
    from json import dumps

    from screener.errors import CaseError, ScreenerError

    try:
        if case.refused:
            raise CaseError(case.refused, case.case_id, case.where)
        case.intake()
        writer.add(case)
    except ScreenerError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    if origins is not None:
        origins.write(dumps({"case_id": case.case_id, **case.explained()}, ensure_ascii=False) + "\n")
    return 0


def _opened(path: Path | None) -> AbstractContextManager[IO[str]]:
    from contextlib import nullcontext

    from screener.private import open_private

    if path is None:
        return nullcontext(sys.stdout)
    return open_private(path, "w")


def _writer(explain: bool, form: str | None, options: Options, out: IO[str]) -> Any:
    from screener.records import written

    if form:
        return written.Reports(options.book, form, out)
    if explain:
        return written.Explanations(options, out)
    return written.Cases(out)
