"""From the record of a patient to a case: age and sex, diagnoses, and all that every reader reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from screener.errors import FieldProblem
from screener.records.diagnoses import VISIT, Diagnosis
from screener.records.fhir.elements import codings_of
from screener.records.fhir.labs import lab_values
from screener.records.fhir.medications import Pharmacy
from screener.records.fhir.record import Record
from screener.records.fhir.resources import Condition, Observation, Patient
from screener.records.imported import Gathered, ImportedCase
from screener.records.options import Options
from screener.records.reading import Held, by_day, read_held
from screener.records.when import age_on, years_between

BIRTH_SEX: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
BIRTH_SEXES: Final = {"F": "female", "M": "male"}
ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
OF_A_STAY: Final = "encounter-diagnosis"
# how sure a diagnosis is in ICD-10-GM (`diagnosesicherheit`): A is ruled out, Z a state after it
CERTAINTY: Final = "icd-10-gm-diagnosesicherheit"
RULED_OUT, STATE_AFTER = "A", "Z"


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
    case_id, patient, refused = record.case_id or None, record.patient, list(record.refused)
    if patient is None and not refused:
        refused.append(FieldProblem("Patient", "there is no Patient resource"))
    if record.twice:
        refused.append(FieldProblem(f"Patient/{record.case_id}", "is given twice with different content"))
    if refused:
        return ImportedCase(case_id, refused=tuple(dict.fromkeys(refused)), where=where, seen=record.held())
    assert patient is not None
    book, codes = options.book, options.codes
    window = options.window(as_of or options.as_of or record.latest)
    found = Gathered(
        book.fields, book.recorded, notes=list(record.notes), seen=record.held(), explains=options.explains
    )
    read_person(patient, window.as_of, found)
    pharmacy = Pharmacy(record, book, codes, found)
    held = Held(
        case_id,
        where,
        [diagnosis(condition) for condition in record.of(Condition)],
        lambda: lab_values(record.of(Observation), codes, window, found),
        lambda: (pharmacy.courses(), pharmacy.unread),
        partial(age_on, patient.birthDate),
        tuple(dict.fromkeys((*not_whole, *record.not_whole))),
        listed_elsewhere,
    )
    return read_held(held, window, options, found)


def import_days(
    record: Record, options: Options, where: str = "", not_whole: tuple[str, ...] = (), listed_elsewhere: bool = False
) -> Iterator[ImportedCase]:
    """The case of a record, or one for each of the person's days."""
    return by_day(record.case_id, options, partial(import_record, record, options, where, not_whole, listed_elsewhere))


def read_person(patient: Patient, as_of: date | None, found: Gathered) -> None:
    """Age in completed years on the day, and sex (given at birth, where the record has it)."""
    source, born = patient.name, patient.birthDate
    at_birth = next((BIRTH_SEXES.get(e.valueCode or "") for e in patient.extension if e.url == BIRTH_SEX), None)
    sex = at_birth or (patient.gender if patient.gender in ("female", "male") else None)
    if sex:
        found.say("sex", sex, [source])
    if born is None or as_of is None:
        return
    age = years_between(born.last, as_of)
    if found.say_age(age, as_of, source, ".birthDate") and not born.exact and years_between(born.first, as_of) != age:
        found.note(f"Only the month or year of birth is recorded, so the age may be {age + 1} instead of {age}.")


def diagnosis(condition: Condition) -> Diagnosis:
    """What a Condition says, without what its codes mean."""
    onset, abated = condition.onsetPeriod, condition.abatementPeriod
    status = condition.clinicalStatus.codes() if condition.clinicalStatus else frozenset()
    truth = condition.verificationStatus.codes() if condition.verificationStatus else frozenset()
    sure = _certainty(condition)
    categories = {code for category in condition.category for code in category.codes()}
    return Diagnosis(
        condition.name,
        codings_of(condition.code),
        true=not truth & NOT_TRUE and RULED_OUT not in sure,
        status=bool(status & ACTIVE) if status and STATE_AFTER not in sure else None,
        start=condition.onsetDateTime or (onset.start if onset else None) or condition.recordedDate,
        end=condition.abatementDateTime or (abated.end if abated else None),
        ended=any((condition.abatementString, condition.abatementAge, condition.abatementRange)),
        event=VISIT if categories == {OF_A_STAY} else "",
        modifier=condition.modifier,
    )


def _certainty(condition: Condition) -> set[str]:
    """How sure the codes of a condition are, where an extension says it."""
    codings = condition.code.coding if condition.code else []
    given = (one for coding in codings if isinstance(coding.extension, list) for one in coding.extension)
    mine = [one for one in given if isinstance(one, dict) and str(one.get("url", "")).lower().endswith(CERTAINTY)]
    values = [one.get("valueCoding") or {"code": one.get("valueCode")} for one in mine]
    return {str(value.get("code")) for value in values if isinstance(value, dict)}
