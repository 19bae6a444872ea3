"""The options by which records are read, the same for every command that reads some."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from screener.cli.options import FILE, tell, together
from screener.errors import UsageError, echo

if TYPE_CHECKING:
    from screener.records.options import Options
    from screener.rulebook.book import RuleBook

# by the names of their values, which `options_for` takes
OPTIONS: Final = {
    "as_of": click.option(
        "--as-of",
        metavar="DATE",
        help="The day the answers are about, such as 2024-05-31, or @FILE.csv with the columns case_id,as_of: days for "
        "each person. [default: the latest date in each record]",
    ),
    "absent_means_no": click.option(
        "--absent-means-no",
        is_flag=True,
        help="Count long-term conditions that the record does not list as no, where its list is whole and understood.",
    ),
    "look_back": click.option(
        "--look-back",
        metavar="MONTHS",
        help="For how many months before the day results answer something, or none. [default: 12]",
    ),
    "no_computed_egfr": click.option("--no-computed-egfr", is_flag=True, help="Do not compute eGFR from creatinine."),
    "each_file": click.option(
        "--each-file", is_flag=True, help="Read every file of a folder alone, not as one record set."
    ),
    "codes": click.option(
        "--codes", multiple=True, type=FILE, metavar="FILE.csv", help="Your own codes, in the columns of codes.csv."
    ),
    "descendants": click.option(
        "--descendants",
        multiple=True,
        type=FILE,
        metavar="FILE.csv",
        help="Codes of SNOMED CT below those of the lists: ancestor,descendant.",
    ),
    "coverage": click.option(
        "--coverage", type=FILE, metavar="FILE", help="Write what was held, and what was not read: .csv or .json."
    ),
}
record_options: Final = together(*OPTIONS.values())
# those of a server, which reads one record at a time, about today
SERVED: Final = ("absent_means_no", "look_back", "no_computed_egfr", "codes", "descendants")
served_record_options: Final = together(*(OPTIONS[name] for name in SERVED))
# what the source of an OMOP database calls things, on commands that read one
omop_options: Final = together(
    click.option(
        "--source-names",
        type=FILE,
        metavar="FILE.csv",
        help="Of --from omop: what measurement_source_value means where the concept says nothing: name,means.",
    ),
    click.option(
        "--condition-system",
        metavar="SYSTEM",
        help="Of --from omop: the code system of condition_source_value, such as ICD-10-CM or one of --codes.",
    ),
)


def options_for(given: Mapping[str, Any], book: RuleBook, rules_folder: Path | None) -> Options:
    """How records are to be read.

    Args:
        given: the values of the options, by name.
        book: the rule book.
        rules_folder: where it is.

    Raises:
        UsageError: an option, or a file that it names, is wrong.
        FileError: such a file cannot be read.
    """
    from screener.records.codetable import book_codes, own_codes
    from screener.records.coverage import coverage_form
    from screener.records.options import Options, read_days

    if given.get("coverage") is not None:
        coverage_form(given["coverage"])
    text: str = given.get("as_of") or ""
    days = read_days(Path(text[1:])) if text.startswith("@") else None
    codes = own_codes(book_codes(book, rules_folder), given["codes"], given["descendants"], book.recorded)
    return Options(
        book,
        codes,
        _day(text) if text and days is None else None,
        given["absent_means_no"],
        look_back=_months(given["look_back"]),
        computed_egfr=not given["no_computed_egfr"],
        each_file=given.get("each_file", False),
        days=days,
        say=tell,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {echo(text)} is not a day; write for example 2024-05-31") from None


def _months(text: str | None) -> int | None:
    if text is None:
        return None
    if text.strip().lower() == "none":
        return 0
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1200:
        raise UsageError(f"--look-back {echo(text)} should be a number of months from 1 to 1200, or none")
    return int(text)


def finish(options: Options, coverage: Path | None, share: bool = False) -> None:
    """Write the coverage, and say what the run did not find."""
    from screener.private import PUBLIC, save

    if coverage is not None:
        save(coverage, options.coverage.text(coverage, share), PUBLIC, device=True)
    for warning in options.coverage.warnings():
        tell(f"warning: {warning}")
    if options.days is not None:
        unused = len(set(options.days) - options.used)
        tell(
            f"{options.without_day:,} persons without a day make no case; {unused:,} of the persons with a day are not "
            "in the records"
        )
