"""`since` and `changed` of a rule: with which version of its book it came, and with which it last became another one.

Both are for readers. They change nothing that the rule means, and no inference.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, TypeAlias

from screener.errors import echo
from screener.rulebook.document import DataPath, Document

Moment: TypeAlias = tuple[int, ...]

KEYS: Final = ("since", "changed")
_VERSION: Final = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def check_history(document: Document, path: DataPath, since: str, changed: str, book: str) -> None:
    """Note what is wrong with the history of a rule.

    Args:
        document: its file.
        path: where it is there.
        since: as written; empty when it is not given.
        changed: the same.
        book: the version of its book, which nothing in it can be newer than.
    """
    right = True
    for key, text in zip(KEYS, (since, changed), strict=True):
        if text and moment(text) is None:
            message = f"{echo(text)} is neither a version of the book, such as 2.1.0, nor a date, such as 2026-03-31"
            document.problem((*path, key), message)
            right = False
        elif _VERSION.fullmatch(text) and _later(text, book):
            document.problem((*path, key), f"{echo(text)} is later than the version of this book, {book}")
            right = False
    if right and since and changed and _later(since, changed):
        document.problem((*path, "changed"), f"{echo(changed)} is before `since` ({since})")


def moment(text: str) -> Moment | None:
    """A version or a date as what can be compared with others of its form; None when it is neither."""
    if match := _VERSION.fullmatch(text):
        return tuple(map(int, match.groups()))
    if not _DATE.fullmatch(text):
        return None
    try:
        return tuple(date.fromisoformat(text).timetuple()[:3])
    except ValueError:
        return None


def _later(one: str, other: str) -> bool:
    """Whether one version or date is later than another; one of another form is neither."""
    same = bool(_VERSION.fullmatch(one)) == bool(_VERSION.fullmatch(other))
    first, second = moment(one), moment(other)
    return same and first is not None and second is not None and first > second
