"""A rule book of one's own, on another subject: it works in every command and on every page, and names itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ownbook
from rulefolder import ROOT, screener, screener_here
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job

ONE_RULE = {
    "rulebook.yaml": "version: 0.1.0\ntitle: House plants\nabout: For a class.\npacks: [plants]\n",
    "questionnaire.yaml": (
        "questions:\n  - {field: dry_soil, section: Soil, label: dry soil, ask: Is it dry?, why: Roots need it.}\n"
    ),
    "plants/pack.yaml": "title: Plants\nversion: 0.1.0\nabout: For a class.\n",
    "plants/sources.yaml": "sources:\n  - {id: ours, kind: ours, title: our own words}\n",
    "plants/flags.yaml": (
        "flags:\n  - {id: water-it, title: Water it, explanation: The plant needs water., sources: [ours]}\n"
    ),
    "plants/rules.yaml": (
        "rules:\n  - id: plants-water-it-dry\n    concludes: water-it\n    when: {dry_soil: yes}\n"
        "    because: The soil is dry.\n    sources: [ours]\n    cases:\n"
        "      - fires: {dry_soil: yes}\n      - silent: {dry_soil: no}\n"
    ),
}


@pytest.fixture(scope="module")
def one_rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book") / "plants"
    for name, text in ONE_RULE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def case(one_rule: Path) -> Path:
    path = one_rule.parent / "case.json"
    path.write_text('{"case_id": "fern", "dry_soil": true}', encoding="utf-8")
    return path


COMMANDS = [
    "screen CASE", "screen CASE --details", "screen CASE --format json", "screen CASE --format markdown",
    "screen CASE --format html",
    "explain CASE", "explain CASE --why-not water-it", "explain CASE --what-if dry_soil=no",
    "explain CASE --format svg", "explain CASE --format html", "explain CASE --format mermaid",
    "fhir questionnaire", "fhir export CASE", "rules list", "rules check", "rules test", "rules prove",
    "rules mutate", "rules coverage", "rules show questionnaire", "rules export", "rules export --format elm",
    "rules export --format python", "rules schema case",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_book_of_one_rule_works(command: str, one_rule: Path, case: Path) -> None:
    words = [str(case) if word == "CASE" else word for word in command.split()]
    done = screener_here(*words, "--rules", str(one_rule))
    assert done.code == 0, done.out + done.err
    said = (done.out + done.err).lower()
    assert not any(word in said for word in ("magnesium", "potassium", "fatigue")), said


def test_its_reasoning_is_replayed(one_rule: Path, case: Path) -> None:
    done = screener("replay", str(case), "--rules", str(one_rule))
    assert done.code == 0, done.err
    assert "flag raised: Water it" in done.out


def test_its_report_says_what_it_is_about_and_claims_no_urgency(one_rule: Path, case: Path) -> None:
    said = screener_here("screen", str(case), "--details", "--rules", str(one_rule)).out
    assert said.startswith("House plants: what your answers match\n")
    assert "These rules do not say how urgent anything is." in said
    assert "No urgent sign" not in said


def test_its_batch_refuses_the_fields_of_other_books(one_rule: Path, tmp_path: Path) -> None:
    lines = ['{"dry_soil": true}', '{"dry_soil": "no"}', '{"fatigue": true}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = screener_here(
        "batch", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl"), "--rules", str(one_rule)
    )
    assert done.code == 0, done.err
    assert "3 records in = 2 results + 1 rejects" in done.err
    first = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["raised"] == ["water-it"]


@pytest.mark.parametrize(
    ("task", "body"),
    [("home", b""), ("questions", b"length=default"), ("library", b""), ("rulebook", b""), ("cds-discovery", b"")],
)
def test_its_pages_work_and_name_it(task: str, body: bytes, one_rule: Path) -> None:
    answer = Desk(Settings(rules_folder=one_rule)).do(Job(task, {}, body))
    assert answer.status == 200
    text = answer.body.decode().lower()
    assert "magnesium" not in text
    if task in ("home", "cds-discovery"):
        assert "house plants" in text


def test_own_choices_numbers_and_labs_are_in_the_forms(tmp_path: Path) -> None:
    folder = ownbook.write(tmp_path / "plants", {})
    done = screener_here("fhir", "questionnaire", "--rules", str(folder))
    form = json.loads(done.out)
    assert form["title"] == "Houseplants: questions"
    text = json.dumps(form)
    assert '"code": "North"' in text
    assert '"code": "ug/L"' in text
    assert '"code": "g/dL"' in text


def test_a_lab_without_units_offers_all_of_its_analyte(tmp_path: Path) -> None:
    questions = ownbook.QUESTIONS.replace("units: [g/L, g/dL], ", "")
    assert questions != ownbook.QUESTIONS
    book = RuleBook.load(ownbook.write(tmp_path / "plants", {}, questionnaire=questions))
    assert book.questions["hb"].units == ("g/L", "g/dL", "mmol/L")
    assert book.questions["ferritin"].units == ()  # one unit: a number says all


@pytest.mark.parametrize(
    ("kind", "old", "new", "says"),
    [
        ("questionnaire", "kind: whole, from: 0, to: 500,", "kind: whole,", ["needs its limits"]),
        ("questionnaire", "ask: Is the soil dry?", "ask: Dry: is it?", ["inside braces a text with `: ` or `, `"]),
        ("rules", "because: Dry", "because: So: dry", ["a text with `: ` in it needs quotes around it"]),
        ("rules", "{at_least: 3}", "3 leaves", ["`leaves` is a number; use `reported` or `below`"]),
        ("rules", "{hb: {below: 120}}", "{hb: {below: 12 g/dL}}", ["limits are plain numbers, in g/L"]),
        ("rules", "{hb: {below: 120}}", "hb < 120", ["is not a condition; write for example `leaves: {above: 0}`"]),
        ("rulebook", "packs:", "language: Deutsch\npacks:", ["`Deutsch` is not a language; write it as `en`, `de`"]),
    ],
)
def test_a_slip_of_a_newcomer_is_told_once(kind: str, old: str, new: str, says: list[str], tmp_path: Path) -> None:
    texts = {"questionnaire": ownbook.QUESTIONS, "rules": ownbook.RULES, "rulebook": ownbook.RULEBOOK}
    assert texts[kind].count(old) == 1
    folder = ownbook.write(tmp_path / "plants", {}, **{kind: texts[kind].replace(old, new)})
    done = screener_here("rules", "check", str(folder))
    found = done.out.splitlines()
    assert len(found) == len(says), done.out
    assert all(words in line for words, line in zip(says, found, strict=True))


def test_a_language_without_words_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "plants"
    assert screener_here("new", str(folder)).code == 0
    header = folder / "rulebook.yaml"
    header.write_text(header.read_text(encoding="utf-8") + "language: it\n", encoding="utf-8")
    done = screener_here("rules", "check", str(folder))
    assert done.code == 0
    assert "the program has no words in `it` (it has `de`, `en`), so its own stay English" in done.err


def test_all_engines_agree_on_an_own_book(tmp_path: Path) -> None:
    from engines import ENGINES

    book = RuleBook.load(ownbook.write(tmp_path / "plants", {}))
    cases = [
        book.intake.read(answers)
        for answers in (
            {}, {"dry_soil": True}, {"dry_soil": True, "leaves": 5}, {"dry_soil": True, "light": "south"},
            {"dry_soil": True, "hb": "11 g/dL", "light": "north"}, {"dry_soil": False, "ferritin": ">50"},
        )
    ]  # fmt: skip
    found = [[outcome.values for outcome in infer(book, cases)] for infer in ENGINES.values()]
    assert found[0] == found[1] == found[2]


# remarks, and what a book need not have


def test_a_remark_is_made_for_the_answers_it_names(tmp_path: Path) -> None:
    folder = ownbook.write(tmp_path / "plants", {})
    notes = "notes:\n  - {id: few, text: Small plants dry out., sources: [P1], when: {leaves: {below: 2}}}\n"
    (folder / "class" / "notes.yaml").write_text(notes, encoding="utf-8")
    book = RuleBook.load(folder)
    for leaves, ids in ((1, ["few"]), (2, []), (None, [])):
        report = Screener(book).screen(book.intake.read({"leaves": leaves}))
        assert [note.id for note in report.notes] == ids
    assert all(note.remark for note in report.notes)


def test_a_remark_on_answers_is_checked_like_a_rule(tmp_path: Path) -> None:
    folder = ownbook.write(tmp_path / "plants", {})
    notes = "notes:\n  - {id: few, text: Small., sources: [P1], when: {leafs: {below: 2}}}\n"
    (folder / "class" / "notes.yaml").write_text(notes, encoding="utf-8")
    done = screener_here("rules", "check", str(folder))
    assert done.code == 4
    assert "class/notes.yaml:2:51: error: `leafs` is neither a field" in done.out + done.err


def test_a_red_flag_needs_the_pack_that_is_always_on(tmp_path: Path) -> None:
    red = ownbook.FLAGS.replace("urgency: routine", "urgency: routine, red_flag: yes")
    folder = ownbook.write(tmp_path / "plants", {}, flags=red, rulebook="version: 0.1.0\npacks: [class]\n")
    (folder / "safety" / "pack.yaml").unlink()
    (folder / "safety").rmdir()
    done = screener_here("rules", "check", str(folder))
    assert done.code == 4
    assert "`water-it` is a red flag, so it belongs to the pack `safety`, which is always on" in done.out + done.err


def test_the_remarks_of_the_shipped_book(book: RuleBook) -> None:
    screener = Screener(book)

    def remarks(**answers: object) -> list[str]:
        report = screener.screen(book.intake.read(answers))
        return [note.id for note in report.notes if note.remark]

    still_low = {"told_low_potassium": True, "potassium_prescribed": True, "potassium_still_low": True}
    assert remarks(diuretic=False, medicines=["furosemide"]) == ["diuretic-mismatch"]
    assert remarks(**still_low, potassium_doses_missed=True) == ["missed-doses"]
    assert remarks(**still_low, potassium_prescribed_weeks=0.5) == ["early-weeks"]
    assert remarks(**still_low, potassium_prescribed_weeks=1) == []
    assert remarks(eating_disorder=True) == ["eating-disorder-support"]
    assert remarks(heavy_alcohol_use=True) == ["alcohol-support"]


def test_an_example_that_does_not_fit_shows_a_wrong_factor(tmp_path: Path) -> None:
    units = ownbook.UNITS.replace("g/dL: 10,", "g/dL: 0.1,")
    said = screener_here("rules", "check", str(ownbook.write(tmp_path / "plants", {}, units=units))).out
    assert "the example of haemoglobin in `units.yaml` does not fit, so a limit or a factor is wrong: `13.5" in said


def test_a_condition_without_braces_is_told(tmp_path: Path) -> None:
    rules = "rules:\n  - id: water-it-dry\n    concludes: water-it\n    when: dry_soil: yes\n"
    said = screener_here("rules", "check", str(ownbook.write(tmp_path / "plants", {}, rules=rules))).out
    assert "a condition needs braces: `when: {dry_soil: yes}`" in said


def test_a_red_flag_that_is_not_urgent_is_told_with_what_to_do(tmp_path: Path) -> None:
    questions = ownbook.QUESTIONS.replace("why: Roots need water.}", "why: Roots need water., red_flag: yes}")
    done = screener_here("rules", "prove", "--only", "red-flag", "--rules",
                         str(ownbook.write(tmp_path / "plants", {}, questionnaire=questions)))  # fmt: skip
    assert done.code == 4
    assert "write a rule for it alone, or leave `red_flag` out" in done.out


@pytest.mark.parametrize("book", ["minimal", "health", "animals", "iron"])
def test_a_health_record_is_read_for_every_book(book: str) -> None:
    folder = ROOT / "examples" / "books" / book
    for record in sorted((ROOT / "examples" / "fhir").glob("*.json")):
        done = screener_here("fhir", "import", str(record), "--as-of", "2024-05-01", "--rules", str(folder))
        assert done.code == 0, done.err
        for line in done.out.splitlines():
            RuleBook.load(folder).intake.read(json.loads(line))


def test_a_field_that_means_something_else_takes_nothing_from_a_record(tmp_path: Path) -> None:
    questions = (
        "  - {field: sex, kind: choice, choices: [w, m], section: You, label: sex, ask: Which?, why: So.}\n"
        "  - {field: magnesium_measured, kind: whole, from: 0, to: 9, section: You, label: m, ask: How?, why: So.}\n"
    )
    folder = ownbook.write(tmp_path / "plants", {}, questionnaire=ownbook.QUESTIONS + questions)
    record = ROOT / "examples" / "fhir" / "magnesium-units.json"
    done = screener_here("fhir", "import", str(record), "--as-of", "2024-05-01", "--rules", str(folder))
    assert done.code == 0, done.err
    assert json.loads(done.out).keys() == {"case_id"}
