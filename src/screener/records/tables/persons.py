"""The cases of persons of tables, from what is in their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from screener.errors import FieldProblem, echo
from screener.records import coverage
from screener.records.coverage import Part, Seen
from screener.records.imported import Gathered, ImportedCase
from screener.records.reading import Age, Held, by_day, read_held
from screener.records.tables.cells import Cells, moment, number_of
from screener.records.tables.columns import DAY_ZERO, NEVER
from screener.records.tables.counted import CaseMade
from screener.records.tables.parts import PartReader, PartRows
from screener.records.when import When, age_on, read_when

PERSON: Final = "person"


@dataclass
class PartCases:
    """The cases of one part.

    Attributes:
        reader: read the part.
        rows: what it holds.
        made: of whom cases were made so far.
    """

    reader: PartReader
    rows: PartRows
    made: list[CaseMade] = field(default_factory=list)

    def cases(self) -> Iterator[ImportedCase]:
        """The cases in the order of the persons' ids, made as they are asked for."""
        for person in sorted(self.rows.people):
            yield from self.person(person)

    def seen(self) -> Part:
        """What is counted of the rows behind the cases made so far, besides what the cases say themselves."""
        return self.rows.seen(self.made)

    def person(self, identity: str) -> Iterator[ImportedCase]:
        """The case of a person, or one for each of their days."""
        given, reader = self.rows.given[self.rows.people[identity]], self.reader
        if any(other != given[0] for other in given):
            problem = FieldProblem(reader.plan.people.file, f"has two different rows for the person `{identity}`")
            return iter([ImportedCase(identity, refused=(problem,), where=reader.where)])
        return by_day(identity, reader.options, partial(self.case, identity))

    def case(self, identity: str, day: date | None) -> ImportedCase:
        """The case of a person on a day."""
        options, rows, number = self.reader.options, self.rows, self.rows.people[identity]
        latest = int(rows.latest[number])
        newest = date.fromordinal(latest + DAY_ZERO) if latest != NEVER else None
        day = day or options.as_of or newest
        found = Gathered(options.book.fields, options.book.recorded, explains=options.explains)
        age = self.read_person(identity, rows.given[number][0], day, found)
        found.problems += rows.spans.problems.get(number, ())
        results = rows.results.read.get(number)
        held = Held(
            identity,
            self.reader.where,
            rows.spans.diagnoses.get(number, ()),
            lambda: results.up_to(day, newest, found) if results is not None else {},
            lambda: (rows.spans.courses.get(number, []), False),
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
        sex = "female" if word in people.female else "male" if word in people.male else None
        if sex:
            found.say("sex", sex, [source])
        elif word:
            found.problem(source, f"{echo(word)} is not said to mean a sex; left out")
            found.seen[Seen(PERSON, "", word[: coverage.LONGEST], "", coverage.NOT_READ, coverage.NO_SEX)] += 1
        ages = _ages(given, found, source)
        age = ages(day) if day is not None else None
        if day is not None and age is not None:
            found.say_age(age, day, source)
        return ages


def _ages(given: Cells, found: Gathered, source: str) -> Age:
    """The age on a day, by birth or by an age in a year."""
    age, year = number_of(given.get("age") or ""), number_of(given.get("in_year") or "")
    if age is not None and year is not None:
        return lambda day: int(age) + day.year - int(year)
    return partial(age_on, _birth(given, found, source))


def _birth(given: Cells, found: Gathered, source: str) -> When | None:
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
