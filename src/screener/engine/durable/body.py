"""What the engine rules are made of: literals, alternatives between them, and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from math import prod
from typing import Final, TypeAlias

from screener.data import dataclass
from screener.logic.condition import AnyOf, Atom, Concluded, Condition, Not

Name: TypeAlias = Atom | str  # an answer, or a conclusion or helper by its id
Literal: TypeAlias = tuple[Name, bool]

MOST_ALTERNATIVES: Final = 16  # ways in which one pattern may match a fact


Element: TypeAlias = tuple[Literal, ...]  # alternatives, which one pattern of the engine can test; in a fixed order
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
        literals = list(literals_of(body))
        if len(literals) == len(body) == 1:
            single += literals
        else:
            rest.append(body)
    chunks = [single[start : start + MOST_ALTERNATIVES] for start in range(0, len(single), MOST_ALTERNATIVES)]
    return [*(frozenset([tuple(sorted(chunk, key=written))]) for chunk in chunks), *rest]


def alone(name: Name, sign: bool) -> Body:
    """The body of one literal."""
    return frozenset([((name, sign),)])


@lru_cache(maxsize=1 << 16)
def written(part: Element | Literal) -> tuple[int, str]:
    """A fixed order for sets: those with fewest alternatives first, which the engine tests faster."""
    return len(part), repr(part)


def in_order(elements: Iterable[Element]) -> list[Element]:
    """Elements in that order, so that the same rule book always gives the same engine rules."""
    return sorted(elements, key=written)


def literals_of(body: Body) -> Iterator[Literal]:
    """Every literal in a body, in a fixed order."""
    return chain.from_iterable(in_order(body))


def weight(body: Body) -> int:
    """In how many ways a body can match."""
    return prod(map(len, body))


def restore(element: Element) -> Condition:
    """The condition that an element represents."""
    found: list[Condition] = []
    for name, sign in element:
        condition = Concluded(name) if isinstance(name, str) else name
        found.append(condition if sign else Not(condition))
    return found[0] if len(found) == 1 else AnyOf(tuple(found))
