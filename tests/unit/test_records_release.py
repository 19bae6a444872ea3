"""Codes below ours, from a made-up release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fhirs import bundle, condition, patient
from screener.cli.main import main
from screener.errors import UsageError
from screener.records.codetable import descendants

HEADER = "id\teffectiveTime\tactive\tmoduleId\tsourceId\tdestinationId\trelationshipGroup\ttypeId\n"
FAILURE = "84114007"


def row(source: str, destination: str, active: str = "1", kind: str = "116680003") -> str:
    return f"1\t20240101\t{active}\t1\t{source}\t{destination}\t0\t{kind}\n"


def release(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "release.txt"
    path.write_text(header + "".join(rows), encoding="utf-8")
    return path


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words), standalone_mode=False, catch_exceptions=False)


def test_only_active_is_a_relations_count_at_any_depth(tmp_path: Path) -> None:
    rows = [row("2", "1"), row("3", "2"), row("4", "1", active="0"), row("5", "1", kind="363698007"), row("1", "3")]
    assert descendants(release(tmp_path, *rows), {"1"}) == [("1", "2"), ("1", "3")]


def test_a_code_of_ours_ends_the_way_down(tmp_path: Path) -> None:
    rows = [row("2", "1"), row("3", "2")]
    assert descendants(release(tmp_path, *rows), {"1", "2"}) == [("2", "3")]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [((), "id\tactive\n", ":1: column `sourceId` is missing"), (("1\t2\n",), HEADER, ":2: has 2 columns")],
)
def test_another_file_is_named_with_its_line(rows: tuple[str, ...], header: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        descendants(release(tmp_path, *rows, header=header), {"1"})


def test_a_made_up_code_below_heart_failure_is_read_with_the_list(tmp_path: Path) -> None:
    below, record = tmp_path / "below.csv", tmp_path / "record.json"
    said = run("codes", "descendants", str(release(tmp_path, row("999000011", FAILURE))), "-o", str(below))
    assert "1 codes below" in said.stderr
    record.write_text(json.dumps(bundle(patient(), condition("c", "snomed", "999000011"))), encoding="utf-8")
    without, with_it = (
        run("fhir", "import", str(record)),
        run("fhir", "import", str(record), "--descendants", str(below)),
    )
    assert "heart_disease" not in without.output
    assert json.loads(with_it.output)["heart_disease"] is True
