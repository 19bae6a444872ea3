"""The program's own words: every language is complete, and a book in one speaks no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ownbook
from rulefolder import screener, screener_here
from screener.case.answers import Number
from screener.interview.entry import read_entry
from screener.rulebook.book import RuleBook
from screener.saying import FORMS, counted, language_file, languages, replies, say, speaking
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job

SOURCE = Path(__file__).parents[2] / "src" / "screener"
IN_TEMPLATES = re.compile(r'\b(say|counted)\("((?:[^"\\]|\\.)*)"(?:, "((?:[^"\\]|\\.)*)")?')
OTHERS = [name for name in languages() if name != "en"]
PLACES = re.compile(r"\{\w+\}")


def said_in_modules() -> tuple[set[str], set[str]]:
    """What is said, and what is counted; each is a literal, or a constant of its module."""
    said: set[str] = set()
    numbers: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path.name == "saying.py":
            continue
        text = path.read_text(encoding="utf-8")
        if "from screener.saying import" not in text:
            continue  # another `say`
        tree = ast.parse(text)
        constants = {
            node.target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == "say":
                word = node.args[0]
                said.add(constants[word.id] if isinstance(word, ast.Name) else ast.literal_eval(word))
            elif node.func.id == "counted" and all(isinstance(one, ast.Constant) for one in node.args[:2]):
                numbers.add(ast.literal_eval(node.args[1]))
    return said, numbers


def said_in_templates() -> tuple[set[str], set[str]]:
    paths = SOURCE.rglob("templates/*")
    found = [hit for path in paths for hit in IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))]
    return {text for kind, text, _ in found if kind == "say"}, {more for kind, _, more in found if kind == "counted"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_word_and_no_other(language: str) -> None:
    file, english = language_file(language), language_file("en")
    in_modules, in_templates = said_in_modules(), said_in_templates()
    assert set(file.words) == in_modules[0] | in_templates[0]
    assert set(file.counted) == in_modules[1] | in_templates[1]
    assert set(file.texts) == set(english.texts)
    assert set(file.replies) == set(english.replies)
    assert file.forms in FORMS


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    file, english = language_file(language), language_file("en")
    pairs = [*file.words.items(), *((english.texts[key], text) for key, text in file.texts.items() if text)]
    pairs += [(several, forms[-1]) for several, forms in file.counted.items()]
    assert [theirs for ours, theirs in pairs if set(PLACES.findall(ours)) != set(PLACES.findall(theirs))] == []


def test_plural_forms_and_an_unknown_language() -> None:
    several = "About {count} pages of questions could still change the result."
    assert [counted("About 1 page of questions could still change the result.", several, n) for n in (0, 1, 2)] == [
        several.format(count=0), "About 1 page of questions could still change the result.", several.format(count=2),
    ]  # fmt: skip
    with speaking("de-CH"):
        assert (
            counted("About 1 page of questions could still change the result.", several, 1)
            == "Noch etwa 1 Seite mit Fragen könnte das Ergebnis ändern."
        )
        assert (
            counted("About 1 page of questions could still change the result.", several, 5)
            == "Noch etwa 5 Seiten mit Fragen könnten das Ergebnis ändern."
        )
        assert say("Sources") == "Quellen"
    with speaking("tlh"):
        assert say("Sources") == "Sources"
        assert replies("yes") == replies("yes") | {"y", "yes"}
    assert [FORMS["up to one, other"](n) for n in (0, 1, 2)] == [0, 0, 1]
    assert [FORMS["one, few, many"](n) for n in (1, 2, 5, 12, 22)] == [0, 1, 2, 2, 1]


# a book in German, with a yes/no question, a choice, numbers and laboratory values

HEADER = "version: 0.1.0\ntitle: Zimmerpflanzen\nlanguage: de\npacks: [class, safety]\n"
QUESTIONS = """\
questions:
  - {field: dry_soil, section: Erde, label: trockene Erde, ask: Ist die Erde trocken?, why: Wurzeln brauchen Wasser.}
  - {field: leaves, kind: whole, from: 0, to: 500, section: Pflanze, label: Blätter, ask: Wie viele Blätter?,
     why: Die Größe.}
  - {field: light, kind: choice, choices: [Norden, Süden], section: Ort, label: Licht, ask: Wohin zeigt das Fenster?,
     why: Das Licht.}
  - {field: hb, kind: lab, analyte: haemoglobin, from: 20, to: 250, units: [g/L, g/dL], section: Labor, label: Hb,
     ask: Wie hoch ist der Wert?, why: Das Blut.}
