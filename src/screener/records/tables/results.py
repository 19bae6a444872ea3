"""Results of one part of a table, column by column: what every name, code, amount and moment means is found out once.

Most rows of large tables are of kinds that are not read. They become no objects: they are counted, by person, and their
days count for the day that the answers are about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screener.case.bound import Bound
from screener.records.coverage import Seen
from screener.records.tables.cells import moment
from screener.records.tables.plan import TablePlan
from screener.records.tables.split import ROW
from screener.records.when import When

Cells = dict[str, str | None]
Ints = NDArray[np.int64]
MEANT_BY: Final = (
    "name",
    "code",
    "code_system",
    "system",
    "concept",
    "source_concept",
    "source_name",
)  # what says what was measured
TIMES: Final = ("time", "moment")
PLAIN_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$"
A_DAY: Final = 86_400
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
YEAR_ONE: Final = (1 - DAY_ZERO) * A_DAY
NEVER: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name or code of a result means.

    Attributes:
        field: the field or measure it answers; empty when it is not read.
        use: as in the code table.
        seen: what is counted of it.
    """

    field: str
    use: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a kind that is read.

    Attributes:
        source: its name, such as `labevents.csv:12`.
        amount: its value in the field's unit; a text that says why it cannot be read; None where nothing stands.
        when: when the sample was taken; None when that cannot be read.
    """

    meaning: Meaning
    source: str
    amount: float | Bound | str | None
    when: When | None


@dataclass
class Results:
    """The results of the persons of one part.

    Attributes:
        read: of each person, those of kinds that are read, in the order of the table.
        passed: of each person, how many there are of kinds that are not read.
        rows: how many rows each person has, each once.
        latest: the latest day of each person's rows.
    """

    read: dict[str, list[Result]] = field(default_factory=dict)
    passed: dict[str, Counter[Seen]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    latest: dict[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Understanding:
    """How rows are understood.

    Attributes:
        meaning: of the cells of `MEANT_BY`.
        amount: of a row's cells, in the unit of the meaning's field.
        complete: a row's cells, with those that are translated or joined.
    """

    meaning: Callable[[Cells], Meaning]
    amount: Callable[[Cells, Meaning], float | Bound | str | None]
    complete: Callable[[str, str | None, Cells], Cells]


def add_results(
    batches: Sequence[pa.RecordBatch], plan: TablePlan, how: Understanding, joined_by_person: bool, into: Results
) -> None:
    """Understand the results of one table in one part.

    Args:
        batches: its rows, with the columns of the plan as text.
        plan: of the table.
        how: how they are understood.
        joined_by_person: whether cells of another file depend on the person, too.
        into: gets them.
    """
    table = pa.Table.from_batches(batches).combine_chunks() if batches else None
    if table is None or not table.num_rows:
        return
    table = table.filter(pc.is_valid(table[plan.person]))
    keep = _first_of_same(table, [plan.person, *plan.columns.values(), *([plan.join.on] if plan.join else [])])
    table = table.take(pa.array(keep))
    if table.num_rows:
        _Part(table, plan, how, joined_by_person).add(into)


def _first_of_same(table: pa.Table, columns: Sequence[str]) -> Ints:
    """The places of the rows, of those that are the same only the first."""
    _, first = np.unique(_together([_codes(table[name]) for name in dict.fromkeys(columns)]), return_index=True)
    return np.sort(first)


def _codes(column: Any) -> Ints:
    """A number for each cell, the same for the same cells; nothing is a cell, too."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    indices = array.dictionary_encode().indices.fill_null(-1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), np.int64) + 1


def _together(columns: Sequence[Ints]) -> Ints:
    """A number for each row, the same for rows that have the same numbers in all columns."""
    found = np.zeros(len(columns[0]), np.int64) if columns else np.zeros(0, np.int64)
    size = 1
    for column in columns:
        many = int(np.max(column, initial=0)) + 1
        if size > 2**62 // many:
            distinct, found = np.unique(found, return_inverse=True)
            size = len(distinct)
        found, size = found * many + column, size * many
    return found


