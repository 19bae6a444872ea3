"""From a record to a case: every answer with the resources it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.model import BaseIntake
from screener.errors import CaseError, FieldProblem
from screener.records.coverage import Seen
from screener.records.fhir.conditions import diagnosis
from screener.records.fhir.labs import lab_values
from screener.records.fhir.medications import Pharmacy
from screener.records.fhir.person import read_person
from screener.records.fhir.record import Record
from screener.records.gathered import Gathered
from screener.records.options import Options
from screener.records.reading import Held, read_held
from screener.records.when import years_between


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


def import_record(
    record: Record,
    options: Options,
    where: str = "",
    not_whole: tuple[str, ...] = (),
    listed_elsewhere: bool = False,
    as_of: date | None = None,
) -> ImportedCase:
    """The case of one patient.

    Args:
        record: what was read about the patient.
        options: how records are read.
        where: the file's name for messages.
        not_whole: why entries may be missing from the whole input.
        listed_elsewhere: whether the same run has a file of conditions.
        as_of: the day the answers are about; that of the options, or the latest date in the record, when None.
    """
    case_id = record.case_id or None
    refused = list(record.refused)
    if record.patient is None and not refused:
        refused.append(FieldProblem("Patient", "there is no Patient resource"))
    if record.twice:
        refused.append(FieldProblem(f"Patient/{record.case_id}", "is given twice with different content"))
    if refused:
        return ImportedCase(case_id, refused=tuple(dict.fromkeys(refused)), where=where, seen=record.held())
    assert record.patient is not None
    book = options.book
    day = as_of or options.as_of or record.latest
    ways = options.ways
    window = ways.window(day)
    found = Gathered(
        book.fields, book.recorded, notes=list(record.notes), seen=record.held(), explains=options.explains
    )
    read_person(record.patient, day, found)
    pharmacy = Pharmacy(record, book, options.codes, found)
    held = Held(
        [diagnosis(condition) for condition in record.conditions],
        lambda: lab_values(record.observations, options.codes, window, found),
        lambda: (pharmacy.courses(), pharmacy.unread),
        _age_on(record),
        tuple(dict.fromkeys((*not_whole, *record.not_whole))),
        listed_elsewhere,
    )
    dates = read_held(held, window, ways, found)
    answers = {"case_id": case_id, **found.answers}
    problems, notes = tuple(found.problems), tuple(found.notes)
    return ImportedCase(
        case_id, answers, found.sources, day, problems, notes, (), where, book.fields, found.seen, dates
    )


def _age_on(record: Record) -> Callable[[date], int | None]:
    """The age in completed years on a day, where it is known."""
    born = record.patient.birthDate if record.patient else None

    def age_on(day: date) -> int | None:
        if born is None or born.first > day:
            return None
        return years_between(born.last, day)

    return age_on


def import_days(
    record: Record, options: Options, where: str = "", not_whole: tuple[str, ...] = (), listed_elsewhere: bool = False
) -> Iterator[ImportedCase]:
    """The case of a record, or one for each of the person's days."""
    days = options.days_of(record.case_id)
    for day in days:
        case = import_record(record, options, where, not_whole, listed_elsewhere, day)
        yield case.named(f"{record.case_id}@{day}") if len(days) > 1 else case
