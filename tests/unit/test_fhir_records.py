"""How records are read: conditions, labs, medicines, age and sex, by code, status and date."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fhirs import (
    BLOOD,
    MG_MASS,
    MG_MOLES,
    SERUM,
    Resource,
    concept,
    condition,
    imported,
    lab,
    patient,
    request,
    statement,
    subject,
    until,
)
from screener.case.bound import SIGNS
from screener.case.intake import Intake
from screener.errors import RuleBookError
from screener.records.codetable import COLUMNS, book_codes, read_codes
from screener.records.options import Options
from screener.records.when import When, read_when, years_between
from screener.rulebook.book import RuleBook

JULY = date(2024, 7, 1)


def answers(folder: Path, book: RuleBook, *resources: Resource, **options: Any) -> dict[str, Any]:
    case = imported(folder, book, *resources, **{"as_of": JULY, **options})
    assert not case.refused
    case.intake()
    return case.answers


# conditions

CONDITIONS: list[tuple[str, Resource, dict[str, Any]]] = [
    ("type 2 diabetes", condition("c", "snomed", "44054006"), {"type_2_diabetes": True}),
    ("ICD-10-CM, deeper code", condition("c", "icd10cm", "E11.65"), {"type_2_diabetes": True}),
    ("ICD-10-CM without its dot", condition("c", "icd10cm", "E1165"), {"type_2_diabetes": True}),
    ("type 1 diabetes", condition("c", "icd10cm", "E10.9"), {}),
    (
        "two fields from one code",
        condition("c", "icd10cm", "E11.22"),
        {"type_2_diabetes": True, "kidney_disease": True},
    ),
    ("stage", condition("c", "icd10cm", "N18.32"), {"kidney_disease": True, "ckd_stage": 3}),
    ("relapse", condition("c", "snomed", "44054006", "relapse"), {"type_2_diabetes": True}),
    ("recurrence", condition("c", "snomed", "44054006", "recurrence"), {"type_2_diabetes": True}),
    ("resolved", condition("c", "snomed", "44054006", "resolved"), {}),
    ("inactive", condition("c", "snomed", "44054006", "inactive"), {}),
    ("remission", condition("c", "snomed", "44054006", "remission"), {}),
    ("no clinical status", condition("c", "snomed", "44054006", None), {}),
    ("refuted", condition("c", "snomed", "44054006", "active", "refuted"), {}),
    ("entered in error", condition("c", "snomed", "44054006", "active", "entered-in-error"), {}),
    ("provisional", condition("c", "snomed", "44054006", "active", "provisional"), {"type_2_diabetes": True}),
    ("begins later", condition("c", "snomed", "44054006", onsetDateTime="2024-08-01"), {}),
    ("ended before", condition("c", "snomed", "44054006", abatementDateTime="2024-06-01"), {}),
    (
        "resolved since, active on the day",
        condition("c", "snomed", "44054006", "resolved", onsetDateTime="2020-01-01", abatementDateTime="2024-08-01"),
        {"type_2_diabetes": True},
    ),
    ("family history, SNOMED", condition("c", "snomed", "160303001"), {}),
    ("family history, ICD", condition("c", "icd10cm", "Z83.3"), {}),
    ("alcohol", condition("c", "icd10cm", "F10.20"), {"heavy_alcohol_use": True}),
    ("alcohol in remission", condition("c", "icd10cm", "F10.21"), {}),
    ("non-alcoholic", condition("c", "icd10cm", "K75.81"), {}),
    ("non-alcoholic, SNOMED", condition("c", "snomed", "197315008"), {}),
    ("prediabetes", condition("c", "snomed", "15777000"), {}),
    ("too much sugar, not too much potassium", condition("c", "snomed", "80394007"), {}),
    ("text alone", {**condition("c", "snomed", "1"), "code": {"text": "Type 2 diabetes"}}, {}),
    (
        "another code system",
        {**condition("c", "snomed", "1"), "code": {"coding": [{"system": "urn:x", "code": "44054006"}]}},
        {},
    ),
    ("chest pain years ago", condition("c", "snomed", "29857009", onsetDateTime="2020-01-01"), {}),
    ("chest pain today", condition("c", "snomed", "29857009", onsetDateTime="2024-07-01"), {"chest_pain": True}),
    ("low potassium", condition("c", "snomed", "43339004"), {"told_low_potassium": True}),
    ("rhythm", condition("c", "icd10cm", "I48.91"), {"heart_disease": True, "abnormal_heart_rhythm": True}),
    ("any abnormal ECG", condition("c", "icd10cm", "R94.31"), {}),
]


@pytest.mark.parametrize(("resource", "expected"), [pytest.param(r, e, id=name) for name, r, e in CONDITIONS])
def test_conditions(resource: Resource, expected: dict[str, Any], book: RuleBook, tmp_path: Path) -> None:
    found = answers(tmp_path, book, resource)
    assert {name: value for name, value in found.items() if name not in ("case_id", "age", "sex")} == expected


def test_the_highest_stage_counts(book: RuleBook, tmp_path: Path) -> None:
    several = [condition(f"c{stage}", "icd10cm", f"N18.{stage}") for stage in (2, 4, 3)]
    case = imported(tmp_path, book, *several, as_of=JULY)
    assert case.answers["ckd_stage"] == 4
    assert case.provenance["ckd_stage"] == ["Condition/c4"]


def test_absent_is_no_only_for_problem_lists_and_only_when_asked(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, condition("c", "snomed", "44054006"), as_of=JULY, absent_means_no=True)
    assert case.answers["type_2_diabetes"] is True
    assert case.answers["kidney_disease"] is case.answers["gi_disease"] is False
    for name in ("fatigue", "chest_pain", "heavy_alcohol_use", "told_low_potassium", "medicines", "pregnant"):
        assert name not in case.answers
    assert any("Counted as no" in note and "kidney_disease" in note for note in case.notes)


def test_a_condition_without_status_is_not_made_a_no(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, condition("c", "icd10cm", "N18.4", None), as_of=JULY, absent_means_no=True)
    assert "kidney_disease" not in case.answers
    assert any("no clinical status" in note for note in case.notes)


# labs


@pytest.mark.parametrize(
    ("labs", "expected"),
    [
        ([lab("a", 4.1, "2024-05-01"), lab("b", 4.4, "2024-06-01")], 4.4),
        ([lab("a", 4.1, "2024-06-01", BLOOD)], 4.1),
        ([lab("a", 4.1, "2024-06-01", SERUM), lab("b", 4.5, "2024-06-01", BLOOD)], 4.1),
        ([lab("a", 4.1, "2024-05-31", SERUM), lab("b", 4.5, "2024-06-01", BLOOD)], 4.5),
        ([lab("a", 4.1, "2024-06-01T08:00:00Z"), lab("b", 4.5, "2024-06-01T09:00:00+02:00")], 4.1),
        ([lab("a", 4.1, "2024-06-01", status="amended"), lab("b", 4.5, "2024-06-01", status="preliminary")], 4.1),
        ([lab("a", 4.1, "2024-06-01"), lab("b", 4.5, "2024-06-01", status="corrected")], 4.5),
        ([lab("a", 4.1, "2024-07-02")], None),
        ([lab("a", 4.1, "2024-06-01", status="cancelled")], None),
        ([lab("a", 4.1, "2024-06-01", unit="mEq/L")], 4.1),
        ([lab("a", 41, "2024-06-01")], None),
        ([lab("a", 4.1, "2024-05-01"), lab("b", 41, "2024-06-01")], None),
        ([lab("a", 4.1, "2024-06-01", unit="g/L")], None),
        ([lab("a", 4.1, "2024-06-01", dataAbsentReason=concept("snomed", "1"))], None),
        ([{**lab("a", 1, "2024-06-01"), "valueQuantity": {"value": 4.1, "unit": "mmol/L", "code": "meq/L"}}], 4.1),
        ([{**lab("a", 1, "2024-06-01"), "valueQuantity": {"value": 4.1, "unit": "mmol/L", "code": "mg/dL"}}], None),
        (
            [{**lab("a", 6, "2024-06-01"), "valueQuantity": {"value": 6, "unit": "mmol/L", "comparator": ">"}}],
            "> 6.0 mmol/L",
        ),
        (
            [
                {
                    **lab("a", 1, "2024-06-01"),
                    "code": {"coding": [*concept("loinc", "2823-3")["coding"], *concept("loinc", "29349-8")["coding"]]},
                }
            ],
            None,
        ),
    ],
)
def test_potassium(labs: list[Resource], expected: float | str | None, book: RuleBook, tmp_path: Path) -> None:
    assert answers(tmp_path, book, *labs).get("potassium") == expected


def test_a_value_as_text_and_one_inside_a_panel(book: RuleBook, tmp_path: Path) -> None:
    text = {**lab("t", 1, "2024-06-01"), "valueString": "4.2 mmol/L"}
    del text["valueQuantity"]
    assert answers(tmp_path, book, text)["potassium"] == 4.2
    panel = {**lab("panel", 1, "2024-06-01"), "code": concept("loinc", "24321-2")}
    del panel["valueQuantity"]
    panel["component"] = [{"code": concept("loinc", SERUM), "valueQuantity": {"value": 3.9, "unit": "mmol/L"}}]
    assert answers(tmp_path, book, panel)["potassium"] == 3.9


@pytest.mark.parametrize(
    ("code", "value", "unit", "expected"),
    [
        (MG_MASS, 2.0, "mg/dL", 0.822876),
        (MG_MOLES, 1.5, "meq/L", 0.75),
        (MG_MOLES, 0.8, "mmol/L", 0.8),
        ("22760-3", 15, "mg/dL", 3.836484),
    ],
)
def test_units_as_ucum_has_them(
    code: str, value: float, unit: str, expected: float, book: RuleBook, tmp_path: Path
) -> None:
    found = answers(tmp_path, book, lab("a", value, "2024-06-01", code, unit))
    assert found.get("magnesium", found.get("potassium")) == pytest.approx(expected, abs=1e-6)


def test_very_high_magnesium_keeps_its_unit(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, lab("a", 2.1, "2024-06-01", MG_MOLES), as_of=JULY)
    assert case.intake().magnesium == 2.1


@pytest.mark.parametrize(
    ("comparator", "expected"), [(None, 60), *((sign, f"{sign} 60.0 mL/min/1.73 m2") for sign in SIGNS)]
)
def test_kidney_function(comparator: str | None, expected: float | str | None, book: RuleBook, tmp_path: Path) -> None:
    egfr = lab("e", 60, "2024-06-01", "33914-3", "mL/min/{1.73_m2}")
    if comparator:
        egfr["valueQuantity"]["comparator"] = comparator
    assert answers(tmp_path, book, egfr).get("egfr") == expected


def test_what_is_left_out_is_said(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, lab("typo", 41, "2024-06-01"), as_of=JULY)
    (problem,) = case.problems
    assert problem.field == "Observation/typo.valueQuantity"
    assert "`41 mmol/L` is out of range (1 to 10 mmol/L); left out" in problem.message


# medicines


def names(found: dict[str, Any]) -> list[str] | None:
    listed = found.get("medicines")
    return None if listed is None else [m if isinstance(m, str) else m["name"] for m in listed]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (request("m", "furosemide", "2024-01-01"), ["furosemide"]),
        (request("m", "furosemide", "2024-01-01", "on-hold"), None),
        (request("m", "furosemide", "2024-01-01", "completed"), None),
        (request("m", "furosemide", "2024-01-01", "stopped"), None),
        (request("m", "furosemide", "2024-08-01"), None),
        (request("m", "furosemide", None), ["furosemide"]),
        (request("m", "furosemide", "2024-01-01", intent="proposal"), None),
        (request("m", "furosemide", "2024-01-01", **until("2024-06-01")), None),
        (request("m", "furosemide", "2024-01-01", **until("2024-07-01")), ["furosemide"]),
        (statement("m", "furosemide"), ["furosemide"]),
        (statement("m", "furosemide", "not-taken"), None),
        (statement("m", "furosemide", effectivePeriod={"start": "2024-01-01", "end": "2024-06-01"}), None),
        (
            statement("m", "furosemide", "completed", effectivePeriod={"start": "2024-01-01", "end": "2024-08-01"}),
            ["furosemide"],
        ),
        ({**request("m", "", "2024-01-01"), "medicationCodeableConcept": concept("rxnorm", "4603")}, ["furosemide"]),
        ({**request("m", "", "2024-01-01"), "medicationCodeableConcept": concept("atc", "C03CA01")}, ["furosemide"]),
        (
            {
                **request("m", "", "2024-01-01"),
                "medicationCodeableConcept": concept("rxnorm", "316049", "Hydrochlorothiazide 25 MG"),
            },
            ["Hydrochlorothiazide 25 MG"],
        ),
        ({**request("m", "", "2024-01-01"), "medicationCodeableConcept": concept("rxnorm", "999")}, ["RxNorm 999"]),
    ],
)
def test_which_medicines_are_taken(
    resource: Resource, expected: list[str] | None, book: RuleBook, tmp_path: Path
) -> None:
    assert names(answers(tmp_path, book, resource)) == expected


def test_a_medicine_in_a_resource_of_its_own(book: RuleBook, tmp_path: Path) -> None:
    pill = {"resourceType": "Medication", "id": "pill", "code": {"text": "omeprazole"}}
    for reference, extra in (("Medication/pill", {}), ("#pill", {"contained": [pill]})):
        order = {**request("m", "", "2024-01-01"), "medicationReference": {"reference": reference}, **extra}
        del order["medicationCodeableConcept"]
        found = answers(tmp_path, book, order, *([] if extra else [pill]))
        assert found["medicines"] == [{"name": "omeprazole", "months": 6.0}]
    lost = {**request("m", "", "2024-01-01"), "medicationReference": {"reference": "Medication/none"}}
    del lost["medicationCodeableConcept"]
    case = imported(tmp_path, book, lost, as_of=JULY)
    assert "not in the record" in case.problems[0].message


def test_r5_names_the_medicine_in_one_element(book: RuleBook, tmp_path: Path) -> None:
    order = {**request("m", "", "2024-01-01"), "medication": {"concept": {"text": "omeprazole"}}}
    del order["medicationCodeableConcept"]
    assert names(answers(tmp_path, book, order)) == ["omeprazole"]


def test_months_are_given_only_when_the_record_is_sure(book: RuleBook, tmp_path: Path) -> None:
    new = request("new", "omeprazole", "2024-06-01")
    assert answers(tmp_path, book, new)["medicines"] == [{"name": "omeprazole", "months": 1.0}]
    before = request("old", "omeprazole", "2023-01-01", "completed")
    assert answers(tmp_path, book, new, before)["medicines"] == ["omeprazole"]
    long_ago = request("old", "omeprazole", "2023-01-01", "completed", **until("2023-03-01"))
    assert answers(tmp_path, book, new, long_ago)["medicines"] == [{"name": "omeprazole", "months": 1.0}]
    long_use = request("now", "omeprazole", "2024-01-01")
    assert answers(tmp_path, book, long_use, before)["medicines"] == [{"name": "omeprazole", "months": 6.0}]


def test_water_tablets_and_products(book: RuleBook, tmp_path: Path) -> None:
    found = answers(tmp_path, book, request("w", "spironolactone", "2024-01-01"), statement("mg", "magnesium oxide"))
    assert found["diuretic"] is True
    assert found["magnesium_supplement"] is True
    assert "potassium_supplement" not in found
    assert answers(tmp_path, book, statement("k", "potassium gluconate"))["potassium_supplement"] is True


def test_a_medicine_known_by_its_group_only(book: RuleBook, tmp_path: Path) -> None:
    loop = {**request("m", "", "2024-01-01"), "medicationCodeableConcept": concept("atc", "C03CA99", "Newloop")}
    case = imported(tmp_path, book, loop, as_of=JULY)
    assert case.answers["diuretic"] is True
    assert any("ATC group (LOOP)" in note for note in case.notes)


# age and sex


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (64, "female")),
        ({"birthDate": "1960-07-02"}, (63, "female")),
        ({"birthDate": "1960"}, (63, "female")),
        ({"birthDate": "1850-01-01"}, (None, "female")),
        ({"birthDate": "2025-01-01"}, (None, "female")),
        ({"birthDate": None, "gender": None}, (None, None)),
        ({"gender": "other"}, (64, None)),
        (
            {
                "gender": "male",
                "extension": [
                    {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"}
                ],
            },
            (64, "female"),
        ),
    ],
)
def test_person(more: dict[str, Any], expected: tuple[int | None, str | None], book: RuleBook, tmp_path: Path) -> None:
    found = answers(tmp_path, book, patient(**more))
    assert (found.get("age"), found.get("sex")) == expected


def test_the_latest_date_in_the_record_is_the_day(book: RuleBook, tmp_path: Path) -> None:
    wrong = lab("x", 4.0, "2030-01-01", status="entered-in-error")
    visit = {"resourceType": "Immunization", "id": "i", "occurrenceDateTime": "2024-03-03T10:00:00Z", "patient": {}}
    case = imported(tmp_path, book, lab("a", 4.0, "2024-02-01"), wrong, {**visit, **subject()})
    assert case.as_of == date(2024, 3, 3)


# broken records


@pytest.mark.parametrize(
    ("resource", "field", "message"),
    [
        ({**lab("a", 4, "2024-06-01"), "status": "banana"}, "Observation/a.status", "`banana` should be"),
        (
            {**lab("a", 4, "2024-06-01"), "effectiveDateTime": "June"},
            "Observation/a.effectiveDateTime",
            "is not a date",
        ),
        (lab("a", 4, "2024-02-30"), "Observation/a.effectiveDateTime", "not a day of the calendar"),
        (lab("a", "4.1", "2024-06-01"), "Observation/a.valueQuantity.value", "`4.1` is not a number"),
        ({**lab("a", 4, "2024-06-01"), "code": []}, "Observation/a.code", "is not an object"),
        ({**condition("c", "snomed", "1"), "code": {"coding": "x"}}, "Condition/c.code.coding", "is not a list"),
        ({**request("m", "x", "2024-06-01"), "intent": None}, "MedicationRequest/m.intent", "should be"),
        (
            {k: v for k, v in request("m", "x", None).items() if k != "status"},
            "MedicationRequest/m.status",
            "is missing",
        ),
        ({k: v for k, v in lab("a", 4, "2024-06-01").items() if k != "id"}, "Observation without id.id", "is missing"),
        ({**lab("a", 4, "2024-06-01"), "subject": {}}, "Observation/a.subject", "is missing"),
        (patient(birthDate="1960-13-01"), "Patient/p.birthDate", "is not a day of the calendar"),
    ],
)
def test_a_broken_part_is_named(resource: Resource, field: str, message: str, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, resource)
    assert (case.refused[0].field, message in case.refused[0].message) == (field, True), case.refused


def test_unread_parts_may_be_broken(book: RuleBook, tmp_path: Path) -> None:
    height = {**lab("h", "tall", "2024-06-01", "8302-2", "cm"), "interpretation": 7}
    claim = {"resourceType": "Claim", "id": 9, "item": "x", **subject()}
    assert not imported(tmp_path, book, height, claim, lab("a", 4.0, "2024-06-01", note=3)).refused


def test_repeats_and_versions(book: RuleBook, tmp_path: Path) -> None:
    old = lab("a", 4.0, "2024-06-01", meta={"lastUpdated": "2024-06-01T00:00:00Z"})
    new = lab("a", 4.4, "2024-06-01", meta={"lastUpdated": "2024-06-02T00:00:00Z"})
    for order in ([old, new], [new, old], [old, new, old]):
        assert imported(tmp_path, book, *order).answers["potassium"] == 4.4
    clash = imported(tmp_path, book, lab("a", 4.0, "2024-06-01"), lab("a", 4.4, "2024-06-01"))
    assert "given twice" in clash.refused[0].message


# dates and codes


def test_dates() -> None:
    assert read_when("2024-02") == When(date(2024, 2, 1), date(2024, 2, 29))
    assert read_when("2024").last == date(2024, 12, 31)
    assert read_when("2024-02-29T10:00:00Z").clock is not None
    assert read_when("2024-02-29T10:00:00.123456789+02:00").exact
    for wrong in ("", "2024-2-1", "2024-00", "2024-02-29T25:00:00Z", "0000", 5, None, "2023-02-29"):
        with pytest.raises(ValueError, match="not a da"):
            read_when(wrong)
    assert years_between(date(2000, 2, 29), date(2018, 2, 28)) == 17


def verhoeff(number: str) -> bool:
    """The check of SNOMED CT ids (J. Verhoeff, 1969), by the dihedral group of order 10."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    check = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        for _ in range(place % 8):
            value = step[value]
        check = times(check, value)
    return check == 0


