"""Rows of one part that are read, by person, and of these the results, in order of time.

Most rows of large tables are of kinds that are not read. They become no objects, and are counted like the others
(`screener.records.tables.counted`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from screener.errors import FieldProblem
from screener.records.courses import Course
from screener.records.diagnoses import Diagnosis
from screener.records.imported import Gathered
from screener.records.labs import LabValue, Values, in_order, said
from screener.records.tables.columns import TIMES, Ints, Rows, runs
from screener.records.tables.counted import BAD_DATE, NO_DATE, NO_VALUE, NOWHERE, UNREADABLE, Counted, RowKind
from screener.records.tables.meanings import Amount, Meanings, ResultMeaning

# what says what was measured
MEANT_BY: Final = ("name", "code", "code_system", "system", "concept", "source_concept", "source_name")


@dataclass(slots=True)
class PersonRows:
    """What is read of one person's rows.

    Attributes:
        values: results by field, in order of time.
        only_for: the sex that a value is read for, by its source, where that is one.
        problems: what is to be said, each with the sex and day that it is about (empty and None: whatever they are).
        courses: medicines, in order of time.
        diagnoses: in order of time.
        unread: whether there is a medicine of which nobody knows when it was taken, because a date cannot be read.
    """

    values: dict[str, list[LabValue]] = field(default_factory=dict)
    only_for: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, date | None, FieldProblem]] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    diagnoses: list[Diagnosis] = field(default_factory=list)
    unread: bool = False

    def up_to(self, day: date | None, latest: date | None, found: Gathered) -> Values:
        """The values up to a day, and what is to be said of them.

        Args:
            day: which one; None: all.
            latest: the latest day of the person's rows.
            found: has the person's sex; gets the problems.
        """
        sex = found.answers.get("sex")
        for only_for, on, problem in self.problems:
            if only_for in ("", sex) and (day is None or on is None or on <= day):
                found.problems.append(problem)
        values: Values = self.values
        if self.only_for:
            values = _those(values, lambda value: self.only_for.get(value.source, sex) == sex)
        if day is not None and latest is not None and latest > day:
            values = _those(values, lambda value: value.when.first <= day)
        return values


def _those(values: Values, wanted: Callable[[LabValue], bool]) -> Values:
    kept = {name: [value for value in some if wanted(value)] for name, some in values.items()}
    return {name: some for name, some in kept.items() if some}


class _Read:
    """The rows of one table that are read, and what they say.

    Args:
        rows: of the table.
        meanings: each different meaning.
        meant: which one each row has.
        how: understands them.
    """

    def __init__(self, rows: Rows, meanings: list[ResultMeaning], meant: Ints, how: Meanings) -> None:
        self.rows, self.meanings, self.meant = rows, meanings, meant
        self.times = rows.times("time")
        self.of_field = self._of_rows(np.unique([one.field for one in meanings], return_inverse=True)[1])
        self.ranks = self._of_rows([one.rank for one in meanings])
        self.places = np.flatnonzero(self._of_rows([bool(one.field) for one in meanings]))
        self.amounts, self.amount_of = self._amounts(how)
        self.values = [None if isinstance(amount, str) else amount for amount in self.amounts]
        kinds = np.array([_reason(amount) for amount in self.amounts] or [0], np.int64)[self.amount_of]
        undated = ~self.times.known[self.places] & (kinds != NO_VALUE)
        no_date = np.where(self.times.is_broken[self.places], BAD_DATE, NO_DATE)
        self.reasons = np.where(undated, no_date, kinds)

    def _of_rows(self, of_meanings: Sequence[int] | Ints) -> Ints:
        """For each row what its meaning has."""
        return np.array(of_meanings, np.int64)[self.meant]

    def _amounts(self, how: Meanings) -> tuple[list[Amount], Ints]:
        """Each different amount, and which one each of the rows has."""
        roles = [role for role in self.rows.plan.columns if role not in TIMES]
        first, which = self.rows.distinct([role for role in roles if role not in MEANT_BY], [self.meant])
        chosen, which = np.unique(which[self.places], return_inverse=True)
        firsts = first[chosen]
        pairs = zip(self.rows.cells(firsts, roles), self.meant[firsts].tolist(), strict=True)
        return [how.amount_of(cells, self.meanings[of]) for cells, of in pairs], which.reshape(-1)

    def in_order(self) -> tuple[Ints, Ints]:
        """Which of the read rows have a value, by person, field and time (as `labs.in_order`); and their places."""
        wanted = np.flatnonzero(~np.isin(self.reasons, NOWHERE))
        at, times = self.places[wanted], self.times
        places = sorted(range(len(self.values)), key=lambda one: said(self.values[one]))
        place_of = np.empty(len(places), np.int64)
        place_of[places] = np.arange(len(places))
        clock = times.clock[at]
        order = np.lexsort((
            self.rows.lines[at], place_of[self.amount_of[wanted]], -self.ranks[at], np.nan_to_num(clock),
            ~np.isnan(clock), times.last[at], times.first[at], self.of_field[at], self.rows.person[at],
        ))  # fmt: skip
        return wanted[order], at[order]

    def lab_values(self, wanted: Ints, at: Ints) -> list[LabValue]:
        """The values of some rows."""
        fields = [one.field for one in self.meanings]
        columns = (
            [fields[one] for one in self.meant[at].tolist()],
            [self.values[one] for one in self.amount_of[wanted].tolist()],
            self.times.whens(at),
            self.ranks[at].tolist(),
            [0] * len(at),
            self.rows.sources(at),
        )
        return list(map(LabValue._make, zip(*columns, strict=True)))


@dataclass
class PartRows:
    """The rows of one part.

    Attributes:
        read: what is read, by the numbers of the persons.
        counted: the results and medicines; diagnoses are counted when they are read.
    """

    read: defaultdict[int, PersonRows] = field(default_factory=lambda: defaultdict(PersonRows))
    counted: Counted = field(default_factory=Counted)


def add_results(into: PartRows, rows: Rows, how: Meanings) -> None:
    """Understand the results of one table."""
    roles = [role for role in rows.plan.columns if role in MEANT_BY]
    first, meant = rows.distinct(roles)
    meanings = [how.meaning(cells) for cells in rows.cells(first, roles)]
    read = _Read(rows, meanings, meant, how)
    reasons = np.zeros(len(rows), np.int64)
    reasons[read.places] = read.reasons
    kinds = [RowKind(one.seen, bool(one.field), one.sex) for one in meanings]
    into.counted.add(rows.person, kinds, meant, reasons, read.times)
    wanted, at = read.in_order()
    values = read.lab_values(wanted, at)
    person = rows.person[at]
    whose = person.tolist()
    for start, end in runs(person, read.of_field[at]):
        mine, name, some = into.read[whose[start]].values, values[start].field, values[start:end]
        mine[name] = sorted((*mine[name], *some), key=in_order) if name in mine else some
    _note(into, read, wanted, at, values)


def _note(into: PartRows, read: _Read, wanted: Ints, at: Ints, values: list[LabValue]) -> None:
    """Keep what is to be said of some results, and for whom they are read."""
    rows, sexes = read.rows, [one.sex for one in read.meanings]
    if any(sexes):
        for person, meaning, value in zip(rows.person[at].tolist(), read.meant[at].tolist(), values, strict=True):
            if sexes[meaning]:
                into.read[person].only_for[value.source] = sexes[meaning]
    for place in np.flatnonzero(read.reasons[wanted] == UNREADABLE).tolist():
        value, why = values[place], read.amounts[read.amount_of[wanted[place]]]
        said = (sexes[read.meant[at[place]]], value.when.first, FieldProblem(value.source, f"{why}; left out"))
        into.read[int(rows.person[at[place]])].problems.append(said)
    undated = read.places[np.isin(read.reasons, (NO_DATE, BAD_DATE))]
    of_rows = zip(rows.person[undated].tolist(), read.meant[undated].tolist(), rows.sources(undated), strict=True)
    for person, meaning, source in of_rows:
        problem = FieldProblem(source, "has no date that can be read, so it cannot be placed in time; left out")
        into.read[person].problems.append((sexes[meaning], None, problem))


def _reason(amount: Amount) -> int:
    return NO_VALUE if amount is None else UNREADABLE if isinstance(amount, str) else 0
