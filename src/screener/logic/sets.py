"""Kleene's logic over sets: for each condition, where it is proved and where it is refuted.

A set is anything with `&`, `|` and `~`: an integer with one bit for each case, or a binary decision diagram over all
possible answers. What is in neither set is unknown. The engines evaluate one case at a time; this evaluates all at
once, by the same tables (docs/meaning.md), and the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not


class Set(Protocol):
    """A set of answers or of cases."""

    def __and__(self, other: Any, /) -> Any: ...
    def __or__(self, other: Any, /) -> Any: ...
    def __invert__(self) -> Any: ...


S = TypeVar("S", bound=Set)


class SetPair(NamedTuple, Generic[S]):
    """Where something is proved, and where it is refuted. The two never overlap."""

    proved: S
    refuted: S

    def swapped(self) -> SetPair[S]:
        """The same for its negation."""
        return SetPair(self.refuted, self.proved)


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
    atom: Callable[[Atom], SetPair[S]]

    def value(self, condition: Condition, concluded: Mapping[str, SetPair[S]]) -> SetPair[S]:
        """Where a condition is proved and refuted, given where the conclusions that it reads are."""
        match condition:
            case Not(part):
                return self.value(part, concluded).swapped()
            case AllOf(parts):
                return self.every(self.value(part, concluded) for part in parts)
            case AnyOf(parts):
                return self.some(self.value(part, concluded) for part in parts)
            case AtLeast(count, parts):
                values = [self.value(part, concluded) for part in parts]
                proved = self.counted([value.proved for value in values], count)
                return SetPair(proved, self.counted([value.refuted for value in values], len(parts) - count + 1))
            case Concluded(name):
                return concluded[name] if name in concluded else SetPair(self.nothing, self.everything)
            case atom:
                return self.atom(atom)

    def every(self, values: Iterable[SetPair[S]]) -> SetPair[S]:
        """All hold."""
        proved, refuted = self.everything, self.nothing
        for holds, fails in values:
            proved, refuted = proved & holds, refuted | fails
        return SetPair(proved, refuted)

    def some(self, values: Iterable[SetPair[S]]) -> SetPair[S]:
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
    return reduce(or_, sets, nothing)
