"""On which fact each compiled rule is matched: section facts, level after level.

A rule is matched on one fact that carries everything it reads. Rules that read answers only are of level 0; the others
are one level above the conclusions they read, so that these can be attributes of the fact, like answers. That
takes far fewer patterns and facts than one fact for each conclusion, and no joins between facts.

durable-rules 2.0.28 fails when more than 64 patterns match one fact, takes at most 253 attributes on it, hangs at 512
siblings and compares names by a 32-bit hash only: the rules are divided between sections and rule sets accordingly, and
no two names have the same hash. A rule set is open only while its levels are being run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from itertools import count
from json import dumps
from typing import Any, Final

from screener.data import dataclass
from screener.engine.durable.body import (
    MOST_ALTERNATIVES,
    Body,
    Element,
    EngineRule,
    Literal,
    Name,
    in_order,
    literals_of,
    weight,
)
from screener.engine.durable.program import PRIMER, FactSection, Program
from screener.engine.outcome import Firing
from screener.logic.kleene import Kleene

MOST_MATCHES: Final = 50  # ways to match a fact (the engine's limit is 64)
MOST_ATTRIBUTES: Final = 200  # on a fact (the engine's limit is 253, with `id`, `sid` and `t`)
MOST_GROUPS: Final = 12  # of alternatives in a pattern (the engine's limit is 14)
MOST_SECTIONS: Final = 16  # in a rule set (the engine hangs at 512)
MOST_CHOICE: Final = 8  # sections among which a pattern looks for the one that suits it best


def lay_out(rules: Iterable[EngineRule]) -> Program:
    """Divide the rules into levels, sections and rule sets."""
    every = tuple(rules)
    layout = FactLayout()
    for level, alternatives in enumerate(by_level(every)):
        for name, bodies in alternatives:
            layout.put(level, name, bodies)
    return layout.program(every)


def by_level(rules: tuple[EngineRule, ...]) -> list[list[tuple[str, list[Body]]]]:
    """The rules of each level: the name of each, and its alternative bodies."""
    levels = _levels(rules)
    groups: list[dict[tuple[Literal, str | None], list[EngineRule]]] = [{} for _ in range(1 + max(levels, default=-1))]
    for rule, level in zip(rules, levels, strict=True):
        if rule.body:
            groups[level].setdefault((rule.head, rule.rule), []).append(rule)
    return [[one for group in found.values() for one in _merged(group)] for found in groups]


def _levels(rules: tuple[EngineRule, ...]) -> list[int]:
    """The level of each rule: one above the highest conclusion it reads (these are concluded by rules before it)."""
    levels: list[int] = []
    reached: dict[Literal, int] = {}
    for rule in rules:
        level = max((1 + reached.get(literal, -1) for literal in literals_of(rule.body)), default=0)
        levels.append(level)
        reached[rule.head] = max(reached.get(rule.head, 0), level)
    return levels


def _merged(rules: list[EngineRule]) -> Iterator[tuple[str, list[Body]]]:
    """Rules with the same head as alternatives of as few rules as the engine's limits allow."""
    bodies: list[Body] = []
    name = rules[0].name
    for rule in rules:
        more = [*bodies, rule.body]
        if bodies and not _fit(more):
            yield name, bodies
            name, more = rule.name, [rule.body]
        bodies = more
    yield name, bodies


def _fit(bodies: list[Body]) -> bool:
    """Whether one pattern can hold these alternatives."""
    few = sum(map(weight, bodies)) <= MOST_ALTERNATIVES and groups_of(bodies) <= MOST_GROUPS
    return few and len({name for body in bodies for name, _ in literals_of(body)}) <= MOST_ATTRIBUTES


def groups_of(bodies: list[Body]) -> int:
    """How many groups of alternatives the engine counts in a pattern."""
    return 1 + sum(1 + sum(len(element) > 1 for element in body) for body in bodies)


@dataclass
class _Section:
    """A section while rules are being put on it.

    Attributes:
        name: its type in the engine.
        matches: in how many ways its fact can match.
        carries: what its fact carries, each with the truths that its rules test.
        rules: the engine rules that read it.
    """

    name: str
    matches: int = 0
    carries: dict[Name, set[bool]] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)

    def has_room(self, read: frozenset[Name], matches: int) -> bool:
        if self.matches + matches > MOST_MATCHES:
            return False
        return len(self.carries) + len(read) - self.carried(read) <= MOST_ATTRIBUTES

    def carried(self, read: frozenset[Name]) -> int:
        """How much of what is read the fact carries already."""
        return sum(name in self.carries for name in read)

    def tested(self) -> list[tuple[Name, Kleene]]:
        """What the fact carries, each with the one truth that rules test, or None for both."""
        return [(name, None if len(truths) > 1 else True in truths) for name, truths in self.carries.items()]


