"""`screener fhir import`: FHIR bundles, bulk data and form answers to cases."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from screener.cli.options import chosen_book, rulebook_options

if TYPE_CHECKING:
    from screener.records.fhir.imported import ImportedCase
    from screener.rulebook.book import RuleBook

Command = TypeVar("Command", bound=Callable[..., Any])
REFUSED: Final = 3


def record_options(command: Command) -> Command:
    """`--as-of` and `--absent-means-no`: how a record is read."""
    command = click.option(
        "--absent-means-no",
        is_flag=True,
        help="Count long-term conditions that the record does not list as no. Otherwise they are unknown.",
    )(command)
    return click.option(
        "--as-of",
        "as_of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="DATE",
        help="The day the answers are about, such as 2024-05-31. [default: the latest date in each record]",
    )(command)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH ...")
@record_options
@rulebook_options
@click.option("--explain", is_flag=True, help="Say in words where each answer came from and what was left out.")
@click.option(
    "--screen",
    "form",
    type=click.Choice(["text", "json", "markdown", "html"]),
    help="Screen each case and write its report in this form, with the resources behind each answer.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of standard output.")
@click.option(
    "--provenance",
    type=click.Path(path_type=Path),
    help="Also write, one line a case, the resources that each answer came from.",
)
def command(
    paths: tuple[str, ...],
    as_of: datetime | None,
    absent_means_no: bool,
    packs: tuple[str, ...],
    rules_folder: Path | None,
    explain: bool,
    form: str | None,
    output: Path | None,
    provenance: Path | None,
) -> int:
    """Read FHIR R4 records and write one case a line, as `screener batch` and `screener screen` read them.

    PATH is a bundle, a single resource, an NDJSON file, or a folder of bundles or of Bulk Data files. `-` is standard
    input. What is not recorded is unknown, never no.

    Example: screener fhir import examples/fhir/potassium-stays-low.json --explain
    """
    if explain and form:
        raise click.UsageError("use --explain or --screen, not both")
    book = chosen_book(rules_folder, packs)
    day = as_of.date() if as_of else None
    found = imported(paths, day, absent_means_no, book, rules_folder)
    with _opened(output) as out, _opened(provenance) as beside:
        writer = _writer(explain, form, book, out)
        worst = 0
        for case in found:
            worst = max(worst, _one(case, writer, beside if provenance else None))
        writer.finish()
    return worst


def imported(
    paths: tuple[str, ...], day: date | None, absent_means_no: bool, book: RuleBook, rules_folder: Path | None
) -> Iterator[ImportedCase]:
    """The cases of several files or folders, one after the other."""
    from screener.records.codes import code_table
    from screener.records.fhir.read import cases

    codes = code_table(rules_folder, book.fields)
    for path in paths:
        yield from cases(path, day, absent_means_no, book, codes)


def _one(case: ImportedCase, writer: Any, beside: IO[str] | None) -> int:
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
    if beside is not None:
        beside.write(dumps({"case_id": case.case_id, **case.explained()}, ensure_ascii=False) + "\n")
    return 0


def _opened(path: Path | None) -> AbstractContextManager[IO[str]]:
    from contextlib import nullcontext

    from screener.private import open_private

    if path is None:
        return nullcontext(sys.stdout)
    return open_private(path, "w")


def _writer(explain: bool, form: str | None, book: RuleBook, out: IO[str]) -> Any:
    from screener.records import written

    if form:
        return written.Reports(book, form, out)
    if explain:
        return written.Explanations(book, out)
    return written.Cases(out)
