"""What `screener batch` does, apart from its options: start the run, and say how it ended."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from screener.batch.confirmed import with_confirmed
from screener.batch.inputs.source import RECORD_FORMS, find_inputs
from screener.batch.job import Job, Result
from screener.batch.reading.careful import Policy
from screener.batch.reading.fieldnames import small
from screener.batch.reading.notation import Notation
from screener.batch.run import run
from screener.batch.summary.tally import Tally
from screener.batch.summary.views import view_for
from screener.batch.writing.columns import check_kept
from screener.batch.writing.writers import form_of
from screener.case.fields import Fields
from screener.cli.options import ChosenBook, tell
from screener.cli.recordoptions import OPTIONS, finish, options_for
from screener.errors import CaseError, UsageError, echo, one_line
from screener.records.options import Options
from screener.rulebook.book import RuleBook

AS_GIVEN: Final = ("rejects", "engine", "workers", "explain", "summary", "share", "resume", "force")  # to the job
MOST_NAMED: Final = 20  # fields that the closing line names


def execute(names: Sequence[str], rules: ChosenBook, options: Mapping[str, Any]) -> int:
    """Run a batch as the command line asks for it.

    Args:
        names: of the inputs.
        rules: the rule book.
        options: of the command, by name.

    Returns:
        The exit code.

    Raises:
        ScreenerError: see `screener.batch.run.run`.
    """
    book = rules.book()
    policy = policy_of(book, options)
    form_of(options["output"])
    records = records_of(book, rules.folder, options)
    if options["confirmed"] is not None:
        book = with_confirmed(book, options["confirmed"])
    if options["summary"] is not None:
        view_for(options["summary"])
    job = Job(
        tuple(find_inputs(names, options["form"], records)),
        options["output"],
        book,
        policy=policy,
        keep=check_kept(options["keep"], book.fields),
        also_read=also_read(options),
        also_written={f"the {name}": options[name] for name in ("cases", "coverage") if options[name] is not None},
        **{name: options[name] for name in AS_GIVEN},
    )
    try:
        result = run(job)
    except KeyboardInterrupt:
        tell("what is done is kept; go on with --resume")
        raise
    tell(closing(result, book.fields))
    return ended(records, result.tally, options)


def policy_of(book: RuleBook, options: Mapping[str, Any]) -> Policy:
    """How the cells of records are to be read.

    Raises:
        UsageError: an option makes no sense.
    """
    notation = Notation.of(book.fields, options["na"], options["yes"], options["no"], options["unit"])
    return Policy(notation, options["ignore_extra"], frozenset(options["drop"]))


def ended(records: Options | None, tally: Tally, options: Mapping[str, Any]) -> int:
    """Say what health records did not hold; the exit code."""
    unread = False
    if records is not None:
        finish(records, options["coverage"], options["share"])
        unread = bool(records.coverage.warnings())
    return CaseError.exit_code if options["strict"] and (tally.rejects or unread) else 0


def records_of(book: RuleBook, rules_folder: Path | None, options: Mapping[str, Any]) -> Options | None:
    """How health records are to be read; None when the inputs are others.

    Raises:
        UsageError: an option does not go with the inputs.
    """
    is_records = options["form"] in RECORD_FORMS
    given = [name for name in (*OPTIONS, "cases") if options.get(name)]
    if given and not is_records:
        raise UsageError(f"--{given[0].replace('_', '-')} is for health records: say --from fhir, long or omop")
    if (options["mapping"] is None) is (options["form"] == "long"):
        raise UsageError("--map says which columns of tables say what: it goes with --from long, which needs it")
    if not is_records:
        return None
    wrong = [name for name in ("unit", "na", "yes", "no") if options[name]]
    if wrong:
        raise UsageError(f"--{wrong[0]} says nothing about health records: their values have their units and codes")
    if options.get("engine") == "spark" and (options["coverage"] is not None or options["form"] != "fhir"):
        raise UsageError("tables, and --coverage, are not read with --engine spark; use another engine")
    if options["form"] != "omop" and (options["source_names"] or options["condition_system"]):
        raise UsageError("--source-names and --condition-system are for --from omop; a mapping file says it for tables")
    found = options_for(options, book, rules_folder)
    if options["source_names"] or options["condition_system"]:
        found = _of_sources(found, options)
    workers = options.get("workers") or os.cpu_count() or 1
    return replace(found, mapping=options["mapping"], cases_file=options.get("cases"), workers=workers, explains=False)


def _of_sources(found: Options, options: Mapping[str, Any]) -> Options:
    """The options with what the source of an OMOP database calls things."""
    from screener.records.tables.meanings import known_system, read_source_names

    file, system = options["source_names"], options["condition_system"]
    names = read_source_names(file, found.book.recorded) if file else None
    return replace(found, source_names=names, condition_system=known_system(system, found.codes) if system else "")


def also_read(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The other files that a run reads."""
    files = [
        options.get("confirmed"),
        options["mapping"],
        options["source_names"],
        *options["codes"],
        *options["descendants"],
    ]
    as_of = options["as_of"] or ""
    return tuple(str(file) for file in (*files, as_of[1:] if as_of.startswith("@") else "") if file)


def closing(result: Result, fields: Fields) -> str:
    """How it ended, for people."""
    if result.already:
        return f"{result.output} is there and no stopped run of it: nothing was left to do"
    tally = result.tally
    text = f"{tally.results + tally.rejects:,} records in = {tally.results:,} results + {tally.rejects:,} rejects"
    if tally.rejects:
        text += f" (see {result.rejects})"
    if tally.empty:
        text += f"; {tally.empty:,} empty rows are not cases"
    if tally.codes:
        text += f"; {', '.join(f'{count:,} x {echo(label)}' for label, count in sorted(tally.codes.items()))}"
    if tally.extras:
        text += f"; fields passed over: {listed(tally.extras, fields)}"
    return text


def listed(names: Collection[str], fields: Fields) -> str:
    """Names for people, each on one line; not all of very many."""
    shown = [_named(name, fields) for name in sorted(names)[:MOST_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _named(name: str, fields: Fields) -> str:
    meant = small(name, fields)
    return (one_line(name) or "(without a name)") + (f" (is it `{meant}`?)" if meant else "")
