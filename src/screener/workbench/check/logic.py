"""Lint of conditions by themselves: always or never true, dead parts, rules that another one covers.

Each condition is tabulated over everything it reads, findings taken as answers of their own; what is said here holds
whatever they are. `screener rules prove` decides the same with the findings' own rules taken into account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from screener.case.answers import Number
from screener.case.fields import Fields
from screener.logic.condition import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    Atom,
    Compare,
    Concluded,
    Condition,
    Not,
    OneOf,
    Takes,
    Yes,
    atoms,
    children,
    walk,
)  # fmt: skip
from screener.logic.kleene import conjunction
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.clauses import put
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem
from screener.workbench.space.regions import Regions, cut_of

MOST_VARIABLES: Final = 18  # tables have two to this power rows; larger ones are left to `prove`


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is odd about the conditions of the rules."""
    for rule in book.rules:
        yield from _alone(rule, book.fields, places)
    for rules in book.rules_for.values():
        for one, other in pairs(rules):
            yield from _together(one, other, book.fields, places)


def _alone(rule: Rule, fields: Fields, places: Places) -> Iterator[Problem]:
    """A condition that is always or never true, or has a part that changes nothing."""
    table = Table([rule.when], fields)
    if not table.fits:
        return
    value = table.value(rule.when)
    if value in (0, table.mask):
        word = "always true: the rule fires for everyone" if value else "never true: the rule cannot fire"
        yield problem(places.at("rules", rule.id, "when"), f"the condition of `{rule.id}` is {word}", "constant")
        return
    written = places.conditions(rule)
    for index, empty in droppable(rule.when):
        if index in written and table.value(put(rule.when, index, empty)) == value:
            message = f"this part of `{rule.id}` changes nothing: the rest of the condition already decides"
            yield problem(written[index], message, "dead-part")


def droppable(condition: Condition) -> Iterator[tuple[tuple[int, ...], Condition]]:
    """Every part of a list, with what to put there so that it no longer counts."""

    def visit(part: Condition, index: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Condition]]:
        empty = ALWAYS if isinstance(part, AllOf) else NEVER
        for number, inner in enumerate(children(part)):
            if not isinstance(part, Not):
                yield (*index, number), empty
            yield from visit(inner, (*index, number))

    yield from visit(condition, ())


def pairs(rules: Sequence[Rule]) -> list[tuple[Rule, Rule]]:
    """The pairs of rules of which one may always fire with the other.

    A conjunction that can hold follows only from conjunctions that read all it reads, so among those only such pairs
    are left: a thousand rules for one conclusion have few. What is no conjunction is paired with all that share a term.
    """
    terms = [frozenset(_terms(rule.condition)) for rule in rules]
    plain = [_is_plain(rule.condition) for rule in rules]
    readers: dict[str, set[int]] = {}
    for number, names in enumerate(terms):
        for name in names:
            readers.setdefault(name, set()).add(number)
    found: set[tuple[int, int]] = set()
    for number, names in enumerate(terms):
        read_by = [readers[name] for name in names]
        if plain[number]:
            all_read = set.intersection(*read_by) if read_by else set()
            others = {other for other in all_read if plain[other]}
        else:
            others = set().union(*read_by)
        found |= {(min(number, other), max(number, other)) for other in others if other != number}
    return [(rules[one], rules[other]) for one, other in sorted(found)]


def _is_plain(condition: Condition) -> bool:
    """Whether this is a conjunction of leaves that each speak of one thing."""
    several = any(isinstance(part, Takes) and len(part.marks) > 1 for part in walk(condition))
    return not several and conjunction(condition) is not None


def _together(one: Rule, other: Rule, fields: Fields, places: Places) -> Iterator[Problem]:
    """Two rules with the same conclusion, one of which always fires with the other."""
    if not set(_terms(one.condition)) & set(_terms(other.condition)):
        return
    table = Table([one.condition, other.condition], fields)
    if not table.fits:
        return
    first, second = table.value(one.condition), table.value(other.condition)
    if first == second:
        rule, message = other, f"says the same as `{one.id}`; keep one of them"
    elif not first & ~second:
        rule, message = one, f"is covered by `{other.id}`, which fires whenever it does"
    elif not second & ~first:
        rule, message = other, f"is covered by `{one.id}`, which fires whenever it does"
    else:
        return
    if not rule.redundant:
        check = "duplicate" if first == second else "subsumed"
        yield problem(places.at("rules", rule.id), f"`{rule.id}` {message}, or say why in `redundant`", check)


