"""Rule books of one's own with something changed in them: they load and work, or say what is wrong; nothing fails.

Each mutation changes the text of one file of an example book: a word, a key, a value, an indentation, a line. A book
that loads must then screen, ask, show its pages and its FHIR Questionnaire, whatever it has become.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from rulefolder import ROOT
from screener.errors import CaseError, RuleBookError
from screener.explain.questions import ask
from screener.explain.text import brief as explained
from screener.interview.session import Interview
from screener.report.views import View
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.standards.questionnaire import questionnaire
from screener.web.desk.desk import Desk
from screener.web.settings import Settings
from screener.web.wire import Job
from screener.workbench.check.check import check

BOOKS: Final = ("minimal", "health", "animals", "iron")
EVERYTHING: Final = ROOT / "tests" / "books" / "everything"  # with each part that the examples leave out
FOLDERS: Final = [*(ROOT / "examples" / "books" / name for name in BOOKS), EVERYTHING]
FILES: Final = [
    (folder, path.relative_to(folder).as_posix()) for folder in FOLDERS for path in sorted(folder.rglob("*.yaml"))
]
WORDS: Final = [
    "yes", "no", "", "null", "~", "0", "-1", "1e9", ".nan", ".inf", "[]", "{}", "[yes]", "{a: b}", "x", "age", "sodium",
    "lab", "whole", "decimal", "choice", "medicines", "text", "urgency", "emergency", "safety", "ours", "'", '"', "{",
    "}", "[", "]", ":", "#", "- ", "|", ">-", "&a", "*a", "!!python/object:os.system", "\t", "\u202e", "é", "1", "true",
    "{count}", "$sodium-high", "finding", "all", "any", "not", "term", "medicine", "de", "fr-FR", "screener", "..",
    "packs", "model_config", "class", "import", "fields", "None", "0.1", "µg/L", "10 / 0", "1/3", "🙂", "a" * 300,
]  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Path, str, str]:
    """A book, one of its files, and the file's new text."""
    book, name = draw(st.sampled_from(FILES))
    text = (book / name).read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.sampled_from(CHANGES))(draw, text)
    return book, name, text


def some_word(draw: st.DrawFn, text: str) -> str:
    """One word for another."""
    pieces = text.split(" ")
    place = draw(st.integers(0, len(pieces) - 1))
    pieces[place] = draw(st.sampled_from(WORDS))
    return " ".join(pieces)


def some_value(draw: st.DrawFn, text: str) -> str:
    """What comes after a colon."""
    pieces = text.split(": ")
    place = draw(st.integers(0, len(pieces) - 1))
    rest = pieces[place].partition(",")
    pieces[place] = draw(st.sampled_from(WORDS)) + rest[1] + rest[2]
    return ": ".join(pieces)


def some_line(draw: st.DrawFn, text: str) -> str:
    """A line that is gone, doubled, moved in or out, or changed places."""
    lines = text.split("\n")
    place, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    match draw(st.integers(0, 4)):
        case 0:
            del lines[place]
        case 1:
            lines.insert(other, lines[place])
        case 2:
            lines[place] = "  " + lines[place]
        case 3:
            lines[place] = lines[place].removeprefix("  ")
        case _:
            lines[place], lines[other] = lines[other], lines[place]
    return "\n".join(lines)


def some_letters(draw: st.DrawFn, text: str) -> str:
    """A few letters cut out, or put in."""
    start = draw(st.integers(0, len(text)))
    return text[:start] + draw(st.sampled_from(WORDS)) + text[start + draw(st.integers(0, 8)) :]


CHANGES: Final = (some_word, some_value, some_line, some_letters)


@contextmanager
def changed(book: Path, name: str, text: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / book.name
        shutil.copytree(book, copy)
        (copy / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        yield copy


def use(book: RuleBook, folder: Path) -> None:
    """Everything that people do with a book."""
    screener = Screener(book)
    answers = [next(iter(case.answers for case in rule.cases), {}) for rule in book.rules][:3]
    for given_answers in ({}, *answers):
        try:
            intake = book.intake.read(given_answers)
        except CaseError:
            continue
        report = screener.screen(intake)
        assert report.disclaimer
        assert report.safety_net
        for form in ("text", "html", "json"):
            view = View(book, form)
            view.add(report, intake)
            assert view.finish()
        assert explained(ask(screener, screener.examine(intake)))
    session = Interview(book, "default").session({})
    for _ in range(3):
        step = session.next()
        session = session if step is None else session.answer(step.question.field, None)
    json.dumps(questionnaire(book))
    desk = Desk(Settings(rules_folder=folder))
    for task, body in (("home", b""), ("questions", b"length=default"), ("result", b"answers=%7B%7D")):
        assert desk.do(Job(task, {}, body)).status == 200


def test_the_book_with_everything_works() -> None:
    assert [str(found) for found in check(EVERYTHING) if found.severity == "error"] == []
    use(RuleBook.load(EVERYTHING), EVERYTHING)


@settings(max_examples=settings().max_examples // 2)
@given(mutations())
def test_a_changed_book_works_or_says_what_is_wrong(mutation: tuple[Path, str, str]) -> None:
    with changed(*mutation) as folder:
        found = check(folder)
        assert all(problem.file.startswith(folder.name) and "\n" not in str(problem) for problem in found)
        try:
            book = RuleBook.load(folder)
        except RuleBookError:
            assert found
        else:
            use(book, folder)
