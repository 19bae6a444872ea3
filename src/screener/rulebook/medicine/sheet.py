"""A table of the vocabulary: a CSV file whose columns are known, each row with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from screener.errors import RuleBookError, RuleProblem, did_you_mean, echo

Row: TypeAlias = dict[str, str]
Rows: TypeAlias = list[tuple[int, Row]]


def read_sheet(path: Path, shown_as: str, columns: Sequence[str], required: Sequence[str], also: str = "") -> Rows:
    """The rows of a CSV file, each with its line.

    Args:
        path: the file.
        shown_as: what messages call it.
        columns: all that it may have.
        required: those that it must have.
        also: how other columns that it may have begin; empty for none.

    Raises:
        RuleBookError: the file is not such a table.
    """
    import csv  # only when there is no kept copy of the table

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBookError([RuleProblem(shown_as, 1, 1, "the file is not UTF-8 text")]) from None
    reader = csv.DictReader(text.splitlines(keepends=True))
    try:
        problems = [
            RuleProblem(shown_as, 1, 1, message)
            for message in _header_problems(reader.fieldnames or (), columns, required, also)
        ]
        rows = [(reader.line_num, row) for row in reader] if not problems else []
    except csv.Error as error:
        raise RuleBookError([RuleProblem(shown_as, reader.line_num, 1, str(error))]) from None
    odd = "the row has more or fewer cells than the header"
    problems += [RuleProblem(shown_as, line, 1, odd) for line, row in rows if None in row or None in row.values()]
    if problems:
        raise RuleBookError(problems)
    return rows


def cells(row: Row, column: str) -> list[str]:
    """The parts of a cell, separated by `;`."""
    return [part.strip() for part in row.get(column, "").split(";") if part.strip()]


def _header_problems(found: Iterable[str], columns: Sequence[str], required: Iterable[str], also: str) -> Iterator[str]:
    names = list(found)
    for name in names:
        if name not in columns and not (also and name.startswith(also)):
            yield f"unknown column {echo(name)}{did_you_mean(name, columns)}"
        elif names.count(name) > 1:
            yield f"column {echo(name)} is there more than once"
    for name in required:
        if name not in names:
            yield f"column {echo(name)} is missing"
