"""Dates of records that cannot be read: counted with their reason in every form, of one or many, and never guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from fhirs import imported, lab, request, statement, subject
from screener.cli.main import main
from screener.records.coverage import NOT_READ
from screener.records.imported import ImportedCase
from screener.records.tables.cases import table_cases
from screener.rulebook.book import RuleBook
from threeforms import MAPPING, as_fhir, as_long, as_omop, options_for, table

NO_DAY: Final = "2024-02-30"
WATER_TABLET: Final = "furosemide 40 mg tablet"
WHOLE: Final[dict[str, Any]] = {
    "sex": "female",
    "born": "1960-06-15",
    "k": [("2024-03-01", "", "3.6", "mmol/L", "Potassium")],
    "drugs": [(WATER_TABLET, "2024-01-01", "2025-01-01")],
    "codes": [("E11.9", "2024-01-01")],
}
# what is broken of a person; the reason in the coverage of tables, and the element that FHIR refuses
BROKEN: Final[dict[str, tuple[dict[str, Any], tuple[str, str], str]]] = {
    "start": ({"drugs": [(WATER_TABLET, NO_DAY, "2025-01-01")]}, ("drug", "unreadable date"), "authoredOn"),
    "end": ({"drugs": [(WATER_TABLET, "2024-01-01", NO_DAY)]}, ("drug", "unreadable date"), "validityPeriod.end"),
    "diagnosis": ({"codes": [("E11.9", NO_DAY)]}, ("condition", "unreadable date"), "onsetDateTime"),
    "result": (
        {"k": [*WHOLE["k"], (NO_DAY, "", "2.6", "mmol/L", "Potassium")]}, ("measurement", "unreadable date"),
        "effectiveDateTime",
    ),
    "birth": ({"born": "1960-13-15"}, ("person", "unreadable date"), "birthDate"),
}  # fmt: skip
FORMS: Final = ("fhir", "long", "omop")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), standalone_mode=False, catch_exceptions=False)


def written(people: list[dict[str, Any]], form: str, folder: Path) -> Path:
    """The records of some people in a form."""
    if form != "fhir":
        return (as_long if form == "long" else as_omop)(people, folder)
    folder.mkdir()
    for person in people:
        (folder / f"{person['id']}.json").write_text(json.dumps(as_fhir(person)), encoding="utf-8")
    return folder


def told(change: dict[str, Any], form: str, many: bool, folder: Path) -> tuple[dict[tuple[str, str], int], str]:
    """What a run counts as not read, and what it says of refused cases; of one person, or of one among others."""
    people = [{**WHOLE, "id": "a", **change}, *({**WHOLE, "id": name} for name in ("bc" if many else ""))]
    where, out = written(people, form, folder / "in"), folder / "out.jsonl"
    coverage = folder / "coverage.json"
    if form == "fhir" and not many:
        said = run("fhir", "import", str(where / "a.json"), "--coverage", str(coverage), "-o", str(out)).stderr
    else:
        how = [form, "--map", str(where / "mapping.yaml")] if form == "long" else [form]
        run("batch", "--from", *how, str(where), "-o", str(out), "--coverage", str(coverage))
        said = (folder / "out.jsonl.rejects.jsonl").read_text(encoding="utf-8")
    rows = json.loads(coverage.read_text(encoding="utf-8"))["rows"]
    return {(row["resource"], row["reason"]): row["count"] for row in rows if row["state"] == NOT_READ}, said


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", BROKEN)
def test_a_date_that_can_not_be_read_is_counted(what: str, form: str, many: bool, tmp_path: Path) -> None:
    change, counted, element = BROKEN[what]
    missed, said = told(change, form, many, tmp_path)
    assert missed == ({} if form == "fhir" else {counted: 1})
    assert (element in said) is (form == "fhir")


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("form", FORMS)
def test_a_birth_after_the_day_is_counted(form: str, many: bool, tmp_path: Path) -> None:
    missed, said = told({"born": "2031-06-15"}, form, many, tmp_path)
    assert missed == {("Patient" if form == "fhir" else "person", "out of range"): 1}
    assert said == ""


def of_tables(person: dict[str, Any], form: str, book: RuleBook, folder: Path) -> ImportedCase:
    where = written([{**WHOLE, "id": "a", **person}], form, folder / "tables")
    (case,) = table_cases(str(where), form, options_for(book, where))
    return case


@pytest.mark.parametrize("form", ["long", "omop"])
@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("2024-01-01", "2025-01-01", True), ("", "2025-01-01", True), (NO_DAY, "2025-01-01", None),
        ("2024-01-01", NO_DAY, None), ("2024-01-01", "", None), (NO_DAY, NO_DAY, None),
    ],
)  # fmt: skip
def test_a_medicine_counts_neither_as_taken_nor_as_ended(
    start: str, end: str, taken: bool | None, form: str, book: RuleBook, tmp_path: Path
) -> None:
    case = of_tables({"drugs": [(WATER_TABLET, start, end)]}, form, book, tmp_path)
    assert case.answers.get("diuretic") is taken
    assert ("medicines" in case.answers) is (taken is True)
    assert len(case.problems) == [start, end].count(NO_DAY)


@pytest.mark.parametrize("end", ["2024-02-01", NO_DAY])
def test_nothing_taken_is_not_said_where_a_medicine_may_be(end: str, book: RuleBook, tmp_path: Path) -> None:
    where = as_long([{**WHOLE, "id": "a", "drugs": []}], tmp_path / "tables")
    table(where / "drugs.csv", "who,code,drug,start,end", [
        ["a", "no-known-medications", "", "2024-03-01", "2024-03-01"], ["a", "", WATER_TABLET, "2024-01-01", end],
    ])  # fmt: skip
    coded = "code: {column: code, system: IPS absent-unknown}, name: drug, start"
    (where / "mapping.yaml").write_text(MAPPING.replace("name: drug, start", coded), encoding="utf-8")
    (case,) = table_cases(str(where), "long", options_for(book, where))
    assert case.answers.get("medicines") == ([] if end != NO_DAY else None)


@pytest.mark.parametrize(("end", "cramps"), [("2024-03-01", True), ("", True), (NO_DAY, None)])
def test_a_symptom_does_not_last_for_a_time_that_can_not_be_read(
    end: str, cramps: bool | None, book: RuleBook, tmp_path: Path
) -> None:
    where = as_long([{**WHOLE, "id": "a"}], tmp_path / "tables")
    table(where / "codes.csv", "who,code,start,end", [["a", "R25.2", "2024-02-20", end], ["a", "E11.9", NO_DAY, ""]])
    mapping = MAPPING.replace("ICD-10-CM}, start: start}", "ICD-10-CM}, start: start, end: end}")
    (where / "mapping.yaml").write_text(mapping, encoding="utf-8")
    options = options_for(book, where)
    (case,) = table_cases(str(where), "long", options)
    assert case.answers.get("muscle_cramps") is cramps
    assert case.answers["type_2_diabetes"] is True  # as one without a date
    missed = [row["code"] for row in options.coverage.rows() if row["reason"] == "unreadable date"]
    assert sorted(missed) == ["E11.9", *(["R25.2"] if cramps is None else [])]


@pytest.mark.parametrize(("days", "counted"), [("30", 0), ("30.0", 0), ("", 0), ("a month", 1), ("9" * 9, 1)])
def test_days_of_supply_that_are_no_number(days: str, counted: int, book: RuleBook, tmp_path: Path) -> None:
    where = as_omop([{**WHOLE, "id": "a", "drugs": []}], tmp_path / "tables")
    header = "person_id,drug_concept_id,drug_exposure_start_date,days_supply,drug_type_concept_id,drug_source_value"
    table(where / "drug_exposure.csv", header, [["a", "0", "2024-02-20", days, "32838", WATER_TABLET]])
    options = options_for(book, where)
    (case,) = table_cases(str(where), "omop", options)
    assert len(case.problems) == counted
    assert [row["reason"] for row in options.coverage.rows() if row["resource"] == "drug"] == [
        "unreadable date" if counted else ""
    ]


@pytest.mark.parametrize(
    ("age", "year", "counted"), [("52", "2020", 0), ("", "2020", 0), ("x", "2020", 1), ("52", "", 1)]
)
def test_an_age_that_is_none_is_counted(age: str, year: str, counted: int, book: RuleBook, tmp_path: Path) -> None:
    where = as_long([{**WHOLE, "id": "a"}], tmp_path / "tables")
    table(where / "people.csv", "who,sex,age,year", [["a", "female", age, year]])
    mapping = MAPPING.replace("birth: {column: born}", "age: {column: age, in-year: year}")
    (where / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (case,) = table_cases(str(where), "long", options_for(book, where))
    reasons = [(seen.code, seen.reason) for seen in case.seen if seen.resource == "person"]
    assert reasons == [("age", "unreadable value")] * counted
    assert len(case.problems) == counted


# FHIR, where the date is well formed or not there


def missed(case: ImportedCase) -> set[tuple[str, str, str]]:
    return {(seen.resource, seen.code, seen.reason) for seen in case.seen if seen.state == NOT_READ}


def test_a_dose_without_a_date_is_counted_and_may_be_taken(book: RuleBook, tmp_path: Path) -> None:
    none = {"coding": [{"system": "http://snomed.info/sct", "code": "787481004"}]}
    dose = {
        "resourceType": "MedicationAdministration", "id": "d", "status": "completed",
        "medicationCodeableConcept": {"text": WATER_TABLET}, **subject(),
    }  # fmt: skip
    denied = statement("none", "", medicationCodeableConcept=none)
    assert imported(tmp_path, book, denied).answers["medicines"] == []
    case = imported(tmp_path, book, denied, dose)
    assert missed(case) == {("MedicationAdministration", "(text only)", "no date")}
    assert "medicines" not in case.answers


def test_a_length_of_time_in_an_unknown_unit_is_counted(book: RuleBook, tmp_path: Path) -> None:
    supply = {"dispenseRequest": {"expectedSupplyDuration": {"value": 3, "unit": "moons"}}}
    case = imported(tmp_path, book, request("m", WATER_TABLET, "2024-01-01", **supply))
    assert missed(case) == {("MedicationRequest", "(text only)", "unknown unit")}


def test_an_answer_that_two_results_leave_open_is_counted(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, lab("a", 2.4, "2024-01-01"), lab("b", 4.1, "2024-01-01"))
    assert "potassium" not in case.answers
    assert missed(case) == {("answer", "potassium", "differing results of one time")}
