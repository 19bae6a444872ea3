"""Kleene's logic over sets: for each condition, where it is proved and where it is refuted.

A set is anything with `&`, `|` and `~`: a binary decision diagram over all possible answers, or an integer with one bit
for each case. What is in neither set is unknown. The engines evaluate one case at a time; this evaluates all at once,
by the same table (docs/meaning.md), and the tests hold the two together. Suppression and urgency are here, too, as
`screener.engine.outcome` has them for one case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not, conclusions
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Rule


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


def union(sets: Iterable[S], nothing: S) -> S:
    """What is in one of the sets."""
    found = nothing
    for each in sets:
        found = found | each
    return found


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
        readers = [
            rule
            for rule in book.rules_for[name]
            if rule.id == changed.id or not stale.isdisjoint(_read_by(rule.condition))
        ]
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


@cache
def _read_by(condition: Condition) -> frozenset[str]:
    return frozenset(conclusions(condition))


def suppressing(book: RuleBook, name: str, found: Mapping[str, Pair[S]], nothing: S) -> S:
    """Where a finding or flag would be suppressed: where a flag that suppresses it is certain."""
    stronger = [flag.id for flag in book.flags.values() if name in flag.suppresses]
    if name in book.flags and book.flags[name].last_resort:
        stronger += all_else(book, name)
    return union((found[other].proved for other in stronger), nothing)


def all_else(book: RuleBook, last_resort: str) -> list[str]:
    """What a last resort gives way to: every other flag, and every urgency."""
    return [*(other for other in book.flags if other != last_resort), *(URGENCY + level for level in book.levels[1:])]


def at_least(book: RuleBook, level: str, found: Mapping[str, Pair[S]], nothing: S, could_be: bool = False) -> S:
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
