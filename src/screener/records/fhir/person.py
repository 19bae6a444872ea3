"""Age and sex from the Patient resource."""

from __future__ import annotations

from datetime import date
from typing import Final

from screener.case.answers import Number
from screener.records.fhir.resources import Patient
from screener.records.gathered import Gathered
from screener.records.when import years_between

BIRTH_SEX: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
BIRTH_SEXES: Final = {"F": "female", "M": "male"}


def read_person(patient: Patient, as_of: date | None, found: Gathered) -> None:
    """Age in completed years on the day, and sex (given at birth, where the record has it)."""
    source = f"Patient/{patient.id}"
    at_birth = next((BIRTH_SEXES.get(e.valueCode or "") for e in patient.extension if e.url == BIRTH_SEX), None)
    sex = at_birth or (patient.gender if patient.gender in ("female", "male") else None)
    if sex:
        found.say("sex", sex, [source])
    if patient.birthDate is None or as_of is None:
        return
    born = patient.birthDate
    age = years_between(born.last, as_of)
    limits = found.fields.get("age")
    if not isinstance(limits, Number):
        return
    if not limits.low <= age <= limits.high:
        found.problem(f"{source}.birthDate", f"an age of {age} years on {as_of} is out of range; left out")
        return
    if not born.exact and years_between(born.first, as_of) != age:
        found.note(f"Only the month or year of birth is recorded, so the age may be {age + 1} instead of {age}.")
    found.say("age", age, [source])
