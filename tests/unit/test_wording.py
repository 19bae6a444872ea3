"""What must and must not be said, in every text that the rule book shows to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.report.blocks import Heading
from screener.report.brief import BriefPage
from screener.report.html import render as html
from screener.report.markdown import render as markdown
from screener.report.model import Report
from screener.report.page import PageBuilder
from screener.report.result import ResultPage
from screener.report.text import render as text
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from vignettes import SCREENED

FORBIDDEN = re.compile(r"diagnos|deficient|\byou have\b|\byou probably\b|positive screen|\btreat", re.IGNORECASE)
DOSE = re.compile(
    r"(?<![A-Z])\d+(?:\.\d+)?\s*(?:%|per ?cent|mg\b|mcg\b|g\b|grams?\b|mmol\b(?!/)|meq\b(?!/)|units?\b|tablets?\b)",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:stop|start|try|increase|reduce) (?:taking|your|the (?!heart)|potassium|magnesium)\b", re.IGNORECASE
)
EPSOM = ("epsom salt", "epsom salts")  # the common name of a substance, which the article uses
LOW_POTASSIUM = re.compile(
    r"low(?:er|s|ers)? (?:in )?(?:levels? of )?(?:both|potassium|these minerals)|potassium (?:was|is|stays|stayed) low"
    r"|lose[sd]? potassium|losing potassium|lowers? (?:both|potassium)|potassium down|short of potassium"
    r"|potassium list",
    re.IGNORECASE,
)


def wording(book: RuleBook) -> Iterator[tuple[str, str]]:
    """Titles, explanations, reasons and advice, each with where it is."""
    for flag in book.flags.values():
        yield f"{flag.id} title", flag.title
        yield f"{flag.id} explanation", flag.explanation
        for number, question in enumerate(flag.ask):
            yield f"{flag.id} ask {number}", question
    for finding in book.findings.values():
        yield f"{finding.id} title", finding.title
    for rule in book.rules:
        yield f"{rule.id} because", rule.because
        yield f"{rule.id} strength", rule.strength
        yield f"{rule.id} disagreement", rule.disagreement
    for note in book.notes:
        yield f"{note.id} note", note.text
    for topic in book.topics.topics.values():
        yield f"{topic.id} title", topic.title
        for number, line in enumerate((*topic.lines, *topic.then)):
            yield f"{topic.id} line {number}", line.text
    for ask in book.topics.asks.values():
        yield f"{ask.id} ask", ask.text


@pytest.mark.parametrize("pattern", [FORBIDDEN, DOSE, ADVICE], ids=["words", "doses and percentages", "advice"])
def test_what_must_not_be_said(pattern: re.Pattern[str], book: RuleBook) -> None:
    found = {where: match.group() for where, said in wording(book) if (match := pattern.search(said))}
    allowed = {where for where in found if "never" in dict(wording(book))[where].lower() and pattern is ADVICE}
    assert {where: word for where, word in found.items() if where not in allowed} == {}


def test_no_brand_is_named(book: RuleBook) -> None:
    generics = {word for entry in book.medicines.entries for word in re.findall(r"\w+", entry.generic.lower())}
    brands = {
        name.lower()
        for entry in book.medicines.entries
        for name in entry.names[1:]
        if name[0].isupper() and len(name) > 4 and name.lower() not in generics and name.lower() not in EPSOM
    }
    said = " ".join(words.lower() for _, words in wording(book))
    assert {brand for brand in brands if re.search(rf"\b{re.escape(brand)}\b", said)} == set()


def views(report: Report, book: RuleBook) -> Iterator[str]:
    blocks = PageBuilder(report, book).page()
    sources = Heading(2, "Sources")  # what follows are titles that others wrote
    page = blocks[: blocks.index(sources)] if sources in blocks else blocks
    for render in (text, markdown, html):
        yield " ".join(render(page).split())
    brief = BriefPage(report, book)
    yield " ".join(brief.text().split())
    yield " ".join(markdown(brief.blocks()).split())
    result = ResultPage(report, book).content()
    yield " ".join(re.sub(r"<details><summary>Sources</summary>.*?</details>", "", result, flags=re.DOTALL).split())
    yield report.to_json()


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_every_view_carries_disclaimer_safety_net_and_the_supplement_caution(
    vignette: object, screener: Screener
) -> None:
    report = screener.screen(read_case(str(vignette.case), Intake.fields))  # type: ignore[attr-defined]
    for shown in views(report, screener.book):
        assert "or learning" in shown
        assert "your local number" in shown
        assert "Clinicians have reviewed 0 of 338 rules." in shown
    for shown in list(views(report, screener.book))[:3]:
        assert "The risk is highest with weak kidneys" in shown


LOW_STORIES = {
    "diuretic": True, "told_low_potassium": True, "potassium_prescribed": True, "potassium_still_low": True,
    "fatigue": True, "constipation": True, "palpitations": True, "heart_disease": True, "poor_diet": True,
    "intense_exercise": True, "other_medicine": True, "considering_supplement": True, "high_blood_pressure": True,
    "inherited_salt_loss": True, "vomiting": True, "kidney_disease": True, "licorice": True,
}  # fmt: skip
MEDICINES = ["furosemide", "digoxin", "citalopram", "senna", "omeprazole", "spironolactone"]


@pytest.mark.parametrize("others", [False, None], ids=["no", "unknown"])
@pytest.mark.parametrize("pair", list(combinations(LOW_STORIES, 2)), ids="+".join)
def test_a_high_potassium_hides_all_talk_of_low_potassium(
    pair: tuple[str, str], others: bool | None, screener: Screener
) -> None:
    answers = {**dict.fromkeys(LOW_STORIES, others), **dict.fromkeys(pair, True), "potassium": 5.5}
    report = screener.screen(Intake.read({**answers, "medicines": MEDICINES}))
    assert report.flag("high-potassium") is not None
    for shown in views(report, screener.book):
        without = re.sub(r"[!> *]*You gave a high potassium result.*?do not add potassium", "", shown)
        without = without.replace("told that potassium was low", "")  # their own answer
        assert LOW_POTASSIUM.findall(without) == []


def test_nothing_matched_never_reassures(screener: Screener, book: RuleBook) -> None:
    flag = book.flags["nothing-matched"]
    assert "does not mean" in flag.explanation
    assert not re.search(r"you are healthy|fine|normal levels|all is well|no need", flag.explanation, re.IGNORECASE)
