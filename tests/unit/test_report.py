"""What the report says, and what it keeps back."""

from __future__ import annotations

import pytest

from screener.case.answers import YesNo
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.report.page import PageBuilder
from screener.report.text import render
from screener.rulebook.levels import LEVELS
from screener.screening import Screener
from vignettes import SCREENED

FIELDS = Intake.fields

WELL = {name: False for name, kind in FIELDS.items() if isinstance(kind, YesNo)} | {"medicines": [], "age": 30}


def page(screener: Screener, **answers: object) -> str:
    report = screener.screen(Intake.read(answers))
    return " ".join(render(PageBuilder(report, screener.book).page()).split())


def test_nothing_matched_is_shown_when_everything_was_answered(screener: Screener) -> None:
    flag = screener.screen(Intake.read(WELL)).flag("nothing-matched")
    assert flag is not None
    assert flag.status == "raised"
    assert "does not mean" in (flag.explanation or "")


@pytest.mark.parametrize("unknown", ["chest_pain", "other_medicine", "told_low_magnesium", "medicines"])
def test_nothing_matched_keeps_its_text_back_while_something_is_open(unknown: str, screener: Screener) -> None:
    flag = screener.screen(Intake.read({**WELL, unknown: None})).flag("nothing-matched")
    assert flag is None or flag.explanation is None
    assert "Nothing matched" not in page(screener, **{**WELL, unknown: None})


def test_nothing_matched_is_not_listed_when_possible(screener: Screener) -> None:
    assert screener.screen(Intake.read({})).flag("nothing-matched") is None


def test_flags_are_most_urgent_first_and_suppressed_ones_last(screener: Screener) -> None:
    for vignette in SCREENED:
        report = screener.screen(read_case(str(vignette.case), Intake.fields))
        shown = [flag for flag in report.flags if flag.urgency]
        ranks = [LEVELS.index(flag.urgency) for flag in shown if flag.urgency]
        assert ranks == sorted(ranks, reverse=True)
        statuses = [flag.status for flag in report.flags]
        assert "suppressed" not in statuses[: len(statuses) - statuses.count("suppressed")]


def test_a_fail_safe_caution_is_shown_when_kidneys_are_unknown(screener: Screener) -> None:
    report = screener.screen(Intake.read({"considering_supplement": True}))
    flag = report.flag("kidney-supplement-caution")
    assert flag is not None
    assert (flag.status, flag.fail_safe) == ("possible", True)
    shown = page(screener, considering_supplement=True)
    assert "Kidneys: not known yet" in shown
    assert "This caution is shown because an answer is missing" in shown


def test_urgent_questions_without_an_answer_are_named(screener: Screener) -> None:
    report = screener.screen(Intake.read({**WELL, "seizure": None, "muscle_spasm": None}))
    assert [(q.field, q.could_be) for q in report.urgent_unanswered] == [
        ("seizure", "emergency"),
        ("muscle_spasm", "same-day"),
    ]
    assert (report.urgency, report.urgency_could_be) == ("none", "emergency")
    assert "Have you had a fit (seizure) in the last day?" in page(screener, **{**WELL, "seizure": None})


def test_what_would_settle_a_possible_flag(screener: Screener) -> None:
    flag = screener.screen(Intake.read({**WELL, "fatigue": True, "diuretic": None})).flag("suspect-potassium")
    assert flag is not None
    assert flag.status == "possible"
    assert flag.settled_by == ["diuretic"]


def test_evidence_reaches_down_to_the_answers(screener: Screener) -> None:
    flag = screener.screen(Intake.read({**WELL, "fatigue": True, "diuretic": True})).flag("suspect-both")
    assert flag is not None
    assert flag.because is not None
    told = {evidence.field: evidence.value for evidence in flag.because[0].evidence}
    assert told == {"fatigue": True, "diuretic": True}


def test_a_contradiction_in_a_follow_up_is_noted_and_the_answer_stands(screener: Screener) -> None:
    report = screener.screen(Intake.read({**WELL, "vomiting": False, "cannot_keep_fluids_down": True}))
    assert report.urgency == "same-day"
    assert "contradiction-cannot-keep-fluids-down" in [note.id for note in report.notes]


def test_a_water_tablet_that_was_denied_is_noted(screener: Screener) -> None:
    report = screener.screen(Intake.read({**WELL, "medicines": ["furosemide"]}))
    assert "diuretic-mismatch" in [note.id for note in report.notes]
    other = screener.screen(Intake.read({**WELL, "medicines": ["omeprazole"]}))
    assert "diuretic-mismatch" not in [note.id for note in other.notes]


def test_unrecognised_medicines_are_named(screener: Screener) -> None:
    answers = {**WELL, "medicines": ["Zzyzx forte"]}
    assert screener.screen(Intake.read(answers)).unrecognized_medicines == ["Zzyzx forte"]
    assert "Zzyzx forte" in page(screener, **answers)
    assert "pharmacist" in page(screener, **answers)


def test_under_eighteen_only_the_urgent_part_speaks(screener: Screener) -> None:
    report = screener.screen(Intake.read({**WELL, "age": 15, "fatigue": True, "diuretic": True, "chest_pain": True}))
    assert [flag.id for flag in report.flags if flag.status == "raised"] == ["adults-only"]
    assert report.urgency == "emergency"


def test_a_possible_case_stays_readable(screener: Screener) -> None:
    vignette = next(vignette for vignette in SCREENED if vignette.id == "V15")
    report = screener.screen(read_case(str(vignette.case), Intake.fields))
    shown = render(PageBuilder(report, screener.book).page())
    assert "What is still open" in shown
    assert len(shown.splitlines()) < 110


def test_a_remark_names_the_answer_that_calls_for_it(screener: Screener) -> None:
    report = screener.screen(screener.book.intake.read({"potassium": 6.8, "blood_test_days_ago": 400}))
    assert report.urgency == "emergency"  # an old result never lowers it
    (note,) = [note for note in report.notes if note.id == "old-result"]
    assert note.text.startswith("You said that a result may be 400 days old.")


def test_a_word_for_no_medicine_is_named_as_that(screener: Screener) -> None:
    (medicine,) = screener.screen(Intake.read({"medicines": ["none"]})).medicines
    assert (medicine.typed, medicine.result, medicine.classes) == ("none", "none", None)
