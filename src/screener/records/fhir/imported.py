"""From a record to a case: every answer with the resources it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from screener.case.fields import BaseIntake, Fields
from screener.errors import CaseError, FieldProblem
from screener.records.answered import compute_egfr, read_last, read_magnesium
from screener.records.coverage import Seen
from screener.records.diagnoses import Diagnoses, absent_means_no
from screener.records.fhir.conditions import diagnosis
from screener.records.fhir.labs import lab_values
from screener.records.fhir.medications import Pharmacy
from screener.records.fhir.person import read_person
from screener.records.fhir.record import Record
from screener.records.gathered import Gathered
from screener.records.labs import LabValue, in_window
from screener.records.medicines import read_medicines
from screener.records.series import PotassiumSeries
from screener.records.when import years_between
from screener.records.window import WINDOW, Window, limit

if TYPE_CHECKING:
    from screener.records.fhir.read import Options


@dataclass(frozen=True)
class ImportedCase:
    """A case read from a record, or a refused one.

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
    found = Gathered(book.fields, notes=list(record.notes), seen=record.held())
    whole = tuple(dict.fromkeys((*not_whole, *record.not_whole)))
    if whole:
        found.note(f"The record is not whole: {'; '.join(whole)}. The last result in it may not be the last.")
    months = None if options.look_back == 0 else options.look_back or int(limit(book, WINDOW))
    window = Window(day, months)
    read_person(record.patient, day, found)
    diagnoses = Diagnoses([diagnosis(condition) for condition in record.conditions], options.codes, window)
    diagnoses.read(found)
    values = lab_values(record.observations, options.codes, window, found)
    recent = in_window(values, window, found)
    read_last(recent, book, found)
    pharmacy = Pharmacy(record, book, options.codes, found)
    courses = pharmacy.courses()
    read_medicines(courses, day, book, found, pharmacy.unread)
    PotassiumSeries(values, courses, diagnoses, window, options.codes, book).read(found)
    read_magnesium(recent, book, found)
    if options.computed_egfr:
        compute_egfr(recent, _age_on(record), found)
    if options.absent_means_no:
        absent_means_no(diagnoses, whole, listed_elsewhere, found)
    answers = {"case_id": case_id, **found.answers}
    dates = _dates(recent, found)
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


def _dates(values: list[LabValue], found: Gathered) -> dict[str, str]:
    """The day of the result of each laboratory field that is answered."""
    by_source = {(value.field, value.source): value.when.last.isoformat() for value in values}
    return {
        name: day
        for name in found.answers
        for source in found.sources.get(name, ())
        if (day := by_source.get((name, source))) is not None
    }