"""
RULES = """\
rules:
  - id: class-water-it-dry
    concludes: water-it
    when: {all: [{dry_soil: yes}, {any: [{leaves: {at_least: 3}}, {light: [Süden]}, {hb: {below: 120}}]}]}
    because: Trockene Erde und viel Licht.
    sources: [P1]
"""
FLAGS = """\
flags:
  - {id: water-it, title: Bitte gießen, explanation: Die Pflanze braucht Wasser., urgency: soon, sources: [P1],
     ask: [Wie viel Wasser?]}
"""
PACK = "title: Zimmerpflanzen\nversion: 0.1.0\nabout: Für eine Klasse.\n"
ENGLISH = re.compile(
    r"(?i)(?<![\w-])(the|your?|answers?|what|with|of|and|or|not|this|about|page|sources?|rule|question|yes|unknown)(?![\w-])"
)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = ownbook.write(
        tmp_path_factory.mktemp("book") / "pflanzen", {}, rulebook=HEADER, questionnaire=QUESTIONS, rules=RULES,
        flags=FLAGS, pack=PACK, sources="sources:\n  - {id: P1, kind: ours, title: unsere Klasse}\n",
    )  # fmt: skip
    (folder.parent / "fall.json").write_text(
        '{"case_id": "F1", "dry_soil": true, "leaves": 5, "hb": "11 g/dL"}', encoding="utf-8"
    )
    return folder


def english_words(text: str) -> list[str]:
    """English words of a page, without its tags, styles and the names of commands."""
    text = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", text)
    text = re.sub(r'<[^>]*?(?:aria-label|title)="([^"]*)"[^>]*>', r" \1 ", text)
    text = re.sub(r"<[^>]*>|--\S+|screener \w+.*|flag_id", " ", text)
    return ENGLISH.findall(text)


@pytest.mark.parametrize(
    "options",
    ["", "--details", "--clinician", "--format markdown", "--format html", "--details --format html"],
)
def test_a_report_speaks_the_language_of_the_book(options: str, german: Path) -> None:
    done = screener_here("screen", str(german.parent / "fall.json"), "--rules", str(german), *options.split())
    assert done.code == 0, done.err
    assert "Bitte gießen" in done.out
    assert english_words(done.out) == []
    if "html" in options:
        assert '<html lang="de">' in done.out


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--why-not water-it --what-if dry_soil=no",
        "--smallest water-it",
        "--format svg",
        "--details",
        "--details --why-not water-it --what-if dry_soil=unknown",
        "--details --smallest water-it",
        "--format html",
        "--details --why-not water-it --what-if dry_soil=no",
    ],
)
def test_an_explanation_speaks_it(options: str, german: Path) -> None:
    done = screener_here("explain", str(german.parent / "fall.json"), "--rules", str(german), *options.split())
    assert done.code == 0, done.err
    assert english_words(done.out) == [], done.out


def test_the_interview_speaks_it_and_hears_it(german: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    typed = "?\nvielleicht\nj\nviele\n5\nOst\nsü\n25\nq\n2\n\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8"))
    done = screener_here("ask", "--fixed-order", "--rules", str(german))
    assert done.code == 0, done.err
    said = " ".join(done.err.split())
    assert "j, n oder w >" in said
    assert "`vielleicht` ist hier keine Antwort; tippen Sie j für ja, n für nein oder w für Ich weiß nicht." in said
    assert "geben Sie eine ganze Zahl von 0 bis 500 an" in said
    assert "Teil 1 von 5." in said
    assert "25 in welcher Einheit? 1 für g/L, 2 für g/dL, oder w >" in said
    assert english_words(said) == []
    assert "Bitte gießen" in done.out


def test_a_decimal_comma_is_read_where_people_write_it(german: Path) -> None:
    question = RuleBook.load(german).questions["leaves"]
    assert isinstance(question.kind, Number)
    with speaking("de"):
        assert read_entry(question, "5,0") == 5
        with pytest.raises(ValueError, match="ist keine Zahl"):
            read_entry(question, "1,000,0")
    with pytest.raises(ValueError, match="is not a number"):
        read_entry(question, "5,0")


@pytest.mark.parametrize(
    ("task", "body"),
    [
        ("home", ""), ("questions", "length=default"),
        ("questions", "answers=%7B%22dry_soil%22%3Atrue%7D&length=default"),
        ("questions", "field=leaves&value=viele&length=default"), ("check", "answers=%7B%22dry_soil%22%3Atrue%7D"),
        ("explore", ""), ("explore", "load=answers&answers=%7B%22dry_soil%22%3Atrue%7D&flag=water-it"),
        ("explain-page", "answers=%7B%22dry_soil%22%3Atrue%2C%22leaves%22%3A5%7D&flag=water-it&ask=how"),
        ("result", "answers=%7B%22dry_soil%22%3Atrue%2C%22leaves%22%3A5%7D"),
        ("clinician", "answers=%7B%22leaves%22%3A5%7D"),
    ],
)  # fmt: skip
def test_the_question_pages_speak_it(task: str, body: str, german: Path) -> None:
    answer = Desk(Settings(rules_folder=german)).do(Job(task, {}, body.encode()))
    assert answer.status == 200
    page = re.sub(r"(?s)<pre.*?</pre>", "", answer.body.decode())  # rules as they are written
    assert '<html lang="de">' in page
    assert english_words(page) == [], page


def test_what_is_not_checked_in_another_language_is_said(german: Path) -> None:
    done = screener_here("rules", "check", str(german))
    assert done.code == 0, done.out
    assert "not checked: how hard texts are to read, and forbidden words" in done.err
    assert "not checked" not in screener_here("rules", "check", "rules").err


@pytest.mark.parametrize("options", ["", "--all", "--quiz"])
def test_a_replay_speaks_it(options: str, german: Path) -> None:
    done = screener("replay", str(german.parent / "fall.json"), "--rules", str(german), *options.split())
    assert done.code == 0, done.err
    assert ("Schritt 1 von 1: Hinweis ausgelöst" if not options else "von") in done.out
    assert english_words(done.out) == [], done.out


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("share", [False, True])
def test_the_summary_of_a_batch_speaks_it(form: str, share: bool, german: Path, tmp_path: Path) -> None:
    source, summary = tmp_path / "in.jsonl", tmp_path / f"summary.{form}"
    source.write_text(
        '{"dry_soil": true, "leaves": 5, "hb": "11 g/dL"}\n{"leaves": "viele"}\n{}\n' * 400, encoding="utf-8"
    )
    done = screener_here(
        "batch", str(source), "-o", str(tmp_path / "out.jsonl"), "--summary", str(summary), "--rules", str(german),
        *(["--share"] if share else []),
    )  # fmt: skip
    assert done.code == 0, done.err
    text = summary.read_text(encoding="utf-8")
    assert "1\u202f200 Datensätze" in text
    assert english_words(text) == [], text


@pytest.mark.parametrize(
    ("kind", "name"),
    [("", ""), ("packs", ""), ("flags", ""), ("rules", ""), ("questions", ""), ("sources", ""), ("urgency", ""),
     ("packs", "class"), ("flags", "water-it"), ("rules", "class-water-it-dry"), ("questions", "hb"), ("sources", "P1"),
     ("urgency", "soon")],
)  # fmt: skip
def test_the_pages_of_the_rule_book_speak_it(kind: str, name: str, german: Path) -> None:
    options = {key: value for key, value in (("kind", kind), ("name", name)) if value}
    answer = Desk(Settings(rules_folder=german)).do(Job("library", options))
    assert answer.status == 200
    page = re.sub(r"(?s)<pre.*?</pre>", "", answer.body.decode())
    assert '<html lang="de">' in page
    assert english_words(page) == [], page
