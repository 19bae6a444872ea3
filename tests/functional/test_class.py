"""`screener class`: slides, sheet and key of every lesson, each one file that needs nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from browser import browser
from rulefolder import ROOT, screener_here
from screener.explain.kit.lesson import lessons

NAMES = ["slides.html", "sheet.html", "key.html"]
LESSON = """\
# Der Tiger

## Story

Ein Tier mit Fell <script>alert(1)</script>.

## Question

Welches Tier?

## Expected reasoning

`tiger` folgt aus `raubtier`. `screener explain tier.json --flag tiger`

## Pitfall

Nur sieben Tiere.
"""


def made(lesson: str, out: Path, *words: str) -> dict[str, str]:
    done = screener_here("class", lesson, "--out", str(out), *words)
    assert (done.code, done.err) == (0, ""), done.err
    return {name: (out / name).read_text(encoding="utf-8") for name in NAMES}


SAID = {
    "en": ("This is for learning.", "If you feel unwell", "Notes for the presenter", "different conclusions: none"),
    "de": ("Das ist ein Spiel", "fragt im Zoo", "Notizen für die Lehrkraft", "verschiedene Folgerungen: keine"),
}
FIRED = re.compile(r"(?:Fires|Es feuert): ([a-z0-9-]+)[,;]")


@pytest.mark.parametrize("lesson", lessons())
def test_every_lesson(lesson: str, tmp_path: Path) -> None:
    files = made(lesson, tmp_path)
    learning, safety, notes, none = SAID["de" if '<html lang="de">' in files["slides.html"] else "en"]
    for text in files.values():
        assert learning in text
        assert safety in text
        assert not re.findall(r'(?:src|href)="(?!#)', text)  # nothing is fetched
    slides = files["slides.html"]
    numbers = [int(number) for number in re.findall(r'<section id="s(\d+)"', slides)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert slides.count(notes) == len(numbers)
    assert none in slides
    fired = FIRED.findall(slides)
    assert fired or lesson.startswith("L03")
    for rule in fired:
        assert rule in files["key.html"]
    assert files["sheet.html"].count('<td class="blank"></td>') == 3 * min(len(fired), 12)
    assert not FIRED.findall(files["sheet.html"])
    assert 'class="right"' not in files["sheet.html"]
    assert "☐ a)" in files["sheet.html"]
    assert "☐" not in files["key.html"]


HEIGHTS = "[...document.querySelectorAll('section')].map(one => Math.round(one.getBoundingClientRect().height))"
OPEN = "kind => document.querySelectorAll(kind).forEach(one => { one.open = !one.open })"
LETTERS = "[...document.querySelectorAll('p, li, td')].map(one => parseFloat(getComputedStyle(one).fontSize))"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_every_slide_of_every_lesson_fits_the_projector(tmp_path: Path) -> None:
    for lesson in lessons():
        made(lesson, tmp_path / lesson)
    with browser() as chrome:
        wall = chrome.new_page(viewport={"width": 1280, "height": 720})
        phone = chrome.new_page(viewport={"width": 320, "height": 640})
        for lesson in lessons():
            address = (tmp_path / lesson / "slides.html").as_uri()
            wall.goto(address)
            folded = wall.evaluate(HEIGHTS)
            wall.evaluate(OPEN, "section > div details")
            voted = wall.evaluate(HEIGHTS)
            assert max(*folded, *voted) <= 720, (lesson, folded, voted)
            assert min(wall.evaluate(LETTERS)) >= 16, lesson
            phone.goto(address)
            phone.evaluate(OPEN, "details")
            assert not phone.evaluate(TOO_WIDE), lesson
            assert min(phone.evaluate(LETTERS)) >= 12, lesson


def test_a_number_is_enough(tmp_path: Path) -> None:
    assert made("L01", tmp_path / "a") == made("L01-potassium-that-stayed-low", tmp_path / "b")


def test_a_lesson_of_your_own_in_german(tmp_path: Path) -> None:
    (tmp_path / "tier.md").write_text(LESSON, encoding="utf-8")
    (tmp_path / "tier.json").write_text(
        '{"fell": true, "frisst_fleisch": true, "farbe": "gelbbraun", "muster": "Streifen"}', encoding="utf-8"
    )
    files = made(str(tmp_path / "tier.md"), tmp_path / "out", "--rules", str(ROOT / "examples" / "books" / "animals"))
    assert "Notizen für die Lehrkraft" in files["slides.html"]
    assert "Das ist ein Spiel zum Lernen." in files["key.html"]
    assert "<script>alert" not in "".join(files.values())
    assert "Rückwärts: tiger" in files["key.html"]


@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("L99", None, 2, "there is no lesson `L99`"),
        ("x.md", None, 5, "cannot be read"),
        ("x.md", LESSON.replace("## Pitfall", "## Other"), 2, "has no part `## Pitfall`"),
        ("x.md", LESSON, 2, "the lesson is about `tiger`, which the rule book does not have"),
        ("x.md", LESSON.replace("--flag tiger", ""), 5, "cannot be read"),
    ],
)
def test_what_is_no_lesson(name: str, text: str | None, code: int, says: str, tmp_path: Path) -> None:
    path = tmp_path / name if name.endswith(".md") else name
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = screener_here("class", str(path), "--out", str(tmp_path / "out"))
    assert done.code == code
    assert says in done.err
    assert not (tmp_path / "out").exists()


def test_what_is_urgent_stands_on_the_first_slide(tmp_path: Path) -> None:
    (tmp_path / "now.md").write_text(LESSON.replace("tiger", "urgency:emergency"), encoding="utf-8")
    (tmp_path / "now.json").write_text('{"chest_pain": true}', encoding="utf-8")
    first = made(str(tmp_path / "now.md"), tmp_path / "out")["slides.html"].split("</section>")[0]
    assert "Get help now" in first


def test_a_lesson_is_given_in_a_browser(tmp_path: Path) -> None:
    made("L01", tmp_path)
    with browser() as chrome:
        for width, height in ((1280, 720), (320, 800)):
            page = chrome.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            for name in NAMES:
                page.goto((tmp_path / name).as_uri())
                wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                assert not page.evaluate(wide), (name, width)
                assert violations(page) == [], (name, width)
            page.close()
        play(chrome.new_page(viewport={"width": 1280, "height": 720}), tmp_path / "slides.html")


def violations(page: Any) -> Any:
    from axe_playwright_python.sync_playwright import Axe

    return Axe().run(page).response["violations"]


def play(page: Any, slides: Path) -> None:
    """From the first slide to the last with the keyboard; every vote is opened."""
    page.goto(slides.as_uri())
    total = page.locator("section").count()
    top = "n => Math.abs(document.querySelectorAll('section')[n].getBoundingClientRect().top) < 5"
    for number in range(1, total):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"() => ({top})({number})")
    assert page.get_by_text("What to take home").is_visible()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => ({top})({total - 2})")
    vote = page.get_by_text("Which one fires next?").first
    vote.click()
    assert page.get_by_text("Fires: article-low-potassium-reported-told").is_visible()
