"""Rule books wider, deeper and longer than the real one stay within the limits of durable-rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from math import prod
from random import Random
from typing import Any

import pytest

from engines import ENGINES, meaning
from screener.case.intake import Intake
from screener.engine.durable.body import EngineRule
from screener.engine.durable.compile import compile_book
from screener.engine.durable.layout import by_level, lay_out
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not, Yes
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Finding, Rule
from strategies import HERE, YES_NO_FIELDS

ANSWERS = tuple(Yes(name) for name in YES_NO_FIELDS)
PAIRS = tuple(AllOf(pair) for pair in combinations(ANSWERS[:12], 2))


def book_of(template: RuleBook, conditions: list[Condition]) -> RuleBook:
    """A book with a finding `c0`, `c1` ... for each condition, and questions that are always asked."""
    rules = [
        Rule(f"r{n}", "article", f"c{n}", one, one, "because", ("ours",), HERE) for n, one in enumerate(conditions)
    ]
    findings = {f"c{n}": Finding(f"c{n}", "article", f"c{n}") for n in range(len(conditions))}
    questions = {name: replace(question, show_if=None) for name, question in template.questions.items()}
    return replace(template, rules=tuple(rules), findings=findings, flags={}, notes=(), questions=questions)


def chain(length: int) -> list[Condition]:
    """Each conclusion needs the one before it and one of two answers."""
    steps: list[Condition] = [ANSWERS[0]]
    for number in range(1, length):
        either = AnyOf((ANSWERS[number % len(ANSWERS)], Not(ANSWERS[(number * 7) % len(ANSWERS)])))
        steps.append(AllOf((Concluded(f"c{number - 1}"), either)))
    return steps


def concluded(count: int) -> tuple[Condition, ...]:
    return tuple(Concluded(f"c{number}") for number in range(count))


SHAPES: dict[str, list[Condition]] = {
    "any of all answers": [AnyOf(ANSWERS)],
    "all of all answers": [AllOf(ANSWERS)],
    "at least some of all answers": [AtLeast(count, ANSWERS) for count in (2, 5, len(ANSWERS) // 2, len(ANSWERS) - 1)],
    "any of many pairs": [AnyOf(PAIRS), AllOf(tuple(AnyOf(pair.parts) for pair in PAIRS))],
    "at least some of many pairs": [AtLeast(7, PAIRS)],
    "many conclusions from the same answers": [AllOf((one, Not(two))) for one, two in combinations(ANSWERS[:22], 2)],
    "one conclusion from many": [*ANSWERS, *map(Not, ANSWERS), AnyOf(concluded(2 * len(ANSWERS)))],
    "at least some of many conclusions": [*ANSWERS, AtLeast(20, concluded(len(ANSWERS)))],
    "a long chain": chain(150),
    "a chain of more levels than the engine takes conditions side by side": chain(560),
    "more alternatives than one pattern takes answers": [AnyOf(tuple(AllOf(ANSWERS[n : n + 18]) for n in range(16)))],
    "many rules that share something": [AnyOf(tuple(AllOf(some) for some in combinations(ANSWERS[:14], 4)))],
}


def people(seed: int) -> list[Intake]:
    """Everything unknown, all yes, all no, and people who answer some."""
    random = Random(seed)
    some: list[dict[str, Any]] = [
        {name: random.random() < yes for name in YES_NO_FIELDS if random.random() < known}
        for known in (0.3, 0.7, 0.95, 1.0)
        for yes in (0.1, 0.5, 0.9)
    ]
    every = [{}, dict.fromkeys(YES_NO_FIELDS, True), dict.fromkeys(YES_NO_FIELDS, False), *some]
    return [Intake.read(answers) for answers in every]


@pytest.mark.parametrize("engine", sorted(set(ENGINES) - {"reference"}))
@pytest.mark.parametrize("shape", SHAPES)
def test_engines_agree(shape: str, engine: str, book: RuleBook) -> None:
    wide, cases = book_of(book.select(["article"]), SHAPES[shape]), people(7)
    expected = ENGINES["reference"](wide, cases)
    assert [meaning(one) for one in ENGINES[engine](wide, cases)] == [meaning(one) for one in expected]


def test_a_rule_is_never_left_without_its_body() -> None:
    wide = frozenset([tuple((one, True) for one in ANSWERS[:20])])
    rules = tuple(
        EngineRule(f"r{n}", ("it", True), body, None) for n, body in enumerate([wide, frozenset([(("x", True),)])])
    )
    assert by_level(rules) == [[("r0", [wide]), ("r1", [rules[1].body])]]


def ways(test: dict[str, Any]) -> int:
    """In how many ways a fact can match a test."""
    (name, value), *_ = test.items()
    return sum(map(ways, value)) if name == "$or" else prod(map(ways, value)) if name == "$and" else 1


def groups(test: dict[str, Any]) -> int:
    """How many groups there are in a test."""
    (name, value), *_ = test.items()
    return 1 + sum(map(groups, value)) if name in ("$or", "$and") else 0


@pytest.mark.parametrize("shape", SHAPES)
def test_no_fact_meets_more_than_the_engine_takes(shape: str, book: RuleBook) -> None:
    program = lay_out(compile_book(book_of(book.select(["article"]), SHAPES[shape])))
    sections = [section for level in program.levels for section in level]
    assert max(len(section.places) for section in sections) <= 250
    met: Counter[str] = Counter()
    for rule in (rule for text in program.definitions for rule in json.loads(text).values()):
        (pattern,) = (test for named in rule["all"] for test in named.values())
        if "$and" in pattern:
            met[pattern["$and"][0]["t"]] += ways(pattern)
            assert groups(pattern) <= 15
    assert met.keys() == {section.name for section in sections}
    assert max(met.values()) <= 64


COMPILED = """
from screener.engine.durable.compile import compile_book
from screener.engine.durable.layout import lay_out
from screener.rulebook.cache import cached_rulebook

print(*lay_out(compile_book(cached_rulebook())).definitions, sep="\\n")
"""


def test_the_same_rule_book_always_gives_the_same_engine_rules() -> None:
    """Also in another process, where sets have another order."""
    found = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", COMPILED]
        found.append(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    assert found[0] == found[1] != b""
