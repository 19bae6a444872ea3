"""Every rule of the rule book on every combination of answers to what it reads: all engines say the same.

What a rule reads of other conclusions is asked as an answer of its own, so that these take all values too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

import pytest

from conditions import mapped
from engines import ENGINES, OTHERS, meaning
from enumeration import answers
from screener.case.answers import YesNo
from screener.case.intake import Intake
from screener.logic.condition import Concluded, Yes, conclusions, fields
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Finding, Rule
from shippedbook import BOOK

FIELDS = Intake.fields

MOST = 1_000  # combinations in the default run; rules with more wait for the night
MOST_AT_NIGHT = 200_000
CHUNK = 5_000


def alone(rule: Rule) -> RuleBook:
    """A book with one rule, in which other conclusions are answers."""
    spare = (name for name, kind in FIELDS.items() if isinstance(kind, YesNo) and name not in fields(rule.condition))
    answer = {name: Yes(next(spare)) for name in sorted(conclusions(rule.condition))}
    condition = mapped(rule.condition, lambda leaf: answer[leaf.id] if isinstance(leaf, Concluded) else leaf)
    only = replace(rule, concludes="it", when=condition, condition=condition)
    questions = {name: replace(question, show_if=None) for name, question in BOOK.questions.items()}
    return replace(BOOK, rules=(only,), findings={"it": Finding("it", rule.pack, "it")}, flags={}, questions=questions)


BOOKS = {rule.id: alone(rule) for rule in BOOK.rules}


def choices(book: RuleBook) -> dict[str, list[Any]]:
    return {name: answers(name, book) for name in sorted(fields(book.rules[0].condition))}


COUNTS = {name: prod(map(len, choices(book).values())) for name, book in BOOKS.items()}


def combinations(book: RuleBook) -> Iterator[list[Intake]]:
    """Every combination of answers, in pieces."""
    names = list(choices(book))
    piece: list[Intake] = []
    for values in product(*choices(book).values()):
        piece.append(Intake.read(dict(zip(names, values, strict=True))))
        if len(piece) == CHUNK:
            yield piece
            piece = []
    yield piece


def assert_same_everywhere(rule: str) -> None:
    book = BOOKS[rule]
    seen: set[Any] = set()
    for cases in combinations(book):
        expected = [meaning(outcome) for outcome in ENGINES["reference"](book, cases)]
        seen |= {one["values"]["it"] for one in expected}
        for engine in OTHERS:
            assert [meaning(outcome) for outcome in ENGINES[engine](book, cases)] == expected
    assert {True, False} <= seen  # the combinations reach the rule


@pytest.mark.parametrize("rule", [rule for rule, count in COUNTS.items() if count <= MOST])
def test_a_rule(rule: str) -> None:
    assert_same_everywhere(rule)


@pytest.mark.nightly
@pytest.mark.parametrize("rule", [rule for rule, count in COUNTS.items() if MOST < count <= MOST_AT_NIGHT])
def test_a_long_rule(rule: str) -> None:
    assert_same_everywhere(rule)


def test_few_rules_are_too_long() -> None:
    assert sum(count > MOST_AT_NIGHT for count in COUNTS.values()) <= 0.1 * len(COUNTS)


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("question", [name for name, _ in BOOK.followups])
def test_a_follow_up(question: str, engine: str) -> None:
    """With each combination of answers to it and to what it depends on, the whole book says the same."""
    show_if = dict(BOOK.followups)[question]
    names = sorted({question, *fields(show_if)})
    every = product(*(answers(name, BOOK)[:12] for name in names))
    cases = [Intake.read(dict(zip(names, values, strict=True))) for values in every]
    expected = [meaning(outcome) for outcome in ENGINES["reference"](BOOK, cases)]
    assert [meaning(outcome) for outcome in ENGINES[engine](BOOK, cases)] == expected
