"""The columns of a table before it is read, and what to say when none of them is known."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from screener.batch.reading.careful import MOST_SUGGESTIONS, ROW_NAMES, Policy
from screener.batch.reading.unknown import in_small_letters
from screener.case.fields import Fields
from screener.errors import CaseError, FieldProblem

BOM: Final = b"\xef\xbb\xbf"
SEPARATORS: Final = {";": "`;`", "\t": "a tab", "|": "`|`"}


def header_names(line: bytes, fields: Fields) -> list[str]:
    """The names in the first line of CSV.

    Args:
        line: the first line.
        fields: those that a case may have, for messages.

    Raises:
        CaseError: it is no line of CSV.
    """
    try:
        text = line.removeprefix(BOM).decode().strip("\r\n")
        return next(csv.reader([text], strict=True), [])
    except UnicodeDecodeError:
        raise CaseError([FieldProblem("", "the first line does not name the columns: it is not UTF-8")]) from None
    except csv.Error:
        message = "the first line does not name the columns in CSV" + otherwise_separated(
            [text.replace('"', "")], fields
        )
        raise CaseError([FieldProblem("", message)]) from None


def check_header(names: Iterable[str], policy: Policy, where: str, table: bool = True) -> list[str]:
    """The extra columns of a table that are passed over.

    Args:
        names: of the columns.
        policy: which of them may be passed over.
        where: the name of the table, for messages.
        table: whether these are all columns there are.

    Raises:
        CaseError: a column is not a field and is not to be passed over, or is there twice; or, whatever is to be passed
            over, there is none that is a field.
    """
    given = list(names)
    twice = sorted(name for name, count in Counter(given).items() if count > 1)
    problems = [FieldProblem(name, "the column is there more than once") for name in twice]
    extra = [name for name in given if name not in policy.fields.columns and name not in ROW_NAMES]
    refused = [name for name in extra if not policy.passes_over(name)]
    if table and not any(name in policy.fields.columns for name in given):
        problems = [FieldProblem("", "no column is a field of a case" + otherwise_separated(given, policy.fields))]
        refused = [] if separator(given) else refused
    problems += [policy.problem(name, at < MOST_SUGGESTIONS) for at, name in enumerate(refused)]
    if problems:
        raise CaseError(problems, where=where)
    return extra


def separator(names: Sequence[str]) -> str | None:
    """What the columns seem to be separated by, if it is no comma."""
    return next((mark for mark in SEPARATORS if any(mark in name for name in names)), None)


def otherwise_separated(names: Sequence[str], fields: Fields) -> str:
    """What may be the reason that no column is known, to append to a message."""
    message = ""
    mark = separator(names)
    if mark is not None:
        message = f"; are the columns separated by {SEPARATORS[mark]}? They must be separated by commas"
        names = [part for name in names for part in name.split(mark)]
    return message + in_small_letters(names, fields)