def loinc_check(code: str) -> bool:
    digits, check = code.split("-")
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(check)


def test_every_code_passes_its_check_digit(book: RuleBook) -> None:
    table = book_codes(book)
    for system, code in (*table.exact, *table.below):
        if system == "SNOMED CT":
            assert verhoeff(code), code
        if system == "LOINC":
            assert loinc_check(code), code
    assert not verhoeff("43339006")  # a slip that public code has for low potassium


def test_what_is_remembered_of_medicines_stays_in_its_process(book: RuleBook) -> None:
    options = Options(book, book_codes(book))
    named = options.namer.named("furosemide 40 mg", ())
    elsewhere = pickle.loads(pickle.dumps(options))
    assert elsewhere.namer is not options.namer
    assert elsewhere.namer.named("furosemide 40 mg", ()) == named


def test_a_wrong_code_table_is_refused_with_its_lines(tmp_path: Path) -> None:
    rows = [
        "x,problem,no_such,,SNOMED CT,1,,,,,",
        "x,banana,,,SNOMED CT,2,,,,,",
        "x,problem,,,SNOMED CT,3,,,,,",
        "x,problem,,,SNOMED CT,3,,,,,",
        "short",
    ]
    path = tmp_path / "codes.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")
    with pytest.raises(RuleBookError) as caught:
        read_codes(path, Intake.fields)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5, 6]


