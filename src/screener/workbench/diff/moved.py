"""Which of many cases two books tell apart: the cases are bits, and only those that move are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from screener.engine.outcome import Firing, Outcome, conclude
from screener.logic.kleene import Kleene
from screener.rulebook.book import RuleBook
from screener.workbench.diff.cases import shifted
from screener.workbench.diff.diff import CaseShift
from screener.workbench.projectcases import Packed, ProjectCase
from screener.workbench.space.pairs import Pair


def shifts(before: Packed, after: Packed) -> Iterator[tuple[ProjectCase, CaseShift]]:
    """What changes for each of the cases, which are the same on both sides."""
    moved = _moved(before, after)
    for number, case in enumerate(after.cases):
        if moved >> number & 1:
            name = case.name if case.rule is None else f"{case.name} ({case.place.file}:{case.place.line})"
            outcomes = outcome_of(before, number), outcome_of(after, number)
            if shift := shifted(name, *outcomes, before.book, after.book):
                yield case, shift


def _moved(before: Packed, after: Packed) -> int:
    """The cases for which a rule or a conclusion has another value, or all where flags weigh in another way."""
    if _weight(before.book) != _weight(after.book):
        return after.everything
    found, nothing = 0, Pair(0, after.everything)
    for old, new in (
        (before.drawn.rules, after.drawn.rules),
        (before.drawn.conclusions, after.drawn.conclusions),
    ):
        for name in {*old, *new}:
            was, becomes = old.get(name, nothing), new.get(name, nothing)
            found |= (was.proved ^ becomes.proved) | (was.refuted ^ becomes.refuted)
    return found


def _weight(book: RuleBook) -> Any:
    """What makes statuses and the urgency of the values of conclusions."""
    return book.levels, {flag.id: (flag.urgency, flag.suppresses, flag.last_resort) for flag in book.flags.values()}


def outcome_of(packed: Packed, number: int) -> Outcome:
    """What the engines return for one of the cases."""
    drawn, book = packed.drawn, packed.book
    values = {name: value_of(pair, number) for name, pair in drawn.conclusions.items()}
    proved = (rule for name in book.order for rule in book.rules_for[name] if value_of(drawn.rules[rule.id], number))
    return conclude(book, values, tuple(Firing(rule.id, rule.concludes, True) for rule in proved))


def value_of(pair: Pair[int], number: int) -> Kleene:
    """The value of a rule or a conclusion for one of the cases."""
    if pair.proved >> number & 1:
        return True
    return False if pair.refuted >> number & 1 else None
