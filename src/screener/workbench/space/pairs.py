"""Every rule and conclusion of a book as a pair of sets: where it is proved and where it is refuted.

Suppression and urgency are here, too, as `screener.engine.outcome` has them for one case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic

from screener.logic.condition import Condition, conclusions
from screener.logic.sets import Logic, S, SetPair, union
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Rule


@cache
def every_row(variables: int) -> int:
    """All rows of a truth table of so many variables, one bit a row."""
    return (1 << (1 << variables)) - 1


@cache
def column_of(variables: int, number: int) -> int:
    """The rows in which the variable of this number is true: the same in every table of this size."""
    every, width = every_row(variables), 1 << number
    return every ^ (every // ((1 << width) + 1))


@dataclass(frozen=True)
class Drawn(Generic[S]):
    """Every rule and every conclusion of a book, as sets."""

    rules: dict[str, SetPair[S]]
    conclusions: dict[str, SetPair[S]]


def draw(book: RuleBook, logic: Logic[S]) -> Drawn[S]:
    """Draw all conclusions of a book: a conclusion holds where one of its rules does."""
    drawn: Drawn[S] = Drawn({}, {})
    for name in book.order:
        for rule in book.rules_for[name]:
            drawn.rules[rule.id] = logic.value(rule.condition, drawn.conclusions)
        drawn.conclusions[name] = logic.some([drawn.rules[rule.id] for rule in book.rules_for[name]])
    return drawn


def redraw(book: RuleBook, logic: Logic[S], before: Drawn[S], changed: Rule) -> Drawn[S]:
    """The same with one rule changed: only what depends on it is drawn again."""
    rules, conclusions = dict(before.rules), dict(before.conclusions)
    stale: set[str] = set()
    for name in book.order:
        now = [changed if rule.id == changed.id else rule for rule in book.rules_for[name]]
        readers = [rule for rule in now if rule is changed or not stale.isdisjoint(_read_by(rule.condition))]
        for rule in readers:
            rules[rule.id] = logic.value(rule.condition, conclusions)
        if readers:
            conclusions[name] = logic.some([rules[rule.id] for rule in now])
            if conclusions[name] != before.conclusions[name]:
                stale.add(name)
    return Drawn(rules, conclusions)


@cache
def _read_by(condition: Condition) -> frozenset[str]:
    return frozenset(conclusions(condition))


def suppressing(book: RuleBook, name: str, found: Mapping[str, SetPair[S]], nothing: S) -> S:
    """Where a finding or flag would be suppressed: where a flag that suppresses it is certain."""
    stronger = [flag.id for flag in book.flags.values() if name in flag.suppresses]
    if name in book.flags and book.flags[name].last_resort:
        stronger += all_else(book, name)
    return union((found[other].proved for other in stronger), nothing)


def all_else(book: RuleBook, last_resort: str) -> list[str]:
    """What a last resort gives way to: every other flag, and every urgency."""
    return [*(other for other in book.flags if other != last_resort), *(URGENCY + level for level in book.levels[1:])]


def at_least(book: RuleBook, level: str, found: Mapping[str, SetPair[S]], nothing: S, could_be: bool = False) -> S:
    """Where the urgency is a level or a higher one: by a rule, or by a flag that is raised and not suppressed.

    Args:
        book: the rule book.
        level: the level.
        found: where each conclusion is proved and refuted.
        nothing: the empty set.
        could_be: whether what is only possible counts too.
    """

    def holds(name: str) -> S:
        return ~found[name].refuted if could_be else found[name].proved

    high = book.levels[book.levels.index(level) :]
    where = union((holds(URGENCY + each) for each in high), nothing)
    for flag in book.urgent_flags:
        if flag.urgency in high:
            where = where | (holds(flag.id) & ~suppressing(book, flag.id, found, nothing))
    return where
