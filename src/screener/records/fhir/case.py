"""From the record of a patient to a case: age and sex, diagnoses, values, and all that every reader reads.

Observations are values by their codes; what cannot be read stays in the list without a value, and is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from screener.case.answers import Kind
from screener.case.bound import Bound
from screener.errors import FieldProblem, echo
from screener.records import coverage
from screener.records.codes import IGNORE, Codes, Concept
from screener.records.diagnoses import VISIT, Diagnosis
from screener.records.fhir.elements import codes_of, codings_of
from screener.records.fhir.medications import Pharmacy
from screener.records.fhir.record import Record
from screener.records.fhir.resources import Condition, Observation, Patient
from screener.records.imported import Gathered, ImportedCase
from screener.records.labs import RANKS, SEXES, LabValue, by_field, from_number, from_text, is_unit
from screener.records.options import Options
from screener.records.reading import Held, by_day, read_held
from screener.records.when import When, Window, age_on, years_between

BIRTH_SEX: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
BIRTH_SEXES: Final = {"F": "female", "M": "male"}
ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
OF_A_STAY: Final = "encounter-diagnosis"
# how sure a diagnosis is in ICD-10-GM (`diagnosesicherheit`): A is ruled out, Z a state after it
CERTAINTY: Final = "icd-10-gm-diagnosesicherheit"
RULED_OUT, STATE_AFTER = "A", "Z"
REVISED: Final = {"final": 0, "amended": 1, "corrected": 1}  # statuses that are read
UCUM: Final = "http://unitsofmeasure.org"
VALUES: Final = tuple(name for name in Observation.model_fields if name.startswith("value"))


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
    if record.twice:
        refused.append(FieldProblem(f"Patient/{record.case_id}", "is given twice with different content"))
    if refused:
        return ImportedCase(case_id, refused=tuple(dict.fromkeys(refused)), where=where, seen=record.held())
    assert patient is not None  # who has none is refused
    book, codes = options.book, options.codes
    window = options.window(as_of or options.as_of or record.latest)
    found = Gathered(
        book.fields, book.recorded, notes=list(record.notes), seen=record.held(), explains=options.explains
    )
    read_person(patient, window.as_of, found)
    held = Held(
        case_id,
        where,
        [diagnosis(condition) for condition in record.of(Condition)],
        lambda: by_field(value for one in record.of(Observation) for value in _values(one, codes, window, found)),
        Pharmacy(record, options.namer, found).courses,
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
    can_be = found.say_age(age, as_of, source, patient.kind, ".birthDate")
    if can_be and not born.exact and years_between(born.first, as_of) != age:
        found.note(f"Only the month or year of birth is recorded, so the age may be {age + 1} instead of {age}.")


def diagnosis(condition: Condition) -> Diagnosis:
    """What a Condition says, without what its codes mean."""
    onset, abated = condition.onsetPeriod, condition.abatementPeriod
    status, sure = codes_of(condition.clinicalStatus), _certainty(condition)
    categories = frozenset().union(*map(codes_of, condition.category))
    return Diagnosis(
        condition.name,
        codings_of(condition.code),
        true=not codes_of(condition.verificationStatus) & NOT_TRUE and RULED_OUT not in sure,
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


def _values(observation: Observation, codes: Codes, window: Window, found: Gathered) -> Iterator[LabValue]:
    """Every value up to the day, however old."""
    for part in (observation, *observation.component):
        concept = _lab(part, codes)
        if concept is None:
            continue
        reason, value = _value(observation, part, concept, window, found)
        found.seen[codes.seen(observation.kind, codings_of(part.code), reason, True)] += 1
        if value is not None:
            yield value


def _value(
    observation: Observation, part: Any, concept: Concept, window: Window, found: Gathered
) -> tuple[str, LabValue | None]:
    """Why a part is not read, or nothing; and its value, which may be none that can be read."""
    if concept.use == IGNORE:
        return concept.why_ignored, None
    source = observation.source or observation.name
    name = concept.fields[0][0]
    kind = found.recorded.get(name)
    if kind is None:
        return coverage.IGNORED, None
    if observation.status not in REVISED:
        return coverage.STATUS, None
    if concept.use in SEXES and found.answers.get("sex") != SEXES[concept.use]:
        found.note(f"{source} is a result that is read for {concept.use} only.")
        return coverage.OTHER_SEX, None
    if all(getattr(part, name) is None for name in VALUES):
        return coverage.NO_VALUE, None
    when = sampled(observation)
    if when is None:
        found.problem(source, "has no date, so it cannot be placed in time; left out")
        return coverage.NO_DATE, None
    if window.as_of is not None and when.first > window.as_of:
        return coverage.LATER, None
    reason, value = _read(name, kind, observation, part, source, found)
    found_value = LabValue(name, value, when, RANKS[concept.use], REVISED[observation.status], source)
    return (reason if window.has(when) else coverage.OLD), found_value


def _lab(part: Any, codes: Codes) -> Concept | None:
    """The lab that this part reports; None when it is none of ours, and one that is never interpreted before others."""
    found = codes.of_codings(codings_of(part.code))
    labs = [concept for concept in found if concept.is_lab]
    ignored = next((concept for concept in labs if concept.use == IGNORE), None)
    return ignored or (labs[0] if len({concept.fields for concept in labs}) == 1 else None)


def sampled(observation: Observation) -> When | None:
    """When the sample was taken; the day of the result where that is all that is known."""
    period = observation.effectivePeriod
    of_period = (period.end or period.start) if period else None
    return observation.effectiveDateTime or observation.effectiveInstant or of_period or observation.issued


def _read(
    name: str, kind: Kind, observation: Observation, part: Any, source: str, found: Gathered
) -> tuple[str, float | Bound | None]:
    """Why the value cannot be read, or nothing; and the value."""
    modifier = observation.modifier or part.modifier
    element = "value"
    try:
        if modifier:
            raise ValueError(f"has {modifier}, which may change what it means")
        if part.dataAbsentReason is not None:
            raise ValueError("has both a value and a reason why there is none (dataAbsentReason)")
        if part.valueQuantity is not None:
            element = "valueQuantity"
            return "", _quantity(name, kind, part.valueQuantity)
        text = part.valueString if part.valueString is not None else part.valueInteger
        if text is None:
            raise ValueError(f"{name} is reported as something else than a number")
        value = from_text(kind, str(text))
    except ValueError as error:
        found.problem(source if modifier else f"{source}.{element}", f"{error}; left out")
        return coverage.MODIFIER if modifier else coverage.UNREADABLE, None
    return "", value


def _quantity(name: str, kind: Kind, quantity: Any) -> float | Bound:
    if quantity.value is None:
        raise ValueError("has no number")
    shown = f"{quantity.value:g}" + (f" {quantity.unit or quantity.code}" if quantity.unit or quantity.code else "")
    if quantity.code and quantity.system == UCUM and not is_unit(kind, quantity.code):
        raise ValueError(f"{echo(quantity.code)} is not a unit of {name} that is read here")
    units = [unit for unit in (quantity.code, quantity.unit) if unit]
    return from_number(name, kind, Decimal(repr(quantity.value)), quantity.comparator or "", units, shown)
