"""`screener fhir`: output, exit codes and files; real-looking records; what other programs say of our resources."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fhir.resources.R4B import get_fhir_model_class

from nodes import ask, need
from screener.case.intake import Intake
from screener.cli.main import main
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.standards.assessment import assessments
from screener.standards.questionnaire import questionnaire
from vignettes import SCREENED, Vignette

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "fhir"
SYNTHEA = Path(os.environ.get("SCREENER_SYNTHEA", ROOT / "no such folder"))


def run(*arguments: str | Path, **more: Any) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], standalone_mode=False, catch_exceptions=False, **more)


# import


def test_cases_are_written_one_a_line_and_can_be_screened(tmp_path: Path) -> None:
    out, origins = tmp_path / "cases.jsonl", tmp_path / "sources.jsonl"
    result = run("fhir", "import", EXAMPLES / "bulk", "-o", out, "--provenance", origins)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (out, origins)} == {0o600}
    assert result.return_value == 0
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [case["case_id"] for case in written] == ["one", "two"]
    assert written[1]["ckd_stage"] == 4
    sources = [json.loads(line) for line in origins.read_text(encoding="utf-8").splitlines()]
    assert sources[1]["provenance"]["kidney_disease"] == ["Condition/c2"]
    one = tmp_path / "one.json"
    one.write_text(json.dumps(written[0]), encoding="utf-8")
    assert "magnesium" in run("screen", one).output


def test_reports_name_the_resources_in_the_chain() -> None:
    result = run("fhir", "import", EXAMPLES / "potassium-stays-low.json", "--screen", "json")
    report = json.loads(result.output)
    flag = next(flag for flag in report["flags"] if flag["id"] == "refractory-potassium")
    evidence = {item["field"]: item["resources"] for item in flag["because"][0]["evidence"]}
    assert evidence["potassium_still_low"] == [
        "Observation/k-1",
        "MedicationRequest/potassium-chloride",
        "Observation/k-3",
    ]
    assert any("Observation/k-3" in step.get("resources", []) for step in report["chain"])
    text = run("fhir", "import", EXAMPLES / "potassium-stays-low.json", "--screen", "text").output
    assert "Observation/k-3" in text
    assert report["disclaimer"][:40] in " ".join(text.split())


def test_absence_is_said_in_the_report() -> None:
    result = run("fhir", "import", EXAMPLES / "potassium-stays-low.json", "--absent-means-no", "--screen", "text")
    assert "Counted as no because the problem list does not have them" in " ".join(result.output.split())
    result = run("fhir", "import", EXAMPLES / "blood-and-serum.json", "--absent-means-no", "--screen", "text")
    assert "Nothing is counted as no: the record holds no conditions" in " ".join(result.output.split())


def test_a_refused_record_is_named_and_the_others_are_written(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}')
    good = EXAMPLES / "blood-and-serum.json"
    result = run("fhir", "import", broken, good)
    assert result.return_value == 3
    assert f"{broken}: Patient without id.id: is missing" in result.stderr
    assert json.loads(result.stdout)["case_id"] == "pair"


def test_standard_input_and_the_day(tmp_path: Path) -> None:
    text = (EXAMPLES / "potassium-stays-low.json").read_bytes()
    result = run("fhir", "import", "-", "--as-of", "2024-02-01", input=text)
    case = json.loads(result.stdout)
    assert case["potassium"] == 3.1
    assert "potassium_still_low" not in case


def test_none_of_the_series_that_were_no_failure_is_flagged(screener: Screener, book: RuleBook) -> None:
    found = list(cases(EXAMPLES / "not-a-failed-treatment.json", book=book))
    assert len(found) == 3
    for case in found:
        assert screener.screen(case.intake(), everything=True).flag("refractory-potassium").status != "raised"  # type: ignore[union-attr]


# simulated patients


def synthea() -> list[Path]:
    paths = sorted(SYNTHEA.glob("*.json"))
    if not paths:
        pytest.skip("needs a folder of simulated patients (Synthea), named by SCREENER_SYNTHEA")
    return paths


@pytest.fixture(scope="module")
def simulated(book: RuleBook) -> list[tuple[Path, ImportedCase]]:
    return [(path, case) for path in synthea() for case in cases(path, book=book)]


def test_every_simulated_patient_is_read(simulated: list[tuple[Path, ImportedCase]]) -> None:
    assert len(simulated) >= 34
    assert [case.refused for _, case in simulated if case.refused] == []
    assert [case.problems for _, case in simulated if case.problems] == []


def test_no_simulated_patient_has_low_potassium(simulated: list[tuple[Path, ImportedCase]], screener: Screener) -> None:
    low = {"refractory-potassium", "magnesium-not-checked", "low-potassium-reported"}
    for _, case in simulated:
        assert not {"told_low_potassium", "potassium_prescribed", "potassium_supplement"} & set(case.answers)
        outcome = screener.examine(case.intake()).outcome
        assert not low & set(outcome.having("raised", screener.book)), case.case_id


def _observed(path: Path, code: str) -> Iterator[dict[str, Any]]:
    for entry in json.loads(path.read_bytes())["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Observation" and resource["code"]["coding"][0]["code"] == code:
            yield resource


def test_potassium_in_blood_is_read(simulated: list[tuple[Path, ImportedCase]]) -> None:
    read = 0
    for path, case in simulated:
        values = sorted(_observed(path, "6298-4"), key=lambda o: o["effectiveDateTime"])
        expected = values[-1]["valueQuantity"]["value"] if values else None
        assert case.answers.get("potassium") == (pytest.approx(expected) if values else None)
        read += bool(values)
    assert read > 10


# what other programs say of what we write


@pytest.fixture(scope="module")
def exported(book: RuleBook) -> list[dict[str, Any]]:
    from screener.case.files import read_case

    screener = Screener(book)
    found = [questionnaire(book)]
    for vignette in SCREENED:
        intake = read_case(str(vignette.case), Intake.fields)
        found.append(assessments(screener.screen(intake), intake, book))
    for path in sorted(EXAMPLES.glob("*.json")):
        for case in cases(path, book=book):
            report = screener.screen(case.intake())
            found.append(assessments(report, case.intake(), book, case.provenance))
    return found


def test_fhir_resources_accepts_all(exported: list[dict[str, Any]]) -> None:
    for resource in exported:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_fhir_js_accepts_all(exported: list[dict[str, Any]]) -> None:
    need("fhir")
    inner = [e["resource"] for r in exported for e in r.get("entry", [])]
    whole = [*exported, *inner]
    wrong = [
        (item["resourceType"], messages)
        for item, messages in zip(whole, ask("validate.js", whole), strict=True)
        if messages
    ]
    assert wrong == []


def test_fhir_js_would_find_a_mistake() -> None:
    need("fhir")
    ((message,),) = ask("validate.js", [{"resourceType": "RiskAssessment", "status": "banana", "subject": {}}])
    assert "status" in message["location"]


def test_no_issue_and_no_condition_is_written(exported: list[dict[str, Any]]) -> None:
    text = json.dumps(exported)
    for word in ("DetectedIssue", '"Condition"', "probability", "null"):
        assert word not in text


@pytest.mark.parametrize("vignette", SCREENED[:3], ids=lambda vignette: vignette.id)
def test_export_writes_what_the_library_makes(vignette: Vignette) -> None:
    result = run("fhir", "export", vignette.case)
    assert result.return_value == 0
    assert json.loads(result.stdout)["resourceType"] == "Bundle"
    found = json.loads(run("fhir", "export", vignette.case, "--cards").stdout)
    assert set(found) == {"cards"}


def test_export_of_a_record_rests_on_its_resources() -> None:
    result = run("fhir", "export", "--record", EXAMPLES / "potassium-stays-low.json")
    data = json.loads(result.stdout)
    flag = next(e["resource"] for e in data["entry"] if e["resource"]["id"] == "refractory-potassium")
    assert {"reference": "Observation/k-3"} in flag["basis"]
    assert flag["subject"] == {"reference": "Patient/stays-low"}


def test_export_refuses_a_wrong_case() -> None:
    result = run("fhir", "export", ROOT / "examples" / "vignettes" / "V33-typing-slip.json")
    assert result.return_value == 3
    assert "potassium" in result.stderr
    assert result.stdout == ""


def test_the_questionnaire_is_written(book: RuleBook) -> None:
    assert json.loads(run("fhir", "questionnaire").stdout)["version"] == book.version


@pytest.mark.parametrize("words", [["fhir"], ["fhir", "import"], ["fhir", "questionnaire"], ["fhir", "export"]])
def test_help_has_an_example(words: list[str]) -> None:
    assert "Example: screener" in run(*words, "--help").stdout
