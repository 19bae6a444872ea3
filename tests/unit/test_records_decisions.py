"""How records are read, kind by kind: each decision in more shapes than the records in `tests/records` have."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

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
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.records.reading import ckd_epi_2021
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook

NOES = book_codes(cached_rulebook()).fields_of_kind("problem")
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
DIABETES = condition("dm", "icd10cm", "E11.9")


def noes(case: ImportedCase) -> set[str]:
    return {name for name in NOES if case.answers.get(name) is False}


def said(case: ImportedCase) -> str:
    return "\n".join([*case.notes, *map(str, case.problems), *map(str, case.refused)])


def coded(system: str, code: str, **more: Any) -> Resource:
    return {**condition("x", "snomed", "1", **more), "code": {"coding": [{"system": system, "code": code}]}}


# not on the list is not no


@pytest.mark.parametrize(
    "other",
    [
        coded(ICD, "ZZ9"),
        coded("http://lab.example/problems", "44"),
        {**DIABETES, "id": "t", "code": {"text": "heart failure"}},
        {**DIABETES, "id": "n", "code": None},
        {**DIABETES, "id": "m", "modifierExtension": [{"url": "http://a.example/not"}]},
        {**DIABETES, "id": "i", "implicitRules": "http://a.example/rules"},
        coded(ICD, "ZZ9", clinical=None),
        coded(ICD, "ZZ9", clinical="relapse"),
        coded(ICD, "ZZ9", verification="unconfirmed"),
    ],
)
def test_what_is_live_and_not_understood_stops_every_no(other: Resource, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, DIABETES, other, absent_means_no=True)
    assert case.answers["type_2_diabetes"] is True
    assert not noes(case)
    assert "not understood" in said(case)


@pytest.mark.parametrize(
    "other",
    [
        coded(ICD, "ZZ9", clinical="resolved"),
        coded(ICD, "ZZ9", clinical="inactive"),
        coded(ICD, "ZZ9", verification="refuted"),
        coded(ICD, "ZZ9", verification="entered-in-error"),
        coded(ICD, "ZZ9", abatementDateTime="2023-01-01"),
        coded(ICD, "J45.909"),
        coded("http://hl7.org/fhir/sid/icd-9-cm", "V70.0"),
    ],
)
def test_what_is_over_or_about_something_else_stops_nothing(other: Resource, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, {**DIABETES, "recordedDate": "2024-01-01"}, other, absent_means_no=True)
    assert noes(case) == NOES - {"type_2_diabetes"}


def test_a_yes_wins_over_what_leaves_a_field_open(book: RuleBook, tmp_path: Path) -> None:
    acute, chronic = condition("a", "icd10cm", "N17.9"), condition("b", "icd10cm", "N18.3")
    case = imported(tmp_path, book, acute, chronic, absent_means_no=True)
    assert case.answers["kidney_disease"] is True
    assert "dialysis" not in case.answers
    assert "heart_disease" in noes(case)


@pytest.mark.parametrize(
    ("system", "code", "field"),
    [
        ("http://hl7.org/fhir/sid/icd-9-cm", "428.0", "heart_disease"),
        ("urn:oid:2.16.840.1.113883.6.103", "42820", "heart_disease"),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "I50.13", "heart_disease"),
        ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", "E11.90+", "type_2_diabetes"),
        ("http://hl7.org/fhir/sid/icd-10-am", "I10", "high_blood_pressure"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd9", "4280", "heart_disease"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd10", "I5022", "heart_disease"),
    ],
)
def test_codes_of_many_systems(system: str, code: str, field: str, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, coded(system, code), absent_means_no=True)
    assert case.answers[field] is True
    assert len(noes(case)) > 5


def test_icd_9_without_the_clinical_modification_is_another_system(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, coded("http://hl7.org/fhir/sid/icd-9", "428.0"), absent_means_no=True)
    assert "heart_disease" not in case.answers


PROBLEMS = {"coding": [{"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "-"}]}


def ips(code: str) -> Resource:
    return {"coding": [{**PROBLEMS["coding"][0], "code": code}]}


def test_nothing_known_about_problems_stops_every_no(book: RuleBook, tmp_path: Path) -> None:
    unknown = {**DIABETES, "id": "u", "code": ips("no-problem-info")}
    assert not noes(imported(tmp_path, book, DIABETES, unknown, absent_means_no=True))


def test_a_medicine_beside_no_known_medicines_counts(book: RuleBook, tmp_path: Path) -> None:
    none = {**statement("n", "-"), "medicationCodeableConcept": ips("no-known-medications")}
    case = imported(tmp_path, book, none, request("m", "furosemide 40 mg", "2024-01-01"))
    assert case.answers["medicines"] == ["furosemide 40 mg"] or case.answers["diuretic"] is True
    assert "it counts" in said(case)


def test_an_empty_list_with_an_entry_that_was_not_read_is_not_empty(book: RuleBook, tmp_path: Path) -> None:
    none = {**statement("n", "-"), "medicationCodeableConcept": ips("no-known-medications")}
    strange = request("m", "furosemide 40 mg", "2024-01-01", modifierExtension=[{"url": "http://a.example/x"}])
    assert "medicines" not in imported(tmp_path, book, none, strange).answers


# the record must be whole


def searchset(*resources: Resource, **more: Any) -> Resource:
    return {**bundle(*resources), "type": "searchset", **more}


def link(here: str, after: str = "") -> Resource:
    links = [{"relation": "self", "url": here}] + ([{"relation": "next", "url": after}] if after else [])
    return {"link": links}


def written(folder: Path, **files: Resource) -> Path:
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def read(path: Path, book: RuleBook, **options: Any) -> list[ImportedCase]:
    chosen = Options(book, book_codes(book), absent_means_no=True, **options)
    return list(cases(path, options=chosen))


@pytest.mark.parametrize(
    "data",
    [
        searchset(patient(), DIABETES, total=9),
        searchset(patient(), DIABETES, **link("http://s/1", "http://s/2")),
        bundle(patient(), DIABETES, {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}),
        {
            **bundle(patient(), DIABETES),
            "entry": [*bundle(patient(), DIABETES)["entry"], {"response": {"status": "404"}}],
        },
        bundle(patient(), DIABETES, bundle(searchset(total=3))),
        bundle(patient(), {**lab("k", 4.1, "2024-01-01"), "contained": [{**DIABETES, "id": "inside"}]}, DIABETES),
    ],
)
def test_a_record_that_is_not_whole_allows_no_no(data: Resource, book: RuleBook, tmp_path: Path) -> None:
    (case,) = read(written(tmp_path, a=data) / "a.json", book)
    assert case.answers["type_2_diabetes"] is True
    assert not noes(case)
    assert "not whole" in said(case)


def test_all_pages_together_are_whole(book: RuleBook, tmp_path: Path) -> None:
    one = searchset(patient(), total=2, **link("http://s/1", "http://s/2"))
    two = searchset(DIABETES, total=2, **link("http://s/2"))
    (case,) = read(written(tmp_path, one=one, two=two), book)
    assert noes(case) == NOES - {"type_2_diabetes"}


def test_pages_without_addresses_are_whole_when_all_entries_are_here(book: RuleBook, tmp_path: Path) -> None:
    one = searchset(patient(), total=2, link=[{"relation": "next", "url": "http://s/2"}])
    (case,) = read(written(tmp_path, one=one, two=searchset(DIABETES, total=2)), book)
    assert noes(case) == NOES - {"type_2_diabetes"}


def test_another_persons_conditions_on_the_pages_allow_no_no(book: RuleBook, tmp_path: Path) -> None:
    both = bundle(patient("p"), patient("q"), {**DIABETES, **subject("q")}, lab("k", 4.1, "2024-01-01"))
    found = {case.case_id: case for case in read(written(tmp_path, one=both, two=bundle(patient("p"))), book)}
    assert not noes(found["p"])
    assert noes(found["q"])


def test_a_file_of_conditions_in_bulk_data_is_a_list(book: RuleBook, tmp_path: Path) -> None:
    people = [patient("p"), patient("q")]
    (tmp_path / "Patient.ndjson").write_text("\n".join(map(json.dumps, people)), encoding="utf-8")
    (tmp_path / "Condition.ndjson").write_text(json.dumps({**DIABETES, **subject("q")}), encoding="utf-8")
    found = {case.case_id: case for case in read(tmp_path, book)}
    assert noes(found["p"]) == NOES


# values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> 7.0 mmol/L", "> 7.0 mmol/L"),
        (">7 mmol/L", "> 7.0 mmol/L"),
        ("<2.0 mEq/L", "< 2.0 mmol/L"),
        ("≥ 7.0 mmol/L", ">= 7.0 mmol/L"),
        ("≤2.0 mmol/L", "<= 2.0 mmol/L"),
        ("4.1 mmol/L", 4.1),
        (">7.0", None),
        ("HEMOLYZED", None),
        ("4,1 mmol/L", None),
        ("> 70 mmol/L", None),
    ],
)
def test_bounds_written_as_text(text: str, expected: Any, book: RuleBook, tmp_path: Path) -> None:
    value = lab("k", 1, "2024-01-01")
    del value["valueQuantity"]
    case = imported(tmp_path, book, {**value, "valueString": text})
    assert case.answers.get("potassium") == expected


@pytest.mark.parametrize(
    "change",
    [
        {"valueCodeableConcept": {"text": "low"}},
        {"valueRange": {"low": {"value": 2}}},
        {"valueRatio": {}},
        {"valueSampledData": {}},
        {"valueBoolean": True},
        {"valueTime": "10:00:00"},
        {"valueString": "haemolysed"},
        {"valueQuantity": {"value": 6.9}},
        {"valueQuantity": {"value": 69, "unit": "mmol/L"}},
        {"valueQuantity": {"value": 6.9, "unit": "furlong"}},
        {"valueQuantity": {"value": 6.9, "unit": "mmol/L", "comparator": "ad"}},
        {
            "valueQuantity": {"value": 6.9, "unit": "mmol/L"},
            "modifierExtension": [{"url": "http://a.example/haemolysed"}],
        },
        {"valueQuantity": {"value": 6.9, "unit": "mmol/L"}, "implicitRules": "http://a.example/r"},
    ],
)
def test_a_newer_value_that_can_not_be_read_hides_the_older(change: Resource, book: RuleBook, tmp_path: Path) -> None:
    newer = lab("new", 1, "2024-01-09")
    del newer["valueQuantity"]
    case = imported(tmp_path, book, lab("old", 3.1, "2024-01-01"), {**newer, **change})
    assert "potassium" not in case.answers
    assert case.answers["told_low_potassium"] is True
    assert "Observation/new" in said(case)
    older = imported(tmp_path, book, lab("old", 3.1, "2024-02-01"), {**newer, **change})
    assert older.answers["potassium"] == 3.1


@pytest.mark.parametrize(
    "change",
    [{"status": "preliminary"}, {"status": "registered"}, {"status": "cancelled"}, {"status": "entered-in-error"}],
)
def test_a_newer_result_that_is_none_hides_nothing(change: Resource, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, lab("old", 3.1, "2024-01-01"), {**lab("new", 6.9, "2024-01-09"), **change})
    assert case.answers["potassium"] == 3.1


def test_the_hour_tells_which_value_of_a_day_is_newer(book: RuleBook, tmp_path: Path) -> None:
    early, late = "2024-01-09T08:00:00Z", "2024-01-09T10:00:00Z"
    unread = {**lab("u", 4.1, late), "valueQuantity": {"value": 4.1}}
    assert "potassium" not in imported(tmp_path, book, lab("k", 3.1, early), unread).answers
    unread = {**unread, "effectiveDateTime": early}
    assert imported(tmp_path, book, lab("k", 3.1, late), unread).answers["potassium"] == 3.1


@pytest.mark.parametrize(("day", "counts"), [("2023-06-30", True), ("2023-06-29", False), ("2023-06", True)])
def test_twelve_months_back(day: str, counts: bool, book: RuleBook, tmp_path: Path) -> None:
    options = Options(book, book_codes(book), look_back=None)
    path = written(tmp_path, a=bundle(patient(), lab("k", 3.1, day), lab("m", 0.9, "2024-06-30", "2601-3")))
    (case,) = cases(path / "a.json", options=options)
    assert (case.answers.get("potassium") == 3.1) is counts
    assert (case.answers.get("told_low_potassium") is True) is counts


def test_low_potassium_coded_for_a_visit_grows_old_and_on_a_problem_list_does_not(
    book: RuleBook, tmp_path: Path
) -> None:
    visit = {"category": [{"coding": [{"code": "encounter-diagnosis"}]}]}
    low = condition("c", "snomed", "43339004", onsetDateTime="2020-01-01")
    today = lab("m", 0.9, "2024-06-30", "2601-3")
    assert imported(tmp_path, book, low, today).answers["told_low_potassium"] is True
    assert "told_low_potassium" not in imported(tmp_path, book, {**low, **visit}, today).answers


# kidney function


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "exact"),
    [
        ("female", 30, 0.6, 123.7579),
        ("female", 55, 0.7, 102.0736),
        ("female", 70, 0.9, 68.7741),
        ("female", 82, 1.4, 37.5621),
        ("female", 45, 2.5, 23.5783),
        ("female", 64, 4.8, 9.5771),
        ("male", 25, 0.8, 125.9538),
        ("male", 50, 0.9, 104.0490),
        ("male", 55, 1.2, 71.4178),
        ("male", 72, 1.5, 49.1584),
        ("male", 60, 3.0, 23.0554),
        ("male", 85, 6.0, 8.5904),
    ],
)
def test_the_equation(sex: str, age: int, creatinine: float, exact: float) -> None:
    assert ckd_epi_2021(creatinine, age, sex) == pytest.approx(exact, abs=5e-5)


CREATININE = lab("cr", 424.3, "2024-07-01", "14682-9", "umol/L")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], 10),
        ([lab("g", 12, "2024-07-01", "98979-8", "mL/min/1.73m2")], 12),
        ([lab("g", 12, "2024-06-01", "98979-8", "mL/min/1.73m2")], 10),
        ([lab("g", 12, "2024-07-02", "98979-8", "nonsense")], None),
        ([lab("g", 12, "2024-07-01", "48643-1", "mL/min/1.73m2")], 10),
        ([lab("c2", 200, "2024-06-28", "14682-9", "umol/L")], None),
        ([condition("d", "icd10cm", "Z99.2")], None),
        ([patient(gender="unknown")], None),
        ([patient(birthDate="2010-01-01")], None),
    ],
)
def test_kidney_function_from_creatinine(
    more: list[Resource], expected: float | None, book: RuleBook, tmp_path: Path
) -> None:
    case = imported(tmp_path, book, *more, CREATININE)
    assert case.answers.get("egfr") == expected
    assert case.provenance.get("egfr") in (None, ["Observation/cr"] if expected == 10 else ["Observation/g"])


# forms, files, people


def form(**more: Any) -> Resource:
    item = [{"linkId": "fatigue", "answer": [{"valueBoolean": True}]}]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "r",
        "status": "completed",
        "item": item,
        **more,
        **subject(),
    }


def test_answers_to_another_questionnaire_in_bulk_data_are_listed(book: RuleBook, tmp_path: Path) -> None:
    lines = [patient(), lab("k", 3.1, "2024-01-01"), form(questionnaire="http://other.example/phq|2")]
    (tmp_path / "all.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (case,) = read(tmp_path, book)
    assert case.answers["potassium"] == 3.1
    assert "fatigue" not in case.answers
    assert "another questionnaire" in said(case)


@pytest.mark.parametrize("canonical", ["urn:screener:questionnaire", "urn:screener:questionnaire|2.0.0", None])
def test_our_questionnaire_by_its_name_or_its_questions(canonical: str | None, book: RuleBook, tmp_path: Path) -> None:
    given = form(questionnaire=canonical) if canonical else form()
    (case,) = read(written(tmp_path, a=given) / "a.json", book)
    assert case.answers["fatigue"] is True


@pytest.mark.parametrize("strange", ["seizure-q1", "phq-9"])
def test_one_question_that_is_not_ours_makes_a_form_foreign(strange: str, book: RuleBook, tmp_path: Path) -> None:
    given = form()
    given["item"].append({"linkId": strange, "answer": [{"valueBoolean": True}]})
    (case,) = read(written(tmp_path, a=given) / "a.json", book)
    assert "another questionnaire" in said(case)


def test_each_file_can_be_read_alone(book: RuleBook, tmp_path: Path) -> None:
    folder = written(tmp_path, one=bundle(patient(), lab("a", 3.1, "2024-01-01")), two=bundle(patient()))
    assert len(read(folder, book)) == 1
    assert len(read(folder, book, each_file=True)) == 2


def test_versions_of_a_patient_are_one_person(book: RuleBook, tmp_path: Path) -> None:
    old, new = ({**patient(), "meta": {"lastUpdated": f"202{n}-01-01T00:00:00Z"}} for n in (2, 3))
    folder = written(tmp_path, one=bundle({**new, "gender": "male"}), two=bundle(old, lab("k", 3.1, "2024-01-01")))
    (case,) = read(folder, book)
    assert case.answers["sex"] == "male"


def test_a_damaged_packed_file_is_an_error_and_not_less_data(book: RuleBook, tmp_path: Path) -> None:
    text = "\n".join(map(json.dumps, [patient(), *(lab(f"k{n}", 3.1, "2024-01-01") for n in range(99))]))
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(text.encode())[:-30])
    with pytest.raises(Exception, match="ends in the middle"):
        read(tmp_path, book)


@pytest.mark.parametrize(
    ("resource", "version"),
    [
        ({"resourceType": "MedicationOrder", "id": "m"}, "DSTU2"),
        ({"resourceType": "Condition", "id": "c", "patient": {"reference": "Patient/p"}}, "DSTU2"),
        ({"resourceType": "MedicationStatement", "id": "s", "wasNotTaken": False, **subject()}, "DSTU2"),
        ({"resourceType": "MedicationStatement", "id": "s", "taken": "y", **subject()}, "STU3"),
        ({"resourceType": "Condition", "id": "c", "verificationStatus": "confirmed", **subject()}, "STU3"),
    ],
)
@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_older_versions_are_one_line(
    resource: Resource, version: str, ending: str, book: RuleBook, tmp_path: Path
) -> None:
    many = [{**resource, "id": f"n{number}"} for number in range(50)]
    path = tmp_path / f"a.{ending}"
    text = json.dumps(bundle(patient(), *many)) if ending == "json" else "\n".join(map(json.dumps, many))
    path.write_text(text, encoding="utf-8")
    (case,) = read(path, book)
    assert version in said(case)
    assert len(case.refused) == 1


@pytest.mark.parametrize("text", ["<Bundle/>", "  \n<?xml version='1.0'?><ClinicalDocument/>", "\ufeff<Patient/>"])
@pytest.mark.parametrize("name", ["a.xml", "a.json", "a.ndjson"])
def test_xml_is_one_line_whatever_its_name(text: str, name: str, book: RuleBook, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert any("XML" in said(case) for case in read(path, book))


# doses, supplies, plans


def dose(identity: str, day: str, name: str = POTASSIUM_TABLETS, **more: Any) -> Resource:
    return {
        "resourceType": "MedicationAdministration",
        "id": identity,
        "status": "completed",
        "medicationCodeableConcept": {"text": name},
        "effectiveDateTime": day,
        **subject(),
        **more,
    }


LOW = [lab("k1", 2.7, "2024-01-01"), lab("k2", 2.8, "2024-01-12")]


@pytest.mark.parametrize(
    ("doses", "still_low"),
    [
        ([dose(f"d{n}", f"2024-01-{n:02}") for n in range(1, 13)], True),
        ([dose(f"d{n}", f"2024-01-{n:02}") for n in range(1, 14, 2)], True),
        ([dose(f"d{n}", f"2024-01-{n:02}") for n in range(1, 14, 3)], None),
        ([dose(f"d{n}", f"2024-01-{n:02}", status="not-done") for n in range(1, 13)], None),
        ([dose(f"d{n}", f"2024-01-{n:02}", name="potassium chloride injection") for n in range(1, 13)], None),
        ([dose("d", "2024-01-01", dosage={"route": concept("snomed", "47625008")})], None),
        ([dose(f"d{n}", f"2024-01-{n:02}", dosage={"modifierExtension": [{"url": "x"}]}) for n in range(1, 13)], None),
    ],
)
def test_doses_that_are_one_course(
    doses: list[Resource], still_low: bool | None, book: RuleBook, tmp_path: Path
) -> None:
    assert imported(tmp_path, book, *LOW, *doses).answers.get("potassium_still_low") is still_low


def supply(day: str, **more: Any) -> Resource:
    return {
        "resourceType": "MedicationDispense",
        "id": "s",
        "status": "completed",
        "medicationCodeableConcept": {"text": "furosemide 40 mg tablet"},
        "whenHandedOver": day,
        **subject(),
        **more,
    }


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (supply("2024-01-01", daysSupply={"value": 30, "code": "d"}), True),
        (supply("2023-11-01", daysSupply={"value": 30, "code": "d"}), None),
        (supply("2024-01-01"), None),
        (supply("2024-01-01", daysSupply={"value": 30, "code": "d"}, status="declined"), None),
    ],
)
def test_supplies_last_as_long_as_they_say(given: Resource, taken: bool | None, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, given, lab("k", 4.1, "2024-01-12"))
    assert case.answers.get("diuretic") is taken


def test_a_supply_of_an_order_is_no_second_medicine(book: RuleBook, tmp_path: Path) -> None:
    order = request("o", "furosemide 40 mg tablet", "2024-01-01")
    given = supply("2024-01-02", authorizingPrescription=[{"reference": "MedicationRequest/o"}])
    case = imported(tmp_path, book, order, given)
    assert len(case.answers["medicines"]) == 1
    assert case.provenance["diuretic"] == ["MedicationRequest/o", "MedicationDispense/s"]


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"intent": "plan"}, None),
        ({"intent": "proposal", "reportedBoolean": True}, None),
        ({"intent": "plan", "reportedBoolean": False}, None),
        ({"intent": "plan", "reportedBoolean": True}, True),
        ({"intent": "plan", "reportedReference": {"reference": "Practitioner/1"}}, True),
        ({"intent": "instance-order"}, True),
        ({"status": "on-hold"}, None),
    ],
)
def test_plans_and_reports(change: Resource, taken: bool | None, book: RuleBook, tmp_path: Path) -> None:
    order = request("o", "furosemide 40 mg tablet", "2024-01-01", **change)
    case = imported(tmp_path, book, order, lab("k", 4.1, "2024-01-12"))
    assert case.answers.get("diuretic") is taken


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("timolol 0.5 % eye drops xyz", False),
        ("hydrocortisone 1% cream", False),
        ("chlorhexidine mouthwash", False),
        ("clotrimazole vaginal cream", False),
        ("heparin lock flush", False),
        ("magnesium sulfate bath salts", False),
        ("salbutamol inhaler", True),
        ("fentanyl patch", True),
        ("diclofenac suppository", True),
        ("glyceryl trinitrate sublingual", True),
        ("unheard-of tablets", True),
    ],
)
def test_what_does_not_reach_the_blood_is_not_listed(name: str, listed: bool, book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, request("m", name, "2024-01-01"))
    assert ("medicines" in case.answers) is listed
