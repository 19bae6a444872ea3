"""Conditions: trees of `all`, `any`, `not`, `at_least` over answers and findings.

A tree says nothing about how it is evaluated; its meaning is the table in `docs/meaning.md` (Kleene's strong
three-valued logic), which the tests in `tests/spec` execute against every engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from screener.data import dataclass

Operator: TypeAlias = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Yes:
    """The yes/no field was answered yes. Unknown while unanswered."""

    field: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A reported number compared with a limit in the field's unit. False when no number was reported.

    Of a bound such as `> 7 mmol/L`: true or false when it is so for all numbers beyond it, otherwise unknown.
    """

    field: str
    operator: Operator
    limit: float


@dataclass(frozen=True, slots=True)
class Reported:
    """A number was reported. Never unknown."""

    field: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """The choice is one of these words. Unknown while unanswered."""

    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Takes:
    """A medicine with one of these marks is taken, if `months` is given for at least so long.

    Marks are `class:PPI`, `name:patiromer` or `qt:known`. Unknown while `medicines` is; with `months`, also unknown
    while the only matching medicines have no months, unless those count (`unknown_counts`): then it is true of them.
    """

    marks: tuple[str, ...]
    months: float | None = None
    unknown_counts: bool = False

    def long_enough(self, months: float | None) -> bool | None:
        """Whether one matching medicine that was taken for so long makes it true; `None` months were not given."""
        if self.months is None:
            return True
        if months is None:
            return True if self.unknown_counts else None
        return months >= self.months


@dataclass(frozen=True, slots=True)
class Concluded:
    """A finding or flag (by id) holds."""

    id: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; true when there is none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds; false when there is none."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple[Condition, ...]


Atom: TypeAlias = Yes | Compare | Reported | OneOf | Takes
Condition: TypeAlias = Atom | Concluded | Not | AllOf | AnyOf | AtLeast

ALWAYS = AllOf(())
NEVER = AnyOf(())


def children(condition: Condition) -> tuple[Condition, ...]:
    """The parts a condition is made of; none for an atom or a conclusion."""
    match condition:
        case Not(part):
            return (part,)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return parts
        case _:
            return ()


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything below it, in the order written."""
    left = [condition]
    while left:
        part = left.pop()
        yield part
        left += reversed(children(part))


def atoms(condition: Condition) -> Iterator[Atom]:
    """The atoms of a condition, in the order written, repeats included."""
    for part in walk(condition):
        if isinstance(part, Yes | Compare | Reported | OneOf | Takes):
            yield part


def conclusions(condition: Condition) -> Iterator[str]:
    """The ids of the findings and flags that a condition reads."""
    for part in walk(condition):
        if isinstance(part, Concluded):
            yield part.id


def field_of(atom: Atom) -> str:
    """The intake field that an atom reads."""
    return "medicines" if isinstance(atom, Takes) else atom.field


def fields(condition: Condition) -> frozenset[str]:
    """The intake fields that a condition reads itself (not through findings)."""
    return frozenset(field_of(atom) for atom in atoms(condition))
