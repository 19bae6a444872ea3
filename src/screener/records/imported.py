"""What is gathered from a record, and the case that it makes: every answer with the resources it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from screener.case.answers import Kind, Number
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.model import BaseIntake
from screener.errors import CaseError, FieldProblem
from screener.records import coverage
from screener.records.coverage import Seen


@dataclass
class Gathered:
    """What a record says, field by field.

    Attributes:
        fields: what can be answered; what a record says about other fields is passed over.
        recorded: what a record can have a value of: the fields, and the measures that are read for others.
        answers: values as a case file writes them.
        sources: the resources each answer came from, such as `Observation/k-2`.
        problems: what could not be read; the answer is omitted, the case is kept.
        notes: how the record was read, in plain words.
        seen: what the record held, for the coverage.
        explains: whether anybody reads the notes.
    """

    fields: Fields
    recorded: Mapping[str, Kind]
    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: Counter[Seen] = field(default_factory=Counter)
    explains: bool = True

    def say(self, name: str, value: Any, sources: Iterable[str]) -> None:
        """Record an answer; saying the same again adds its sources."""
        if name not in self.fields:
            return
        try:
            self.fields[name].check(value)
        except ValueError as error:  # a book of one's own may mean something else by the name
            self.leave_out(name, name, f"{error}; left out", coverage.UNREADABLE)
            return
        self.answers[name] = value
        kept = self.sources.setdefault(name, [])
        kept += [source for source in dict.fromkeys(sources) if source not in kept]

    def say_age(self, age: int, day: date, source: str, resource: str, element: str = "") -> bool:
        """Record the age on a day, if it can be one; returns whether it can.

        Args:
            age: in completed years.
            day: which one.
            source: what says so.
            resource: the kind of resource or table that is, for the coverage.
            element: of the source, for messages.
        """
        limits = self.fields.get("age")
        if not isinstance(limits, Number):
            return False
        if not limits.low <= age <= limits.high:
            self.problem(source + element, f"an age of {age} years on {day} is out of range; left out")
            self.seen[coverage.left_out(resource, "age", coverage.RANGE)] += 1
            return False
        self.say("age", age, [source])
        return True

    def leave_out(self, name: str, where: str, message: str, reason: str) -> None:
        """Record why there is no answer though its entries are read, and count it."""
        self.problem(where, message)
        self.seen[coverage.left_out("answer", name, reason)] += 1

    def problem(self, where: str, message: str) -> None:
        """Record what could not be read."""
        self.problems.append(FieldProblem(where, message))

    def note(self, text: str) -> None:
        """Record how something was read, once."""
        if self.explains and text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True)
class ImportedCase:
    """A case read from a record, or a refused one.

    Attributes:
        case_id: the patient's id, or None when it has none.
        answers: as a case file writes them, `case_id` included.
        provenance: each field with the resources its answer came from.
        as_of: the day the answers are about.
        problems: what could not be read; those answers are omitted and the case is kept.
        notes: how the record was read, in plain words.
        refused: what is broken; when there is any, there is no case.
        where: the file it came from.
        fields: of the rule book, when there is a case.
        seen: what the record held, for the coverage.
        dates: of laboratory fields, the day of the result.
    """

    case_id: str | None
    answers: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, list[str]] = field(default_factory=dict)
    as_of: date | None = None
    problems: tuple[FieldProblem, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[FieldProblem, ...] = ()
    where: str = ""
    fields: Fields | None = None
    seen: Mapping[Seen, int] = field(default_factory=Counter)
    dates: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> ImportedCase:
        """The same case under another id; a refused one stays as it is."""
        return self if self.refused else replace(self, case_id=name, answers={**self.answers, "case_id": name})

    def intake(self) -> BaseIntake:
        """The validated case.

        Raises:
            CaseError: the case was refused; every problem is listed.
        """
        if self.refused or self.fields is None:
            raise CaseError(self.refused, self.case_id, self.where)
        return intake_class(self.fields).read(self.answers, self.where)

    def with_units(self) -> dict[str, Any]:
        """The answers with the unit after every number that needs one among other people's data."""
        return self.answers if self.fields is None else self.fields.with_units(self.answers)

    def explained(self) -> dict[str, Any]:
        """What is told about the case: day, resources of each answer, what was skipped, and how it was read."""
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "provenance": self.provenance,
            "dates": dict(self.dates),
            "problems": [{"field": problem.field, "message": problem.message} for problem in self.problems],
            "notes": list(self.notes),
        }
