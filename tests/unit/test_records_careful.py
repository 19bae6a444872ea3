"""Records as a careful colleague reads them: thirty odd inputs, each with what it answers or says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from fhirs import (
    POTASSIUM_TABLETS,
    Resource,
    bundle,
    concept,
    condition,
    imported,
    lab,
    patient,
    request,
    statement,
    subject,
)
from screener.records.codetable import book_codes
from screener.records.fhir import elements, resources
from screener.records.fhir.decode import READ
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.records.tables.cases import table_cases
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from threeforms import as_long, options_for, someone

OLD = lab("old", 4.1, "2024-01-01")
GM = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"


def models() -> Iterator[type[BaseModel]]:
    for found in vars(resources).values():
        if isinstance(found, type) and issubclass(found, elements.Resource | resources._Measured):
            yield found


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_the_quick_decoder_keeps_every_element_that_is_read(model: type[BaseModel]) -> None:
    assert {name for name in model.model_fields if name != "source"} <= set(READ)


def said(case: ImportedCase) -> str:
    return " ".join(map(str, (*case.problems, *case.notes)))


def read(data: Any, folder: Path, book: RuleBook, **more: Any) -> list[ImportedCase]:
    path = folder / "record.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return list(cases(path, options=Options(book, book_codes(book), **more)))


def without(resource: Resource, *names: str) -> Resource:
    return {name: value for name, value in resource.items() if name not in names}


# values

VALUES: list[tuple[Resource, Any, str]] = [
    ({"valueString": ">7.0mmol/L"}, "> 7.0 mmol/L", ""),
    ({"valueString": "7,1 mmol/l"}, None, "is not a number with a unit"),
    ({"valueString": "< 2,0 mmol/L"}, None, "is not a number with a unit"),
    ({"valueString": "6.9 mmol/L (haemolysed)"}, None, "is not a unit of potassium"),
    ({"valueString": "haemolysed"}, None, "is newer than Observation/old"),
    ({"valueQuantity": {"value": -3.1, "unit": "mmol/L"}}, None, "out of range"),
    ({"valueQuantity": {"value": 0, "unit": "mmol/L"}}, None, "out of range"),
    ({"valueQuantity": {"value": 3.1, "unit": "mval/l"}}, None, "is not a unit of potassium"),
    ({"valueQuantity": {"value": 3.1, "unit": "mEq / L"}}, 3.1, ""),
    ({"valueQuantity": {"value": 3.1, "unit": "mmol/L", "code": "mg/dL"}}, None, "contradict each other"),
    ({"valueQuantity": {"value": 3.1, "unit": "mmol/L", "comparator": "ad"}}, None, "makes this no value"),
    ({"valueInteger": 4}, None, "has no unit"),
    ({"valueBoolean": True}, None, "something else than a number"),
    ({"valueRange": {"low": {"value": 3.1}}}, None, "something else than a number"),
    (
        {"valueQuantity": {"value": 6.9, "unit": "mmol/L"}, "dataAbsentReason": {"coding": [{"code": "error"}]}},
        None,
        "has both a value and a reason why there is none",
    ),
    ({"valueQuantity": {"value": 2.1, "unit": "mmol/L"}, "status": "preliminary"}, 4.1, ""),
    ({"valueQuantity": {"value": 2.1, "unit": "mmol/L"}, "status": "cancelled"}, 4.1, ""),
    ({"valueQuantity": {"value": 2.1, "unit": "mmol/L"}, "status": "entered-in-error"}, 4.1, ""),
    ({"dataAbsentReason": {"coding": [{"code": "error"}]}}, 4.1, ""),
]


@pytest.mark.parametrize(("value", "potassium", "says"), VALUES)
def test_a_newer_value(value: Resource, potassium: Any, says: str, book: RuleBook, tmp_path: Path) -> None:
    newer = {**without(lab("new", 1, "2024-02-01"), "valueQuantity"), **value}
    case = imported(tmp_path, book, OLD, newer)
    assert case.answers.get("potassium") == potassium
    assert says in said(case)


# reports that contain results


@pytest.mark.parametrize(
    ("status", "inside", "potassium"),
    [
        ("final", {}, 2.9),
        ("final", {"effectiveDateTime": None}, 2.9),  # of the report's time
        ("partial", {}, 2.9),
        ("cancelled", {}, None),
        ("preliminary", {}, None),
        ("entered-in-error", {}, None),
    ],
)
def test_results_inside_a_report(
    status: str, inside: Resource, potassium: float | None, book: RuleBook, tmp_path: Path
) -> None:
    result = without({**lab("k", 2.9, "2024-01-02"), **inside}, "subject", *inside)
    report = {
        "resourceType": "DiagnosticReport", "id": "d", "status": status, "effectiveDateTime": "2024-01-03",
        **subject(), "contained": [result], "result": [{"reference": "#k"}],
    }  # fmt: skip
    assert imported(tmp_path, book, report).answers.get("potassium") == potassium


def test_a_file_does_not_say_what_we_call_a_result(book: RuleBook, tmp_path: Path) -> None:
    named = {**lab("k", 2.9, "2024-01-02"), "source": "MedicationRequest/of-somebody-else"}
    form = {"resourceType": "QuestionnaireResponse", "id": "f", "questionnaire": "http://other", "status": "completed"}
    for more in ((), (form,)):  # a file with a form is decoded whole
        assert imported(tmp_path, book, named, *more).provenance["potassium"] == ["Observation/k"]


# medicines

ORDER = without(request("r", "", "2023-12-01"), "medicationCodeableConcept")
FUROSEMIDE = {"resourceType": "Medication", "id": "i", "code": {"text": "furosemide"}}


@pytest.mark.parametrize(
    ("medicine", "diuretic", "says"),
    [
        ({"code": {"text": "furosemide"}}, True, ""),
        ({"ingredient": [{"itemCodeableConcept": {"text": "furosemide"}}]}, True, ""),
        ({"ingredient": [{"itemReference": {"reference": "Medication/i"}}]}, True, ""),
        ({"ingredient": [{"item": {"concept": {"text": "furosemide"}}}]}, True, ""),
        (
            {"ingredient": [{"itemCodeableConcept": {"text": name}} for name in ("amiloride", "furosemide")]},
            True,
            "",
        ),
        ({"ingredient": [{"itemReference": {"reference": "Medication/m"}}]}, None, "which names no medicine"),
        ({}, None, "points to `Medication/m`, which names no medicine"),
        ({"code": {"text": "furosemide"}, "status": "entered-in-error"}, None, "which was entered in error"),
    ],
)
def test_a_medicine_that_is_pointed_to(
    medicine: Resource, diuretic: bool | None, says: str, book: RuleBook, tmp_path: Path
) -> None:
    pointed = {"resourceType": "Medication", "id": "m", **medicine}
    case = imported(
        tmp_path, book, pointed, FUROSEMIDE, {**ORDER, "medicationReference": {"reference": "Medication/m"}}
    )
    assert case.answers.get("diuretic") is diuretic
    assert says in said(case)


@pytest.mark.parametrize(
    ("adherence", "taken"),
    [
        ("taking", True), ("taking-as-directed", True), ("not-taking", None), ("on-hold", None), ("stopped", None),
        ("stopped-as-directed", None), ("unknown", None),
    ],
)  # fmt: skip
def test_adherence_in_r5(adherence: str, taken: bool | None, book: RuleBook, tmp_path: Path) -> None:
    stated = statement(
        "s", "", "recorded", effectiveDateTime="2024-01-01", adherence={"code": {"coding": [{"code": adherence}]}}
    )
    stated = {**without(stated, "medicationCodeableConcept"), "medication": {"concept": {"text": "furosemide"}}}
    assert imported(tmp_path, book, OLD, stated).answers.get("diuretic") is taken


@pytest.mark.parametrize(
    ("element", "version"),
    [("notGiven", "FHIR STU3"), ("wasNotGiven", "FHIR DSTU2")],
)
def test_doses_that_were_not_given_show_an_older_version(
    element: str, version: str, book: RuleBook, tmp_path: Path
) -> None:
    dose = {
        "resourceType": "MedicationAdministration", "id": "a", "status": "completed", element: True,
        "medicationCodeableConcept": {"text": POTASSIUM_TABLETS}, "effectiveDateTime": "2024-01-02", **subject(),
    }  # fmt: skip
    (case,) = read(bundle(patient(), dose), tmp_path, book)
    assert [str(problem) for problem in case.refused] == [
        f"this is {version} (MedicationAdministration.{element}); R4, R4B and R5 are read here"
    ]


def test_an_hl7_v2_message_is_named(book: RuleBook, tmp_path: Path) -> None:
    (case,) = read("MSH|^~\\&|LAB|X|Y|Z|2024||ORU^R01|1|P|2.5\r", tmp_path, book)
    assert "this is an HL7 v2 message" in str(case.refused[0])


# containers


def test_a_transaction_before_a_server_gave_ids(book: RuleBook, tmp_path: Path) -> None:
    whose = {"subject": {"reference": "urn:uuid:1"}}
    others = [lab("a", 2.9, "2024-01-01"), request("r", "furosemide", "2023-12-01"), condition("c", "icd10cm", "E11.9")]
    entries = [without(patient(), "id"), *({**without(one, "id"), **whose} for one in others)]
    data = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": f"urn:uuid:{place}", "resource": one} for place, one in enumerate(entries, start=1)],
    }
    (case,) = read(data, tmp_path, book)
    assert (case.case_id, case.answers["potassium"], case.answers["diuretic"]) == ("1", 2.9, True)
    assert case.answers["type_2_diabetes"] is True


@pytest.mark.parametrize(("kind", "first", "potassium"), [
    ("history", True, None), ("history", False, 2.9), ("transaction", True, None), ("transaction", False, None),
])  # fmt: skip
def test_what_was_deleted(kind: str, first: bool, potassium: float | None, book: RuleBook, tmp_path: Path) -> None:
    """A history begins with the newest: what comes before the deletion was made again after it."""
    deletion = {"request": {"method": "DELETE", "url": "Observation/a"}, "response": {"status": "204"}}
    there = {"resource": lab("a", 2.9, "2024-01-01")}
    entries = [deletion, there] if first else [there, deletion]
    data = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": patient()}, *entries]}
    (case,) = read(data, tmp_path, book)
    assert case.answers.get("potassium") == potassium


# diagnoses


@pytest.mark.parametrize(
    ("letter", "heart", "diabetes"),
    [("G", True, False), ("V", True, False), ("A", False, False), ("Z", None, False), (None, True, False)],
)
def test_how_sure_a_german_diagnosis_is(
    letter: str | None, heart: bool | None, diabetes: bool, book: RuleBook, tmp_path: Path
) -> None:
    url = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
    more = {"extension": [{"url": url, "valueCoding": {"code": letter}}]} if letter else {}
    entry = {**condition("c", "snomed", ""), "code": {"coding": [{"system": GM, "code": "I50.13", **more}]}}
    case = imported(tmp_path, book, entry, absent_means_no=True)
    assert case.answers.get("heart_disease") is heart
    assert case.answers.get("type_2_diabetes") is diabetes


@pytest.mark.parametrize(
    ("code", "heart", "diabetes"),
    [
        ("I50.13", True, False), ("I50.13 G", True, False), ("I50.13GR", True, False), ("I5013L", True, False),
        ("I50.13A", None, None), ("I50.13 V", None, None), ("I50.13 Z", None, None), ("I50.-G", True, False),
    ],
)  # fmt: skip
def test_letters_behind_german_codes(
    code: str, heart: bool | None, diabetes: bool | None, book: RuleBook, tmp_path: Path
) -> None:
    """Ruled out, suspected and over are not understood: no yes, and no "no" of the others."""
    entry = {**condition("c", "snomed", ""), "code": {"coding": [{"system": GM, "code": code}]}}
    case = imported(tmp_path, book, entry, absent_means_no=True)
    assert case.answers.get("heart_disease") is heart
    assert case.answers.get("type_2_diabetes") is diabetes


def test_seventh_characters_of_other_systems_are_no_such_letters() -> None:
    codes = book_codes(cached_rulebook())
    assert codes.find("ICD-10-CM", "E87.6") is not None
    found = codes.find("ICD-10-CM", "S72.001A")
    assert found is None or not found.fields


def test_family_history_is_not_ones_own(book: RuleBook, tmp_path: Path) -> None:
    mother = {
        "resourceType": "FamilyMemberHistory", "id": "f", "status": "completed", "patient": subject()["subject"],
        "condition": [{"code": concept("icd10cm", "I50.9")}],
    }  # fmt: skip
    assert "heart_disease" not in imported(tmp_path, book, mother, OLD).answers


# tables


def of_table(results: list[tuple[str, ...]], book: RuleBook, folder: Path, **more: Any) -> ImportedCase:
    from random import Random

    person = {**someone("p", Random(1)), "k": results, "drugs": [], "codes": [], **more}
    where = as_long([person], folder / "tables")
    (case,) = table_cases(str(where), "long", options_for(book, where))
    return case


@pytest.mark.parametrize(
    ("text", "unit", "potassium"),
    [
        (">7.0", "mmol/L", "> 7.0 mmol/L"), ("3.1 mmol/L", "", 3.1), ("3.1 mEq/L", "mmol/L", 3.1),
        ("> 7 mmol/L", "", "> 7.0 mmol/L"), ("3.1", "MMOL/L", 3.1), ("3.1 mg/dL", "mmol/L", None),
        ("3.1 L", "mmol/L", None),
        ("3.1*", "mmol/L", None), ("3,1", "mmol/L", None), ("3.1-3.3", "mmol/L", None), ("-3.1", "mmol/L", None),
        ("3.1", "", None), ("NOT DONE", "mmol/L", None), ("3.1 (haemolysed)", "mmol/L", None),
    ],
)  # fmt: skip
def test_a_result_of_a_table(text: str, unit: str, potassium: Any, book: RuleBook, tmp_path: Path) -> None:
    case = of_table([("2024-01-01", "", text, unit, "Potassium")], book, tmp_path)
    assert case.answers.get("potassium") == potassium
    assert bool(case.problems) is (potassium is None)


def test_a_word_for_the_sex_that_the_mapping_does_not_have_is_said(book: RuleBook, tmp_path: Path) -> None:
    case = of_table([("2024-01-01", "", "4.1", "mmol/L", "Potassium")], book, tmp_path, sex="W")
    assert "sex" not in case.answers
    assert any("`W` is not said to mean a sex" in str(problem) for problem in case.problems)
    assert any(seen.code == "W" and seen.reason == "not said to mean a sex" for seen in case.seen)
