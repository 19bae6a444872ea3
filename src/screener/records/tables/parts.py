"""The rows of one part of the tables, understood and put together by person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screener.records.options import Options
from screener.records.tables.meanings import Meanings
from screener.records.tables.plan import MEASUREMENT, Plan, TablePlan
from screener.records.tables.results import Cells, Results, Understanding, add_results
from screener.records.tables.rows import Row
from screener.records.tables.split import ROW, read_batches

Person = dict[str, str | None]


@dataclass
class PartRows:
    """What one part holds.

    Attributes:
        people: of each person, the rows in the table of persons, by role.
        results: their results.
        others: of each person, the rows of medicines and of conditions, by kind.
    """

    people: dict[str, list[Person]] = field(default_factory=dict)
    results: Results = field(default_factory=Results)
    others: dict[str, dict[str, list[Row]]] = field(default_factory=dict)

    def without_person(self) -> tuple[int, int]:
        """How many rows are of persons who are not in the table of persons, and of how many such persons."""
        strangers = (self.results.rows.keys() | self.others.keys()) - self.people.keys()
        rows = sum(self.results.rows[one] for one in strangers)
        rows += sum(len(some) for one in strangers for some in self.others.get(one, {}).values())
        return rows, len(strangers)


@dataclass(frozen=True)
class PartReader:
    """Reads parts.

    Attributes:
        plan: what is read of the tables.
        options: how records are read.
        folder: where the parts stand.
        translate: turns the cells of a row into others, such as concept ids into codes; by the number of the table.
        small: joined files without persons, by their names.
    """

    plan: Plan
    options: Options
    folder: Path
    translate: Mapping[int, Callable[[Cells], Cells]]
    small: Mapping[str, Mapping[str | None, Person]]

    def read(self, part: int) -> PartRows:
        """The rows of one part."""
        held = PartRows()
        people = self.plan.people
        for batch in read_batches(self.folder, 0, part):
            cells = batch.to_pydict()
            for place, person in enumerate(cells[people.id]):
                if person is not None:
                    one = {role: cells[column][place] for role, column in people.columns.items()}
                    held.people.setdefault(person, []).append(one)
        joined = 1 + len(self.plan.tables)
        for number, table in enumerate(self.plan.tables, start=1):
            other: dict[tuple[str, str], Person] | None = None
            if table.join is not None and table.join.file not in self.small:
                other = self.joined(joined, part, table)
                joined += 1
            self.read_table(number, part, table, other, held)
        return held

    def joined(self, number: int, part: int, table: TablePlan) -> dict[tuple[str, str], Person]:
        """The cells of a joined file, by person and key."""
        assert table.join is not None
        found: dict[tuple[str, str], Person] = {}
        for batch in read_batches(self.folder, number, part):
            cells = batch.to_pydict()
            for place, (person, key) in enumerate(zip(cells[table.person], cells[table.join.on], strict=True)):
                found[person, key] = {role: cells[column][place] for role, column in table.join.take.items()}
        return found

    def read_table(
        self, number: int, part: int, table: TablePlan, other: Mapping[Any, Person] | None, held: PartRows
    ) -> None:
        """The rows of one table, those of results each once."""
        translate = self.translate.get(number - 1)
        small = self.small.get(table.join.file, {}) if table.join else {}

        def complete(person: str, key: str | None, cells: Cells) -> Cells:
            if table.join is not None:
                cells = cells | ((other or {}).get((person, key)) or small.get(key, {}))
            return cells if translate is None else translate(cells)

        batches = read_batches(self.folder, number, part)
        if table.kind == MEASUREMENT:
            meanings = Meanings(table, self.options.codes, self.options.book.recorded)
            how = Understanding(meanings.meaning, meanings.amount_of, complete)
            add_results(batches, table, how, other is not None, held.results)
            return
        for batch in batches:
            cells = batch.to_pydict()
            columns = [cells[column] for column in table.columns.values()]
            keys = cells[table.join.on] if table.join else [None] * batch.num_rows
            for person, line, key, *row in zip(cells[table.person], cells[ROW], keys, *columns, strict=True):
                if person is not None:
                    by_role = complete(person, key, dict(zip(table.columns, row, strict=True)))
                    by_kind = held.others.setdefault(person, {})
                    by_kind.setdefault(table.kind, []).append(Row(table, by_role, line))
