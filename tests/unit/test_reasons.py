"""What a reason says about this person: their own medicines in it, and the more exact of two reasons alone."""

from __future__ import annotations

from typing import Any

import pytest

from screener.case.intake import Intake
from screener.explain.chain import whole_chain
from screener.rulebook.rule import listed
from screener.screening import Screener


def reasons(screener: Screener, **answers: Any) -> dict[str, str]:
    """The reasons behind the urgency, by rule."""
    report = screener.screen(Intake.read(answers))
    return {because.rule: because.text for because in report.urgency_because}


def test_a_reason_names_the_medicines_as_they_were_typed(screener: Screener) -> None:
    said = reasons(screener, medicines=["Septra", "Aldactone", "ramipril 5 mg", "paracetamol"])
    text = said["safety-same-day-trimethoprim-keeping-potassium"]
    assert text.startswith("You take Septra, Aldactone and ramipril 5 mg. Each can raise potassium")


def test_no_reason_shows_a_placeholder(screener: Screener) -> None:
    case = Intake.read({"vomiting": True, "medicines": ["furosemide", "digoxin", "lithium", "metformin", "ramipril"]})
    report = screener.screen(case)
    said = [because.text for flag in report.flags for because in flag.because or []]
    assert not [text for text in [*said, *(because.text for because in report.urgency_because)] if "{" in text]
    for rule in screener.book.rules:
        assert "{" not in rule.said()
        assert "{" not in rule.said(["x"])


@pytest.mark.parametrize(
    ("answers", "shown", "not_shown"),
    [
        ({"potassium": 2.7}, "safety-same-day-low-potassium", "safety-same-day-low-potassium-muscles"),
        (
            {"potassium": 2.7, "muscle_weakness": True},
            "safety-same-day-low-potassium-muscles",
            "safety-same-day-low-potassium",
        ),
        ({"diarrhea": True, "diuretic": True}, "safety-soon-fluid-loss", "safety-soon-fluid-loss-potassium-losing"),
        (
            {"diarrhea": True, "diuretic": True, "medicines": ["spironolactone"]},
            "safety-soon-fluid-loss-potassium-keeping",
            "safety-soon-fluid-loss",
        ),
        (
            {"diarrhea": True, "diuretic": True, "medicines": ["indapamide"]},
            "safety-soon-fluid-loss-potassium-losing",
            "safety-soon-fluid-loss",
        ),
        (
            {"diarrhea": True, "diuretic": True, "medicines": ["indapamide", "ramipril"]},
            "safety-soon-fluid-loss",
            "safety-soon-fluid-loss-kidneys",
        ),
        ({"little_food_days": 11}, "safety-soon-little-food", "safety-soon-refeeding"),
    ],
)
def test_only_the_more_exact_reason_is_shown(
    answers: dict[str, Any], shown: str, not_shown: str, screener: Screener
) -> None:
    said = reasons(screener, **answers)
    assert shown in said
    assert not_shown not in said


def test_a_reason_that_is_not_shown_stays_in_the_whole_chain(screener: Screener) -> None:
    builder = screener.examine(Intake.read({"potassium": 2.7, "muscle_weakness": True}))
    assert "safety-same-day-low-potassium" in {step.rule for step in whole_chain(builder)}


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_sentence(names: list[str], text: str) -> None:
    assert listed(names) == text
