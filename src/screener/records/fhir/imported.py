"""From a record to a case: every answer with the resources it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from screener.case.fields import BaseIntake, Fields
from screener.errors import CaseError, FieldProblem
from screener.records.fhir.conditions import absent_means_no, read_conditions
from screener.records.fhir.labs import lab_values, read_latest
from screener.records.fhir.medications import Pharmacy
from screener.records.fhir.medicines import read_medicines
from screener.records.fhir.person import read_person
from screener.records.fhir.record import Record
from screener.records.gathered import Gathered
from screener.records.series import PotassiumSeries, read_magnesium
from screener.rulebook.book import RuleBook


@dataclass(frozen=True)
class ImportedCase:
    """A case read from FHIR, or a refused one.

    Attributes:
        case_id: the patient's id, or None when it has none.
        answers: as a case file writes them, `case_id` included.
        provenance: each field with the resources its answer came from.
        as_of: the day the answers are about.
        problems: what could not be read; those answers are left out and the case stands.
        notes: how the record was read, in plain words.
        refused: what is broken; when there is any, there is no case.
        where: the file it came from.
        fields: of the rule book, when there is a case.
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

    def intake(self) -> BaseIntake:
        """The validated case.

        Raises:
            CaseError: the case was refused; every problem is listed.
        """
        if self.refused or self.fields is None:
            raise CaseError(self.refused, self.case_id, self.where)
        return self.fields.intake.read(self.answers, self.where)

    def with_units(self) -> dict[str, Any]:
        """The answers with the unit beside every number that needs one among other people's data."""
        return self.answers if self.fields is None else self.fields.with_units(self.answers)

    def explained(self) -> dict[str, Any]:
        """What stands beside the case: day, resources of each answer, what was left out, and how it was read."""
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "provenance": self.provenance,
            "problems": [{"field": problem.field, "message": problem.message} for problem in self.problems],
            "notes": list(self.notes),
        }


def import_record(
    record: Record, book: RuleBook, as_of: date | None = None, no_when_absent: bool = False, where: str = ""
) -> ImportedCase:
    """The case of one patient.

    Args:
        record: what was read about the patient.
        book: the rule book, for its limits and medicine table.
        as_of: the day the answers are about; the latest date in the record when None.
        no_when_absent: count long-term conditions that the record does not list as no.
        where: the file's name for messages.
    """
    case_id = record.case_id or None
    refused = list(record.refused)
    if record.patient is None and not refused:
        refused.append(FieldProblem("Patient", "there is no Patient resource"))
    if refused:
        return ImportedCase(case_id, refused=tuple(dict.fromkeys(refused)), where=where)
    assert record.patient is not None
    day = as_of or record.latest
    found = Gathered(book.fields)
    read_person(record.patient, day, found)
    left_open = read_conditions(record.conditions, record.codes, day, found)
    values = lab_values(record.observations, record.codes, day, found)
    read_latest(values, found)
    courses = Pharmacy(record, book, record.codes, found).courses()
    read_medicines(courses, day, book, found)
    PotassiumSeries(values, courses, record.conditions, day, record.codes, book).read(found)
    read_magnesium(values, book, found)
    if no_when_absent:
        absent_means_no(record.codes, left_open, found)
    answers = {"case_id": case_id, **found.answers}
    problems, notes = tuple(found.problems), tuple(found.notes)
    return ImportedCase(case_id, answers, found.sources, day, problems, notes, (), where, book.fields)
