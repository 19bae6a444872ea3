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
from screener.logic.sets import Logic, SetPair
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule
from screener.workbench.places import Places, droppable, put
from screener.workbench.problem import Problem, problem
from screener.workbench.space.pairs import column_of, every_row
from screener.workbench.space.variables import Regions, chosen

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
    """Conditions as truth tables, one bit a row, over everything that they read."""

    def __init__(self, conditions: Sequence[c.Condition], fields: Fields) -> None:
        leaves = [part for condition in conditions for part in c.walk(condition) if not c.children(part)]
        spelled = _Spelling(leaves, fields)
        by_leaf = {leaf: spelled.out(leaf) for leaf in leaves}
        variables = dict.fromkeys(c.field_of(atom) for condition in by_leaf.values() for atom in c.atoms(condition))
        self.fits = len(variables) <= MOST_VARIABLES
        self.mask = every_row(len(variables)) if self.fits else 0
        self.rows: dict[c.Condition, SetPair[int]] = {}
        if self.fits:
            columns = {name: column_of(len(variables), number) for number, name in enumerate(variables)}
            pairs = {name: SetPair(column, self.mask ^ column) for name, column in columns.items()}
            logic = Logic(self.mask, 0, lambda atom: pairs[c.field_of(atom)])
            self.rows = {leaf: logic.value(condition, {}) for leaf, condition in by_leaf.items()}
        self.concluded = {leaf.id: rows for leaf, rows in self.rows.items() if isinstance(leaf, c.Concluded)}

    def value(self, condition: c.Condition) -> int:
        """The rows in which a condition holds."""
        return Logic(self.mask, 0, self.rows.__getitem__).value(condition, self.concluded).proved


class _Spelling:
    """Spells what conditions read as conditions on yes/no variables alone, each with a name of its own.

    Each medicine mark is a variable, with another for "long enough" where months are asked for. Findings are, too.
    """

    def __init__(self, leaves: Sequence[c.Condition], fields: Fields) -> None:
        atoms = [leaf for leaf in leaves if isinstance(leaf, c.Atom)]
        kinds = {atom.field: fields[atom.field] for atom in atoms if isinstance(atom, c.Compare | c.Reported)}
        self.regions = {name: Regions.of(name, kind, atoms) for name, kind in kinds.items() if isinstance(kind, Number)}
        self.options: dict[str, dict[str, None]] = {}
        for atom in atoms:
            if isinstance(atom, c.OneOf):
                self.options.setdefault(atom.field, {}).update(dict.fromkeys(atom.options))

    def out(self, leaf: c.Condition) -> c.Condition:
        """When a leaf holds."""
        match leaf:
            case c.Concluded(name):
                return c.Yes(f"conclusion {name}")
            case c.Takes(marks, None):
                return c.AnyOf(tuple(map(c.Yes, marks)))
            case c.Takes(marks, months, counts):
                return c.AnyOf(tuple(c.AllOf((c.Yes(mark), c.Yes(f"{mark} {months} {counts}"))) for mark in marks))
            case c.OneOf(name, options):
                return chosen(name, [*self.options[name]], options)
            case c.Compare(name) | c.Reported(name):
                return self.regions[name].spelled(leaf)
        return leaf
