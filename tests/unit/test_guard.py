"""No view says that nothing matched, or that nothing is urgent, over something that nobody here speaks of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from screener.case.answers import Number, YesNo
from screener.report.views import View
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.workbench.prove.prove import prove
from screener.workbench.prove.reports import VIEWS, words_of

NOTHING = "Nothing you told us matches"
NONE_URGENT = "No urgent sign in your answers"
OUTSIDE = "We have no urgency rule for what you told us"


def well(book: RuleBook) -> dict[str, Any]:
    """Somebody of 50 who says no to everything."""
    questions = book.questions.items()
    return {"age": 50, "medicines": []} | {n: False for n, question in questions if isinstance(question.kind, YesNo)}


def said(screener: Screener, packs: list[str] | None = None, **answers: Any) -> str:
    """The words of every view of one person's report."""
    book = screener.book.select(packs)
    intake = book.intake.read({**well(book), **answers})
    report = Screener(book).screen(intake)
    shown = []
    for form, reading in VIEWS:
        view = View(book, form, reading)
        view.add(report, intake)
        shown.append(words_of(view.finish(several=False)))
    return " ".join(shown).lower()


def says(text: str, shown: str) -> bool:
    return words_of(text).lower() in shown


def test_somebody_well_is_told_that_nothing_matched(screener: Screener) -> None:
    shown = said(screener)
    assert says(NOTHING, shown)
    assert says(NONE_URGENT, shown)


@pytest.mark.parametrize(
    "answers",
    [
        {"medicines": ["no such medicine"]}, {"potassium": 5.2}, {"potassium": 3.55}, {"magnesium": 0.72},
        {"egfr": 55}, {"bmi": 18}, {"heart_disease": True}, {"high_blood_pressure": True}, {"licorice": True},
        {"little_food_days": 3}, {"tingling": True, "packs": ["article"]}, {"salt_substitute": True},
    ],
    ids=str,
)  # fmt: skip
def test_what_nobody_speaks_of_is_not_passed_over(answers: dict[str, Any], screener: Screener) -> None:
    shown = said(screener, answers.pop("packs", None), **answers)
    assert not says(NOTHING + " the patterns", shown)
    assert not says(NONE_URGENT, shown)


@pytest.mark.parametrize("answers", [{"fatigue": True, "potassium": 5.2}, {"fatigue": True, "egfr": 50}])
def test_a_number_out_of_range_counts_although_something_matched(answers: dict[str, Any], screener: Screener) -> None:
    shown = said(screener, **answers)
    assert says(OUTSIDE, shown)
    assert not says(NONE_URGENT, shown)


@pytest.mark.parametrize(
    "told",
    [
        ("dialysis", "kidney_disease", "fatigue"), ("kidney_disease", "diarrhea", "type_2_diabetes"), ("nausea",),
        ("constipation",), ("frequent_laxatives", "fatigue"), ("pregnant",), ("poor_sleep", "fatigue"),
        ("heart_disease", "type_2_diabetes"), ("high_blood_pressure", "muscle_cramps"), ("salt_substitute", "fatigue"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_yes_that_no_raised_flag_rests_on_counts_although_something_matched(
    told: tuple[str, ...], screener: Screener
) -> None:
    shown = said(screener, **dict.fromkeys(told, True))
    assert not says(NONE_URGENT, shown)


def test_with_one_open_answer_too(screener: Screener) -> None:
    answers = {**well(screener.book), "dialysis": True, "kidney_disease": True, "fatigue": True}
    del answers["medicines"]
    report = screener.screen(screener.book.intake.read(answers))
    assert report.summary.headline != NONE_URGENT


@pytest.mark.parametrize("told", ["fatigue", "type_2_diabetes", "diarrhea"])
def test_a_yes_that_a_flag_rests_on_is_spoken_of(told: str, screener: Screener) -> None:
    assert says(NONE_URGENT, said(screener, **{told: True}))


def test_under_18_an_answer_that_no_rule_reads_is_not_passed_over(screener: Screener) -> None:
    assert says(OUTSIDE, said(screener, age=15, type_2_diabetes=True))
    assert says(NONE_URGENT, said(screener, age=15))


@pytest.mark.parametrize("answers", [{"potassium_prescribed_weeks": 3}, {"diuretic_months": 60}, {"sex": "female"}])
def test_age_sex_dates_and_words_are_not_meant(answers: dict[str, Any], screener: Screener) -> None:
    assert says(NONE_URGENT, said(screener, **answers))


def test_the_report_names_what_nobody_speaks_of(screener: Screener) -> None:
    report = screener.screen(screener.book.intake.read({**well(screener.book), "fatigue": True, "egfr": 50}))
    assert json.loads(report.to_json())["not_covered"] == ["egfr"]


def test_every_number_with_a_limit_that_matters_has_a_usual_range_or_is_left_out(book: RuleBook) -> None:
    numbers = [question for question in book.questions.values() if isinstance(question.kind, Number)]
    open_ended = {q.field for q in numbers if q.guarded and q.usual is None}
    assert open_ended == {"vomiting_days", "diarrhea_days"}  # follow-ups of a yes that always counts


def test_it_is_proved(book: RuleBook) -> None:
    (verdicts,) = prove(book, only=["guard"]).verdicts.values()
    assert len(verdicts) > 100
    assert all(verdict.holds for verdict in verdicts)


def test_the_proof_notices_a_view_that_passes_over_something(book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.report.parts.title_key", lambda urgency, _outside, _book: f"title-{urgency}")
    failures = {verdict.subject for verdict in prove(book, only=["guard"]).failures}
    assert {"potassium", "egfr", "bmi"} <= failures
