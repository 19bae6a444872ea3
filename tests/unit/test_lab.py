"""The inference lab: strategies choose, the conclusions stay; backward stops where an answer is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from screener.engine.facts import facts_of
from screener.explain.lab.backward import search
from screener.explain.lab.forward import STRATEGIES, run
from screener.explain.lab.lab import TeachingLab, lab
from screener.explain.lab.transcript import blocks
from screener.explain.lab.words import orders, verdict
from screener.logic.condition import ALWAYS, AllOf, AnyOf, Concluded, Condition, Not, Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.rule import URGENCY, Finding, Pack, Rule
from screener.screening import Screener
from strategies import HERE, questions
from vignettes import SCREENED


def made(rules: dict[str, tuple[str, Condition]]) -> RuleBook:
    """A book of findings with these rules."""
    found = [Rule(name, "main", goal, when, when, "because", ("ours",), HERE) for name, (goal, when) in rules.items()]
    return RuleBook(
        version="0.0.0", sha256="0" * 64, packs={"main": Pack("main", "Main", "0.0.0", "", ALWAYS)}, rules=tuple(found),
        flags={}, findings={name: Finding(name, "main", name) for name, _ in rules.values()}, sources={}, settings={},
        notes=(), questions=questions(), texts={}, medicines=MedicineTable([]),
    )  # fmt: skip


BOOK = made(
    {
        "plain": ("first", Yes("fatigue")),
        "long": ("second", AllOf((Yes("fatigue"), Yes("nausea")))),
        "after": ("third", Concluded("second")),
        "either": ("fourth", AnyOf((Yes("anxiety"), Concluded("third")))),
        "without": ("fifth", AllOf((Yes("fatigue"), Not(Concluded("sixth"))))),
        "never": ("sixth", Yes("diuretic")),
    }
)
ANSWERS = {"fatigue": True, "nausea": True, "diuretic": False}


def order(strategy: Any, seed: int = 0, **answers: bool) -> tuple[str, ...]:
    return run(BOOK, facts_of(BOOK.intake.read(answers or ANSWERS), BOOK), strategy, seed).order


def test_each_strategy_has_its_order() -> None:
    assert order("order") == ("plain", "long", "after", "either", "without")
    assert order("specificity") == ("long", "without", "plain", "after", "either")
    assert order("recency") == ("plain", "long", "after", "either", "without")
    assert {order("random", seed) for seed in range(20)} > {order("order")}
    assert order("random", 3) == order("random", 3)


def test_recency_follows_what_is_new() -> None:
    book = made(
        {
            "a": ("first", Yes("fatigue")),
            "b": ("second", Yes("nausea")),
            "c": ("third", Concluded("first")),
        }
    )
    facts = facts_of(book.intake.read({"fatigue": True, "nausea": True}), book)
    found = run(book, facts, "recency")
    assert found.order == ("a", "c", "b")
    assert found.steps[1].chosen.steps == (1,)
    assert run(book, facts, "order").order == ("a", "b", "c")


def test_the_conflict_set_says_what_matches() -> None:
    facts = facts_of(BOOK.intake.read(ANSWERS), BOOK)
    first = run(BOOK, facts).steps[0]
    assert [one.rule for one in first.conflict] == ["plain", "long", "without"]
    assert dict(first.conflict[2].leaves) == {Yes("fatigue"): True, Concluded("sixth"): False}
    assert run(BOOK, facts).at_start == ("sixth", *(URGENCY + level for level in BOOK.levels[1:]))


def test_what_is_unknown_neither_fires_nor_is_ruled_out() -> None:
    found = run(BOOK, facts_of(BOOK.intake.read({"fatigue": True}), BOOK))
    assert found.order == ("plain",)
    assert {found.values[name] for name in ("second", "third", "fourth", "fifth", "sixth")} == {None}


def test_a_step_rules_out_what_needed_the_opposite() -> None:
    book = made(
        {"a": ("first", Yes("fatigue")), "b": ("second", Not(Concluded("first"))), "c": ("third", Concluded("second"))}
    )
    (step,) = run(book, facts_of(book.intake.read({"fatigue": True}), book)).steps
    assert step.closes == ("second", "third")


def test_backward_stops_at_the_first_unknown_answer() -> None:
    facts = facts_of(BOOK.intake.read({"fatigue": True}), BOOK)
    found = search(BOOK, facts, "fourth")
    assert (found.value, found.asks) == (None, "anxiety")
    assert [look.goal for look in found.looks if look.act == "goal"] == ["fourth", "third", "second"]
    assert search(BOOK, facts, "second").asks == "nausea"
    assert search(BOOK, facts, "first").asks is None


def test_backward_looks_at_no_more_than_it_needs() -> None:
    facts = facts_of(BOOK.intake.read({"anxiety": True}), BOOK)
    assert search(BOOK, facts, "fourth").rules == ("either",)


def test_a_follow_up_gives_way_to_the_question_before_it() -> None:
    book = made({"a": ("first", Yes("cannot_keep_fluids_down"))})
    assert search(book, facts_of(book.intake.read({}), book), "first").asks == "vomiting"


def test_a_chain_of_thousands_is_not_too_deep() -> None:
    rules: dict[str, tuple[str, Condition]] = {"r0": ("g0", Yes("fatigue"))}
    rules |= {f"r{number}": (f"g{number}", Concluded(f"g{number - 1}")) for number in range(1, 3000)}
    book = made(dict(reversed(rules.items())))
    facts = facts_of(book.intake.read({"fatigue": True}), book)
    assert search(book, facts, "g2999").value is True
    assert len(run(book, facts, "recency").steps) == 3000


@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_backward_is_forward_for_every_goal_of_every_vignette(screener: Screener, vignette: Any) -> None:
    from screener.case.files import read_case

    case = screener.examine(read_case(str(vignette.case), screener.book.fields))
    shown = lab(case)
    assert shown.same
    assert len({one.order for one in shown.runs}) > 1 or len(shown.run.order) < 3
    for goal in case.book.conclusion_ids:
        found = search(case.book, case.facts, goal)
        assert found.value is case.outcome.values[goal], goal
        assert (found.asks is None) == (found.value is not None)
        assert found.asks is None or found.asks in case.book.questions


def test_a_difference_would_be_said(screener: Screener) -> None:
    case = screener.examine(screener.book.intake.read({"muscle_cramps": True, "diuretic": True}))
    right = lab(case, goal="suspect-magnesium")
    assert "different conclusions: none" in verdict(right)
    assert {len(text.split()) for _, text in orders(right)} == {len(right.run.steps)}
    other = lab(screener.examine(screener.book.intake.read({"fatigue": False})))
    wrong = TeachingLab(case, right.run, (*right.runs, other.run), ())
    assert "The conclusions differ: " in verdict(wrong)
    assert not wrong.same


def test_nothing_given_is_said(screener: Screener) -> None:
    shown = lab(screener.examine(screener.book.intake.read({})), goal="suspect-magnesium")
    text = "\n".join(blocks(shown))
    assert "- none" in text
    assert "It stops because an answer is unknown. Next it would ask:" in text
    assert tuple(one.strategy for one in shown.runs) == STRATEGIES
