"""`levels` in `rulebook.yaml`: a book's own urgency levels are those of every command and page."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ownbook
from rulefolder import screener, screener_here
from screener.engine import reference
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import LEVELS, USUAL
from screener.screening import Screener
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job

HEADER = """\
version: 0.1.0
title: Zimmerpflanzen
language: de
packs: [class, safety]
levels:
  - {id: alles-ruhig, like: none, title: Nichts eilt,
     text: "Nichts davon eilt. Das heißt nicht, dass alles gut ist."}
  - {id: beim-naechsten-mal, like: routine, title: Beim nächsten Gießen}
  - {id: diese-woche, like: routine, title: Diese Woche}
  - {id: jetzt-giessen, like: emergency, title: Jetzt gießen, text: Gießen Sie jetzt., brief: Warten Sie nicht.}
"""
QUESTIONS = """\
questions:
  - {field: dry_soil, section: Erde, label: trockene Erde, ask: Ist die Erde trocken?, why: Wurzeln brauchen Wasser.}
  - {field: limp, section: Erde, label: schlaffe Blätter, ask: Hängen die Blätter?, why: Ein Zeichen., red_flag: yes,
     always: yes}
  - {field: hb, kind: lab, analyte: haemoglobin, from: 20, to: 250, units: [g/L, g/dL], section: Labor, label: Hb,
     ask: Wie hoch ist der Wert?, why: Das Blut.}
"""
RULES = """\
rules:
  - {id: class-urgency-limp, urgency: jetzt-giessen, when: {limp: yes}, because: Die Blätter hängen., sources: [P1]}
  - {id: class-urgency-dry, urgency: beim-naechsten-mal, when: {dry_soil: yes}, because: Die Erde ist trocken.,
     sources: [P1]}
  - {id: class-low-hb, concludes: low-hb, when: {hb: {below: 120}}, because: Der Wert ist tief., sources: [P1]}
"""
FLAGS = """\
flags:
  - {id: low-hb, title: Tiefer Wert, explanation: Der Wert ist tief., urgency: diese-woche, sources: [P1]}
