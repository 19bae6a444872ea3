"""What became of the rows of one part: counted for the coverage, of the persons of whom cases were made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from screener.records import coverage
from screener.records.tables.columns import NEVER, Bools, Ints, Times, number_of_day

# why a row is not read, the same for everybody on whatever day; then what depends on the person and the day
REASONS: Final = (
    "", coverage.NO_VALUE, coverage.NO_DATE, coverage.BAD_DATE, coverage.UNREADABLE, coverage.OTHER_SEX, coverage.LATER,
    coverage.OLD,
)  # fmt: skip
NO_VALUE, NO_DATE, BAD_DATE, UNREADABLE, OTHER_SEX, LATER, OLD = range(1, 8)
NOWHERE: Final = (NO_VALUE, NO_DATE, BAD_DATE)  # in time
SEXES: Final = {"female": 1, "male": 2}
ALWAYS: Final = np.iinfo(np.int64).max


class RowKind(NamedTuple):
    """A kind of row.

    Attributes:
        seen: what is counted of it.
        placed: whether it counts only in its time.
        sex: it is read for; empty for both.
    """

    seen: coverage.Seen
    placed: bool = False
    sex: str = ""


class CaseMade(NamedTuple):
    """A case that was made of a person's rows.

    Attributes:
        person: their number.
        sex: theirs, as far as it is known.
        day: that the case is about.
        first: of the window.
    """

    person: int
    sex: str | None
    day: date | None
    first: date | None


@dataclass
class Counted:
    """The rows of one part, by what is counted of them."""

    kinds: dict[RowKind, int] = field(default_factory=dict)
    rows: list[tuple[Ints, ...]] = field(default_factory=list)

    def add(
        self, person: Ints, kinds: Sequence[RowKind], of_row: Ints, reasons: Ints, times: Times | None = None
    ) -> None:
        """Count the rows of a table.

        Args:
            person: of each row.
            kinds: that occur.
            of_row: which one each row is.
            reasons: why a row is not read, or 0.
            times: of the rows.
        """
        never = np.full(len(person), NEVER)
        first, last = (never, never) if times is None else (times.first, times.last)
        numbers = np.array([self.kinds.setdefault(kind, len(self.kinds)) for kind in kinds], np.int64)
        self.rows.append((person, numbers[of_row], reasons, first, last))

    def part(self, cases: Iterable[CaseMade]) -> coverage.InputCounts:
        """What is counted, once for each case."""
        found = coverage.InputCounts()
        if not self.kinds:
            return found
        person, kind, reasons, first, last = (np.concatenate(column) for column in zip(*self.rows, strict=True))
        size = int(np.max(person, initial=-1)) + 1
        sex = np.array([SEXES.get(one.sex, 0) for one in self.kinds])[kind]
        placed = np.array([one.placed for one in self.kinds])[kind] & ~np.isin(reasons, NOWHERE)
        for these in _rounds(cases, size):
            made, whose, day, start = _of_persons(these, size)
            why = np.where(placed & (last < start[person]), OLD, reasons)
            why = np.where(placed & (first > day[person]), LATER, why)
            why = np.where((sex != 0) & (sex != whose[person]), OTHER_SEX, why)
            self._count(person, kind * len(REASONS) + why, made[person], found)
        return found

    def _count(self, person: Ints, kinds: Ints, made: Bools, found: coverage.InputCounts) -> None:
        known = list(self.kinds)
        most = len(known) * len(REASONS)
        both, counts = np.unique((person * most + kinds)[made], return_counts=True)
        distinct, which, people = np.unique(both % most, return_inverse=True, return_counts=True)
        rows = np.bincount(which.reshape(-1), weights=counts, minlength=len(distinct)).astype(np.int64)
        for kind, count, persons in zip(distinct.tolist(), rows.tolist(), people.tolist(), strict=True):
            place, reason = divmod(kind, len(REASONS))
            seen = known[place].seen
            if reason:
                seen = seen._replace(state=coverage.NOT_READ, reason=REASONS[reason])
            found.counts[seen] += count
            found.persons[seen] += persons


def _rounds(cases: Iterable[CaseMade], size: int) -> Iterable[list[CaseMade]]:
    """The cases of persons with rows, each person at most once in a round."""
    rounds: defaultdict[int, list[CaseMade]] = defaultdict(list)
    before: Counter[int] = Counter()
    for case in cases:
        if case.person < size:
            rounds[before[case.person]].append(case)
            before[case.person] += 1
    return rounds.values()


def _of_persons(cases: Sequence[CaseMade], size: int) -> tuple[Bools, Ints, Ints, Ints]:
    """Of each person: whether there is a case, their sex, the day, and the first of the window."""
    made = np.zeros(size, np.bool_)
    sex, day, first = np.zeros(size, np.int64), np.full(size, ALWAYS), np.full(size, NEVER)
    at = [case.person for case in cases]
    made[at] = True
    sex[at] = [SEXES.get(case.sex or "", 0) for case in cases]
    day[at] = [ALWAYS if case.day is None else number_of_day(case.day) for case in cases]
    first[at] = [NEVER if case.first is None else number_of_day(case.first) for case in cases]
    return made, sex, day, first
