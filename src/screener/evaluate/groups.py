"""The people in groups: all of them, by age, and by sex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screener.case.answers import Number
from screener.case.fields import Fields
from screener.engine.columnar.columns import NO_CHOICE, Columns

AGE: Final = "age"
SEX: Final = "sex"
ALL: Final = "all"
NOT_SAID: Final = "not said"
BANDS: Final = ((18, 39), (40, 64), (65, 79))  # years of age; those younger and older are bands of their own


@dataclass(frozen=True)
class Group:
    """Some of the people.

    Attributes:
        by: `all`, or the field that divides them.
        name: its place in that division.
        low: of an age.
        high: of an age; None: without end.
        place: of a word among the choices.
    """

    by: str
    name: str
    low: float | None = None
    high: float | None = None
    place: int | None = None

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """For each case whether it is in the group."""
        if self.by == ALL:
            return np.ones(columns.count, np.bool_)
        if self.by == AGE:
            ages = columns.numbers.get(AGE, np.full(columns.count, np.nan))
            if self.low is None:
                return np.isnan(ages)
            return (ages >= self.low) & (ages < (np.inf if self.high is None else self.high))
        words = columns.choices.get(SEX, np.full(columns.count, NO_CHOICE, np.int8))
        mine: NDArray[np.bool_] = words == (NO_CHOICE if self.place is None else self.place)
        return mine


def groups_of(fields: Fields) -> tuple[Group, ...]:
    """All people first; then each division, in which everybody is in one group."""
    return (Group(ALL, ALL), *_by_age(fields), *_by_sex(fields))


def _by_age(fields: Fields) -> Iterator[Group]:
    if not isinstance(fields.get(AGE), Number):
        return
    yield Group(AGE, f"under {BANDS[0][0]}", 0, BANDS[0][0])
    for low, high in BANDS:
        yield Group(AGE, f"{low} to {high}", low, high + 1)
    yield Group(AGE, f"{BANDS[-1][1] + 1} and over", BANDS[-1][1] + 1)
    yield Group(AGE, NOT_SAID)


def _by_sex(fields: Fields) -> Iterator[Group]:
    if SEX in fields.choices:
        yield from (Group(SEX, word, place=place) for place, word in enumerate(fields.options(SEX)))
        yield Group(SEX, NOT_SAID)


def divisions(groups: tuple[Group, ...]) -> list[list[int]]:
    """The places of the groups of each division."""
    return [
        found for by in dict.fromkeys(group.by for group in groups[1:])
        if (found := [place for place, group in enumerate(groups) if group.by == by])
    ]  # fmt: skip