"""
CASES: dict[str, dict[str, Any]] = {
    "jetzt-giessen": {"limp": True},
    "diese-woche": {"limp": False, "dry_soil": True, "hb": "11 g/dL"},
    "beim-naechsten-mal": {"limp": False, "dry_soil": True, "hb": "13 g/dL"},
    "alles-ruhig": {"limp": False, "dry_soil": False, "hb": "13 g/dL"},
}
TITLES = {"jetzt-giessen": "Jetzt gießen", "diese-woche": "Diese Woche", "beim-naechsten-mal": "Beim nächsten Gießen"}


def written(folder: Path, **changes: str) -> Path:
    files = {
        "rulebook": HEADER, "questionnaire": QUESTIONS, "rules": RULES, "flags": FLAGS,
        "sources": "sources:\n  - {id: P1, kind: ours, title: unsere Klasse}\n",
    } | changes  # fmt: skip
    return ownbook.write(folder / "pflanzen", {}, **files)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("levels"))


@pytest.fixture(scope="module")
def plants(folder: Path) -> RuleBook:
    return RuleBook.load(folder)


@pytest.fixture(params=CASES)
def level(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(level: str, tmp_path: Path) -> str:
    path = tmp_path / "fall.json"
    path.write_text(json.dumps({"case_id": level, **CASES[level]}), encoding="utf-8")
    return str(path)


def test_a_report_has_them(level: str, plants: RuleBook) -> None:
    report = Screener(plants).screen(plants.intake.read(CASES[level]))
    assert report.urgency == report.summary.urgency == level
    assert plants.texts[f"title-{level}"] in (report.title(plants), plants.texts["title-alles-ruhig"])


@pytest.mark.parametrize(
    "options", ["", "--details", "--clinician", "--format json", "--format markdown", "--format html"]
)
def test_every_form_of_a_report_is_written(options: str, case: str, level: str, folder: Path) -> None:
    done = screener_here("screen", case, "--rules", str(folder), *options.split())
    assert done.code == 0, done.err
    words = {
        "jetzt-giessen": "Jetzt gießen",
        "diese-woche": "Diese Woche",
        "beim-naechsten-mal": "Beim nächsten Gießen",
    }
    assert (words.get(level, "Nichts eilt") if "json" not in options else level).casefold() in done.out.casefold() or (
        level == "alles-ruhig"
    )


@pytest.mark.parametrize(
    "command",
    ["rules check", "rules test", "rules prove", "rules mutate", "rules coverage", "rules list", "rules docs",
     "rules export", "rules export --format elm", "rules show questionnaire", "rules schema report",
     "fhir questionnaire"],
)  # fmt: skip
def test_every_command_on_rules_works(command: str, folder: Path) -> None:
    done = screener_here(*command.split(), "--rules", str(folder))
    assert done.code == 0, done.out + done.err


@pytest.mark.parametrize(
    "command", ["explain", "explain --why-not low-hb", "explain --what-if limp=yes", "fhir export"]
)
def test_every_command_on_a_case_works(command: str, case: str, folder: Path) -> None:
    done = screener_here(*command.split(), case, "--rules", str(folder))
    assert done.code == 0, done.err


def test_the_urgent_one_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "fall.json"
    case.write_text('{"limp": true}', encoding="utf-8")
    assert screener("replay", str(case), "--rules", str(folder)).out.startswith("!! Jetzt gießen. Gießen Sie jetzt.")
    assert screener_here("explain", str(case), "--rules", str(folder)).out.startswith(
        "! Jetzt gießen. Warten Sie nicht."
    )
    desk = Desk(Settings(rules_folder=folder))
    page = desk.do(Job("questions", {}, b"answers=%7B%7D&length=default&field=limp&value=yes")).body.decode()
    assert "Jetzt gießen" in page
    assert "Gießen Sie jetzt." in page
    result = desk.do(Job("result", {}, b"answers=%7B%22limp%22%3Atrue%7D")).body.decode()
    assert 'class="card now"' in result
    for name in ("jetzt-giessen", "diese-woche"):
        assert desk.do(Job("library", {"kind": "urgency", "name": name})).status == 200


@pytest.mark.parametrize("engine", ["columnar", "durable"])
def test_a_batch_and_its_summary_have_them(engine: str, folder: Path, tmp_path: Path) -> None:
    source, out, summary = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "sum.json"
    source.write_text("".join(json.dumps(answers) + "\n" for answers in CASES.values()), encoding="utf-8")
    done = screener_here("batch", str(source), "-o", str(out), "--summary", str(summary), "--engine", engine,
                         "--rules", str(folder))  # fmt: skip
    assert done.code == 0, done.err
    assert [json.loads(line)["urgency"] for line in out.read_text(encoding="utf-8").splitlines()] == list(CASES)
    counts = json.loads(summary.read_text(encoding="utf-8"))["urgency"]
    assert [one["id"] for one in counts] == list(reversed(CASES))


def test_cards_and_assessments_have_them(folder: Path, plants: RuleBook, tmp_path: Path) -> None:
    from screener.standards.cds import cards

    found = {level: cards(Screener(plants).screen(plants.intake.read(a)), plants) for level, a in CASES.items()}
    assert found["jetzt-giessen"][0]["summary"] == "Jetzt gießen"
    assert found["jetzt-giessen"][0]["indicator"] == "warning"
    assert [card["indicator"] for card in found["diese-woche"]] == ["info"]
    assert found["alles-ruhig"] == []
    cql = screener_here("rules", "export", "--rules", str(folder)).out
    assert "then 'jetzt-giessen' else (if" in cql
    assert "'emergency'" not in cql


@given(
    st.fixed_dictionaries({}, optional={"limp": st.booleans(), "dry_soil": st.booleans(), "hb": st.integers(20, 250)})
)
def test_every_engine_has_the_same(plants: RuleBook, answers: dict[str, Any]) -> None:
    if "hb" in answers:
        answers = {**answers, "hb": f"{answers['hb']} g/L"}
    intake = plants.intake.read(answers)
    facts = facts_of(intake, plants)
    expected = reference.infer(plants, facts)
    outcomes = ColumnarEngine(plants).infer(Columns.of([intake], plants.fields))
    assert outcomes.case(0).urgency == expected.urgency
    assert outcomes.case(0).urgency_could_be == expected.urgency_could_be
    assert Screener(plants).examine(intake).outcome.urgency == expected.urgency


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "alles-ruhig, like: none",
            "alles-ruhig, like: soon",
            "the first level says that nothing is urgent",
        ),
        ("jetzt-giessen, like: emergency", "jetzt-giessen, like: none", "only the first level is like `none`"),
        ("beim-naechsten-mal, like: routine", "beim-naechsten-mal, like: soon", "the least urgent level comes first"),
        ("id: diese-woche", "id: soon", "`soon` is a level of the program; call yours something else"),
        ("id: diese-woche", "id: jetzt-giessen", "`jetzt-giessen` is given twice"),
        ("like: emergency", "like: urgent", "`urgent` should be 'none', 'routine'"),
        ("title: Diese Woche", "title: 'Diese {woche}'", "{woche}"),
    ],
)
def test_what_can_be_wrong_with_them(old: str, new: str, message: str, tmp_path: Path) -> None:
    done = screener_here("rules", "check", str(written(tmp_path, rulebook=HEADER.replace(old, new))))
    assert done.code == 4
    assert message in done.out


def test_a_level_that_the_book_does_not_have(tmp_path: Path) -> None:
    flags, rules = FLAGS.replace("diese-woche", "diese-wocke"), RULES.replace("beim-naechsten-mal", "alles-ruhig")
    said = screener_here("rules", "check", str(written(tmp_path, flags=flags, rules=rules))).out
    assert "there is no urgency level `diese-wocke`, did you mean `diese-woche`?" in said
    assert "no rule concludes `alles-ruhig`" in said


def test_a_book_on_another_has_its_levels(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "station" / "ward").mkdir(parents=True)
    (tmp_path / "station" / "rulebook.yaml").write_text(
        f"version: 1.0.0\ntitle: Station\nlanguage: de\nextends: {folder}\npacks: [ward]\n", encoding="utf-8"
    )
    (tmp_path / "station" / "ward" / "pack.yaml").write_text(
        "title: Station\nversion: 1.0.0\nabout: Noch nichts.\n", encoding="utf-8"
    )
    book = RuleBook.load(tmp_path / "station")
    assert list(book.levels) == list(reversed(CASES))
    assert pickle.loads(pickle.dumps(book)).levels.likes == book.levels.likes


def test_the_program_s_own_levels_are_like_themselves() -> None:
    assert tuple(LEVELS) == USUAL
    assert LEVELS.urgent == ("same-day", "emergency")
