"""The default page fits one screen, says nothing twice, and hides no flag: over all vignettes and random people."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given

from screener.case.files import read_case
from screener.case.model import BaseIntake
from screener.report.brief import BriefPage, hints
from screener.report.model import Report
from screener.report.page import PageBuilder
from screener.report.text import render
from screener.report.urgency import how_soon
from screener.report.views import View
from screener.report.words import answer_word
from screener.screening import Screener
from strategies import cases
from vignettes import SCREENED, Vignette


def check(report: Report, screener: Screener) -> list[str]:
    """The lines of the page, after everything that holds of every page."""
    text = BriefPage(report, screener.book).text(hints(report, "my-answers.json"))
    lines = text.rstrip("\n").split("\n")
    assert max(map(len, lines)) <= 80
    assert len(lines) <= (20 if report.urgency == "emergency" else 40), text
    assert len(text.split()) <= 320, text
    assert len(report.summary.topics) <= 4
    assert len(report.summary.ask) <= 3
    assert len(set(report.summary.ask)) == len(report.summary.ask)
    if report.summary.ask and report.urgency != "emergency":
        assert lines.index("ASK") < 12, text
    sentences = re.findall(r"[^.!?]{20,}[.!?]", " ".join(text.split()))
    assert len(set(sentences)) == len(sentences), text
    for word in ("disclaimer", "signs"):
        wanted = "emergency-signs" if word == "signs" and report.urgency == "emergency" else f"brief-{word}"
        assert " ".join(screener.book.texts[wanted].split()) in " ".join(text.replace("\n!", "\n").split())
    return lines


def often_named(intake: BaseIntake, report: Report, screener: Screener) -> list[str]:
    """The answers, and the medicines, that the page names more than twice."""
    book = screener.book
    given = (answer_word(book, name, value) for name, value in intake.answers().items() if name != "medicines")
    page = " ".join(BriefPage(report, book).text().split()).casefold()
    page = page.partition(" ".join(book.texts["brief-signs"].split()).casefold())[0]
    words = [*given, *(medicine.typed for medicine in report.medicines)]
    return [word for word in words if word and len(re.findall(rf"\b{re.escape(word.casefold())}\b", page)) > 2]


def flags_of(report: Report) -> tuple[set[str], list[str]]:
    """The flags that are to be reached, and those that the summary reaches."""
    shown = {flag.id for flag in report.flags if flag.title and (flag.status == "raised" or flag.fail_safe)}
    summary = report.summary
    return shown, [flag for topic in (*summary.topics, *summary.also) for flag in topic.flags]


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_a_vignette_fits_one_screen_and_no_flag_is_lost(vignette: Vignette, screener: Screener) -> None:
    report = screener.screen(read_case(str(vignette.case), screener.book.fields))
    check(report, screener)
    shown, reached = flags_of(report)
    assert sorted(reached) == sorted(shown)
    assert often_named(read_case(str(vignette.case), screener.book.fields), report, screener) == []


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_every_form_says_how_soon_in_the_same_sentences(vignette: Vignette, screener: Screener) -> None:
    intake = read_case(str(vignette.case), screener.book.fields)
    report = screener.screen(intake)
    said = [text for text, _ in how_soon(report.summary, screener.book)]
    if report.urgency == "emergency":
        said.append(screener.book.texts["emergency-signs"])
    for form in ("text", "markdown", "html"):
        view = View(screener.book, form)
        view.add(report, intake)
        page = words(re.sub(r"<[^>]*>|\\\\|\n! ", " ", unescape(view.finish())))
        reasons = " ".join(report.summary.because)  # a terminal may have room for the first one only
        assert [text for text in said if words(text) not in page and (form != "text" or text != reasons)] == [], form


def words(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


@given(cases())
def test_so_does_anybody(screener: Screener, answers: dict[str, object]) -> None:
    report = screener.screen(screener.book.intake.read(answers))
    check(report, screener)
    shown, reached = flags_of(report)
    assert sorted(reached) == sorted(shown)


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_details_tell_every_flag_reason_source_and_open_question(vignette: Vignette, screener: Screener) -> None:
    report = screener.screen(read_case(str(vignette.case), screener.book.fields))
    page = " ".join(render(PageBuilder(report, screener.book).page()).split())
    for flag in report.flags:
        told = flag.title and (flag.status == "raised" or flag.fail_safe)
        statements = [flag.title, flag.explanation] if told else [flag.title] if flag.title else []
        statements += [because.text for because in flag.because or []] if told else []
        for statement in filter(None, statements):
            assert " ".join(statement.split()) in page
        for because in flag.because or [] if told else []:
            assert all(source in page for source in because.sources)
    for question in report.urgent_unanswered:
        assert " ".join(screener.book.questions[question.field].ask.split()) in page


def test_a_red_flag_is_told_before_others(screener: Screener) -> None:
    answers = {
        "eating_disorder": "yes", "little_food_days": 12, "pregnant": "yes", "sex": "female", "vomiting": "yes",
        "vomiting_days": 5, "palpitations": "yes", "told_low_potassium": "yes", "potassium_prescribed": "yes",
        "potassium_still_low": "yes", "medicines": ["furosemide", "digoxin"], "fatigue": "yes", "age": 30,
    }  # fmt: skip
    report = screener.screen(screener.book.intake.read(answers))
    red = {flag.id for flag in report.flags if flag.status == "raised" and screener.book.flags[flag.id].red_flag}
    assert len(red) >= 4
    told = [topic.flags for topic in report.summary.topics]
    assert len(told) == 4
    assert all(red & set(flags) for flags in told)
    assert red <= {flag for topic in (*report.summary.topics, *report.summary.also) for flag in topic.flags}
    page = BriefPage(report, screener.book).text(hints(report, "my-answers.json"))
    assert all(topic.title in page for topic in report.summary.topics)


def page(screener: Screener, **answers: object) -> str:
    """The default page for these answers, on one line."""
    report = screener.screen(screener.book.intake.read(answers))
    return " ".join(BriefPage(report, screener.book).text().split())


@pytest.mark.parametrize(
    ("medicines", "says", "never"),
    [
        (["Ramiprl", "spironolactone"], "Spironolactone can raise potassium", "Ramiprl can"),
        (["Ramiprl", "spironolactone"], "medicine names: Ramiprl (ramipril?)", "matters"),
        (["allergic to penicillin", "hydrocortisone cream", "spironolactone"], "Spironolactone can raise", "cream"),
        (["digoxin, Slo-K, spironolacton"], "Spironolacton can raise potassium", "Digoxin, Slo-K"),
        (["citalopram, amlodipine", "senna"], "Senna can lower potassium", "amlodipine"),
        (["water tablet"], "water tablet: Do you know the name on the packet?", "check the spelling"),
        (["stopped furosemide", "stopped ramipril", "stopped digoxin"], "(you wrote: stopped) and 1 more", "digoxin"),
    ],
)  # fmt: skip
def test_medicines_are_named_where_they_are_meant(
    medicines: list[str], says: str, never: str, screener: Screener
) -> None:
    text = page(screener, medicines=medicines, other_medicine=True)
    assert says in text
    assert never not in text


def test_a_rule_names_the_medicines_of_its_first_conclusion(screener: Screener) -> None:
    text = page(screener, muscle_weakness=True, told_low_potassium=False, medicines=["citalopram", "omeprazole"])
    assert "omeprazole can change the heart rhythm" not in text.lower()


@pytest.mark.parametrize(
    "answers", [{"egfr": 9}, {"egfr": 95}, {"ckd_stage": 5}, {"dialysis": True}, {"kidney_disease": False}], ids=str
)
def test_no_answer_that_was_given_is_said_to_be_missing(answers: dict[str, object], screener: Screener) -> None:
    assert "You did not tell us how well your kidneys work" not in page(screener, **answers)


def test_what_a_high_potassium_keeps_back_is_said_of_nothing_else(screener: Screener) -> None:
    kept_back = screener.book.flags["high-potassium"].hides_because
    for answers, wanted in (
        ({"potassium": 6.2, "diuretic": True}, True),
        ({"magnesium": "1.3 mmol/L"}, False),
        ({"eating_disorder": True, "medicines": ["sotalol", "cisplatin"]}, False),
        ({"medicines": ["furosemide", "spironolactone"], "other_medicine": True}, False),
    ):
        intake = screener.book.intake.read(answers)
        text = " ".join(render(PageBuilder(screener.screen(intake), screener.book).page()).replace("!", "").split())
        assert (" ".join(kept_back.split()) in text) is wanted, answers


HOSTILE_NAMES = ["stopped lasix", "allergic to penicillin", "spirnolactone", "Ramipril comp", "Lasix\x1b[31m\u200b" * 4]


def test_the_page_is_no_longer_for_odd_medicines(screener: Screener) -> None:
    for number in range(1, len(HOSTILE_NAMES) + 1):
        answers = {
            "cannot_keep_fluids_down": True, "eating_disorder": True, "potassium_prescribed": False,
            "magnesium": "1.3 mmol/L", "potassium_prescribed_weeks": 8,
            "medicines": ["sotalol", "cisplatin", *HOSTILE_NAMES[:number]],
        }  # fmt: skip
        check(screener.screen(screener.book.intake.read(answers)), screener)
