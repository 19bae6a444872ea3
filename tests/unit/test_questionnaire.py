"""What the loader proves of the questionnaire: each field once, each `show_if` can come true, units and groups fit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from screener.case.intake import Intake
from screener.errors import RuleBookError
from screener.rulebook.book import RuleBook

FIELDS = Intake.fields

RULES = Path(__file__).parents[2] / "rules"
Problems = Callable[[str, str], list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """Load the rule book with one passage of the questionnaire replaced; what is wrong with it."""

    def load(old: str, new: str) -> list[str]:
        folder = tmp_path / "rules"
        shutil.copytree(RULES, folder)
        path = folder / "questionnaire.yaml"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            RuleBook.load(folder)
        except RuleBookError as error:
            return [f"{problem.file}: {problem.message}" for problem in error.problems]
        return []

    return load


def test_every_field_is_asked_exactly_once(book: RuleBook) -> None:
    assert sorted(book.questions) == sorted(FIELDS)


WRONG = [
    ("- field: fainted", "- field: feinted", "`fainted` is neither a field (no question asks for it)"),
    ("- field: licorice", "- field: fatigue", "`fatigue` is given twice"),
    ("- field: fainted", "- field: feinted", "did you mean `feinted`?"),
    (
        "show_if: {heavy_alcohol_use: yes}",
        "show_if: {all: [{heavy_alcohol_use: yes}, {heavy_alcohol_use: no}]}",
        "no answers make `show_if` true, so this is never asked",
    ),
    (
        "show_if: {heavy_alcohol_use: yes}",
        "show_if: {all: [{heavy_alcohol_use: yes}, {pregnant: yes}, {sex: [male]}]}",
        "no answers make `show_if` true",
    ),
    (
        "show_if: {heavy_alcohol_use: yes}",
        "show_if: {all: [{pregnant: yes}, {age: {below: 12}}]}",
        "no answers make `show_if` true",
    ),
    (
        "show_if: {heavy_alcohol_use: yes}",
        "show_if: {dialysis: yes}",
        "`show_if` reads `dialysis`, which is not asked before it",
    ),
    (
        "show_if: {heavy_alcohol_use: yes}",
        "show_if: {finding: check-both}",
        "`show_if` may read only answers given before",
    ),
    ("units: [mmol/L, mg/dL]\n", "units: [mmol/L, mEq/L]\n", "`mEq/L` is not a unit of calcium here"),
    ("    sources: [A31, A92]\n", "    units: [mmol/L]\n", "only a laboratory value has `units`"),
    ("screen: how-you-feel", "screen: how-you-fell", "there is no screen `how-you-fell`, did you mean `how-you-feel`?"),
    ("screen: stomach", "screen: how-you-feel", "the questions of the screen `how-you-feel` belong together"),
    ("joins: how-you-feel", "joins: how-you-fell", "there is no screen `how-you-fell`, did you mean `how-you-feel`?"),
    ("joins: how-you-feel", "joins: about-you", "only a list can be joined with another list; a form cannot"),
    ("joins: how-you-feel", "joins: stomach", "`stomach` is not a list of its own in the short form"),
    ("joins: how-you-feel", "joins: supplements", "`supplements` is not a list of its own in the short form"),
    (
        "    always: yes\n    checkable: yes\n    sources: [S07",
        "    screen: conditions\n    sources: [S07",
        "can be ticked",
    ),
    (
        "answers: {medicines: none}",
        "answers: {medicine: none}",
        "there is no field `medicine`, did you mean `medicines`?",
    ),
    ("answers: {medicines: none}", "answers: {medicines: no}", "this cannot follow for `medicines`; write none"),
    ("answers: {medicines: none}", "answers: {bmi: none}", "this cannot follow for `bmi`; write not reported"),
    ("answers: {medicines: none}", "answers: {bmi: low}", "should be"),
    ("answers: {medicines: none}", "answers: {fainted: no}", "`fainted` is a red flag: it is always asked"),
    (
        "answers: {medicines: none}",
        "answers: {fatigue: no}",
        "`when` reads `diuretic`, which is not asked before `fatigue`",
    ),
    (
        "when: {magnesium_measured: no}",
        "when: {age: reported}",
        "answers can follow only from answers to yes/no questions",
    ),
    ("when: {magnesium_measured: no}", "when: {magnesium_mesured: no}", "did you mean `magnesium_measured`?"),
    ("always: yes", "always: perhaps", "should be"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_is_wrong_is_said(old: str, new: str, message: str, problems: Problems) -> None:
    found = problems(old, new)
    assert any(message in problem for problem in found), found


RIGHT = [
    "{all: [{heavy_alcohol_use: yes}, {not: {pregnant: yes}}]}",
    "{any: [{age: {at_least: 120}}, {all: [{age: {below: 1}}, {sex: [not said]}]}]}",
    "{at_least: {count: 2, of: [{heavy_alcohol_use: yes}, {pregnant: yes}, {age: reported}]}}",
    "{all: [{age: {above: 30, below: 32}}, {pregnant: yes}]}",
    "{not: {age: reported}}",
]


@pytest.mark.parametrize("show_if", RIGHT)
def test_a_condition_that_can_come_true_is_accepted(show_if: str, problems: Problems) -> None:
    assert problems("show_if: {heavy_alcohol_use: yes}", f"show_if: {show_if}") == []
