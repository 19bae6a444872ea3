"""`screener batch --from fhir`: records of patients in, the same flags as `screener fhir import` and `screen` give."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from screener.cli.batch import batch as command
from screener.records.fhir.read import cases
from screener.screening import Screener

RECORDS = Path(__file__).parents[2] / "examples" / "fhir"


def batch(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False, standalone_mode=False)
    assert result.exit_code == 0
    return result.stderr


def test_the_flags_are_those_of_single_cases(tmp_path: Path, screener: Screener) -> None:
    said = batch("--from", "fhir", str(RECORDS), "-o", str(tmp_path / "out.jsonl"), "--workers", "1")
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    imported = [case.intake() for case in cases(RECORDS)]
    assert "results + 0 rejects" in said
    assert [row["case_id"] for row in rows] == [intake.case_id for intake in imported]
    assert [row["line"] for row in rows] == list(range(1, len(rows) + 1))
    for row, intake in zip(rows, imported, strict=True):
        outcome = screener.examine(intake).outcome
        assert row["urgency"] == outcome.urgency
        assert row["raised"] == list(outcome.having("raised", screener.book))


def test_a_broken_record_ends_in_the_rejects_and_the_others_in_the_output(tmp_path: Path) -> None:
    (tmp_path / "a-broken.json").write_text('{"resourceType": "Bundle", "entry": [')
    (tmp_path / "b.json").write_bytes((RECORDS / "potassium-stays-low.json").read_bytes())
    said = batch("--from", "fhir", str(tmp_path), "-o", str(tmp_path / "out.csv"), "--workers", "1")
    (reject,) = [json.loads(line) for line in (tmp_path / "out.csv.rejects.jsonl").read_text().splitlines()]
    assert "1 rejects" in said
    assert reject["line"] == 1
    assert "not JSON" in reject["errors"][0]["message"]
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1 + len(list(cases(tmp_path / "b.json")))
