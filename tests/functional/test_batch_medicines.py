"""Names of medicines in a batch: counted in the summary, never guessed, settled by a file of confirmed names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from screener.cli.main import main
from screener.errors import FileError

CASES = [
    {"case_id": "a", "medicines": ["furosimide", "water tablet"]},
    {"case_id": "b", "medicines": ["Furosimide, omeprazole", "Norvasc Plus"]},
    {"case_id": "c", "medicines": ["omeprazole (stopped)", "Lasik", "apixaban", "none", "Xyzzq"]},
    {"case_id": "d", "medicines": [{"name": "prednisolone cream", "months": 3}, "Lasix 40"]},
]


def batch(folder: Path, *words: object, code: int = 0) -> tuple[dict[str, list[str]], dict[str, Any], str]:
    """The raised flags of each case, the summary, and what was said."""
    source, output, summary = folder / "cases.jsonl", folder / "out.jsonl", folder / "summary.json"
    source.write_text("".join(f"{json.dumps(case)}\n" for case in CASES), encoding="utf-8")
    result = CliRunner().invoke(
        main, ["batch", str(source), "-o", str(output), "--force", "--summary", str(summary), *map(str, words)]
    )
    if code:
        assert isinstance(result.exception, FileError)
        assert result.exception.exit_code == code
        return {}, {}, str(result.exception)
    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    return {case["case_id"]: case["raised"] for case in found}, json.loads(summary.read_text("utf-8")), result.stderr


def counts(summary: dict[str, Any], name: str) -> dict[str, int]:
    return {item["id"]: item["count"] for item in summary[name]}


@pytest.mark.parametrize("engine", ["columnar", "durable"])
def test_what_is_not_settled_is_counted_and_not_used(engine: str, tmp_path: Path) -> None:
    raised, summary, _ = batch(tmp_path, "--engine", engine)
    assert "medicine-lowers-potassium" not in raised["a"] + raised["b"] + raised["c"]
    assert "medicine-lowers-potassium" in raised["d"]
    assert counts(summary, "medicines") == {
        "recognised": 4, "close-to": 3, "ask": 1, "none": 1, "not-counted": 1, "not-recognised": 1, "part-only": 1,
    }  # fmt: skip
    assert counts(summary, "unrecognized_medicines") == {"Norvasc Plus": 1, "Xyzzq": 1}
    close = counts(summary, "close_to")
    assert close["furosimide -> furosemide or torsemide"] == 2
    assert [name.partition(" or ")[0] for name in close if name.startswith("lasik")] == ["lasik -> Lasix"]
    assert counts(summary, "needs_a_name") == {"water tablet": 1}
    assert summary["confirmed"] == []


@pytest.mark.parametrize("engine", ["columnar", "durable"])
def test_confirmed_names_are_used_when_they_are_given(engine: str, tmp_path: Path) -> None:
    pairs = tmp_path / "names.csv"
    pairs.write_text("typed,meant\nfurosimide,furosemide\nwater tablet,spironolactone\n", encoding="utf-8")
    raised, summary, _ = batch(tmp_path, "--engine", engine, "--confirmed", pairs)
    assert "medicine-lowers-potassium" in raised["a"]
    assert "medicine-raises-potassium" in raised["a"]
    assert "medicine-lowers-potassium" in raised["b"]
    assert counts(summary, "confirmed") == {
        "Furosimide -> furosemide": 1, "furosimide -> furosemide": 1, "water tablet -> spironolactone": 1,
    }  # fmt: skip
    assert all("furosimide" not in name for name in counts(summary, "close_to"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "typed,meant\nfurosimide,furosimid\n",
            ":2:1: `furosimid` is not in the medicine table, so it settles nothing",
        ),
        ("typed,meant\nLasix,furosemide\n", ":2:1: `Lasix` is known already, so there is nothing to confirm"),
        ("typed,meant\nfuro,\n", ":2:1: both `typed` and `meant` need a name"),
        ("typed,meant\nzz,Lasix\nzz,Losec\n", ":3:1: `zz` is given twice, with two meanings"),
        ("typed;meant\n", ":1:1: unknown column `typed;meant`"),
        ("typed,meant\na,b,c\n", ":2:1: the row has more or fewer cells than the header"),
    ],
)
def test_mistakes_in_the_file_of_confirmed_names(text: str, message: str, tmp_path: Path) -> None:
    pairs = tmp_path / "names.csv"
    pairs.write_text(text, encoding="utf-8")
    _, _, said = batch(tmp_path, "--confirmed", pairs, code=5)
    assert f"{pairs}{message}" in said


def test_a_missing_file_of_confirmed_names(tmp_path: Path) -> None:
    _, _, said = batch(tmp_path, "--confirmed", tmp_path / "nothing.csv", code=5)
    assert "no such file" in said


def test_a_stopped_run_is_another_one_with_other_confirmed_names(tmp_path: Path) -> None:
    from screener.batch.confirmed import with_confirmed
    from screener.batch.job import Job
    from screener.rulebook.cache import cached_rulebook

    pairs = tmp_path / "names.csv"
    pairs.write_text("typed,meant\nfurosimide,furosemide\n", encoding="utf-8")
    book = cached_rulebook()
    plain = Job((), "out.jsonl", book).description()
    assert Job((), "out.jsonl", with_confirmed(book, pairs)).description() != plain
