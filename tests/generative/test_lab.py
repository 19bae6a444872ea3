"""No strategy changes a conclusion, and backward finds what forward finds, on random rule books and cases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.explain.lab.backward import search
from screener.explain.lab.forward import STRATEGIES, run
from screener.rulebook.book import RuleBook
from strategies import cases, rulebooks

FEW = settings(max_examples=max(10, settings().max_examples // 4))
MANY = settings(max_examples=5_000)


def assert_no_difference(book: RuleBook, answers: dict[str, Any], seed: int, goals: bool = True) -> None:
    facts = facts_of(Intake.read(answers), book)
    outcome = reference.infer(book, facts)
    for strategy in STRATEGIES:
        found = run(book, facts, strategy, seed)
        assert dict(found.values) == dict(outcome.values), strategy
        assert sorted(found.order) == sorted(outcome.rules), strategy
    for goal in book.conclusion_ids if goals else ():
        backward = search(book, facts, goal)
        assert backward.value is outcome.values[goal]
        assert all(outcome.values[name] is value for name, value in backward.values.items())
        assert (backward.asks is None) == (backward.value is not None)


@settings(max_examples=max(40, settings().max_examples // 4))
@given(book=rulebooks(), answers=cases(), seed=st.integers(0, 99))
def test_on_random_rule_books(book: RuleBook, answers: dict[str, Any], seed: int) -> None:
    assert_no_difference(book, answers, seed)


@FEW
@given(answers=cases(), seed=st.integers(0, 99))
def test_on_the_real_rule_book(book: RuleBook, answers: dict[str, Any], seed: int) -> None:
    assert_no_difference(book, answers, seed)


@pytest.mark.nightly
@MANY
@given(answers=cases(), seed=st.integers(0, 99))
def test_on_five_thousand_cases(book: RuleBook, answers: dict[str, Any], seed: int) -> None:
    assert_no_difference(book, answers, seed, goals=False)
