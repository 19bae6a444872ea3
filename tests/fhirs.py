"""Small FHIR resources for tests, written as a record would have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.rulebook.book import RuleBook

Resource = dict[str, Any]
UCUM = "http://unitsofmeasure.org"
SYSTEMS = {
    "snomed": "http://snomed.info/sct",
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
}
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
SERUM, BLOOD, MG_MASS, MG_MOLES = "2823-3", "6298-4", "19123-9", "2601-3"
POTASSIUM_TABLETS = "Potassium Chloride 20 MEQ Extended Release Oral Tablet"


def concept(system: str, code: str, text: str | None = None) -> Resource:
    return {"coding": [{"system": SYSTEMS[system], "code": code}]} | ({"text": text} if text else {})


def patient(identity: str = "p", **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": identity, "birthDate": "1960-06-15", "gender": "female", **more}


def subject(identity: str = "p") -> Resource:
    return {"subject": {"reference": f"Patient/{identity}"}}


def lab(
    identity: str, value: Any, when: str, code: str = SERUM, unit: str | None = "mmol/L", who: str = "p", **more: Any
) -> Resource:
    quantity = {"value": value} | ({"unit": unit, "system": UCUM, "code": unit} if unit else {})
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": concept("loinc", code),
        "effectiveDateTime": when,
        "valueQuantity": quantity,
        **subject(who),
        **more,
    }


def request(
    identity: str, name: str, start: str | None, status: str = "active", who: str = "p", **more: Any
) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": identity,
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        **({"authoredOn": start} if start else {}),
        **subject(who),
        **more,
    }


def until(end: str) -> Resource:
    return {"dispenseRequest": {"validityPeriod": {"end": end}}}


def statement(identity: str, name: str, status: str = "active", **more: Any) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "id": identity,
        "status": status,
        "medicationCodeableConcept": {"text": name},
        **subject(),
        **more,
    }


def condition(
    identity: str, system: str, code: str, clinical: str | None = "active", verification: str = "confirmed", **more: Any
) -> Resource:
    clinical_status = {"clinicalStatus": {"coding": [{"system": CLINICAL, "code": clinical}]}} if clinical else {}
    return {
        "resourceType": "Condition",
        "id": identity,
        **clinical_status,
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": verification}]},
        "code": concept(system, code),
        **subject(),
        **more,
    }


def bundle(*resources: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def imported(folder: Path, book: RuleBook, *resources: Resource, **options: Any) -> ImportedCase:
    """The one case of a bundle of a patient and these resources."""
    if not any(r["resourceType"] == "Patient" for r in resources):
        resources = (patient(), *resources)
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle(*resources)), encoding="utf-8")
    (case,) = cases(path, book=book, **options)
    return case
