"""Lint of conditions by themselves: always or never true, dead parts, rules that another one covers.

Each condition is tabulated over everything it reads, findings taken as answers of their own; what is said here holds
whatever they are. `screener rules prove` decides the same with the findings' own rules taken into account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from screener.case.answers import Number
from screener.case.fields import Fields
from screener.logic import condition as c
from screener.logic.kleene import conjunction
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.places import Places, droppable, put
from screener.workbench.problem import Problem, problem
from screener.workbench.space.pairs import Logic, Pair, column_of, every_row
from screener.workbench.space.variables import Regions, cut_of

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
    table = TruthTable([rule.when], fields)
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


def _is_plain(condition: c.Condition) -> bool:
    """Whether this is a conjunction of leaves that each speak of one thing."""
    several = any(isinstance(part, c.Takes) and len(part.marks) > 1 for part in c.walk(condition))
    return not several and conjunction(condition) is not None


def _together(one: Rule, other: Rule, fields: Fields, places: Places) -> Iterator[Problem]:
    """Two rules with the same conclusion, one of which always fires with the other."""
    table = TruthTable([one.condition, other.condition], fields)
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


def _terms(condition: c.Condition) -> Iterator[str]:
    """What a condition reads: fields, marks of medicines, findings."""
    for atom in c.atoms(condition):
        yield from atom.marks if isinstance(atom, c.Takes) else (atom.field,)
    yield from c.conclusions(condition)


class TruthTable:
    """Conditions as truth tables, one bit a row, over everything that they read.

    Each medicine mark is a variable of its own, with another for "long enough" where months are asked for.
    """

    def __init__(self, conditions: Sequence[c.Condition], fields: Fields) -> None:
        every = [atom for condition in conditions for atom in c.atoms(condition)]
        kinds = {atom.field: fields[atom.field] for atom in every if isinstance(atom, c.Compare | c.Reported)}
        self.regions = {name: Regions.of(name, kind, every) for name, kind in kinds.items() if isinstance(kind, Number)}
        names = [name for condition in conditions for part in c.walk(condition) for name in self.names(part)]
        self.variables = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self.fits = len(self.variables) <= MOST_VARIABLES
        self.mask = every_row(len(self.variables)) if self.fits else 0
        self.logic = Logic(self.mask, 0, self.decided)
        concluded = {name for condition in conditions for name in c.conclusions(condition)} if self.fits else ()
        self.concluded = {name: self.pair(self.column("conclusion", name)) for name in concluded}

    def names(self, part: c.Condition) -> list[tuple[object, ...]]:
        """The variables that one leaf reads."""
        match part:
            case c.Concluded(name):
                return [("conclusion", name)]
            case c.Takes(marks, months, counts):
                return [(mark,) for mark in marks] + [(mark, months, counts) for mark in marks if months is not None]
            case c.Yes(name):
                return [(name,)]
            case c.OneOf(name, options):
                return [(name, option) for option in options]
            case c.AllOf() | c.AnyOf() | c.AtLeast() | c.Not():
                return []
            case leaf:
                cuts = [(leaf.field, number) for number in range(len(self.regions[leaf.field].cuts))]
                return [(leaf.field, "reported"), *cuts]

    def column(self, *name: object) -> int:
        """The rows in which a variable is true."""
        return column_of(len(self.variables), self.variables[name])

    def value(self, condition: c.Condition) -> int:
        """The rows in which a condition holds."""
        return self.logic.value(condition, self.concluded).proved

    def decided(self, atom: c.Atom) -> Pair[int]:
        """The rows in which an answer is so, and those in which it is not."""
        return self.pair(self.leaf(atom))

    def pair(self, rows: int) -> Pair[int]:
        """These rows, and all others."""
        return Pair(rows, self.mask ^ rows)

    def leaf(self, atom: c.Atom) -> int:
        """The rows in which an answer is so."""
        match atom:
            case c.Yes(name):
                return self.column(name)
            case c.OneOf(name, options):
                return self.option(name, options)
            case c.Takes(marks, months, counts):
                rows = 0
                for mark in marks:
                    rows |= self.column(mark) & (self.mask if months is None else self.column(mark, months, counts))
                return rows
            case c.Compare(name, operator, limit):
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
