"""A lesson from beginning to end in a browser: play the slides, predict each step on the page, save the score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import browser, click
from rulefolder import ROOT, screener_here
from screener.case.files import read_case
from screener.explain.kit.lesson import read_lesson
from screener.explain.lab.lab import lab
from screener.explain.teaching.quiz import aimed
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking
from screener.screening import Screener
from webserver import served

ANIMALS = ROOT / "examples" / "books" / "animals"
WORDS = {
    "en": ("Load this case", "Show it so", "Next step", "Check the answers", "Save the score as a file",
           "Right.", "Score"),
    "de": ("Diesen Fall laden", "So zeigen", "Nächster Schritt", "Die Antworten prüfen", "Den Punktestand als Datei",
           "Richtig.", "Ergebnis"),
}  # fmt: skip


@pytest.fixture(scope="module")
def chrome() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.mark.parametrize(("name", "options"), [("L00", ["--rules", str(ANIMALS)]), ("L01", [])])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_lesson(name: str, options: list[str], scripts: bool, chrome: Any, tmp_path: Path) -> None:
    lesson = read_lesson(name)
    assert screener_here("class", name, "--out", str(tmp_path)).code == 0
    with served(*options) as (home, _):
        page = chrome.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 720}).new_page()
        played(page, tmp_path / "slides.html", scripts)
        score = predicted(page, home, name, lesson)
    assert score["goal"] == lesson.goal
    assert score["right"] == score["asked"] - 1  # one guess was wrong on purpose
    assert score["case_id"] == name


def played(page: Any, slides: Path, scripts: bool) -> None:
    """Through all slides, with the keyboard or by the links."""
    page.goto(slides.as_uri())
    total = page.locator("section").count()
    for number in range(2, total + 1):
        if scripts:
            page.keyboard.press("ArrowRight")
        else:
            page.locator(f"#s{number - 1} .go a").last.click()
    top = "found => found.getBoundingClientRect().top"
    if scripts:
        page.wait_for_function("() => document.querySelector('section:last-of-type').getBoundingClientRect().top < 100")
    assert page.locator(f"#s{total}").evaluate(top) < 720


def predicted(page: Any, home: str, name: str, lesson: Any) -> dict[str, Any]:
    """Guess each step, the first one wrong; answer the questions; the score that is saved."""
    book = cached_rulebook(lesson.book)
    case = Screener(book).examine(read_case(str(lesson.case), book.fields))
    steps, load, show, forth, check, save, right, score = (
        lab(case, goal=lesson.goal).run.steps, *WORDS[book.subject.language],
    )  # fmt: skip
    page.goto(f"{home}/lab")
    page.select_option("#example", name)
    click(page.get_by_role("button", name=load))
    page.select_option("#goal", lesson.goal)
    click(page.get_by_role("button", name=show).last)
    wrong = 0
    for step in steps:
        assert f" {step.number - 1} " in page.locator("h2").first.inner_text() + " "
        if len(step.conflict) > 1:
            other = next(one.rule for one in step.conflict if one is not step.chosen)
            wrong += 1
            page.check(f"input[name=guess][value='{step.chosen.rule if wrong > 1 else other}']")
        click(page.get_by_role("button", name=forth))
        if wrong > 1 and len(step.conflict) > 1:
            assert right in page.locator("main").inner_text()
    with speaking(book.subject.language):
        questions = aimed(case, lesson.goal)
    for number, question in enumerate(questions):
        page.check(f"input[name=q{number}][value={question.letter}]")
    click(page.get_by_role("button", name=check))
    assert score in page.locator("main").inner_text()
    page.reload()
    assert score in page.locator("main").inner_text()
    with page.expect_download() as download:
        click(page.get_by_role("button", name=save))
    return dict(json.loads(Path(download.value.path()).read_text(encoding="utf-8")))
