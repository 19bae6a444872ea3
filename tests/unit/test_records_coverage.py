"""What a run on records says it held, understood and did not read."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fhirs import SERUM, bundle, condition, imported, lab, patient, request
from screener.cli.main import main
from screener.errors import UsageError
from screener.records.coverage import Coverage, Seen
from screener.rulebook.book import RuleBook


def held(*names: str) -> dict[Seen, int]:
    return {Seen("Condition", "SNOMED CT", name, "", "not read", "no row in the code lists"): 1 for name in names}


def filled(persons: dict[str, int]) -> Coverage:
    coverage = Coverage()
    part = coverage.begin("a")
    for name, count in persons.items():
        for _ in range(count):
            part.add(held(name))
    return coverage


def test_rows_are_ordered_by_how_often_and_few_persons_are_hidden() -> None:
    coverage = filled({"1": 7, "2": 8})
    assert [(row["code"], row["count"]) for row in coverage.rows()] == [("2", 8), ("1", 7)]
    assert [row["code"] for row in coverage.rows(share=True)] == ["2"]


def test_an_input_that_is_read_again_is_counted_once() -> None:
    coverage = filled({"1": 3})
    coverage.begin("a").add(held("1"))
    assert coverage.totals() == {"read": 0, "understood": 0, "not read": 1}


def test_only_the_most_frequent_are_named() -> None:
    lines = filled({str(number): 1 for number in range(25)}).lines()
    assert len([line for line in lines if line.startswith("- not read")]) == 20
    assert "5 other kinds" in lines[-1]


def test_a_warning_when_nothing_of_a_kind_was_recognised() -> None:
    assert filled({"1": 2}).warnings() == ["none of 2 conditions has a code that is read here"]
    coverage = filled({"1": 2})
    coverage.begin("b").add({Seen("Condition", "ICD-10", "Z00", "", "understood"): 1})
    assert coverage.warnings() == []


def test_a_spreadsheet_runs_nothing_of_it() -> None:
    coverage = Coverage()
    coverage.begin("a").add({Seen("Observation", "=cmd", "-1+1", "@x", "not read", "no row in the code lists"): 1})
    coverage.begin("b").add({Seen("Observation", "LOINC", "\uff1d1+1", " \n=2", "read"): 1})
    row, other = csv.DictReader(coverage.text(Path("c.csv")).splitlines(keepends=True))
    assert (row["system"], row["code"], row["display"]) == ("'=cmd", "'-1+1", "'@x")
    assert (other["code"], other["display"]) == ("'\uff1d1+1", "' \n=2")


def test_its_file_is_csv_or_json() -> None:
    with pytest.raises(UsageError, match=r"must end in \.csv or \.json"):
        Coverage().text(Path("coverage.txt"))


RECORD = bundle(
    patient(),
    lab("k", 3.1, "2024-01-01"),
    lab("local", 3.1, "2024-01-01", code="0-0"),
    condition("c", "snomed", "49601007"),
    {**condition("t", "snomed", "1"), "code": {"text": "a secret of the person"}},
    request("m", "hydrochlorothiazide 25 mg", "2024-01-01"),
    {"resourceType": "Encounter", "id": "e", "status": "finished", "subject": {"reference": "Patient/p"}},
)


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words), standalone_mode=False, catch_exceptions=False)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(RECORD), encoding="utf-8")
    return path


def test_every_entry_of_a_record_is_counted(record: Path, tmp_path: Path) -> None:
    out = tmp_path / "coverage.json"
    run("fhir", "import", str(record), "--coverage", str(out))
    data = json.loads(out.read_text(encoding="utf-8"))
    rows = {(row["resource"], row["code"]): (row["state"], row["reason"]) for row in data["rows"]}
    assert rows == {
        ("Observation", SERUM): ("read", ""),
        ("Observation", "0-0"): ("not read", "no row in the code lists"),
        ("Condition", "49601007"): ("not read", "no row in the code lists"),
        ("Condition", "(text only)"): ("not read", "text only"),
        ("MedicationRequest", "(text only)"): ("read", ""),
        ("Encounter", ""): ("not read", "kind of resource not read"),
    }
    assert sum(row["count"] for row in data["rows"]) == len(RECORD["entry"]) - 1


def test_no_text_of_a_record_is_repeated(record: Path, tmp_path: Path) -> None:
    result = run("fhir", "import", str(record), "--explain", "--absent-means-no")
    assert "secret" not in result.output
    assert "Condition/t (text only)" in result.output


def test_long_names_of_codes_are_cut(book: RuleBook, tmp_path: Path) -> None:
    named = {"coding": [{"system": "http://example.org", "code": "X" * 120, "display": "a name " * 30}]}
    entries = {**condition("c", "snomed", ""), "code": named}, request("m", "", None, medicationCodeableConcept=named)
    seen = imported(tmp_path, book, *entries).seen
    assert {(len(one.code), len(one.display)) for one in seen} == {(100, 100)}


@pytest.mark.parametrize("ending", ["txt", "json", "html"])
def test_the_summary_of_a_batch_has_it(record: Path, tmp_path: Path, ending: str) -> None:
    summary = tmp_path / f"summary.{ending}"
    run("batch", "--from", "fhir", str(record), "-o", str(tmp_path / "o.jsonl"), "--summary", str(summary))
    text = summary.read_text(encoding="utf-8")
    assert "49601007" in text
    assert "no row in the code lists" in text
    if ending == "json":
        found = json.loads(text)["held"]
        assert (found["read"], found["understood"], found["not_read"]) == (2, 0, 4)


def test_a_shared_summary_names_no_rare_code(record: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.json"
    words = ("-o", str(tmp_path / "o.jsonl"), "--summary", str(summary), "--share")
    run("batch", "--from", "fhir", str(record), *words)
    assert json.loads(summary.read_text(encoding="utf-8"))["held"]["most"] == []


@pytest.mark.parametrize("option", ["--unit=magnesium=mg/dL", "--na=NA", "--yes=Y", "--no=N"])
def test_options_that_say_nothing_about_records_are_refused(record: Path, tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageError, match="says nothing about health records"):
        run("batch", "--from", "fhir", str(record), "-o", str(tmp_path / "o.jsonl"), option)


@pytest.mark.parametrize("option", ["--as-of=2024-01-01", "--absent-means-no", "--look-back=none", "--each-file"])
def test_options_for_records_are_refused_for_cases(tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageError, match="is for health records"):
        run("batch", "examples/batch/cases.jsonl", "-o", str(tmp_path / "o.jsonl"), option)


@pytest.mark.parametrize(
    "option", ["--as-of=June", "--as-of=2024-02-30", "--look-back=0", "--look-back=-1", "--look-back=x"]
)
def test_a_wrong_day_or_look_back_is_named(record: Path, option: str) -> None:
    with pytest.raises(UsageError, match=option.split("=")[1]):
        run("fhir", "import", str(record), option)
