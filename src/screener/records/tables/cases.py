"""The cases of a folder of tables, person by person, in memory that does not grow with the number of persons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from screener.case.answers import Number
from screener.errors import FieldProblem, FileError, UsageError, echo_path
from screener.memo import memo
from screener.records.courses import Namer
from screener.records.fhir.imported import ImportedCase
from screener.records.fhir.read import Options
from screener.records.gathered import Gathered
from screener.records.reading import Held, read_held
from screener.records.tables.cells import moment, number_of
from screener.records.tables.files import batches_of, check_columns, find_file, header_of, size_of
from screener.records.tables.plan import CONDITION, DRUG, MEASUREMENT, Plan, TablePlan
from screener.records.tables.rows import Reader, Row, latest_of
from screener.records.tables.split import ROW, Source, parts_for, read_part, split
from screener.records.when import When, read_when, years_between

MOST_JOINED: Final = 1_000_000  # rows of a joined file that are held in memory
SAID_BY: Final = "the mapping"

Person = dict[str, str | None]


@dataclass
class Run:
    """One reading of a folder of tables.

    Attributes:
        folder: where the tables stand.
        plan: what is read of them.
        options: how records are read.
        translate: turns the cells of a row into others, such as concept ids into codes; by the number of the table.
        without_person: rows of persons who are not in the table of persons.
        unknown_people: how many persons that are.
        has_conditions: whether there is a table of conditions with rows.
        small: joined files without persons, by their names.
        amounts: what was read of cells before.
        meanings: what names and codes of results mean.
    """

    folder: Path
    plan: Plan
    options: Options
    translate: Mapping[int, Any] = field(default_factory=dict)
    without_person: int = 0
    unknown_people: int = 0
    has_conditions: bool = False
    small: dict[str, dict[str | None, Person]] = field(default_factory=dict)
    amounts: dict[Any, Any] = field(default_factory=dict)
    meanings: dict[Any, Any] = field(default_factory=dict)

    @memo
    def namer(self) -> Namer:
        """Finds what the names of medicines stand for."""
        return Namer(self.options.book.medicines, self.options.codes)

    def cases(self) -> Iterator[ImportedCase]:
        """One case for each person, part by part.

        Raises:
            FileError: a table can not be read.
            UsageError: a column is not there.
        """
        sources = self.sources()
        parts = parts_for(sum(size_of(source.path) for source in sources))
        with tempfile.TemporaryDirectory(prefix="screener-") as temporary:
            folder = Path(temporary)
            counts = split(sources, folder, parts)
            kinds = [table.kind for table in self.plan.tables]
            self.has_conditions = any(
                kind == CONDITION and count for kind, count in zip(kinds, counts[1:], strict=False)
            )
            for part in range(parts):
                yield from self.part(folder, part, len(sources))
        if self.without_person:
            self.options.say(
                f"rows_without_person: {self.without_person:,} ({self.unknown_people:,} persons are in no row of "
                f"{self.plan.people.file}; they make no case)"
            )

    def sources(self) -> list[Source]:
        """The table of persons, each table, then each joined file; their columns are checked before any is read."""
        people = self.plan.people
        found = [Source(find_file(self.folder, people.file), people.id, tuple(people.columns.values()), {})]
        joins: list[Source] = []
        for table in self.plan.tables:
            on = (table.join.on,) if table.join else ()
            columns = (*(column for column in table.columns.values()), *on)
            path = find_file(self.folder, table.file)
            found.append(Source(path, table.person, columns, dict(table.where)))
            if table.join:
                self.add_join(table, joins)
        for source in (*found, *joins):
            check_columns(source.path, (source.person, *source.columns, *source.where), SAID_BY)
        return [*found, *joins]

    def add_join(self, table: TablePlan, joins: list[Source]) -> None:
        """A joined file is split by person like a table; one without persons is held in memory."""
        assert table.join is not None
        path = find_file(self.folder, table.join.file)
        columns = (table.join.on, *table.join.take.values())
        if table.person in header_of(path):
            joins.append(Source(path, table.person, columns, {}))
            return
        check_columns(path, columns, SAID_BY)
        small = self.small.setdefault(table.join.file, {})
        for batch, _ in batches_of(path, columns):
            keys = batch.column(0).to_pylist()
            taken = {
                role: batch.column(batch.schema.get_field_index(c)).to_pylist() for role, c in table.join.take.items()
            }
            small.update({key: {role: cells[at] for role, cells in taken.items()} for at, key in enumerate(keys)})
            if len(small) > MOST_JOINED:
                name = echo_path(str(path))
                raise UsageError(f"{name} has more than {MOST_JOINED:,} rows and no column of persons to split it by")

    # one part

    def part(self, folder: Path, part: int, tables: int) -> Iterator[ImportedCase]:
        """The cases of the persons of one part, in the order of their ids."""
        people: dict[str, list[Person]] = {}
        for batch in read_part(folder, 0, part):
            for place, person in enumerate(batch[self.plan.people.id]):
                if person is not None:
                    cells = {role: batch[column][place] for role, column in self.plan.people.columns.items()}
                    people.setdefault(person, []).append(cells)
        rows: dict[str, list[Row]] = {}
        joined = 1 + len(self.plan.tables)
        for number, table in enumerate(self.plan.tables, start=1):
            other: dict[tuple[str, str], Person] = {}
            if table.join is not None and table.join.file not in self.small:
                other = self.joined(folder, joined, part, table)
                joined += 1
            self.read_rows(folder, number, part, table, other, rows)
        strangers = [person for person in rows if person not in people]
        self.unknown_people += len(strangers)
        self.without_person += sum(len(rows[person]) for person in strangers)
        for person in sorted(people):
            yield from self.person(person, people[person], rows.get(person, []))

    def joined(self, folder: Path, number: int, part: int, table: TablePlan) -> dict[tuple[str, str], Person]:
        """The cells of a joined file, by person and key."""
        assert table.join is not None
        found: dict[tuple[str, str], Person] = {}
        for batch in read_part(folder, number, part):
            for place, (person, key) in enumerate(zip(batch[table.person], batch[table.join.on], strict=True)):
                found[person, key] = {role: batch[column][place] for role, column in table.join.take.items()}
        return found

    def read_rows(
        self, folder: Path, number: int, part: int, table: TablePlan, other: Mapping[Any, Person],
        rows: dict[str, list[Row]],
    ) -> None:  # fmt: skip
        """The rows of one table, each once, by person."""
        seen: set[tuple[Any, ...]] = set()
        translate = self.translate.get(number - 1)
        small = self.small.get(table.join.file, {}) if table.join else {}
        for batch in read_part(folder, number, part):
            columns = [batch[column] for column in table.columns.values()]
            keys = batch[table.join.on] if table.join else [None] * len(batch[ROW])
            people, numbers = batch[table.person], batch[ROW]
            for person, line, key, *cells in zip(people, numbers, keys, *columns, strict=True):
                if person is None:
                    continue
                same = (person, key, *cells)
                if table.kind == MEASUREMENT and same in seen:
                    continue
                seen.add(same)
                by_role: Person = dict(zip(table.columns, cells, strict=True))
                if table.join is not None:
                    by_role |= other.get((person, key)) or small.get(key, {})
                if translate is not None:
                    by_role = translate(by_role)
                rows.setdefault(person, []).append(Row(table, by_role, line))

    # one person

    def person(self, identity: str, given: list[Person], rows: list[Row]) -> Iterator[ImportedCase]:
        """The case of a person, or one for each of their days."""
        if any(other != given[0] for other in given):
            problem = FieldProblem(self.plan.people.file, f"has two different rows for the person `{identity}`")
            yield ImportedCase(identity, refused=(problem,), where=str(self.folder))
            return
        days = self.options.days_of(identity)
        for day in days:
            case = self.case(identity, given[0], rows, day)
            yield case.named(f"{identity}@{day}") if len(days) > 1 else case

    def case(self, identity: str, given: Person, rows: list[Row], day: date | None) -> ImportedCase:
        """The case of a person on a day."""
        options = self.options
        day = day or options.as_of or latest_of(rows)
        found = Gathered(options.book.fields)
        reader = Reader(options.codes, self.namer, found, self.amounts, self.meanings)
        age_on = self.read_person(identity, given, day, found)
        by_kind: dict[str, list[Row]] = {MEASUREMENT: [], DRUG: [], CONDITION: []}
        for row in rows:
            by_kind[row.plan.kind].append(row)
        held = Held(
            [reader.diagnosis(row) for row in by_kind[CONDITION]],
            lambda window: [value for row in by_kind[MEASUREMENT] if (value := reader.value(row, window)) is not None],
            lambda: ([course for row in by_kind[DRUG] if (course := reader.course(row)) is not None], False),
            age_on,
            listed_elsewhere=self.has_conditions,
        )
        dates = read_held(held, day, options.ways, found)
        answers = {"case_id": identity, **found.answers}
        return ImportedCase(
            identity, answers, found.sources, day, tuple(found.problems), tuple(found.notes), (), str(self.folder),
            options.book.fields, found.seen, dates,
        )  # fmt: skip

    def read_person(self, identity: str, given: Person, day: date | None, found: Gathered) -> Any:
        """Say age and sex; returns the age on any day."""
        people = self.plan.people
        source = f"{people.file}:{identity}"
        word = given.get("sex")
        sex = "female" if word in people.female else "male" if word in people.male else None
        if sex:
            found.say("sex", sex, [source])
        age_on = _ages(given, found, source)
        limits = found.fields.get("age")
        age = age_on(day) if day is not None else None
        if age is None or not isinstance(limits, Number):
            return age_on
        if limits.low <= age <= limits.high:
            found.say("age", age, [source])
        else:
            found.problem(source, f"an age of {age} years on {day} is out of range; left out")
        return age_on


def _ages(given: Person, found: Gathered, source: str) -> Any:
    """The age on a day, by birth or by an age in a year."""
    age, year = number_of(given.get("age") or ""), number_of(given.get("in_year") or "")
    if age is not None and year is not None:
        return lambda day: int(age) + day.year - int(year)
    born = _birth(given, found, source)

    def age_on(day: date) -> int | None:
        return None if born is None or born.first > day else years_between(born.last, day)

    return age_on


def _birth(given: Person, found: Gathered, source: str) -> When | None:
    """When somebody was born, as exactly as it is recorded."""
    text = given.get("birth") or ""
    if not text and given.get("year"):
        parts = [given.get("year") or "", given.get("month") or "", given.get("day") or ""]
        known = [parts[0].zfill(4), *(part.zfill(2) for part in parts[1:])]
        text = "-".join(known[: next((place for place, part in enumerate(parts) if not part), len(parts))])
    if not text:
        return None
    try:
        return read_when(text.removesuffix(".0")) if len(text) <= 7 else moment(text)
    except ValueError as error:
        found.problem(source, f"{error}; left out")
        return None


def table_cases(name: str, form: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of a folder of tables; what they held is counted in the coverage.

    Args:
        name: of the folder.
        form: `long`, with the mapping file of the options, or `omop`.
        options: how records are read.

    Raises:
        UsageError: the mapping is wrong, or a column is not there.
        FileError: a table can not be read.
    """
    from screener.records.tables.mapping import read_mapping
    from screener.records.tables.omop import omop_plan
    from screener.records.tables.plan import plan_of

    folder = Path(name)
    if not folder.is_dir():
        raise FileError(f"{echo_path(name)} is no folder; tables are read from a folder")
    if form == "omop":
        plan, translate = omop_plan(folder, options.codes)
    elif options.mapping is not None:
        plan, translate = plan_of(read_mapping(options.mapping)), {}
    else:
        raise UsageError("--from long needs --map: a file that says which columns say what")
    counts = options.coverage.begin(name)
    for case in Run(folder, plan, options, translate).cases():
        counts.add(case.seen)
        yield case
