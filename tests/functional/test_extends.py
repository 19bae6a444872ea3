"""`extends:`: a book that builds on another."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rulefolder import ROOT, screener_here
from screener.explain.teaching.broken import make_broken
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.rulebook.contents import fingerprint
from screener.screening import Screener
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job

CLINIC = {
    "rulebook.yaml": "version: 1.0.0\ntitle: Our clinic\nextends: ../health\npacks: [clinic]\n",
    "questionnaire.yaml": (
        "questions:\n  - {field: hot_day, section: Today, label: hot day, ask: Is it hot today?, why: People sweat.}\n"
    ),
    "texts.yaml": "footer: Our clinic wrote a part of this.\n",
    "clinic/pack.yaml": (
        "title: Our clinic\nversion: 1.0.0\nabout: What we add.\n"
        "rules:\n  - id: clinic-ask-about-drinking-hot\n    concludes: ask-about-drinking\n"
        "    when: {all: [{finding: sign-of-thirst}, {hot_day: yes}]}\n    because: It is hot, too.\n"
        "    sources: [ours]\n    redundant: It gives a reason of its own.\n"
        "    cases: [{fires: {thirsty: yes, hot_day: yes}}, {silent: {thirsty: yes, hot_day: no}},\n"
        "      {possible: {thirsty: no, hot_day: yes}}]\n"
    ),
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    assert screener_here("new", str(tmp_path / "health"), "--from", "health").code == 0
    return written(tmp_path / "clinic", CLINIC)


def test_it_has_everything_of_the_other_book_and_its_own(clinic: Path) -> None:
    book = RuleBook.load(clinic)
    assert list(book.packs) == ["advice", "safety", "clinic"]
    assert list(book.questions)[-2:] == ["own_words", "hot_day"]
    assert book.subject.title == "Our clinic"
    assert book.texts["footer"] == "Our clinic wrote a part of this."
    report = Screener(book).screen(book.intake.read({"thirsty": True, "hot_day": True, "sodium": "150 mEq/L"}))
    drinking = report.flag("ask-about-drinking")
    assert drinking is not None
    assert [because.rule for because in drinking.because or []] == [
        "advice-ask-about-drinking-sign", "clinic-ask-about-drinking-hot",
    ]  # fmt: skip
    assert report.flag("high-sodium") is not None


@pytest.mark.parametrize(
    "command", ["rules check", "rules test", "rules prove", "rules mutate", "rules coverage", "rules list",
                "rules show clinic-ask-about-drinking-hot", "rules show advice-sign-of-thirst-thirsty", "rules export"]
)  # fmt: skip
def test_the_workbench_reads_both(command: str, clinic: Path) -> None:
    done = screener_here(*command.split(), "--rules", str(clinic))
    assert done.code == 0, done.out + done.err


def test_the_pages_show_rules_of_both(clinic: Path) -> None:
    desk = Desk(Settings(rules_folder=clinic))
    for name, words in (("clinic-ask-about-drinking-hot", "It is hot"), ("advice-sign-of-thirst-thirsty", "thirsty")):
        answer = desk.do(Job("library", {"kind": "rules", "name": name}))
        assert answer.status == 200
        assert words in answer.body.decode()


def test_a_change_of_either_is_seen(clinic: Path) -> None:
    before, digest = cached_rulebook(clinic), fingerprint(clinic)
    pack = clinic.parent / "health" / "advice" / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("value: 145", "value: 146"), encoding="utf-8")
    assert fingerprint(clinic) != digest
    after = cached_rulebook(clinic)
    assert (before.settings["sodium-high"].value, after.settings["sodium-high"].value) == (145, 146)


def test_mistakes_are_told_where_they_stand(clinic: Path) -> None:
    pack, questions = clinic.parent / "health" / "advice" / "pack.yaml", clinic / "questionnaire.yaml"
    broken = pack.read_text(encoding="utf-8").replace("thirsty: yes}\n", "thirstyy: yes}\n", 1)
    pack.write_text(broken, encoding="utf-8")
    twice = "  - {field: age, section: Today, label: age, ask: How old?, why: So., kind: whole, from: 0, to: 9}\n"
    questions.write_text(questions.read_text(encoding="utf-8") + twice, encoding="utf-8")
    said = screener_here("rules", "check", str(clinic)).out
    assert "health/advice/pack.yaml:" in said
    assert "`thirstyy` is neither a field" in said
    assert "clinic/questionnaire.yaml:3:6: error: `age` is given twice (first at health/questionnaire.yaml:" in said


@pytest.mark.parametrize(
    ("extends", "packs", "message"),
    [
        ("../nowhere", "[clinic]", "clinic/rulebook.yaml:3:1: error: there is no rule book in `../nowhere`"),
        (".", "[clinic]", "clinic/rulebook.yaml:3:1: error: `.` extends this book itself"),
        ("../other", "[clinic]", "other/rulebook.yaml:2:1: error: `../clinic` extends this book itself"),
        ("../health", "[clinic, advice]", "the book that this one extends has a pack `advice`, too"),
        ("[x]", "[clinic]", "should be text"),
    ],
)
def test_what_can_be_wrong_with_it(extends: str, packs: str, message: str, clinic: Path) -> None:
    header = f"version: 1.0.0\ntitle: Our clinic\nextends: {extends}\npacks: {packs}\n"
    written(clinic, {"rulebook.yaml": header})
    written(clinic / "advice", {"pack.yaml": "title: A\nversion: 1.0.0\nabout: B.\n"} if "advice" in packs else {})
    written(clinic.parent / "other", {"rulebook.yaml": "version: 1.0.0\nextends: ../clinic\npacks: [x]\n",
                                      "x/pack.yaml": "title: X\nversion: 1.0.0\nabout: X.\n"})  # fmt: skip
    done = screener_here("rules", "check", str(clinic))
    assert done.code == 4
    assert message in done.out


def test_a_book_may_stand_on_the_one_that_ships(tmp_path: Path) -> None:
    folder = written(tmp_path / "ward", {
        "rulebook.yaml": "version: 1.0.0\ntitle: Our ward\nextends: screener\npacks: [ward]\n",
        "ward/pack.yaml": "title: Our ward\nversion: 1.0.0\nabout: Nothing yet.\n",
    })  # fmt: skip
    shipped, book = RuleBook.load(ROOT / "rules"), RuleBook.load(folder)
    assert book.rules == shipped.rules
    assert book.questions == shipped.questions
    assert book.sha256 != shipped.sha256
    assert book.medicines == shipped.medicines
    assert screener_here("rules", "check", str(folder)).code == 0


def test_a_puzzle_is_made_of_both(clinic: Path, tmp_path: Path) -> None:
    broken = set()
    for seed in range(16):
        folder = tmp_path / f"puzzle-{seed}"
        puzzle = make_broken(seed, folder, clinic)
        assert "extends: ../rules-2" in (folder / "rules" / "rulebook.yaml").read_text(encoding="utf-8")
        broken.update(fault.original for fault in puzzle.faults)
        assert screener_here("screen", str(folder / "case.json"), "--rules", str(folder / "rules")).code == 0
    assert {name.partition("-")[0] for name in broken} == {"advice", "clinic"}


CASE_COMMANDS = [
    "screen CASE", "screen CASE --clinician", "explain CASE", "explain CASE --why-not high-sodium",
    "explain CASE --smallest high-sodium", "fhir export CASE", "explain CASE --receipt RECEIPT",
    "explain --check RECEIPT",
]  # fmt: skip


def test_every_command_on_a_case_reads_both(clinic: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"thirsty": true, "hot_day": true}', encoding="utf-8")
    for command in CASE_COMMANDS:
        words = [{"CASE": str(case), "RECEIPT": str(tmp_path / "receipt.json")}.get(w, w) for w in command.split()]
        done = screener_here(*words, "--rules", str(clinic))
        assert done.code == 0, f"{command}: {done.err}"


@pytest.mark.parametrize(
    "command",
    ["rules docs", "rules docs --write DOCS", "rules export --format elm", "rules export --format python",
     "rules schema case", "rules show questionnaire", "fhir questionnaire", "rules list questions",
     "rules list sources", "rules list settings"],
)  # fmt: skip
def test_every_command_on_a_book_reads_both(command: str, clinic: Path, tmp_path: Path) -> None:
    words = [str(tmp_path / "docs") if word == "DOCS" else word for word in command.split()]
    done = screener_here(*words, "--rules", str(clinic))
    assert done.code == 0, done.err


def test_a_batch_reads_both(clinic: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"thirsty": true, "hot_day": true}\n{"thirsty": true, "hot_day": false}\n', encoding="utf-8")
    for engine in ("columnar", "durable"):
        out = tmp_path / f"{engine}.jsonl"
        done = screener_here("batch", str(source), "-o", str(out), "--engine", engine, "--rules", str(clinic))
        assert done.code == 0, done.err
        first, second = (json.loads(line)["rules"] for line in out.read_text(encoding="utf-8").splitlines())
        assert "clinic-ask-about-drinking-hot" in first
        assert "clinic-ask-about-drinking-hot" not in second


def test_what_changed_between_two_such_books_is_told(clinic: Path, tmp_path: Path) -> None:
    shutil.copytree(clinic.parent, tmp_path / "new")
    pack = tmp_path / "new" / "clinic" / "clinic" / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("{hot_day: yes}", "{hot_day: no}", 1), encoding="utf-8")
    under = tmp_path / "new" / "health" / "advice" / "pack.yaml"
    under.write_text(under.read_text(encoding="utf-8").replace("value: 145", "value: 146"), encoding="utf-8")
    said = screener_here("rules", "diff", str(clinic), str(tmp_path / "new" / "clinic"))
    assert said.code == 0, said.err
    assert "clinic-ask-about-drinking-hot" in said.out
    assert "high-sodium" in said.out
