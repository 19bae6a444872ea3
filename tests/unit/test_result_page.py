"""The result as HTML: nothing is lost behind the folds, every source mark leads somewhere, and it fits on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from html.parser import HTMLParser

import pytest

from browser import browser
from hostile import HOSTILE, found
from screener.case.files import read_case
from screener.case.model import BaseIntake
from screener.notebook import report_html
from screener.report.clinician import MOST_QUESTIONS, clinician_page
from screener.report.html import document, inner
from screener.report.model import Report
from screener.report.page import PageBuilder
from screener.report.result import ResultPage
from screener.report.text import render
from screener.report.views import Reading, View
from screener.rulebook.book import RuleBook
from screener.rulebook.wording import ALWAYS_SAID
from screener.screening import Screener
from vignettes import SCREENED, Vignette

VOID = {"meta", "br", "input", "link"}
EVERY = pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)


@dataclass
class Fold:
    """A <details> element: its summary, and all the text in it."""

    summary: str = ""
    text: str = ""


class Page(HTMLParser):
    """The parts of a page that the tests ask about; unbalanced tags are an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.stack: list[str] = []
        self.folds: list[Fold] = []
        self.within: list[Fold] = []
        self.first = ""  # what is read without unfolding anything
        self.text = ""
        self.feed(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in VOID:
            self.stack.append(tag)
        if tag == "details":
            self.within.append(Fold())
            self.folds.append(self.within[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag
        if tag == "details":
            self.within.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for fold in self.within:
            fold.text += data
        if self.within and "summary" in self.stack:
            self.within[-1].summary += data
        if not self.within or (len(self.within) == 1 and "summary" in self.stack):
            self.first += data


@dataclass
class Screened:
    """A case with its report and its pages."""

    screener: Screener
    intake: BaseIntake
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        self.report = self.screener.examine(self.intake).build()

    @cached_property
    def page(self) -> Page:
        return Page(self.html())

    def html(self, reading: Reading = "brief") -> str:
        view = View(self.screener.book, "html", reading)
        view.add(self.report, self.intake)
        return view.finish()

    def sheet(self) -> str:
        return render(clinician_page(self.report, self.intake, self.screener.book))


MADE: dict[str, Screened] = {}  # many tests look at the same pages, and none changes them


def of(vignette: Vignette, screener: Screener) -> Screened:
    if vignette.id not in MADE:
        MADE[vignette.id] = Screened(screener, read_case(str(vignette.case), screener.book.fields))
    return MADE[vignette.id]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@EVERY
def test_every_link_within_the_page_has_an_entry_and_each_entry_its_publisher(
    vignette: Vignette, screener: Screener
) -> None:
    page = of(vignette, screener).page
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    entries = {name.removeprefix("source-") for name in page.ids if name.startswith("source-")}
    assert {f"#source-{name}" for name in entries} <= set(page.links)
    published = {screener.book.sources[name].link for name in entries} - {""}
    assert published == {link for link in page.links if not link.startswith("#")}
    assert not {"script", "img", "iframe", "link"} & set(page.tags)


@EVERY
def test_each_topic_unfolds_to_its_flags(vignette: Vignette, screener: Screener) -> None:
    one = of(vignette, screener)
    page = one.page
    summary = one.report.summary
    listed = [(topic.title, topic.flags) for topic in summary.topics] + [(t.title, t.flags) for t in summary.also]
    for title, flags in listed:
        fold = next(fold for fold in page.folds if fold.summary.startswith(title))
        shown = squeezed(fold.text)
        for flag in map(one.report.flag, flags):
            assert flag is not None
            for said in (flag.title, flag.explanation, *(because.text for because in flag.because or [])):
                assert squeezed(said or "") in shown
            assert all(squeezed(text) in shown for text in flag.ask_your_clinician or [])
            assert all(source in shown for source in flag.sources or [])


@EVERY
def test_everything_of_the_long_page_can_be_reached(vignette: Vignette, screener: Screener) -> None:
    one = of(vignette, screener)
    shown = squeezed(one.page.text).lower()
    for line in re.split(r"\n\s*\n|\n- |\n    |\n!+ ", render(PageBuilder(one.report, screener.book).page(), 10_000)):
        text = re.sub(r"^[-!* ]+|[-=*]{3,}$| \*$", "", squeezed(line)).strip()
        assert text.lower() in shown, text


@EVERY
def test_what_is_read_first(vignette: Vignette, screener: Screener) -> None:
    one = of(vignette, screener)
    first, summary = squeezed(one.page.first), one.report.summary
    urgent = summary.urgency == "emergency"
    texts = screener.book.texts
    wanted = ["brief-emergency", "emergency-signs"] if urgent else ["brief-signs", "brief-unchanged"]
    told = [summary.headline, *summary.because, *([] if urgent else summary.ask), *(texts[name] for name in wanted)]
    places = [first.find(squeezed(text)) for text in told]
    assert -1 not in places
    assert first.index(summary.headline) < 70
    assert one.report.disclaimer in first
    assert one.report.safety_net in first
    if urgent:
        assert first.index(squeezed(texts["emergency-signs"])) < first.index("What else your answers match")


def test_details_are_unfolded_and_the_sheet_comes_alone(screener: Screener) -> None:
    one = of(SCREENED[5], screener)
    assert "<details>" not in one.html("details")
    assert one.html("details").count("<details open>") == one.html().count("<details>") >= 4
    assert Page(one.html("clinician")).tags.count("section") == 1
    assert "href" not in one.html("clinician")


def test_several_reports_are_one_page_without_a_double_id(screener: Screener) -> None:
    view = View(screener.book, "html")
    for vignette in SCREENED[:3]:
        one = of(vignette, screener)
        view.add(one.report, one.intake)
    page = Page(view.finish(several=True))
    assert len(set(page.ids)) == len(page.ids)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.tags.count("main") == 1


def test_two_reports_in_a_notebook_have_ids_of_their_own(screener: Screener) -> None:
    first, second = (Page(report_html(of(vignette, screener).report)) for vignette in SCREENED[5:7])
    assert first.ids
    assert not set(first.ids) & set(second.ids)


def test_nothing_typed_becomes_markup_or_moves_the_text(screener: Screener) -> None:
    name = f'"><script>alert(1)</script>{HOSTILE}'[:190]
    intake = screener.book.intake.read({"case_id": name, "medicines": [name], "potassium_still_low": True})
    for reading in ("brief", "details", "clinician"):
        shown = Screened(screener, intake).html(reading)  # type: ignore[arg-type]
        assert "<script" not in shown
        assert found(shown) == []
        Page(shown)


def test_of_a_text_that_a_rule_book_leaves_empty_nothing_is_shown(screener: Screener, book: RuleBook) -> None:
    report = Screened(screener, book.intake.read({"muscle_cramps": True, "diuretic": True})).report
    assert report.urgent_unanswered
    assert report.summary.ask
    texts = {name: text if name in ALWAYS_SAID else "" for name, text in book.texts.items()}
    emptied = replace(book, texts=texts)
    shown = document(ResultPage(report, emptied).content() + inner(PageBuilder(report, emptied).page()))
    Page(shown)
    assert re.findall(r"<(?:p|h\d|section)[^>]*>\W*</", shown) == []


def test_the_sheet_says_what_a_clinician_needs(screener: Screener, book: RuleBook) -> None:
    answers = {
        "age": 70, "muscle_cramps": True, "vomiting": False, "fatigue": None, "potassium": "12.1 mg/dL",
        "blood_test_days_ago": 20, "medicines": [{"name": "Lasix 40 mg", "months": 8}, "zzyzx"],
    }  # fmt: skip
    one = Screened(screener, book.intake.read(answers))
    shown = squeezed(one.sheet())
    for said in (
        one.report.summary.headline, "potassium result: 3.095 mmol/L", "days since the blood test: 20 days",
        "“Lasix 40 mg”, for 8 months: furosemide", "“zzyzx”: not recognised", "muscle cramps", "age 70",
        book.version, book.sha256, *one.report.summary.ask,
    ):  # fmt: skip
        assert said in shown
    assert "vomiting" not in shown.split("Not known")[0]
    assert "more." in shown.split("Not known")[1]
    assert "http" not in shown


@EVERY
def test_the_sheet_asks_nothing_twice(vignette: Vignette, screener: Screener) -> None:
    sheet = of(vignette, screener).sheet()
    asked = re.findall(r"^- (.*\?)$", sheet.split("What I would like to ask")[-1], re.MULTILINE)
    assert len(asked) == len(set(asked)) <= MOST_QUESTIONS


@pytest.fixture(scope="module")
def pages() -> Iterator[Callable[[str], int]]:
    """How many sheets of paper a browser makes of a page."""
    with browser() as opened:
        page = opened.new_page()

        def count(html: str) -> int:
            page.set_content(html)
            return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))

        yield count


def largest(screener: Screener, urgent: bool) -> dict[str, object]:
    """A case with as many answers as there can be, with or without those that alone are an emergency."""
    book = screener.book

    def wanted(name: str) -> bool:
        return urgent or screener.screen(book.intake.read({name: True})).urgency != "emergency"

    given: dict[str, object] = {name: True for name in book.fields.yes_no if wanted(name)}
    names = [entry.generic for entry in book.medicines.entries[:25]] + ["an unknown medicine with a long name"] * 5
    labs: dict[str, object] = {"potassium": "3.1 mmol/L", "magnesium": "0.6 mmol/L", "egfr": 25, "age": 80}
    return {**given, **labs, "medicines": [{"name": name, "months": 12} for name in names]}


@pytest.mark.nightly
@EVERY
def test_the_result_fits_two_sheets_of_paper_and_the_page_for_the_clinician_one(
    vignette: Vignette, screener: Screener, pages: Callable[[str], int]
) -> None:
    one = of(vignette, screener)
    assert pages(one.html("clinician")) == 1
    assert pages(one.html()) <= 3  # with the clinician's


@pytest.mark.parametrize("urgent", [False, True], ids=["not urgent", "urgent"])
def test_so_does_the_case_with_the_most_answers(urgent: bool, screener: Screener, pages: Callable[[str], int]) -> None:
    one = Screened(screener, screener.book.intake.read(largest(screener, urgent)))
    assert pages(one.html("clinician")) == 1
    assert pages(document(ResultPage(one.report, screener.book).content())) <= 2
