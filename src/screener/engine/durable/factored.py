"""Conditions of several rules with what they have in common written once, so that fewer engine rules are needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule, effective

DEEPEST: Final = 20  # what is in common inside what is in common


def aliases(book: RuleBook) -> dict[str, Condition]:
    """Conclusions with one rule that reads one answer (such as `adults-only`), with that answer.

    Other rules read the answer instead: it is on a fact that they need anyway.
    """
    found: dict[str, Condition] = {}
    for name, rules in book.rules_for.items():
        if len(rules) == 1 and not isinstance(rules[0].condition, Not | AllOf | AnyOf | AtLeast | Concluded):
            found[name] = rules[0].condition
    return found


def some_rule_holds(book: RuleBook, rules: Iterable[Rule]) -> Condition:
    """The condition that one of the rules holds; what decides whether a pack applies is written once for its rules."""
    by_pack: dict[str, list[Condition]] = {}
    for rule in rules:
        by_pack.setdefault(rule.pack, []).append(rule.when)
    return AnyOf(tuple(effective(book.packs[pack], factored(whens)) for pack, whens in by_pack.items()))


def factored(alternatives: list[Condition]) -> Condition:
    """The same as `any` of the alternatives, with what several of them have in common written once.

    `(a and x) or (a and y)` is `a and (x or y)` in Kleene's logic too; refuting it then takes two steps, not four.
    """
    numbers: dict[Condition, int] = {}  # of the parts: comparing numbers is faster than comparing conditions
    conjuncts = [[numbers.setdefault(part, len(numbers)) for part in _conjuncts(one)] for one in alternatives]
    return _any_of(tuple(numbers), [dict.fromkeys(one) for one in conjuncts], 0)


def _any_of(parts: tuple[Condition, ...], alternatives: list[dict[int, None]], depth: int) -> Condition:
    """Any of the alternatives, each of them all of some parts; the part that most of them share is taken out first."""
    left = dict(enumerate(alternatives))
    having: dict[int, dict[int, None]] = {}
    for number, one in left.items():
        for part in one:
            having.setdefault(part, {})[number] = None
    found: list[Condition] = []
    while depth < DEEPEST:
        common = max(having, key=lambda part: len(having[part]), default=None)
        if common is None or len(having[common]) < 2:
            break
        sharing = [left.pop(number) for number in having[common]]
        for number, one in zip(list(having[common]), sharing, strict=True):
            for part in one:
                del having[part][number]
        rest = [{part: None for part in one if part != common} for one in sharing]
        found.append(AllOf((parts[common], _any_of(parts, rest, depth + 1))))
    return AnyOf((*found, *(_all_of([parts[part] for part in one]) for one in left.values())))


def _all_of(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _conjuncts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, AllOf) else (condition,)
