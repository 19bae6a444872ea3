"""Kleene's strong three-valued logic over condition trees: the one meaning that every engine must agree with.

Unknown (None) is "could be either": `all` is false as soon as one part is false, `any` is true as soon as one part is
true, whatever the unknown parts turn out to be. Source:
S. C. Kleene, Introduction to Metamathematics (1952), section 64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not, field_of

Kleene: TypeAlias = bool | None
Truth: TypeAlias = Callable[[Atom], Kleene]


def evaluate(condition: Condition, truth: Truth, statuses: Mapping[str, Kleene]) -> Kleene:
    """The value of a condition.

    Args:
        condition: the tree.
        truth: the value of an atom.
        statuses: the value of every finding and flag that the tree reads; one that is not there is false.

    Returns:
        True, False, or None for unknown.
    """
    match condition:
        case Not(part):
            value = evaluate(part, truth, statuses)
            return None if value is None else not value
        case AllOf(parts):
            return kleene_all([evaluate(part, truth, statuses) for part in parts])
        case AnyOf(parts):
            return kleene_any([evaluate(part, truth, statuses) for part in parts])
        case AtLeast(count, parts):
            return kleene_at_least(count, [evaluate(part, truth, statuses) for part in parts])
        case Concluded(name):
            return statuses.get(name, False)
        case atom:
            return truth(atom)


def kleene_all(values: list[Kleene]) -> Kleene:
    """True when all are true, false when one is false, otherwise unknown."""
    if False in values:
        return False
    return None if None in values else True


def kleene_any(values: list[Kleene]) -> Kleene:
    """True when one is true, false when all are false, otherwise unknown."""
    if True in values:
        return True
    return None if None in values else False


def kleene_at_least(count: int, values: list[Kleene]) -> Kleene:
    """True when so many are true, false when so many can no longer be true, otherwise unknown."""
    if values.count(True) >= count:
        return True
    return False if len(values) - values.count(False) < count else None


def residual(condition: Condition, truth: Truth, statuses: Mapping[str, Kleene]) -> Condition | bool:
    """What is left of a condition when what is known has been substituted and decided branches are dropped.

    Args:
        condition: the tree.
        truth: the value of an atom.
        statuses: the value of conclusions; one that is not there is false.

    Returns:
        True or False exactly when `evaluate` gives it; otherwise a condition in which only unknown answers and
        conclusions are left.
    """
    match condition:
        case Not(part):
            left = residual(part, truth, statuses)
            return not left if isinstance(left, bool) else Not(left)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return _left_of(enough(condition), [residual(part, truth, statuses) for part in parts])
        case leaf:
            value = evaluate(leaf, truth, statuses)
            return leaf if value is None else value


def _left_of(count: int, parts: list[Condition | bool]) -> Condition | bool:
    """What is left of "at least `count` of the parts hold"."""
    left = tuple([part for part in parts if part is not True and part is not False])
    needed = count - sum(1 for part in parts if part is True)
    if needed <= 0:
        return True
    if needed > len(left):
        return False
    if len(left) == 1:
        return left[0]
    if needed == len(left):
        return AllOf(left)
    return AnyOf(left) if needed == 1 else AtLeast(needed, left)


Literal: TypeAlias = tuple[Atom | Concluded, bool]
GROUPS: Final = (AllOf, AnyOf, AtLeast)


def support(condition: Condition, truth: Truth, statuses: Mapping[str, Kleene], wanted: bool = True) -> list[Literal]:
    """The answers and conclusions that make a condition what it is.

    Args:
        condition: a condition whose value is `wanted`.
        truth: the value of an atom.
        statuses: the values of conclusions.
        wanted: whether it is supported (True) or refuted (False).

    Returns:
        Atoms and conclusions with the value that counts, in the order written, without repeats; empty when the value
        of the condition is another one.
    """
    value, leaves = _traced(condition, truth, statuses)
    return list(dict.fromkeys(leaves)) if value is wanted else []


def conjunction(condition: Condition, wanted: bool = True) -> list[Literal] | None:
    """The literals of a condition that holds (or fails) in one way only; None when there are several ways."""
    match condition:
        case Not(part):
            return conjunction(part, not wanted)
        case AllOf(parts) | AnyOf(parts) if enough(condition, not wanted) == len(parts):
            several = [conjunction(part, wanted) for part in parts]
            return None if None in several else list(dict.fromkeys(x for part in several for x in part or ()))
        case AllOf() | AnyOf() | AtLeast():
            return None
        case leaf:
            return [(leaf, wanted)]


def enough(condition: AllOf | AnyOf | AtLeast, flipped: bool = False) -> int:
    """How many parts are enough; behind a `not`, how many that do not hold."""
    total = len(condition.parts)
    need = condition.count if isinstance(condition, AtLeast) else total if isinstance(condition, AllOf) else 1
    return total - need + 1 if flipped else need


def names_of(literals: Iterable[Literal]) -> tuple[str, ...]:
    """The fields and conclusions that literals are about, each once."""
    names = (leaf.id if isinstance(leaf, Concluded) else field_of(leaf) for leaf, _ in literals)
    return tuple(dict.fromkeys(names))


def open_leaves(condition: Condition, truth: Truth, statuses: Mapping[str, Kleene]) -> list[Atom | Concluded]:
    """The unknown atoms and conclusions that are left when what is known has been substituted.

    Decided branches are dropped: an unknown answer inside a condition that is already true or false does not count.
    """
    value, leaves = _traced(condition, truth, statuses)
    return list(dict.fromkeys(leaf for leaf, _ in leaves)) if value is None else []


def _traced(
    condition: Condition, truth: Truth, statuses: Mapping[str, Kleene]
) -> tuple[Kleene, list[tuple[Atom | Concluded, Any]]]:
    """The value of a condition, and the atoms and conclusions that make it so, each with its own value."""
    if isinstance(condition, GROUPS):
        traces = [_traced(part, truth, statuses) for part in condition.parts]
        values = [value for value, _ in traces]
        if isinstance(condition, AtLeast):
            value = kleene_at_least(condition.count, values)
        else:
            value = kleene_all(values) if isinstance(condition, AllOf) else kleene_any(values)
        return value, [leaf for part, leaves in traces if part is value for leaf in leaves]
    if isinstance(condition, Not):
        value, leaves = _traced(condition.part, truth, statuses)
        return (None if value is None else not value), leaves
    value = statuses.get(condition.id, False) if isinstance(condition, Concluded) else truth(condition)
    return value, [(condition, value)]