def test_code_systems_by_address_and_oid(book: RuleBook) -> None:
    table = book_codes(book)
    for system in ("http://snomed.info/sct", "https://snomed.info/sct/", "urn:oid:2.16.840.1.113883.6.96"):
        found = table.find(system, "44054006")
        assert found is not None
        assert found.fields == (("type_2_diabetes", True),)
    assert table.find("http://example.org", "44054006") is None


def test_the_report_names_the_resources(book: RuleBook, tmp_path: Path) -> None:
    from screener.records.written import with_sources
    from screener.screening import Screener

    case = imported(tmp_path, book, condition("dm", "snomed", "44054006"), as_of=JULY)
    report = with_sources(Screener(book).screen(case.intake()), case, book)
    data = json.loads(report.to_json())
    step = next(step for step in data["chain"] if "type_2_diabetes" in step["from"])
    assert step["resources"] == ["Condition/dm"]
    assert any("Condition/dm" in note["text"] for note in data["notes"])


def test_the_page_lists_what_absence_can_mean(book: RuleBook) -> None:
    page = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text(encoding="utf-8")
    paragraph = page[page.index("With `--absent-means-no`") : page.index("The report lists what was counted so")]
    named = {word.strip("`(),.;") for word in paragraph.split() if word.strip("(),;").startswith("`")}
    assert named - {"--absent-means-no"} == book_codes(book).fields_of_kind("problem")
