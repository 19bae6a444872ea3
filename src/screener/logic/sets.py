"""Kleene's logic for thousands of cases at once: a bit for each case, in two whole numbers of any length.

The first number has the bits of the cases in which a condition is true, the second of those in which it is false; a
case in neither is unknown. Exactly the tables of `docs/meaning.md`, only side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not

Bits: TypeAlias = tuple[int, int]
NEVER: Bits = (0, 0)


def evaluate(condition: Condition, atoms: Mapping[Atom, Bits], known: Mapping[str, Bits], every: int) -> Bits:
    """The value of a condition in all cases.

    Args:
        condition: the tree.
        atoms: the value of each atom.
        known: the value of each conclusion that the tree reads.
        every: a number with the bit of every case set.
    """
    match condition:
        case Not(part):
            true, false = evaluate(part, atoms, known, every)
            return false, true
        case AllOf(parts):
            true, false = every, 0
            for part in parts:
                part_true, part_false = evaluate(part, atoms, known, every)
                true, false = true & part_true, false | part_false
            return true, false
        case AnyOf(parts):
            true, false = 0, every
            for part in parts:
                part_true, part_false = evaluate(part, atoms, known, every)
                true, false = true | part_true, false & part_false
            return true, false
        case AtLeast(count, parts):
            return _at_least(count, [evaluate(part, atoms, known, every) for part in parts], every)
        case Concluded(name):
            return known[name]
        case atom:
            return atoms[atom]


def _at_least(count: int, values: list[Bits], every: int) -> Bits:
    true = _counted([value for value, _ in values], count, every)
    false = _counted([value for _, value in values], len(values) - count + 1, every)
    return true, false


def _counted(values: list[int], count: int, every: int) -> int:
    """The cases in which at least `count` of the bits are set."""
    if count <= 0:
        return every
    reached = [every, *([0] * count)]
    for value in values:
        for number in range(count, 0, -1):
            reached[number] |= reached[number - 1] & value
    return reached[count]
