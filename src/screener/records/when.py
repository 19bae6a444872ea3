"""Dates of a record: a day, or less than a day where the record says less; and how far back results answer something.

FHIR allows a year, a month, a day, or a moment with its offset. What was recorded as less than a day is a span of days,
and nothing is concluded from an order that the record does not give.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

from pydantic import PlainValidator

from screener.errors import echo
from screener.memo import memo
from screener.rulebook.book import RuleBook

_FORM: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
DAYS_A_MONTH: Final = 30.4375
WINDOW: Final = "result-window-months"
AFTER_COURSE: Final = "course-window-days"
REPEAT_AFTER: Final = "repeat-after-days"
# settings that only the reading of records uses, with what a book without them uses instead
LIMITS: Final = {WINDOW: 12.0, AFTER_COURSE: 90.0, REPEAT_AFTER: 7.0}


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

    def is_after(self, other: When) -> bool:
        """Whether it is of a later day, or of a later time where both have one."""
        if self.last != other.last or self.clock is None or other.clock is None:
            return self.last > other.last
        return self.clock > other.clock


def read_when(text: Any) -> When:
    """A FHIR date, dateTime or instant.

    Raises:
        ValueError: the text is none; the message says what would be right.
    """
    found = _read(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{echo(text)} is not a date; write for example `2024-05-31` or `2024-05-31T08:15:00+02:00`")
    return found


@lru_cache(maxsize=8192)  # what was done at one visit has one date
def _read(text: str) -> When | None:
    match = _FORM.fullmatch(text)
    if match is None:
        return None
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


def age_on(born: When | None, day: date) -> int | None:
    """The age in completed years on a day, where it is known; below 0 before the birth."""
    return None if born is None else years_between(born.last, day)


def limit(book: RuleBook, name: str) -> float:
    """A limit of the rule book, or our own where it has none."""
    setting = book.settings.get(name)
    return LIMITS[name] if setting is None else float(setting.value)


@lru_cache(maxsize=4096)  # many records are about the same days
def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Window:
    """The time before the day asked about in which a result answers something.

    Attributes:
        as_of: the day; without one, every result counts.
        months: how long it is; None: without an end.
    """

    as_of: date | None
    months: int | None

    @memo
    def first(self) -> date | None:
        """Its first day."""
        if self.as_of is None or self.months is None:
            return None
        return months_before(self.as_of, self.months)

    def has(self, when: When) -> bool:
        """Whether something may have happened in it."""
        return self.first is None or when.last >= self.first

    def __str__(self) -> str:
        return f"{self.months} months before {self.as_of}"
