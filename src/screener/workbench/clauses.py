"""The clauses of a rule: what coverage counts and mutation changes, defined once.

A clause is a leaf of the condition as written: one answer (`fatigue: no` is one clause), one comparison (a range has
two), one medicine match, one finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from screener.logic.condition import AllOf, AnyOf, AtLeast, Condition, Not, Yes, children
from screener.rulebook.rule import Place, Rule
from screener.workbench.places import Places, nearest

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule.

    Attributes:
        rule: the rule's id.
        index: where it is in the rule's condition, as child numbers from the top.
        condition: the clause itself.
        place: its line in the rule files.
    """

    rule: str
    index: Index
    condition: Condition
    place: Place


def clauses(rule: Rule, places: Places) -> list[Clause]:
    """The clauses of a rule, in the order written."""
    written, wholes = places.conditions(rule), places.whole_terms(rule)
    return [Clause(rule.id, index, part, nearest(written, index)) for index, part in leaves(rule.when, wholes)]


def leaves(
    condition: Condition, wholes: frozenset[Index] = frozenset(), index: Index = ()
) -> Iterator[tuple[Index, Condition]]:
    """Every clause of a condition with its place in the tree; what counts as a whole is not looked into."""
    inner = children(condition)
    if not inner or is_no(condition) or index in wholes:
        yield index, condition
        return
    for number, part in enumerate(inner):
        yield from leaves(part, wholes, (*index, number))


def is_no(condition: Condition) -> bool:
    """Whether a condition is an answer of no: `fatigue: no`."""
    return isinstance(condition, Not) and isinstance(condition.part, Yes)


def at(condition: Condition, index: Index) -> Condition:
    """The part of a condition at a place in the tree."""
    for number in index:
        condition = children(condition)[number]
    return condition


def put(condition: Condition, index: Index, part: Condition) -> Condition:
    """The condition with the part at `index` replaced."""
    if not index:
        return part
    inner = list(children(condition))
    inner[index[0]] = put(inner[index[0]], index[1:], part)
    if isinstance(condition, Not):
        return Not(inner[0])
    assert isinstance(condition, AllOf | AnyOf | AtLeast)
    return replace(condition, parts=tuple(inner))