def _terms(condition: Condition) -> Iterator[str]:
    """What a condition reads: fields, marks of medicines, findings."""
    for part in walk(condition):
        if isinstance(part, Takes):
            yield from part.marks
        elif isinstance(part, Concluded):
            yield part.id
        elif not children(part) and not isinstance(part, AllOf | AnyOf | AtLeast | Not):
            yield part.field


class Table:
    """Conditions as truth tables, one bit a row, over everything that they read.

    Each medicine mark is a variable of its own, with another for "long enough" where months are asked for.
    """

    def __init__(self, conditions: Sequence[Condition], fields: Fields) -> None:
        every = [atom for condition in conditions for atom in atoms(condition)]
        self.regions = {
            name: Regions.of(name, kind, every) for name, kind in fields.items() if isinstance(kind, Number)
        }  # fmt: skip
        names = [name for condition in conditions for part in walk(condition) for name in self.names(part)]
        self.variables = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self.fits = len(self.variables) <= MOST_VARIABLES
        self.mask = _every_row(len(self.variables)) if self.fits else 0

    def names(self, part: Condition) -> list[tuple[object, ...]]:
        """The variables that one leaf reads."""
        match part:
            case Concluded(name):
                return [("conclusion", name)]
            case Takes(marks, months, counts):
                return [(mark,) for mark in marks] + [(mark, months, counts) for mark in marks if months is not None]
            case Yes(name):
                return [(name,)]
            case OneOf(name, options):
                return [(name, option) for option in options]
            case AllOf() | AnyOf() | AtLeast() | Not():
                return []
            case leaf:
                cuts = [(leaf.field, number) for number in range(len(self.regions[leaf.field].cuts))]
                return [(leaf.field, "reported"), *cuts]

    def column(self, *name: object) -> int:
        """The rows in which a variable is true."""
        return _column(len(self.variables), self.variables[name])

    def value(self, condition: Condition) -> int:
        """The rows in which a condition holds."""
        match condition:
            case Not(part):
                return self.mask ^ self.value(part)
            case AllOf(parts):
                rows = self.mask
                for part in parts:
                    rows &= self.value(part)
                return rows
            case AnyOf(parts):
                rows = 0
                for part in parts:
                    rows |= self.value(part)
                return rows
            case AtLeast(count, parts):
                return self.counted(count, [self.value(part) for part in parts])
            case Concluded(name):
                return self.column("conclusion", name)
            case leaf:
                return self.leaf(leaf)

    def counted(self, count: int, parts: list[int]) -> int:
        """The rows in which so many parts hold."""
        reached = [self.mask, *[0] * count]
        for part in parts:
            for number in range(count, 0, -1):
                reached[number] |= reached[number - 1] & part
        return reached[count]

    def leaf(self, atom: Atom) -> int:
        """The rows in which an answer is so."""
        match atom:
            case Yes(name):
                return self.column(name)
            case OneOf(name, options):
                return self.option(name, options)
            case Takes(marks, months, counts):
                rows = 0
                for mark in marks:
                    rows |= self.column(mark) & (self.mask if months is None else self.column(mark, months, counts))
                return rows
            case Compare(name, operator, limit):
                regions = self.regions[name]
                cut, beyond = cut_of(regions.kind, operator, limit)
                reported, far = self.column(name, "reported"), self.beyond(name, regions.reached(cut))
                return reported & (far if beyond else self.mask ^ far)
            case reported:
                return self.column(reported.field, "reported")

    def option(self, name: str, options: tuple[str, ...]) -> int:
        """The choice is one of these; the first variable that is true decides which it is."""
        rows, left = 0, self.mask
        for known in [key[1] for key in self.variables if key[0] == name]:
            rows |= left & self.column(name, known) if known in options else 0
            left &= self.mask ^ self.column(name, known)
        return rows

    def beyond(self, name: str, reached: int | bool) -> int:
        """The rows in which a number lies beyond a cut: beyond it and all cuts before it."""
        if isinstance(reached, bool):
            return self.mask if reached else 0
        rows = self.mask
        for number in range(reached + 1):
            rows &= self.column(name, number)
        return rows


@cache
def _every_row(variables: int) -> int:
    """All rows of a table."""
    return (1 << (1 << variables)) - 1


@cache
def _column(variables: int, number: int) -> int:
    """The rows of a table in which the variable of this number is true: the same in every table of this size."""
    every, width = _every_row(variables), 1 << number
    return every ^ (every // ((1 << width) + 1))
