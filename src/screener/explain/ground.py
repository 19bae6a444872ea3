"""What decides a condition: its tree of and, or and at least, as far as it counts for one case.

The nots are pushed down to the answers, as the rule engine does it: what refutes a condition is what proves that it
does not hold, so and and or change places there (De Morgan). Of the parts, those count that make the value what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from screener.explain.goal import title_of
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not, field_of
from screener.logic.kleene import Kleene, enough, evaluate, kleene_at_least, support
from screener.logic.kleene import Literal as Leaf
from screener.report.build import ReportBuilder
from screener.report.words import answer_in_words, label
from screener.saying import say


@dataclass(frozen=True, slots=True)
class Use:
    """An answer or a conclusion that a step rests on.

    Attributes:
        kind: which of the two.
        name: the field, or the id of the conclusion.
        words: the answer (`muscle cramps: yes`) or the title of the conclusion.
        holds: for a conclusion, whether it counts as raised (True) or as ruled out (False).
        gate: it only says that the pack of the rule applies at all.
    """

    kind: Literal["answer", "conclusion"]
    name: str
    words: str
    holds: bool = True
    gate: bool = False

    @property
    def named(self) -> str:
        """An answer in words; a conclusion by its id, with `not` where it counts as ruled out."""
        if self.kind == "answer":
            return self.words
        return self.name if self.holds else say("not {name}", name=self.name)


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer or a conclusion, as a condition reads it.

    Attributes:
        negated: the condition has it behind a `not`.
        known: whether it has a value; a fact without one is waited for.
    """

    use: Use
    negated: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Together:
    """So many of its parts together.

    Attributes:
        need: how many parts are enough: one is `or`, all of them are `and`.
        of: how many parts there are, with those that do not count.
        parts: those that count.
    """

    need: int
    of: int
    parts: tuple[Ground, ...]

    @property
    def every(self) -> bool:
        """Whether all parts are needed."""
        return self.need == self.of


Ground: TypeAlias = Fact | Together


def value_of(case: ReportBuilder, condition: Condition) -> Kleene:
    """The value of a condition for a case."""
    return evaluate(condition, case.facts.truth, case.outcome.values)


def leaves_of(case: ReportBuilder, condition: Condition, wanted: bool = True) -> list[Leaf]:
    """The answers and conclusions that make a condition `wanted` for a case."""
    return support(condition, case.facts.truth, case.outcome.values, wanted)


def uses_of(case: ReportBuilder, leaves: Iterable[Leaf], gate: bool = False) -> Iterator[Use]:
    """Answers (each field once) and conclusions, in words."""
    found = list(leaves)
    for evidence in case.evidence(found):
        yield Use("answer", evidence.field, answer_in_words(case.book, evidence.field, evidence.value), gate=gate)
    for leaf, holds in found:
        if isinstance(leaf, Concluded):
            yield Use("conclusion", leaf.id, title_of(case, leaf.id), holds, gate)


def ground_of(case: ReportBuilder, condition: Condition, refuted: bool = False) -> Together:
    """What makes a condition true or, when it is unknown, keeps it open; with `refuted`, what makes it false."""
    found = _part(case, condition, refuted, refuted)
    return found if isinstance(found, Together) else Together(1, 1, (found,))


def _part(case: ReportBuilder, condition: Condition, flipped: bool, refuted: bool) -> Ground:
    """What gives a part its value; it is turned around (`flipped`) behind a `not`."""
    if isinstance(condition, Not):
        return _part(case, condition.part, not flipped, refuted)
    if isinstance(condition, AllOf | AnyOf | AtLeast):
        values = [value_of(case, Not(part) if flipped else part) for part in condition.parts]
        need = enough(condition, flipped)
        value = kleene_at_least(need, values)
        counts = (True,) if value else (None,) if need == 1 else (True, None)
        parts = [part for part, one in zip(condition.parts, values, strict=True) if one in counts]
        return _joined(need, len(values), [_part(case, part, flipped, refuted) for part in parts])
    known = value_of(case, condition)
    return Fact(_use(case, condition, known), flipped is not refuted, known is not None)


def _use(case: ReportBuilder, leaf: Atom | Concluded, known: Kleene) -> Use:
    if isinstance(leaf, Concluded):
        return Use("conclusion", leaf.id, title_of(case, leaf.id), known is True)
    if known is None:
        return Use("answer", field_of(leaf), label(case.book, field_of(leaf)))
    return next(uses_of(case, [(leaf, known)]))


def facts(ground: Ground) -> Iterator[Fact]:
    """The answers and conclusions, in the order written."""
    if isinstance(ground, Fact):
        yield ground
    else:
        for part in ground.parts:
            yield from facts(part)


def _joined(need: int, total: int, parts: list[Ground]) -> Ground:
    """A group without groups of the same kind inside, and without a group of one."""
    every, inside = need == total, list[Ground]()
    for part in parts:
        if isinstance(part, Together) and (part.every if every else need == 1 == part.need):
            total += part.of - 1
            need += part.of - 1 if every else 0
            inside += part.parts
        else:
            inside.append(part)
    return inside[0] if need == total == len(inside) == 1 else Together(need, total, tuple(inside))
