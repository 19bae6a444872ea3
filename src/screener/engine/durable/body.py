"""What the engine rules are made of: literals, alternatives between them, and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod
from typing import Final, TypeAlias

from screener.data import dataclass
from screener.logic.condition import AnyOf, Atom, Concluded, Condition, Not

Name: TypeAlias = Atom | str  # an answer, or a conclusion or helper by its id
Literal: TypeAlias = tuple[Name, bool]

MOST_ALTERNATIVES: Final = 16  # ways in which one pattern may match a fact


@dataclass(frozen=True, slots=True)
class OneOfThese:
    """Alternatives between literals, which one pattern of the engine can test."""

    literals: frozenset[Literal]


Element: TypeAlias = Literal | OneOfThese
Body: TypeAlias = frozenset[Element]


@dataclass(frozen=True, slots=True)
class EngineRule:
    """One rule of the engine: when all literals of the body match, `head` follows.

    Attributes:
        name: short and unique; the engine reports it when the rule fires.
        head: the conclusion or helper, and whether it is proved or refuted.
        rule: the id of the rule of the book that this proves, or None.
    """

    name: str
    head: Literal
    body: Body
    rule: str | None


def together(bodies: list[Body]) -> list[Body]:
    """The same alternatives, with those that are one literal each as patterns of several alternatives."""
    single: list[Literal] = []
    rest: list[Body] = []
    for body in bodies:
        (first, *others) = body or [None]
        if others or first is None or isinstance(first, OneOfThese):
            rest.append(body)
        else:
            single.append(first)
    chunks = [single[start : start + MOST_ALTERNATIVES] for start in range(0, len(single), MOST_ALTERNATIVES)]
    merged: list[Body] = [
        frozenset(chunk) if len(chunk) == 1 else frozenset([OneOfThese(frozenset(chunk))]) for chunk in chunks
    ]
    return merged + rest


@lru_cache(maxsize=1 << 16)
def written(element: Element) -> str:
    """A fixed order for sets of literals: the same rule book always gives the same engine rules."""
    return repr(element)


def in_order(elements: Iterable[Element]) -> list[Element]:
    """Elements in that order."""
    return sorted(elements, key=written)


def literals_of(body: Body) -> Iterator[Literal]:
    """Every literal in a body, in a fixed order."""
    for element in in_order(body):
        if isinstance(element, OneOfThese):
            yield from sorted(element.literals, key=written)
        else:
            yield element


def weight(body: Body) -> int:
    """In how many ways a body can match."""
    return prod(len(element.literals) for element in body if isinstance(element, OneOfThese))


def restore(element: Element) -> Condition:
    """The condition that an element represents."""
    if isinstance(element, OneOfThese):
        return AnyOf(tuple(restore(literal) for literal in sorted(element.literals, key=written)))
    name, sign = element
    condition = Concluded(name) if isinstance(name, str) else name
    return condition if sign else Not(condition)
