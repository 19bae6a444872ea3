"""How far back results answer something, and the other limits by which records are read."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from screener.memo import memo
from screener.records.when import When
from screener.rulebook.book import RuleBook

WINDOW: Final = "result-window-months"
AFTER_COURSE: Final = "course-window-days"
REPEAT_AFTER: Final = "repeat-after-days"
# settings that only the reading of records uses, with what a book without them uses instead
LIMITS: Final = {WINDOW: 12.0, AFTER_COURSE: 90.0, REPEAT_AFTER: 7.0}


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


class HasWhen(Protocol):
    """Something that happened once."""

    @property
    def when(self) -> When:
        """When that was."""
        ...


Dated = TypeVar("Dated", bound=HasWhen)


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

    def those_in(self, values: list[Dated]) -> list[Dated]:
        """Those that may be of the time of the window; the same list when all are."""
        first = self.first
        if first is None:
            return values
        return [value for value in values if value.when.last >= first]

    def __str__(self) -> str:
        return f"{self.months} months before {self.as_of}"
