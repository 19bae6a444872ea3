"""What `screener evaluate` does, apart from its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from screener.batch.inputs.source import find_inputs
from screener.batch.writing.names import check_apart, check_new
from screener.case.answers import Number
from screener.cli.batchrun import also_read, ended, policy_of, records_of
from screener.cli.options import ChosenBook, write
from screener.evaluate.counts import Reading
from screener.evaluate.result import EvaluationSource
from screener.evaluate.truth import read_truth
from screener.evaluate.views import VIEWS
from screener.printable import printable

ENDINGS: Final = {".json": "json", ".html": "html", ".htm": "html"}


def execute(names: Sequence[str], rules: ChosenBook, options: Mapping[str, Any]) -> int:
    """Evaluate as the command line asks for it.

    Args:
        names: of the inputs.
        rules: the rule book.
        options: of the command, by name.

    Returns:
        The exit code.

    Raises:
        UsageError: the truth or an option makes no sense.
        FileError: reading or writing fails.
    """
    book = rules.book()
    truth = read_truth(options["truth"], book, options["without"])
    policy = policy_of(book, options)
    records = records_of(book, rules.folder, options)
    if records is not None and isinstance(book.fields[truth.field], Number):
        records = replace(records, told_apart={truth.field: (truth.value,)})
    _check_output(names, options)
    inputs = find_inputs(names, options["form"], records)
    reading = Reading(inputs, book, policy, truth)
    reading.read()
    held = records.coverage.lines(options["share"]) if records is not None else ()
    found = EvaluationSource(book, truth, reading.counts, reading.tally, held, options["share"]).evaluation()
    write(printable(VIEWS[_view(options)](found)), options["output"])
    return ended(records, reading.tally, options)


def _view(options: Mapping[str, Any]) -> str:
    ending = "" if options["output"] is None else options["output"].suffix.lower()
    return options["view"] or ENDINGS.get(ending, "text")


def _check_output(names: Sequence[str], options: Mapping[str, Any]) -> None:
    named = (("tables", "output"), ("coverage", "coverage"))
    written = {f"the {name}": options[key] for name, key in named if options[key] is not None}
    for path in written.values():
        check_new(path, options["force"], device=True)
    tables = options["form"] in ("long", "omop")
    check_apart([*names, *also_read(options)], written, tables)
