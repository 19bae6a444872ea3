"""Conditions with something else in place of some of their leaves."""

from __future__ import annotations

from collections.abc import Callable

from screener.logic.condition import AllOf, AnyOf, AtLeast, Condition, Not


def mapped(condition: Condition, leaf: Callable[[Condition], Condition]) -> Condition:
    """A condition with each leaf changed."""
    match condition:
        case Not(part):
            return Not(mapped(part, leaf))
        case AllOf(parts):
            return AllOf(tuple(mapped(part, leaf) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(mapped(part, leaf) for part in parts))
        case AtLeast(count, parts):
            return AtLeast(count, tuple(mapped(part, leaf) for part in parts))
    return leaf(condition)
