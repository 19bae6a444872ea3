"""The rows of one part of the tables, understood and put together by person, and the cases that they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from screener.errors import FieldProblem, echo
from screener.records import coverage
from screener.records.coverage import InputCounts
from screener.records.imported import Gathered, ImportedCase
from screener.records.options import Options
from screener.records.reading import Age, Held, by_day, read_held
from screener.records.tables.cells import cells_of, moment, number_of
from screener.records.tables.columns import DAY_ZERO, NEVER, Rows
from screener.records.tables.counted import CaseMade
from screener.records.tables.files import read_batches
from screener.records.tables.meanings import Meanings
from screener.records.tables.plan import DRUG, MEASUREMENT, Cells, Plan, TablePlan
from screener.records.tables.results import PartRows, PersonRows, add_results
from screener.records.tables.spans import add_courses, add_diagnoses
from screener.records.when import When, age_on, read_when


@dataclass
class PartReader:
    """Reads the parts of a folder of tables.

    Attributes:
        plan: what is read of the tables.
        options: how records are read.
        folder: where the parts are.
        small: joined files without persons, by their names.
        where: the tables are.
        has_conditions: whether there is a table of conditions with rows.
        without_person: rows of persons who are not in the table of persons.
        unknown_people: how many persons that are.
    """

    plan: Plan
    options: Options
    folder: Path
    small: Mapping[str, Mapping[str | None, Cells]]
    where: str
    has_conditions: bool
    without_person: int = 0
    unknown_people: int = 0

    def count(self, strangers: Mapping[str, int]) -> None:
        """Count the rows of persons who are not in the table of persons."""
        self.without_person += sum(strangers.values())
        self.unknown_people += len(strangers)

    def read(self, part: int) -> PartCases:
        """The rows of one part, ready for its cases."""
        given: dict[str, list[Cells]] = {}
        people = self.plan.people
        for batch in read_batches(self.folder, 0, part):
            for person, cells in zip(batch.column(people.id).to_pylist(), cells_of(batch, people.columns), strict=True):
                if person is not None:
                    given.setdefault(person, []).append(cells)
        held = PartCases(self, given)
        joins = count(1 + len(self.plan.tables))
        for number, table in enumerate(self.plan.tables, start=1):
            by_person = table.join is not None and table.join.file not in self.small
            other = self.joined(next(joins), part, table) if by_person else None
            self.read_table(number, part, other, held)
        return held

    def joined(self, number: int, part: int, table: TablePlan) -> dict[tuple[str, str], Cells]:
        """The cells of a joined file, by person and key."""
        assert table.join is not None
        found: dict[tuple[str, str], Cells] = {}
        for batch in read_batches(self.folder, number, part):
            keys = (batch.column(name).to_pylist() for name in (table.person, table.join.on))
            found.update(zip(zip(*keys, strict=True), cells_of(batch, table.join.take), strict=True))
        return found

    def read_table(self, number: int, part: int, other: Mapping[Any, Cells] | None, held: PartCases) -> None:
        """The rows of one table, those of results each once."""
        table = self.plan.tables[number - 1]
        small = self.small.get(table.join.file, {}) if table.join else {}

        def complete(person: str, key: str | None, cells: Cells) -> Cells:
            if table.join is not None:
                cells = cells | (small.get(key, {}) if other is None else other.get((person, key), {}))
            return cells if table.translate is None else table.translate(cells)

        batches = read_batches(self.folder, number, part)
        if not batches:
            return
        rows = Rows(batches, table, complete, other is not None, held.people)
        if table.kind == MEASUREMENT:
            rows.take(rows.first_of_same())
        held.strangers.update(rows.leave_out_strangers())
        times = rows.times("time" if table.kind == MEASUREMENT else "start")
        np.maximum.at(held.latest, rows.person, times.first)
        if table.kind == MEASUREMENT:
            add_results(held.rows, rows, Meanings(table, self.options.codes, self.options.book.recorded))
        elif table.kind == DRUG:
            add_courses(held.rows, rows, self.options.namer)
        else:
            add_diagnoses(held.rows, rows)


@dataclass
class PartCases:
    """What one part holds, and the cases that it makes.

    Attributes:
        reader: read the part.
        given: of each person, the rows in the table of persons, by role.
        people: the number of each of these.
        rows: theirs.
        latest: of each person, the latest day on which something was measured, begun or coded, in days since 1970.
        strangers: of each person who is not in the table of persons, how many rows there are.
        made: of whom cases were made so far.
    """

    reader: PartReader
    given: dict[str, list[Cells]]
    rows: PartRows = field(default_factory=PartRows)
    strangers: Counter[str] = field(default_factory=Counter)
    made: list[CaseMade] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = {person: number for number, person in enumerate(self.given)}
        self.latest = np.full(len(self.people), NEVER)

    def cases(self) -> Iterator[ImportedCase]:
        """The cases in the order of the persons' ids, made as they are asked for."""
        for person in sorted(self.given):
            yield from self.person(person)

    def seen(self) -> InputCounts:
        """What is counted of the rows behind the cases made so far, besides what the cases say themselves."""
        return self.rows.counted.part(self.made)

    def person(self, identity: str) -> Iterator[ImportedCase]:
        """The case of a person, or one for each of their days."""
        given, reader = self.given[identity], self.reader
        if any(other != given[0] for other in given):
            problem = FieldProblem(reader.plan.people.file, f"has two different rows for the person `{identity}`")
            return iter([ImportedCase(identity, refused=(problem,), where=reader.where)])
        return by_day(identity, reader.options, partial(self.case, identity))

    def case(self, identity: str, day: date | None) -> ImportedCase:
        """The case of a person on a day."""
        options, number = self.reader.options, self.people[identity]
        latest = int(self.latest[number])
        newest = date.fromordinal(latest + DAY_ZERO) if latest != NEVER else None
        day = day or options.as_of or newest
        found = Gathered(options.book.fields, options.book.recorded, explains=options.explains)
        age = self.read_person(identity, self.given[identity][0], day, found)
        mine = self.rows.read.get(number) or PersonRows()
        held = Held(
            identity,
            self.reader.where,
            mine.diagnoses,
            lambda: mine.up_to(day, newest, found),
            lambda: (mine.courses, mine.unread),
            age,
            listed_elsewhere=self.reader.has_conditions,
        )
        window = options.window(day)
        self.made.append(CaseMade(number, found.answers.get("sex"), day, window.first))
        return read_held(held, window, options, found)

    def read_person(self, identity: str, given: Cells, day: date | None, found: Gathered) -> Age:
        """Say age and sex; returns the age on any day."""
        people = self.reader.plan.people
        source = f"{people.file}:{identity}"
        word = given.get("sex")
        sex = people.sexes.get(word or "")
        if sex:
            found.say("sex", sex, [source])
        elif word:
            found.problem(source, f"{echo(word)} is not said to mean a sex; left out")
            found.seen[coverage.left_out("person", word, coverage.NO_SEX)] += 1
        ages = _ages(given, found, source)
        if day is not None and (age := ages(day)) is not None:
            found.say_age(age, day, source, "person")
        return ages


def _ages(given: Cells, found: Gathered, source: str) -> Age:
    """The age on a day, by birth or by an age in a year."""
    age, year = number_of(given.get("age") or ""), number_of(given.get("in_year") or "")
    if age is not None and year is not None:
        return lambda day: int(age) + day.year - int(year)
    if given.get("age"):
        said = " in ".join(filter(None, (given["age"], given.get("in_year"))))
        found.problem(source, f"{echo(said)} is not an age in a year; left out")
        found.seen[coverage.left_out("person", "age", coverage.UNREADABLE)] += 1
    return partial(age_on, _birth(given, found, source))


def _birth(given: Cells, found: Gathered, source: str) -> When | None:
    """When somebody was born, as exactly as it is recorded."""
    parts = takewhile(bool, (given.get(role) or "" for role in ("year", "month", "day")))
    known = (part.zfill(width) for part, width in zip(parts, (4, 2, 2), strict=False))
    text = given.get("birth") or "-".join(known)
    if not text:
        return None
    try:
        return read_when(text.removesuffix(".0")) if len(text) <= 7 else moment(text)
    except ValueError as error:
        found.problem(source, f"{error}; left out")
        found.seen[coverage.left_out("person", "birth", coverage.BAD_DATE)] += 1
        return None
