"""Small records, each for one decision about how records are read: `tests/records/expected.yaml` has the results."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from screener.cli.main import main
from screener.errors import ScreenerError
from screener.rulebook.book import RuleBook
from screener.screening import Screener

FOLDER = Path(__file__).parents[1] / "records"
CASES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
NOT_YET: dict[str, str] = {}


class Ran:
    """What a command said and wrote."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.folder = folder
        self.output = folder / "out.jsonl"
        result = CliRunner().invoke(main, words, standalone_mode=False)
        error = result.exception
        if error is not None and not isinstance(error, ScreenerError):
            raise error
        self.exit = error.exit_code if isinstance(error, ScreenerError) else result.return_value
        self.said = result.output + (str(error) if error else "")
        self.errors = result.stderr + (str(error) if error else "")


def words_of(case: dict[str, Any], folder: Path) -> list[str]:
    given = str(FOLDER / case["input"]).rstrip("/")
    output = "out.csv" if "--coverage OUT.csv" in case["run"] else "out.jsonl"
    words = case["run"].replace("OUT.csv", "OUT").split()[1:]
    return [word.replace("INPUT", given).replace("OUT", str(folder / output)) for word in words]


def read_again(case: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """The cases of an import, each with its provenance."""
    origins, out = folder / "origins.jsonl", folder / "cases.jsonl"
    words = [word for word in words_of(case, folder) if word != "--explain"]
    CliRunner().invoke(main, [*words, "-o", str(out), "--provenance", str(origins)], standalone_mode=False)
    if not out.is_file():
        return []
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    more = [json.loads(line) for line in origins.read_text(encoding="utf-8").splitlines()]
    return [{**extra, "answers": answers} for answers, extra in zip(lines, more, strict=True)]


def found_of(case: dict[str, Any], ran: Ran, folder: Path) -> list[dict[str, Any]]:
    if " import " in case["run"]:
        return read_again(case, folder)
    if not ran.output.is_file():
        return []
    rows = [json.loads(line) for line in ran.output.read_text(encoding="utf-8").splitlines()]
    return [{"case_id": row["case_id"], "answers": row} for row in rows]


def same(given: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(given, int | float) and not isinstance(given, bool):
        return bool(given == pytest.approx(expected, rel=1e-3))
    if isinstance(given, str) and isinstance(expected, float):
        return bool(float(given.split()[0]) == pytest.approx(expected, rel=1e-3))
    return bool(given == expected)


def parameters() -> list[Any]:
    found = []
    for case in CASES:
        name = case["input"].rstrip("/")
        marks = [pytest.mark.xfail(strict=True, reason=NOT_YET[name])] if name in NOT_YET else []
        found.append(pytest.param(case, id=name, marks=marks))
    return found


@pytest.mark.parametrize("case", parameters())
def test_a_record_gives_what_is_decided(case: dict[str, Any], tmp_path: Path, book: RuleBook) -> None:
    expected = dict(case["expect"])
    ran = Ran(words_of(case, tmp_path), tmp_path)
    found = found_of(case, ran, tmp_path)
    said = ran.said.lower() + "".join(path.read_text("utf-8") for path in tmp_path.glob("*.rejects.jsonl")).lower()
    for text in expected.pop("says", ()):
        assert text.lower() in said
    if expected.pop("refused", False):
        assert not found
        assert ran.exit == 3
        if "lines" in expected:
            assert len(ran.errors.strip().splitlines()) == expected["lines"]
        if "cases" in expected:
            assert len(ran.errors.strip().splitlines()) == expected["cases"]
        return
    if "cases" in expected:
        assert len(found) == expected["cases"]
    for name, answers in expected.get("by_case", {}).items():
        mine = next(one for one in found if one["case_id"] == name)["answers"]
        assert all(same(mine.get(field), value) for field, value in answers.items()), mine
    check_one(expected, found, book)
    check_run(expected, ran, tmp_path)


def check_one(expected: dict[str, Any], found: list[dict[str, Any]], book: RuleBook) -> None:
    one = found[0] if found else {"answers": {}}
    answers = one["answers"]
    for field, value in expected.get("answers", {}).items():
        assert same(answers.get(field), value), (field, answers)
    for field in expected.get("absent", ()):
        assert answers.get(field) is None, (field, answers)
    for field, (sign, limit) in expected.get("bounds", {}).items():
        assert answers[field].startswith(f"{sign} {limit}")
    if "as_of" in expected:
        assert one["as_of"] == expected["as_of"]
    for field, sources in expected.get("sources", {}).items():
        assert one["provenance"][field] == sources
    if "medicine_count" in expected:
        assert len(answers["medicines"]) == expected["medicine_count"]
    for key in ("screens_like", "screens_like_field"):
        if key in expected:
            check_like(answers, expected[key], book, whole=key == "screens_like")


def check_like(answers: dict[str, Any], like: dict[str, Any], book: RuleBook, whole: bool) -> None:
    """The findings and the urgency are those of other answers."""
    screener = Screener(book, book.packs)
    same_person = {key: value for key, value in answers.items() if key in ("age", "sex") or not whole}
    mine, other = (screener.screen(book.intake.read(given)) for given in (answers, {**same_person, **like}))
    assert mine.urgency == other.urgency
    assert {(flag.id, flag.status) for flag in mine.flags} == {(flag.id, flag.status) for flag in other.flags}


def check_run(expected: dict[str, Any], ran: Ran, folder: Path) -> None:
    if "exit" in expected:
        assert ran.exit == expected["exit"]
    if "rejects" in expected:
        rejects = list(folder.glob("*.rejects.jsonl"))
        lines = [line for path in rejects for line in path.read_text(encoding="utf-8").splitlines()]
        assert len(lines) == expected["rejects"]
    for wanted in expected.get("coverage", ()):
        rows = list(csv.DictReader((folder / "out.csv").read_text(encoding="utf-8").splitlines()))
        assert any(all(row[key] == str(value) for key, value in wanted.items()) for row in rows), rows
