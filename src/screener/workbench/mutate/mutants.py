"""Small changes to a rule, one at a time: what a slip of the author would look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from screener.case.answers import MONTHS, Number
from screener.case.fields import Fields
from screener.logic.condition import (
    NEVER,
    AtLeast,
    Compare,
    Condition,
    Not,
    OneOf,
    Operator,
    Takes,
    children,
)  # fmt: skip
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place, Rule, effective
from screener.workbench.check.logic import droppable
from screener.workbench.clauses import Index, clauses, put
from screener.workbench.places import Places, nearest, within

EDGES: dict[Operator, Operator] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@dataclass(frozen=True)
class Mutant:
    """A rule with one small change.

    Attributes:
        rule: the changed rule, under the same id.
        change: what was changed, in words.
        place: the line of the part that was changed.
    """

    rule: Rule
    change: str
    place: Place


def mutants(book: RuleBook, rule: Rule, places: Places) -> Iterator[Mutant]:
    """Every change of a rule: the rule, each part of a list, each clause, each threshold, each count and each mark."""
    written, wholes = places.conditions(rule), places.whole_terms(rule)
    seen = {rule.when}
    for index, part, change in _changes(rule, places, book.fields):
        if within(index, wholes):
            continue
        when = put(rule.when, index, part)
        if when not in seen:
            seen.add(when)
            changed = replace(rule, when=when, condition=effective(book.packs[rule.pack], when))
            yield Mutant(changed, change, nearest(written, index))


def _changes(rule: Rule, places: Places, fields: Fields) -> Iterator[tuple[Index, Condition, str]]:
    yield (), NEVER, "drop the rule"
    for index, empty in droppable(rule.when):
        yield index, empty, "drop this part"
    for clause in clauses(rule, places):
        opposite = clause.condition.part if isinstance(clause.condition, Not) else Not(clause.condition)
        yield clause.index, opposite, "negate this clause"
    for index, part in _parts(rule.when, ()):
        yield from ((index, changed, change) for changed, change in _shifts(part, fields))


def _parts(condition: Condition, index: Index) -> Iterator[tuple[Index, Condition]]:
    yield index, condition
    for number, part in enumerate(children(condition)):
        yield from _parts(part, (*index, number))


def _shifts(part: Condition, fields: Fields) -> Iterator[tuple[Condition, str]]:
    """A part with its threshold, its count, or its list of marks changed."""
    match part:
        case Compare():
            yield from _moved(part, fields)
        case AtLeast(count, parts):
            for moved in (count - 1, count + 1):
                if 1 <= moved <= len(parts):
                    yield AtLeast(moved, parts), f"at least {count} becomes at least {moved}"
        case Takes():
            yield from _other_medicines(part)
        case OneOf(name, options):
            yield from ((OneOf(name, left), f"without {word}") for word, left in _without_one(options))


def _other_medicines(part: Takes) -> Iterator[tuple[Condition, str]]:
    """A match with a mark less, for another time, or with an unknown time read the other way."""
    marks, months, counts = part.marks, part.months, part.unknown_counts
    yield from ((Takes(left, months, counts), f"without {mark}") for mark, left in _without_one(marks))
    if months is None:
        return
    yield Takes(marks), "for any time"
    for other in (months - 1, months + 1):
        if MONTHS.low <= other <= MONTHS.high:
            yield Takes(marks, other, counts), f"{months:g} months become {other:g}"
    yield Takes(marks, months, not counts), f"months not given {'no longer ' if counts else ''}count"


def _moved(part: Compare, fields: Fields) -> Iterator[tuple[Condition, str]]:
    """A comparison with its limit one step off, where an answer can reach it, and with the limit on the other side."""
    name, operator, limit = part.field, part.operator, part.limit
    kind = fields[name]
    assert isinstance(kind, Number)
    if not kind.whole:
        yield Compare(name, EDGES[operator], limit), f"{operator} becomes {EDGES[operator]}"
    for sign in (1, -1):
        moved = round(limit + sign * kind.smallest, 6)
        if kind.low <= moved <= kind.high:
            yield Compare(name, operator, moved), f"{limit:g} becomes {moved:g}"


def _without_one(words: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word of a list of several, with the list without it."""
    if len(words) > 1:
        yield from ((word, tuple(other for other in words if other != word)) for word in words)
