"""`screener new`, and the example books that it copies: each works on every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulefolder import ROOT, screener, screener_here
from screener.cli.examples import BOOKS
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web.desk.desk import Desk
from screener.web.openapi import examples
from screener.web.settings import Settings
from screener.web.wire import Job

FOLDER = ROOT / "examples" / "books"
CASES = {
    "minimal": {"dry_soil": True},
    "health": {"thirsty": True, "age": 40, "sodium": "150 mEq/L"},
    "animals": {"fell": True, "frisst_fleisch": True, "farbe": "gelbbraun", "muster": "Streifen"},
    "iron": {"age": 30, "sex": "female", "tired": True, "blood_donor": True, "haemoglobin": "7.4 mmol/L"},
}
RAISED = {
    "minimal": ["water-it"], "health": ["high-sodium", "ask-about-drinking"], "animals": ["tiger"],
    "iron": ["low-haemoglobin"],
}  # fmt: skip
COMMANDS = [
    "screen CASE", "screen CASE --details --format html", "screen CASE --clinician", "screen CASE --format markdown",
    "explain CASE", "explain CASE --details", "explain CASE --format svg", "explain CASE --smallest FLAG",
    "explain CASE --why-not FLAG", "fhir questionnaire", "fhir export CASE", "fhir export CASE --cards", "rules check",
    "rules test", "rules list", "rules coverage", "rules mutate", "rules prove", "rules export",
    "rules export --format elm", "rules export --format python", "rules schema case", "rules show questionnaire",
    "rules show FLAG", "rules docs --write DOCS", "rules diff OLD OLD",
]  # fmt: skip


def test_every_folder_is_offered() -> None:
    assert sorted(BOOKS) == sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_works_on_every_example(command: str, name: str, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASES[name]), encoding="utf-8")
    names = {"CASE": str(case), "FLAG": RAISED[name][0], "DOCS": str(tmp_path / "docs"), "OLD": str(FOLDER / name)}
    words = [names.get(word, word) for word in command.split()]
    named = () if "diff" in words else ("--rules", str(FOLDER / name))
    done = screener_here(*words, *named)
    assert done.code == 0, done.out + done.err
    said = (done.out + done.err).lower()
    assert not any(word in said for word in ("magnesium", "potassium", "fatigue")), said


@pytest.mark.parametrize("name", BOOKS)
def test_what_an_example_is_for(name: str) -> None:
    book = RuleBook.load(FOLDER / name)
    report = Screener(book).screen(book.intake.read(CASES[name]))
    assert [flag.id for flag in report.flags if flag.status == "raised"] == RAISED[name]
    done = screener_here("rules", "mutate", "--rules", str(FOLDER / name))
    assert "0 survive" in done.out.splitlines()[-1]
    assert all(rule.cases for rule in book.rules)


def test_iron_tells_how_soon_by_its_own_limits() -> None:
    book = RuleBook.load(FOLDER / "iron")
    screen = Screener(book).screen
    assert screen(book.intake.read({"haemoglobin": "7.9 g/dL"})).urgency == "same-day"
    assert screen(book.intake.read({"haemoglobin": "8 g/dL"})).urgency == "soon"
    assert screen(book.intake.read({"black_stools": True, "age": 12})).urgency == "emergency"


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize(
    ("task", "body"), [("home", b""), ("questions", b"length=default"), ("library", b""), ("explore", b"")]
)
def test_the_pages_of_an_example(task: str, body: bytes, name: str) -> None:
    answer = Desk(Settings(rules_folder=FOLDER / name)).do(Job(task, {}, body))
    assert answer.status == 200


def test_a_book_is_explored_and_documented_with_the_cases_beside_its_rules() -> None:
    folder = FOLDER / "iron"
    desk = Desk(Settings(rules_folder=folder))
    assert desk.examples["food-iron-sign-tired"] == ("a sign from the list", {"tired": True})
    body = b"load=example&example=food-low-haemoglobin-below"
    page = desk.do(Job("explore", {}, body)).body.decode()
    assert "Your haemoglobin was low" in page
    assert 'value="119.9' in page
    assert examples(RuleBook.load(folder), folder)["/v1/screen"] == {"tired": True}


def test_the_smallest_book_is_small() -> None:
    files = list((FOLDER / "minimal").rglob("*.yaml"))
    assert len(files) <= 3
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 25


@pytest.mark.parametrize("name", BOOKS)
def test_a_new_book_is_there_and_works(name: str, tmp_path: Path) -> None:
    done = screener_here("new", str(tmp_path / "my book"), "--from", name)
    assert done.code == 0, done.err
    written = {path.relative_to(tmp_path / "my book").as_posix() for path in (tmp_path / "my book").rglob("*.yaml")}
    assert written == {line.strip() for line in done.out.splitlines() if line.endswith(".yaml")}
    assert f"rules check '{tmp_path / 'my book'}'" in done.out
    assert screener_here("rules", "check", str(tmp_path / "my book")).code == 0


def test_a_replay_and_a_batch_of_the_smallest_book(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text('{"dry_soil": true}', encoding="utf-8")
    (tmp_path / "in.jsonl").write_text('{"dry_soil": "yes"}\n{"dry_soil": "wet"}\n', encoding="utf-8")
    folder = str(FOLDER / "minimal")
    assert "flag raised: Water the plant" in screener("replay", "case.json", "--rules", folder, cwd=tmp_path).out
    done = screener("batch", "in.jsonl", "-o", "out.jsonl", "--rules", folder, cwd=tmp_path)
    assert "2 records in = 1 results + 1 rejects" in done.err


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    done = screener_here("new", str(tmp_path))
    assert done.code == 5
    assert "is there and not empty; name a new folder" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    blocked = screener_here("new", str(tmp_path / "note.txt" / "book"))
    assert blocked.code == 5
    assert "cannot be written" in blocked.err
    assert screener_here("new", str(tmp_path / "x"), "--from", "cheese").code == 2
