"""Kleene's logic over sets: for each condition, where it is proved and where it is refuted.

A set is anything with `&`, `|` and `~`: a binary decision diagram over all possible answers, or an integer with one bit
for each case. What is in neither set is unknown. The engines evaluate one case at a time; this evaluates all at once,
by the same table (docs/meaning.md), and the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule


class Set(Protocol):
    """A set of answers or of cases."""

    def __and__(self, other: Any, /) -> Any: ...
    def __or__(self, other: Any, /) -> Any: ...
    def __invert__(self) -> Any: ...


S = TypeVar("S", bound=Set)


@dataclass(frozen=True, slots=True)
class Pair(Generic[S]):
    """Where something is proved, and where it is refuted. The two never overlap."""

    proved: S
    refuted: S

    def swapped(self) -> Pair[S]:
        """The same for its negation."""
        return Pair(self.refuted, self.proved)


@dataclass(frozen=True)
class Logic(Generic[S]):
    """Evaluates conditions over sets.

    Attributes:
        everything: the set of all answers or cases.
        nothing: the empty set.
        atom: where an answer is so, and where it is certainly not.
    """

    everything: S
    nothing: S
    atom: Callable[[Atom], Pair[S]]

    def value(self, condition: Condition, concluded: Mapping[str, Pair[S]]) -> Pair[S]:
        """Where a condition is proved and refuted, given where the conclusions that it reads are."""
        match condition:
            case Not(part):
                return self.value(part, concluded).swapped()
            case AllOf(parts):
                return self.every([self.value(part, concluded) for part in parts])
            case AnyOf(parts):
                return self.some([self.value(part, concluded) for part in parts])
            case AtLeast(count, parts):
                values = [self.value(part, concluded) for part in parts]
                proved = self.counted([value.proved for value in values], count)
                return Pair(proved, self.counted([value.refuted for value in values], len(parts) - count + 1))
            case Concluded(name):
                return concluded.get(name, Pair(self.nothing, self.everything))
            case atom:
                return self.atom(atom)

    def every(self, values: Iterable[Pair[S]]) -> Pair[S]:
        """All hold."""
        proved, refuted = self.everything, self.nothing
        for value in values:
            proved, refuted = proved & value.proved, refuted | value.refuted
        return Pair(proved, refuted)

    def some(self, values: Iterable[Pair[S]]) -> Pair[S]:
        """One holds."""
        return self.every(value.swapped() for value in values).swapped()

    def counted(self, parts: Sequence[S], count: int) -> S:
        """Where at least `count` of the sets meet."""
        reached = [self.everything, *[self.nothing] * max(count, 0)]
        for part in parts:
            for number in range(count, 0, -1):
                reached[number] = reached[number] | (reached[number - 1] & part)
        return reached[max(count, 0)]


@dataclass(frozen=True)
class Drawn(Generic[S]):
    """Every rule and every conclusion of a book, as sets."""

    rules: dict[str, Pair[S]]
    conclusions: dict[str, Pair[S]]


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
    stale = {changed.concludes}
    for name in book.order:
        readers = [rule for rule in book.rules_for[name] if rule.id == changed.id or _reads(rule, stale)]
        if not readers:
            continue
        for rule in readers:
            condition = changed.condition if rule.id == changed.id else rule.condition
            rules[rule.id] = logic.value(condition, conclusions)
        conclusions[name] = logic.some([rules[rule.id] for rule in book.rules_for[name]])
        if conclusions[name] != before.conclusions[name]:
            stale.add(name)
        else:
            stale.discard(name)
    return Drawn(rules, conclusions)


_READS: dict[Condition, frozenset[str]] = {}


def _reads(rule: Rule, names: set[str]) -> bool:
    """Whether a rule reads one of these conclusions."""
    from screener.logic.condition import conclusions

    if rule.condition not in _READS:
        _READS[rule.condition] = frozenset(conclusions(rule.condition))
    return not names.isdisjoint(_READS[rule.condition])
