"""Rows of one table in one part, column by column: what is in many rows is understood once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screener.records.tables.cells import moment
from screener.records.tables.files import ROW
from screener.records.tables.plan import Cells, TablePlan
from screener.records.when import When

Complete = Callable[[str, str | None, Cells], Cells]  # a row's cells, with those that are translated or joined
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
TIMES: Final = ("time", "start", "end", "moment", "days")  # roles of which times are made
PLAIN_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$"
A_DAY: Final = 86_400
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
YEAR_ONE: Final = (1 - DAY_ZERO) * A_DAY
NEVER: Final = np.iinfo(np.int64).min


class Rows:
    """The rows of one table in one part, of persons who are known.

    Args:
        batches: with the columns of the plan as text.
        plan: of the table.
        complete: translates and joins cells.
        joined_by_person: whether cells of another file depend on the person, too.
        people: a number for each person; persons whom it lacks have -1.
    """

    def __init__(
        self,
        batches: Sequence[pa.RecordBatch],
        plan: TablePlan,
        complete: Complete,
        joined_by_person: bool,
        people: Mapping[str, int],
    ) -> None:
        self.plan, self.complete = plan, complete
        self.key = plan.join.on if plan.join else None
        self.key_columns = [*([self.key] if self.key else []), *([plan.person] if joined_by_person else [])]
        self.made = plan.translate is not None or plan.join is not None
        table = pa.Table.from_batches(batches).combine_chunks()
        self.table = table.filter(pc.is_valid(table[plan.person]))
        encoded = _array(self.table[plan.person]).dictionary_encode()
        self.names: list[str] = encoded.dictionary.to_pylist()
        self._name = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
        self._codes: dict[str, Ints] = {}
        self._times: dict[str, Times] = {}
        self.person: Ints = np.array([people.get(one, -1) for one in self.names], np.int64)[self._name]

    def __len__(self) -> int:
        return len(self.person)

    def take(self, places: Ints) -> None:
        """Keep some rows only, in their order."""
        if len(places) < len(self):
            self.table = self.table.take(pa.array(places))
            self.person, self._name = self.person[places], self._name[places]
            self._codes = {name: codes[places] for name, codes in self._codes.items()}
            self._times.clear()

    def leave_out_strangers(self) -> dict[str, int]:
        """Keep the rows of persons with a number; returns how many rows each other person has."""
        strange = self.person < 0
        if not strange.any():
            return {}
        names, counts = np.unique(self._name[strange], return_counts=True)
        self.take(np.flatnonzero(~strange))
        return {self.names[name]: count for name, count in zip(names.tolist(), counts.tolist(), strict=True)}

    @property
    def lines(self) -> Ints:
        """Where the rows are in their file."""
        return np.asarray(self.table[ROW], np.int64)

    def sources(self, places: Ints) -> list[str]:
        """The names of some rows, such as `labevents.csv:12`."""
        file = self.plan.file
        return [f"{file}:{line}" for line in self.lines[places].tolist()]

    def first_of_same(self) -> Ints:
        """The places of the rows, of those that are the same only the first."""
        columns = [self.plan.person, *self.plan.columns.values(), *([self.key] if self.key else [])]
        _, first = np.unique(together([self.codes(name) for name in dict.fromkeys(columns)]), return_index=True)
        return np.sort(first)

    def codes(self, column: str) -> Ints:
        """A number for each cell, the same for the same cells; nothing is a cell, too."""
        known = self._codes.get(column)
        if known is None:
            indices = _array(self.table[column]).dictionary_encode().indices.fill_null(-1)
            known = self._codes[column] = np.asarray(indices.to_numpy(zero_copy_only=False), np.int64) + 1
        return known

    def distinct(self, roles: Sequence[str], more: Sequence[Ints] = ()) -> tuple[Ints, Ints]:
        """The first place of each different row, by some roles and numbers, and for each row which one it is."""
        columns = [*(self.plan.columns[role] for role in roles), *self.key_columns]
        numbers = [*more, *(self.codes(name) for name in dict.fromkeys(columns))]
        _, first, which = np.unique(together(numbers), return_index=True, return_inverse=True)
        return first, which.reshape(-1)

    def cells(self, places: Ints, roles: Sequence[str]) -> list[Cells]:
        """The cells of some rows by role, completed."""
        some = pa.array(places)
        columns = [_array(self.table[self.plan.columns[role]].take(some)).to_pylist() for role in roles]
        keys = self.table[self.key].take(some).to_pylist() if self.key else [None] * len(places)
        whose = [self.names[name] for name in self._name[places].tolist()]
        rows = zip(*columns, strict=True) if columns else [()] * len(places)
        return [
            self.complete(person, key, dict(zip(roles, row, strict=True)))
            for person, key, row in zip(whose, keys, rows, strict=True)
        ]

    def texts(self, role: str) -> Any:
        """The text of a time in each row."""
        roles = [one for one in self.plan.columns if one in TIMES]
        if not self.made:
            column = self.plan.columns.get(role)
            return _array(self.table[column]) if column else pa.nulls(len(self), pa.string())
        first, which = self.distinct(roles)
        found = pa.array([cells.get(role) for cells in self.cells(first, roles)], pa.string())
        return found.take(pa.array(which))

    def times(self, role: str) -> Times:
        """When something was, in each row."""
        known = self._times.get(role)
        if known is None:
            known = self._times[role] = Times(self.texts(role), self.plan.date_format)
        return known


class Times:
    """The times of some rows.

    Attributes:
        first: the first day that each can be, in days since 1970; `NEVER` where none can be read.
        last: the last day.
        clock: seconds since 1970, where there is a time of day; else NaN.
        broken: the texts that cannot be read, by place.
    """

    def __init__(self, texts: Any, form: str) -> None:
        plain, seconds = _plain(texts, form)
        day, second = np.divmod(seconds, A_DAY)
        self.first = np.where(plain, day, NEVER)
        self.last = self.first.copy()
        self.clock = np.where(plain & (second != 0), seconds.astype(np.float64), np.nan)
        self.broken: dict[int, str] = {}
        for place in np.flatnonzero(~plain & texts.is_valid().to_numpy(zero_copy_only=False)).tolist():
            text = texts[place].as_py()
            try:
                when = moment(text, form)
            except ValueError:
                self.broken[place] = text
                continue
            self.first[place], self.last[place] = number_of_day(when.first), number_of_day(when.last)
            self.clock[place] = np.nan if when.clock is None else when.clock

    @property
    def is_broken(self) -> Bools:
        """Of which rows there is a time that cannot be read."""
        found = np.zeros(len(self.first), np.bool_)
        found[list(self.broken)] = True
        return found

    @property
    def known(self) -> Bools:
        """Of which rows the time is known."""
        return np.not_equal(self.first, NEVER)

    def whens(self, places: Ints) -> list[When | None]:
        """When it was, for some rows."""
        first, last, clock = self.first[places], self.last[places], self.clock[places]
        days = days_by_number(np.concatenate([first, last]))
        clocks = [None if one != one else one for one in clock.tolist()]
        return [
            None if start is None or end is None else When(start, end, second)
            for start, end, second in zip(
                map(days.get, first.tolist()), map(days.get, last.tolist()), clocks, strict=True
            )
        ]

    def lasts(self, places: Ints) -> list[date | None]:
        """The last day it can have been, for some rows."""
        days = days_by_number(self.last[places])
        return [days.get(one) for one in self.last[places].tolist()]


def days_by_number(numbers: Ints) -> Mapping[int, date]:
    """The days that some numbers mean, without `NEVER`."""
    found = np.unique(numbers)
    return {one: date.fromordinal(one + DAY_ZERO) for one in found[found != NEVER].tolist()}


def number_of_day(day: date) -> int:
    """A day in days since 1970."""
    return day.toordinal() - DAY_ZERO


def _array(column: Any) -> Any:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plain(texts: Any, form: str) -> tuple[Bools, Ints]:
    """Which texts are days and moments of the calendar as ISO has them, without a zone; and the seconds since 1970."""
    nothing = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.int64)
    if form:
        return nothing
    matching = pc.fill_null(pc.match_substring_regex(texts, PLAIN_TIME), False)
    try:
        moments = pc.if_else(matching, texts, "1970-01-01").cast(pa.timestamp("s"))
    except pa.ArrowInvalid:  # a day that no calendar has is among them: each by itself
        return nothing
    plain = matching.to_numpy(zero_copy_only=False).astype(np.bool_)
    seconds = moments.cast(pa.int64()).to_numpy()
    return plain & (seconds >= YEAR_ONE), seconds


def together(columns: Sequence[Ints]) -> Ints:
    """A number for each row, the same for rows that have the same numbers in all columns."""
    found = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        many = int(np.max(column, initial=0)) + 1
        if size > 2**62 // many:
            distinct, found = np.unique(found, return_inverse=True)
            size = len(distinct)
        found, size = found * many + column, size * many
    return found


def runs(*columns: Ints) -> Iterator[tuple[int, int]]:
    """From where to where rows are the same in some columns, one after the other."""
    count = len(columns[0])
    changes = np.zeros(count, np.bool_)
    changes[:1] = True
    for column in columns:
        changes[1:] |= np.diff(column) != 0
    starts = np.flatnonzero(changes).tolist()
    return zip(starts, [*starts[1:], count], strict=False)
