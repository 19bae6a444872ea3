"""Limits that no answer can reach are errors, and no tool of an author ever uses a value that nobody can give."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicinetables import table_of
from rulefolder import RuleFolder, screener_here
from screener.case.answers import MONTHS, MOST_MEDICINES, Medicine, Number, YesNo
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.intake import Intake
from screener.errors import RuleBookError
from screener.explain.smallest.moves import moves
from screener.logic.condition import AllOf, Compare, Condition, Operator, Takes, atoms
from screener.rulebook.askable import can_be_asked
from screener.rulebook.book import RuleBook
from screener.rulebook.document import Document
from screener.rulebook.parse import ConditionParser, Vocabulary
from screener.rulebook.question import Question
from screener.rulebook.rule import Setting
from screener.workbench.mutate import _shifts
from screener.workbench.space.variables import Regions

FIELDS = Intake.fields
NUMBERS = sorted(name for name, kind in FIELDS.items() if isinstance(kind, Number))
OPERATORS: list[Operator] = ["<", "<=", ">", ">="]
MEDICINES = table_of([{"generic": "omeprazole", "class": "PPI"}])
HOLDS = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}


def limit_of(value: float, unit: str) -> Setting:
    return Setting("x", float(value), unit, "", ())


def wrong(condition: Any, settings: dict[str, Setting] | None = None) -> list[str]:
    document = Document("rules.yaml", condition)
    ConditionParser(document, Vocabulary([], settings or {}, MEDICINES, FIELDS)).parse(condition, ())
    return [problem.message for problem in document.problems]


@pytest.mark.parametrize("months", [100000, -3, 720.5, -0.1, 10**14])
def test_months_that_nobody_can_give_are_an_error(months: float) -> None:
    (message,) = wrong({"medicine": {"class": ["PPI"], "months": months}})
    assert message == f"`{months}` is outside what can be answered (0 to 720 months)"
    (message,) = wrong({"medicine": {"class": ["PPI"], "months": "$long"}}, {"long": limit_of(months, "months")})
    assert "is outside what can be answered (0 to 720 months)" in message


@pytest.mark.parametrize("months", [0, 3, 2.5, 720])
def test_months_that_somebody_can_give_are_none(months: float) -> None:
    assert wrong({"medicine": {"class": ["PPI"], "months": months}}) == []


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("word", ["below", "at_most", "above", "at_least"])
def test_every_comparison_has_the_range_of_its_field(name: str, word: str) -> None:
    kind = FIELDS[name]
    assert isinstance(kind, Number)
    for limit in (kind.low - 1, kind.high + 1):
        (message,) = wrong({name: {word: limit}})
        assert f"is outside what can be answered ({kind.low:g} to {kind.high:g}" in message
        (message,) = wrong({name: {word: "$x"}}, {"x": limit_of(limit, kind.unit)})
        assert "is outside what can be answered" in message
    assert wrong({name: {word: kind.high}}) == []


@pytest.mark.parametrize("name", [name for name in NUMBERS if FIELDS[name].unit])  # type: ignore[attr-defined]
@pytest.mark.parametrize("unit", ["bananas", "mg/L", "", "MMOL/L"])
def test_a_setting_in_another_unit_than_its_field_is_an_error(name: str, unit: str) -> None:
    kind = FIELDS[name]
    assert isinstance(kind, Number)
    (message,) = wrong({name: {"below": "$x"}}, {"x": limit_of(kind.high, unit)})
    right = f"but `{name}` is in {kind.unit}; give the limit in {kind.unit}, with `unit: {kind.unit}`"
    assert message == f"`$x` is in {unit or 'no unit'}, {right}"
    assert wrong({name: {"below": "$x"}}, {"x": limit_of(kind.high, kind.unit)}) == []


def test_a_setting_of_months_is_in_months() -> None:
    (message,) = wrong({"medicine": {"class": ["PPI"], "months": "$long"}}, {"long": limit_of(3, "years")})
    assert message.startswith("`$x` is in years, but `medicine` is in months")


@pytest.mark.parametrize("unit", ["mg/dL", "bananas", "mg/L"])
def test_every_command_refuses_a_limit_in_another_unit(unit: str, tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    was = "  - id: magnesium-borderline\n    value: 0.75\n    unit: mmol/L\n"
    rules.replace("evidence/settings.yaml", was, f"  - id: magnesium-borderline\n    value: 1.8\n    unit: {unit}\n")
    case = tmp_path / "case.json"
    case.write_text('{"magnesium": "1.5 mmol/L"}')
    done = screener_here("screen", str(case), "--rules", str(rules.path))
    assert done.code == 4
    says = f"`$magnesium-borderline` is in {unit}, but `magnesium` is in mmol/L; give the limit in mmol/L, with `unit:"
    assert re.match(r"rules/evidence/rules/results.yaml:[0-9]+:[0-9]+: " + re.escape(says), done.err)


def test_a_usual_range_and_a_show_if_are_in_the_unit_of_the_answer(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    usual = rules.replace("questionnaire.yaml", "at_least: $calcium-low,", "at_least: $adult-age,")
    show_if = rules.replace(
        "questionnaire.yaml",
        "show_if: {any: [{potassium_prescribed: yes},",
        "show_if: {any: [{potassium: {below: $adult-age}},",
    )
    with pytest.raises(RuleBookError) as error:
        RuleBook.load(rules.path)
    found = [(problem.line, problem.message.split(";")[0]) for problem in error.value.problems]
    assert found == [
        (usual, "`$adult-age` is in years, but `calcium` is in mmol/L"),
        (show_if, "`$adult-age` is in years, but `potassium` is in mmol/L"),
    ]


def test_the_place_is_that_of_the_months(tmp_path: Path) -> None:
    rules = RuleFolder.copy(tmp_path)
    line = rules.append(
        "evidence/rules/groups.yaml",
        "  - id: evidence-diet-note-extra\n    concludes: diet-note\n"
        "    when: {medicine: {class: [PPI], months: 100000}}\n    because: A reason.\n    sources: [S17]\n",
    )
    with pytest.raises(RuleBookError) as error:
        RuleBook.load(rules.path)
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column) == ("rules/evidence/rules/groups.yaml", line + 2, 37)


@st.composite
def compared(draw: st.DrawFn) -> tuple[Number, list[Compare]]:
    """Some kind of number with comparisons that it may be read by, many of them close to the ends of its range."""
    kind = draw(
        st.sampled_from([FIELDS[name] for name in NUMBERS]) | st.builds(number, st.integers(0, 12), WIDTHS, STEPS)
    )
    assert isinstance(kind, Number)
    near = st.sampled_from([0.0, 0.001, 0.05, 0.1, 0.5, 1.0, 1.5])
    limits = st.one_of(
        near.map(lambda step: kind.low + step),
        near.map(lambda step: kind.high - step),
        st.floats(kind.low, kind.high, allow_nan=False).map(lambda value: round(value, 3)),
    )
    found = st.builds(Compare, st.just("x"), st.sampled_from(OPERATORS), limits)
    return kind, [one for one in draw(st.lists(found, max_size=5)) if kind.low <= one.limit <= kind.high]


WIDTHS = st.sampled_from([0.2, 0.5, 1.0, 3.0, 100.0])
STEPS = st.sampled_from([1e-9, 0.001, 0.1, 1.0, 50.0])


def number(low: int, width: float, step: float) -> Number:
    """A number as a rule book may define it."""
    whole = width >= 1 and step == 1.0
    return Number(float(low) if whole else low / 4, (low if whole else low / 4) + width, "", whole=whole, step=step)


def signature(comparisons: list[Compare], value: float) -> tuple[bool, ...]:
    return tuple(HOLDS[one.operator](float(value), float(one.limit)) for one in comparisons)


@given(compared())
def test_examples_of_the_workbench_are_answers_in_their_regions(found: tuple[Number, list[Compare]]) -> None:
    kind, comparisons = found
    regions = Regions.of("x", kind, comparisons)
    values = [kind.check(regions.example(number)) for number in range(len(regions.cuts) + 1)]
    assert values == sorted(values)
    seen = [signature(comparisons, value) for value in values]
    assert len(set(seen)) == len(seen)


@given(compared(), st.booleans())
def test_smallest_changes_are_answers(found: tuple[Number, list[Compare]], beyond: bool) -> None:
    kind, comparisons = found
    outside = [Compare("x", "<", kind.low - 2), Compare("x", ">", kind.high + 2)] if beyond else []
    asking = book_asking(AllOf(()), kind)
    for move in moves(intake_class(asking.fields)(), asking, "x", [*comparisons, *outside]):
        assert kind.check(move.value) is not None  # a value that nobody can give raises


@given(compared())
def test_mutants_are_limits_that_the_loader_takes(found: tuple[Number, list[Compare]]) -> None:
    kind, comparisons = found
    for comparison in comparisons:
        for mutant, _ in _shifts(comparison, Fields({"x": kind})):
            assert isinstance(mutant, Compare)
            assert kind.low <= mutant.limit <= kind.high


@pytest.mark.parametrize("months", [0.0, 0.5, 3.0, 719.5, 720.0])
def test_mutated_months_are_months(months: float) -> None:
    for mutant, _ in _shifts(Takes(("class:PPI",), months), FIELDS):
        assert isinstance(mutant, Takes)
        assert mutant.months is None or MONTHS.low <= mutant.months <= MONTHS.high


def test_a_full_list_of_medicines_gets_no_other(book: RuleBook) -> None:
    takes = [atom for rule in book.rules for atom in atoms(rule.condition) if isinstance(atom, Takes)]
    full = Intake(medicines=tuple(Medicine(f"unknown {number}") for number in range(MOST_MEDICINES)))
    values = [FIELDS["medicines"].check(move.value) for move in moves(full, book, "medicines", takes)]
    assert all(len(value) <= MOST_MEDICINES for value in values)


def book_asking(show_if: Condition, kind: Number) -> RuleBook:
    questions = {
        "x": Question("x", "", "x", "?", "", kind=kind),
        "pregnant": Question("pregnant", "", "", "?", "", show_if=show_if, kind=YesNo()),
    }
    return RuleBook("0", "0" * 64, {}, (), {}, {}, {}, {}, (), questions, {}, MEDICINES)


def between(low: float, high: float) -> Condition:
    return AllOf((Compare("x", ">", low), Compare("x", "<", high)))


@pytest.mark.parametrize(
    ("low", "high", "askable"),
    [(17.2, 17.9, False), (17.5, 17.5, False), (17.0, 18.0, False), (17.0, 19.0, True), (16.5, 17.5, True)],
)
def test_a_follow_up_is_asked_for_an_age_that_somebody_can_have(low: float, high: float, askable: bool) -> None:
    age = Number(0, 120, "years", whole=True)
    assert can_be_asked("pregnant", book_asking(between(low, high), age)) is askable


@pytest.mark.parametrize(("low", "high"), [(3.5, 3.5005), (0.0, 0.5), (3.5, 3.6), (9.9, 10.0)])
def test_a_follow_up_is_asked_for_any_result_between_two_limits(low: float, high: float) -> None:
    assert can_be_asked("pregnant", book_asking(between(low, high), Number(0, 10, "")))
