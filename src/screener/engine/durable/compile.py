"""From conditions to the rule sets of the durable engine: positive matching only, within the engine's limits.

Every conclusion becomes a pair of rule sets, one that proves it and one that refutes it. Negation is pushed down to the
answers, so an unknown answer matches neither. A literal is an answer (`fatigue`, yes or no) or a conclusion (proved or
refuted); a body is a set of literals that must all match.

What durable-rules 2.0.28 cannot carry is arranged here, so that rule authors never meet it: `at_least` becomes a
sequential counter of helper conclusions, and alternatives that would multiply, and long bodies, become helpers too. How
the rules are divided between facts is in `layout.py`. A rule book that would need more than `MOST_RULES` is left to the
reference engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Final

from screener.data import dataclass
from screener.engine.durable.body import (
    MOST_ALTERNATIVES,
    Body,
    Element,
    EngineRule,
    Literal,
    alone,
    in_order,
    restore,
    together,
    weight,
)
from screener.engine.durable.factored import aliases, some_rule_holds
from screener.engine.durable.program import NotUsable
from screener.errors import RuleProblem
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not, children
from screener.rulebook.book import RuleBook

MOST_ELEMENTS: Final = 60  # elements per body (a fact of the engine has at most 253 attributes)
MOST_BRANCHES: Final = 3  # alternatives multiplied out before a helper is made
MOST_RULES: Final = 20_000  # about 250 MB of the engine's memory


class TooLarge(NotUsable):
    """A rule book that durable-rules cannot hold; `problem` says why, at the rule that takes most."""

    def __init__(self, problem: RuleProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class _Full(Exception):
    """There is no room for another engine rule."""


@dataclass
class Numbers:
    """Numbers for conditions, the same for equal ones: compared faster than a condition of a thousand parts.

    Attributes:
        given: by what a condition is made of.
        objects: by the identity of the object, which is kept so that no other one can have it.
    """

    given: dict[object, int] = field(default_factory=dict)
    objects: dict[int, tuple[int, Condition]] = field(default_factory=dict)

    def of(self, condition: Condition) -> int:
        """The number of a condition."""
        known = self.objects.get(id(condition))
        if known is not None:
            return known[0]
        key: object = condition
        if isinstance(condition, Not | AllOf | AnyOf | AtLeast):
            count = condition.count if isinstance(condition, AtLeast) else 0
            key = (type(condition), count, *map(self.of, children(condition)))
        number = self.given.setdefault(key, len(self.given))
        self.objects[id(condition)] = number, condition
        return number


@dataclass
class _Compiler:
    """Collects engine rules; equal subtrees share one helper."""

    aliases: dict[str, Condition]  # conclusions that say the same as one answer
    rules: dict[tuple[Literal, Body, str | None], EngineRule] = field(default_factory=dict)
    helpers: dict[tuple[int, bool], str] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=Numbers)

    def conclude(self, head: Literal, condition: Condition, wanted: bool, rule: str | None) -> None:
        """Rules by which `condition` being `wanted` gives `head`."""
        for body in self.bodies(condition, wanted):
            self.add(head, body, rule)

    def add(self, head: Literal, body: Body, rule: str | None) -> None:
        certain = {element[0] for element in body if len(element) == 1}
        if any((name, not sign) in certain for name, sign in certain):
            return  # a contradiction in itself can never match
        made = head, self.short(body), rule
        if made not in self.rules:
            if len(self.rules) >= MOST_RULES:
                raise _Full
            self.rules[made] = EngineRule(f"r{len(self.rules)}", *made)

    def short(self, body: Body) -> Body:
        """The body within the limits of one rule; what is too much moves into helpers."""
        elements = in_order(body)
        while len(elements) > MOST_ELEMENTS:
            some, elements = elements[:MOST_ELEMENTS], elements[MOST_ELEMENTS:]
            elements += self.helper(AllOf(tuple(map(restore, some))), True, [frozenset(some)])
        return frozenset(elements)

    def helper(self, condition: Condition, wanted: bool, bodies: Iterable[Body]) -> Body:
        """The body of a helper conclusion that means `condition` being `wanted`."""
        fresh = f"~{len(self.helpers)}"
        name = self.helpers.setdefault((self.numbers.of(condition), wanted), fresh)
        if name == fresh:
            for body in bodies:
                self.add((name, True), body, None)
        return alone(name, True)

    def bodies(self, condition: Condition, wanted: bool) -> list[Body]:
        """Alternative bodies, one of which matches exactly when the condition's Kleene value is `wanted`."""
        match condition:
            case Not(part):
                return self.bodies(part, not wanted)
            case AllOf(parts) | AnyOf(parts):
                every = isinstance(condition, AllOf) == wanted
                return self.product(parts, wanted) if every else self.union(parts, wanted)
            case AtLeast(count, parts):
                needed = count if wanted else len(parts) - count + 1
                return self.counter(parts, wanted, needed)
            case Concluded(name) if name in self.aliases:
                return self.bodies(self.aliases[name], wanted)
            case Concluded(name):
                return [alone(name, wanted)]
            case atom:
                return [alone(atom, wanted)]

    def union(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        found: dict[Body, None] = {}
        for part in parts:
            found.update(dict.fromkeys(self.bodies(part, wanted)))
        return together(list(found))

    def product(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        """One body for every way of choosing an alternative of each part; a helper where that would grow."""
        choices = [(part, self.bodies(part, wanted)) for part in parts]
        always: dict[Element, None] = {}  # what is in every way
        ways: list[Body] = [frozenset()]
        matches = 1  # in how many ways the heaviest one can match
        for part, bodies in sorted(choices, key=lambda choice: len(choice[1])):
            more = max(map(weight, bodies), default=1)
            many = len(bodies) > 1 and len(ways) * len(bodies) > MOST_BRANCHES
            if many or matches * more > MOST_ALTERNATIVES:
                bodies, more = [self.helper(part, wanted, bodies)], 1
            if len(bodies) == 1:
                matches *= weight(bodies[0] - always.keys())
                always.update(dict.fromkeys(bodies[0]))
            else:
                matches *= more
                ways = [left | right for left in ways for right in bodies]
        return list(dict.fromkeys(way.union(always) for way in ways))

    def counter(self, parts: tuple[Condition, ...], wanted: bool, needed: int) -> list[Body]:
        """Bodies for "at least `needed` of the parts are `wanted`": a sequential counter, one helper a step."""
        for start in range(len(parts) - 1, 0, -1):  # from the end, so that each step finds those it needs
            for still in range(max(2, needed - start), min(needed, len(parts) - start) + 1):
                self.counted(parts[start:], wanted, still)
        return self.step(parts, wanted, needed)

    def step(self, parts: tuple[Condition, ...], wanted: bool, needed: int) -> list[Body]:
        """One step of the counter: with the first part one less of the others is needed, or all without it."""
        if needed <= 0:
            return [frozenset()]
        if needed > len(parts):
            return []
        if needed == 1:
            return self.union(parts, wanted)
        head, rest = parts[0], parts[1:]
        without = self.counted(rest, wanted, needed)
        with_head = [
            left | right for left in self.small(head, wanted) for right in self.counted(rest, wanted, needed - 1)
        ]
        return list(dict.fromkeys([*with_head, *without]))

    def counted(self, parts: tuple[Condition, ...], wanted: bool, needed: int) -> list[Body]:
        """The same, behind one helper (shared by the steps of the counter that need it)."""
        if not 1 <= needed <= len(parts):
            return self.step(parts, wanted, needed)
        key = AtLeast(needed, parts) if wanted else Not(AtLeast(len(parts) - needed + 1, parts))
        known = self.helpers.get((self.numbers.of(key), True))
        if known is not None:
            return [alone(known, True)]
        return [self.helper(key, True, self.step(parts, wanted, needed))]

    def small(self, part: Condition, wanted: bool) -> list[Body]:
        """The bodies of a part, behind a helper when there are several."""
        bodies = self.bodies(part, wanted)
        return bodies if len(bodies) <= 1 else [self.helper(part, wanted, bodies)]


def compile_book(book: RuleBook) -> tuple[EngineRule, ...]:
    """The prove and refute rules of every conclusion of a rule book; what a rule reads is concluded before it.

    Raises:
        TooLarge: the book needs more rules than the engine can hold.
    """
    compiler = _Compiler(aliases(book))
    sizes: dict[str, int] = {}  # engine rules after each rule of the book
    try:
        for name in book.order:
            rules = book.rules_for[name]
            for rule in rules:
                sizes[rule.id] = len(compiler.rules)
                compiler.conclude((name, True), rule.condition, True, rule.id)
            compiler.conclude((name, False), some_rule_holds(book, rules), False, None)
    except _Full:
        raise TooLarge(_largest(book, sizes)) from None
    return tuple(compiler.rules.values())


def _largest(book: RuleBook, sizes: dict[str, int]) -> RuleProblem:
    """What to say when there are too many engine rules, at the rule that takes most of them.

    Args:
        sizes: how many there were before each rule of the book.
    """
    ends = [*list(sizes.values())[1:], MOST_RULES]
    taken = {name: end - start for (name, start), end in zip(sizes.items(), ends, strict=True)}
    largest = max(taken, key=taken.__getitem__)
    place = book.rule[largest].place
    message = (
        f"the rule book needs more than the {MOST_RULES} rules that durable-rules can hold; `{largest}` alone takes "
        f"at least {taken[largest]}"
    )
    return RuleProblem(place.file, place.line, place.column, message)
