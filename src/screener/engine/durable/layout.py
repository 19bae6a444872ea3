"""On which fact each compiled rule is matched: section facts, level after level.

A rule is matched on one fact that carries everything it reads. Rules that read answers only are of level 0; the others
are one level above the conclusions they read, so that these can stand on the fact as attributes, like answers. That
takes far fewer patterns and facts than one fact for each conclusion, and no joins between facts.

durable-rules 2.0.28 fails when more than 64 patterns match one fact, takes at most 253 attributes on it, hangs at 512
siblings and compares names by a 32-bit hash only: the rules are divided between sections accordingly, and every name is
checked for collisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json import dumps
from typing import Any, Final

from screener.engine.durable.compile import (
    MOST_ALTERNATIVES,
    Body,
    Element,
    EngineRule,
    Literal,
    Name,
    OneOfThese,
    in_order,
    literals_of,
    weight,
    written,
)
from screener.engine.durable.program import PRIMER, Head, Program, Section
from screener.errors import RuleBookError, RuleProblem

MOST_MATCHES: Final = 50  # ways to match a fact (the engine's limit is 64)
MOST_ATTRIBUTES: Final = 200  # on a fact (the engine's limit is 253, with `id`, `sid` and `t`)
MOST_GROUPS: Final = 12  # of alternatives in a pattern (the engine's limit is 14)


def lay_out(rules: Iterable[EngineRule]) -> Program:
    """Divide the rules into levels and sections.

    Raises:
        RuleBookError: two names have the same hash in the engine.
    """
    every = tuple(rules)
    layout = Layout()
    definition: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
    for level, alternatives in by_level(every):
        for name, bodies in alternatives:
            definition[name] = {"all": [{"p": layout.pattern(level, bodies)}], "dist": 0}
    _check_hashes(layout.names())
    return layout.program((dumps(definition),), every)


def by_level(rules: tuple[EngineRule, ...]) -> Iterator[tuple[int, list[tuple[str, list[Body]]]]]:
    """The rules of each level: the name of each, and its alternative bodies."""
    levels = _levels(rules)
    for level in range(1 + max(levels.values(), default=-1)):
        groups: dict[tuple[Literal, str | None], list[EngineRule]] = {}
        for rule in rules:
            if rule.body and levels[rule.name] == level:
                groups.setdefault((rule.head, rule.rule), []).append(rule)
        yield level, [one for group in groups.values() for one in _merged(group)]


def _levels(rules: tuple[EngineRule, ...]) -> dict[str, int]:
    """The level of each rule: one above the highest conclusion it reads (these are concluded by rules before it)."""
    levels: dict[str, int] = {}
    reached: dict[Literal, int] = {}
    for rule in rules:
        read = [1 + reached.get(literal, -1) for literal in literals_of(rule.body)]
        levels[rule.name] = max(read, default=0)
        reached[rule.head] = max(reached.get(rule.head, 0), levels[rule.name])
    return levels


def _merged(rules: list[EngineRule]) -> Iterator[tuple[str, list[Body]]]:
    """Rules with the same head as alternatives of as few rules as the engine's limits allow."""
    bodies: list[Body] = []
    name = rules[0].name
    for rule in rules:
        more = [*bodies, rule.body]
        if bodies and (sum(map(weight, more)) > MOST_ALTERNATIVES or groups_of(more) > MOST_GROUPS):
            yield name, bodies
            name, more = rule.name, [rule.body]
        bodies = more
    yield name, bodies


def groups_of(bodies: list[Body]) -> int:
    """How many groups of alternatives the engine counts in a pattern."""
    return 1 + sum(1 + sum(isinstance(element, OneOfThese) for element in body) for body in bodies)


@dataclass
class _Section:
    """A section while rules are being put on it."""

    number: int
    matches: int = 0
    carries: dict[Name, None] = field(default_factory=dict)

    def has_room(self, bodies: list[Body]) -> bool:
        more = {name for body in bodies for name, _ in literals_of(body)} - self.carries.keys()
        enough = len(self.carries) + len(more) <= MOST_ATTRIBUTES
        return not self.matches or (enough and self.matches + sum(map(weight, bodies)) <= MOST_MATCHES)


@dataclass
class Layout:
    """Where each pattern goes."""

    levels: list[list[_Section]] = field(default_factory=list)
    names_of: dict[Name, str] = field(default_factory=dict)

    def pattern(self, level: int, bodies: list[Body]) -> dict[str, Any]:
        """One pattern for alternative bodies, on a section of a level."""
        section = self.section(level, bodies)
        section.matches += sum(map(weight, bodies))
        ways = [[self.test(section, element) for element in in_order(body)] for body in bodies]
        tests = ways[0] if len(ways) == 1 else [{"$or": [way[0] if len(way) == 1 else {"$and": way} for way in ways]}]
        return {"$and": [{"t": f"s{section.number}"}, *tests]}

    def section(self, level: int, bodies: list[Body]) -> _Section:
        """A section of a level with room for a pattern: the one that has most of what the pattern reads."""
        while len(self.levels) <= level:
            self.levels.append([])
        sections = [section for section in self.levels[level] if section.has_room(bodies)]
        if not sections:
            sections = [_Section(sum(map(len, self.levels)))]
            self.levels[level] += sections
        read = {name for body in bodies for name, _ in literals_of(body)}
        return max(sections, key=lambda section: len(read & section.carries.keys()))

    def test(self, section: _Section, element: Element) -> dict[str, Any]:
        """A literal, or alternatives between literals, as the engine tests it."""
        if isinstance(element, OneOfThese):
            return {"$or": [self.test(section, literal) for literal in sorted(element.literals, key=written)]}
        name, sign = element
        section.carries[name] = None
        return {self.names_of.setdefault(name, f"a{len(self.names_of)}"): sign}

    def names(self) -> list[str]:
        """Every attribute name, value and id that the engine compares by hash."""
        numbers = range(sum(map(len, self.levels)))
        sections = [name for number in numbers for name in (f"s{number}", f"is{number}")]
        return ["id", "sid", "t", "$s", "0", PRIMER, *self.names_of.values(), *sections]

    def program(self, definitions: tuple[str, ...], rules: tuple[EngineRule, ...]) -> Program:
        """What the engine runs."""
        atoms = [name for name in self.names_of if not isinstance(name, str)]
        conclusions = [name for name in self.names_of if isinstance(name, str)]
        place = {name: number for number, name in enumerate([*atoms, *conclusions])}
        return Program(
            definitions,
            tuple(atoms),
            tuple(conclusions),
            tuple(self.names_of[name] for name in place),
            tuple(
                tuple(
                    Section(f"s{section.number}", 0, tuple(map(place.__getitem__, section.carries)))
                    for section in level
                )
                for level in self.levels
            ),
            tuple(rule.name for rule in rules if not rule.body),
            {rule.name: Head(str(rule.head[0]), rule.head[1], rule.rule) for rule in rules},
        )


def _check_hashes(names: Iterable[str]) -> None:
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(fnv1a(name), name)
        if other != name:
            message = f"`{name}` and `{other}` have the same hash in the engine"
            raise RuleBookError([RuleProblem("rules", 0, 0, message)])


def fnv1a(text: str) -> int:
    """The 32-bit FNV-1a hash by which durable-rules compares names."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