class _Part:
    """The rows of one table in one part, each once."""

    def __init__(self, table: pa.Table, plan: TablePlan, how: Understanding, joined_by_person: bool) -> None:
        self.table, self.plan, self.how = table, plan, how
        people = table[plan.person].combine_chunks().dictionary_encode()
        self.people: list[str] = people.dictionary.to_pylist()
        self.person = np.asarray(people.indices.to_numpy(zero_copy_only=False), np.int64)
        self.key = plan.join.on if plan.join else None
        self.key_columns = [*([self.key] if self.key else []), *([plan.person] if joined_by_person else [])]

    def add(self, into: Results) -> None:
        """Understand all rows."""
        meanings, meant = self.meanings()
        is_read = np.array([bool(one.field) for one in meanings], np.bool_)
        for person, count in zip(*np.unique(self.person, return_counts=True), strict=True):
            into.rows[self.people[person]] += int(count)
        self.count(meanings, meant, ~is_read[meant], into)
        whens = self.latest(into)
        places = np.flatnonzero(is_read[meant])
        places = places[np.argsort(self.person[places], kind="stable")]
        amounts, amount_of = self.amounts(meanings, meant, places)
        lines = np.asarray(self.table[ROW])[places]
        file, people = self.plan.file, self.people
        rows = zip(
            self.person[places].tolist(), meant[places].tolist(), lines.tolist(), amount_of.tolist(),
            whens(places), strict=True,
        )  # fmt: skip
        for person, meaning, line, amount, when in rows:
            one = Result(meanings[meaning], f"{file}:{line}", amounts[amount], when)
            into.read.setdefault(people[person], []).append(one)

    def cells(self, place: int, roles: Sequence[str]) -> Cells:
        """The cells of a row by role, completed."""
        columns = self.plan.columns
        cells: Cells = {role: self.table[columns[role]][place].as_py() for role in roles}
        key = self.table[self.key][place].as_py() if self.key else None
        return self.how.complete(self.people[self.person[place]], key, cells)

    def distinct(self, columns: Sequence[Ints]) -> tuple[Ints, Ints]:
        """The first place of each different row of these columns, and for each row which one it is."""
        _, first, which = np.unique(_together(columns), return_index=True, return_inverse=True)
        return first, which.reshape(-1)

    def meanings(self) -> tuple[list[Meaning], Ints]:
        """What was measured: each different meaning, and which one each row has."""
        roles = [role for role in self.plan.columns if role in MEANT_BY]
        columns = [self.plan.columns[role] for role in roles]
        first, which = self.distinct([_codes(self.table[name]) for name in (*columns, *self.key_columns)])
        if not columns and not self.key_columns:
            which = np.zeros(self.table.num_rows, np.int64)
        return [self.how.meaning(self.cells(int(place), roles)) for place in first], which

    def count(self, meanings: list[Meaning], meant: Ints, passed: NDArray[np.bool_], into: Results) -> None:
        """Count what is not read, by person."""
        both, counts = np.unique(self.person[passed] * len(meanings) + meant[passed], return_counts=True)
        for pair, count in zip(both.tolist(), counts.tolist(), strict=True):
            person, meaning = divmod(pair, len(meanings))
            into.passed.setdefault(self.people[person], Counter())[meanings[meaning].seen] += count

    def amounts(self, meanings: list[Meaning], meant: Ints, places: Ints) -> tuple[list[Any], Ints]:
        """Each different amount of some rows, and which one each of these has."""
        roles = [role for role in self.plan.columns if role not in TIMES]
        own = [self.plan.columns[role] for role in roles if role not in MEANT_BY]
        some = self.table.take(pa.array(places))
        first, which = self.distinct([meant[places], *(_codes(some[name]) for name in (*own, *self.key_columns))])
        chosen = places[first].tolist()
        return [self.how.amount(self.cells(place, roles), meanings[meant[place]]) for place in chosen], which

    # times

    def latest(self, into: Results) -> Callable[[Ints], Iterator[When | None]]:
        """Note the latest day of each person; returns what makes the moments of some rows."""
        texts = self.time_texts()
        plain = np.zeros(len(texts), np.bool_)
        seconds = np.zeros(len(texts), np.int64)
        if not self.plan.date_format:
            plain, seconds = _plain_times(texts)
        others = {at: _moment(texts[at].as_py(), self.plan.date_format) for at in np.flatnonzero(~plain).tolist()}
        days = seconds // A_DAY
        for at, when in others.items():
            days[at] = when.first.toordinal() - DAY_ZERO if when is not None else NEVER
        order = np.lexsort((days, self.person))
        last = np.flatnonzero(np.append(np.diff(self.person[order]) != 0, True))
        for at in order[last].tolist():
            if days[at] != NEVER:
                person, day = self.people[self.person[at]], date.fromordinal(int(days[at]) + DAY_ZERO)
                into.latest[person] = max(day, into.latest.get(person, day))

        def whens(places: Ints) -> Iterator[When | None]:
            known: dict[int, date] = {}
            some = zip(places.tolist(), seconds[places].tolist(), plain[places].tolist(), strict=True)
            for place, second, is_plain in some:
                if not is_plain:
                    yield others[place]
                    continue
                number, clock = divmod(second, A_DAY)
                day = known.get(number)
                if day is None:
                    day = known[number] = date.fromordinal(number + DAY_ZERO)
                yield When(day, day, float(second) if clock else None)

        return whens

    def time_texts(self) -> Any:
        """The moment of each row, as text; of a table with moments and days, the moment where it is there."""
        if self.plan.join and set(TIMES) & set(self.plan.join.take):
            roles = [role for role in self.plan.columns if role in TIMES]
            times = (self.cells(place, roles).get("time") for place in range(self.table.num_rows))
            return pa.array(times, pa.string())
        columns = [self.plan.columns[role] for role in ("moment", "time") if role in self.plan.columns]
        texts = [self.table[name].combine_chunks() for name in columns]
        return pc.coalesce(*texts) if texts else pa.nulls(self.table.num_rows, pa.string())


def _plain_times(texts: Any) -> tuple[NDArray[np.bool_], Ints]:
    """Which texts are days and moments of the calendar as ISO has them, without a zone; and the seconds since 1970."""
    matching = pc.fill_null(pc.match_substring_regex(texts, PLAIN_TIME), False)
    try:
        moments = pc.if_else(matching, texts, "1970-01-01").cast(pa.timestamp("s"))
    except pa.ArrowInvalid:  # a day that no calendar has is among them: each by itself
        return np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.int64)
    plain = matching.to_numpy(zero_copy_only=False).astype(np.bool_)
    seconds = moments.cast(pa.int64()).to_numpy()
    return plain & (seconds >= YEAR_ONE), seconds


def _moment(text: str | None, form: str) -> When | None:
    if not text:
        return None
    try:
        return moment(text, form)
    except ValueError:
        return None
