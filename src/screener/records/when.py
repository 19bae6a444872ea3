"""Dates of a record: a day, or less than a day where the record says less.

FHIR allows a year, a month, a day, or a moment with its offset. What was recorded as less than a day is a span of days,
and nothing is concluded from an order that the record does not give.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

from pydantic import PlainValidator

from screener.errors import echo

_FORM: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
DAYS_A_MONTH: Final = 30.4375


class When(NamedTuple):
    """A point in time as recorded.

    Attributes:
        first: the first day it can be.
        last: the last day it can be; the same as `first` unless only a month or a year was recorded.
        clock: seconds since 1970 when a time of day with an offset was recorded.
    """

    first: date
    last: date
    clock: float | None = None

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last


def read_when(text: Any) -> When:
    """A FHIR date, dateTime or instant.

    Raises:
        ValueError: the text is none; the message says what would be right.
    """
    if not isinstance(text, str):
        raise ValueError(f"{echo(text)} is not a date; write for example `2024-05-31` or `2024-05-31T08:15:00+02:00`")
    return _read(text)


@lru_cache(maxsize=8192)  # what was done at one visit has one date
def _read(text: str) -> When:
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{echo(text)} is not a date; write for example `2024-05-31` or `2024-05-31T08:15:00+02:00`")
    year, month, day, offset = match.groups()
    try:
        if day is None:
            return _span(int(year), month)
        first = date(int(year), int(month), int(day))
        clock = datetime.fromisoformat(text).timestamp() if offset else None
    except (ValueError, OverflowError):
        raise ValueError(f"{echo(text)} is not a day of the calendar") from None
    return When(first, first, clock)


def _span(year: int, month: str | None) -> When:
    if month is None:
        return When(date(year, 1, 1), date(year, 12, 31))
    return When(date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1]))


Moment: TypeAlias = Annotated[When, PlainValidator(read_when)]


def months_between(start: date, end: date) -> float:
    """Months from one day to a later one, of 30.4375 days each, to one decimal."""
    return round((end - start).days / DAYS_A_MONTH, 1)


def years_between(born: date, day: date) -> int:
    """Completed years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
