"""The rows of one part of the tables, understood and put together by person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from screener.memo import memo
from screener.records.courses import Namer
from screener.records.coverage import Part
from screener.records.options import Options
from screener.records.tables.cells import Cells
from screener.records.tables.columns import NEVER, Ints, Rows
from screener.records.tables.counted import CaseMade
from screener.records.tables.meanings import Meanings
from screener.records.tables.plan import DRUG, MEASUREMENT, Plan, TablePlan
from screener.records.tables.results import Results
from screener.records.tables.spans import Spans
from screener.records.tables.split import read_batches


@dataclass
class PartRows:
    """What one part holds.

    Attributes:
        people: the number of each person in the table of persons.
        given: of each person, the rows in the table of persons, by role.
        results: theirs.
        spans: their medicines and diagnoses.
        latest: of each person, the latest day on which something was measured, begun or coded, in days since 1970.
        strangers: of each person who is not in the table of persons, how many rows there are.
    """

    people: dict[str, int] = field(default_factory=dict)
    given: list[list[Cells]] = field(default_factory=list)
    results: Results = field(default_factory=Results)
    spans: Spans = field(default_factory=Spans)
    latest: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    strangers: dict[str, int] = field(default_factory=dict)

    def add_person(self, person: str, given: Cells) -> None:
        """A row of the table of persons."""
        number = self.people.setdefault(person, len(self.people))
        if number == len(self.given):
            self.given.append([])
        self.given[number].append(given)

    def add_rows(self, rows: Rows) -> None:
        """The rows of a table; those of strangers are only counted."""
        for stranger, count in rows.leave_out_strangers().items():
            self.strangers[stranger] = self.strangers.get(stranger, 0) + count
        role = "time" if rows.plan.kind == MEASUREMENT else "start"
        np.maximum.at(self.latest, rows.person, rows.times(role).first)

    def seen(self, cases: Iterable[CaseMade]) -> Part:
        """What is counted of the rows, but for those of diagnoses, of the persons of whom cases were made."""
        cases = list(cases)
        found = self.results.counted.part(cases)
        found.merge(self.spans.counted.part(cases))
        return found


@dataclass(frozen=True)
class PartReader:
    """Reads parts.

    Attributes:
        plan: what is read of the tables.
        options: how records are read.
        folder: where the parts are.
        translate: turns the cells of a row into others, such as concept ids into codes; by the number of the table.
        small: joined files without persons, by their names.
        where: the tables are.
        has_conditions: whether there is a table of conditions with rows.
    """

    plan: Plan
    options: Options
    folder: Path
    translate: Mapping[int, Callable[[Cells], Cells]]
    small: Mapping[str, Mapping[str | None, Cells]]
    where: str
    has_conditions: bool

    @memo
    def namer(self) -> Namer:
        """Finds what the names of medicines mean."""
        return Namer(self.options.book.medicines, self.options.codes)

    def read(self, part: int) -> PartRows:
        """The rows of one part."""
        held = PartRows()
        people = self.plan.people
        for batch in read_batches(self.folder, 0, part):
            cells = batch.to_pydict()
            for place, person in enumerate(cells[people.id]):
                if person is not None:
                    held.add_person(person, {role: cells[column][place] for role, column in people.columns.items()})
        held.latest = np.full(len(held.people), NEVER)
        joined = 1 + len(self.plan.tables)
        for number, table in enumerate(self.plan.tables, start=1):
            other: dict[tuple[str, str], Cells] | None = None
            if table.join is not None and table.join.file not in self.small:
                other = self.joined(joined, part, table)
                joined += 1
            self.read_table(number, part, other, held)
        return held

    def joined(self, number: int, part: int, table: TablePlan) -> dict[tuple[str, str], Cells]:
        """The cells of a joined file, by person and key."""
        assert table.join is not None
        found: dict[tuple[str, str], Cells] = {}
        for batch in read_batches(self.folder, number, part):
            cells = batch.to_pydict()
            for place, (person, key) in enumerate(zip(cells[table.person], cells[table.join.on], strict=True)):
                found[person, key] = {role: cells[column][place] for role, column in table.join.take.items()}
        return found

    def read_table(self, number: int, part: int, other: Mapping[Any, Cells] | None, held: PartRows) -> None:
        """The rows of one table, those of results each once."""
        table, translate = self.plan.tables[number - 1], self.translate.get(number - 1)
        small = self.small.get(table.join.file, {}) if table.join else {}

        def complete(person: str, key: str | None, cells: Cells) -> Cells:
            if table.join is not None:
                cells = cells | ((other or {}).get((person, key)) or small.get(key, {}))
            return cells if translate is None else translate(cells)

        batches = read_batches(self.folder, number, part)
        if not batches:
            return
        rows = Rows(batches, table, complete, other is not None, translate is not None, held.people)
        if table.kind == MEASUREMENT:
            rows.take(rows.first_of_same())
        held.add_rows(rows)
        if table.kind == MEASUREMENT:
            held.results.add(rows, Meanings(table, self.options.codes, self.options.book.recorded))
        elif table.kind == DRUG:
            held.spans.add_courses(rows, self.namer)
        else:
            held.spans.add_diagnoses(rows)