class FactLayout:
    """Where each pattern goes.

    Attributes:
        levels: the sections of each level.
        names_of: what each answer or conclusion is called in the engine.
        hashes: of the names in use; durable-rules compares names by them alone.
    """

    def __init__(self) -> None:
        self.levels: dict[int, list[_Section]] = {}
        self.names_of: dict[Name, str] = {}
        self.hashes = {fnv1a(name) for name in ("id", "sid", "t", "$s", "0", PRIMER)}
        self.numbers = count()

    def put(self, level: int, name: str, bodies: list[Body]) -> None:
        """Put a rule of one pattern, for alternative bodies, on a section of a level."""
        read = frozenset(name for body in bodies for name, _ in literals_of(body))
        section = self.section(level, read, sum(map(weight, bodies)))
        ways = [[self.test(section, element) for element in in_order(body)] for body in bodies]
        tests = ways[0] if len(ways) == 1 else [{"$or": [way[0] if len(way) == 1 else {"$and": way} for way in ways]}]
        section.rules[name] = {"all": [{"p": {"$and": [{"t": section.name}, *tests]}}], "dist": 0}

    def section(self, level: int, read: frozenset[Name], matches: int) -> _Section:
        """A section of a level with room for a pattern: of the latest, the one that has most of what it reads."""
        here = self.levels.setdefault(level, [])
        sections = [section for section in here[-MOST_CHOICE:] if section.has_room(read, matches)]
        if not sections:
            sections = [_Section(self.fresh("s", also="is"))]
            here += sections
        found = max(sections, key=lambda section: section.carried(read))
        found.matches += matches
        return found

    def fresh(self, prefix: str, also: str = "") -> str:
        """A name (and with another prefix, a second one) whose hash is not in use."""
        while True:
            number = next(self.numbers)
            hashes = {fnv1a(f"{one}{number}") for one in {prefix, also or prefix}}
            if not hashes & self.hashes:
                self.hashes |= hashes
                return f"{prefix}{number}"

    def test(self, section: _Section, element: Element) -> dict[str, Any]:
        """A literal, or alternatives between literals, as the engine tests it."""
        tests = []
        for name, sign in element:
            section.carries.setdefault(name, set()).add(sign)
            if name not in self.names_of:
                self.names_of[name] = self.fresh("a")
            tests.append({self.names_of[name]: sign})
        return tests[0] if len(tests) == 1 else {"$or": tests}

    def program(self, rules: tuple[EngineRule, ...]) -> Program:
        """What the engine runs."""
        atoms = {name: number for number, name in enumerate(n for n in self.names_of if not isinstance(n, str))}
        sections = [section for level in self.levels.values() for section in level]
        rule_sets = [sections[start : start + MOST_SECTIONS] for start in range(0, len(sections), MOST_SECTIONS)]
        number_of = {section.name: number for number, some in enumerate(rule_sets) for section in some}
        tested = dict.fromkeys(each for section in sections for each in section.tested())
        told = sorted(tested, key=lambda each: isinstance(each[0], str))
        place = {each: number for number, each in enumerate(told)}
        firings: dict[Firing, Firing] = {}
        effects: dict[str, tuple[int, ...]] = {}
        heads: dict[str, Firing] = {}
        for rule in rules:
            name, proved = rule.head
            firing = Firing(rule.rule, str(name), proved)
            heads[rule.name] = firings.setdefault(firing, firing)
            effects[rule.name] = tuple(place[name, only] for only in (proved, None) if (name, only) in place)
        return Program(
            tuple(map(_definition, rule_sets)),
            tuple(atoms),
            tuple((self.names_of[name], only) for name, only in told),
            tuple(atoms[name] for name, _ in told if not isinstance(name, str)),
            tuple(
                tuple(
                    FactSection(section.name, number_of[section.name], tuple(map(place.__getitem__, section.tested())))
                    for section in level
                )
                for level in self.levels.values()
            ),
            tuple(rule.name for rule in rules if not rule.body),
            heads,
            effects,
        )


def _definition(sections: Iterable[_Section]) -> str:
    """A rule set in JSON."""
    rules: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
    for section in sections:
        rules |= section.rules
    return dumps(rules)


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash by which durable-rules compares names."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
