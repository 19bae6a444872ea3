"""From conditions to the rule sets of the durable engine: positive matching only, within the engine's limits.

Every conclusion becomes a pair of rule sets, one that proves it and one that refutes it. Negation is pushed down to the
answers, so an unknown answer matches neither. A literal is an answer (`fatigue`, yes or no) or a conclusion (proved or
refuted); a body is a set of literals that must all match.

What durable-rules 2.0.28 can not carry is arranged here, so that rule authors never meet it: `at_least` becomes a
sequential counter of helper conclusions, and alternatives that would multiply, and long bodies, become helpers too. How
the rules are divided between facts is in `layout.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from math import prod
from typing import Final, TypeAlias

from screener.errors import RuleBookError, RuleProblem
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule, effective

Name: TypeAlias = Atom | str  # an answer, or a conclusion or helper by its id
Literal: TypeAlias = tuple[Name, bool]


@dataclass(frozen=True, slots=True)
class OneOfThese:
    """Alternatives between literals, which one pattern of the engine can test."""

    literals: frozenset[Literal]


Element: TypeAlias = Literal | OneOfThese
Body: TypeAlias = frozenset[Element]

MOST_ELEMENTS: Final = 60  # elements per body (a fact of the engine has at most 253 attributes)
MOST_BRANCHES: Final = 3  # alternatives multiplied out before a helper is made
MOST_ALTERNATIVES: Final = 16  # ways in which one pattern may match a fact
MOST_RULES: Final = 4000  # the engine's limit is 4096


@dataclass(frozen=True, slots=True)
class EngineRule:
    """One rule of the engine: when all literals of the body match, `head` follows.

    Attributes:
        name: short and unique; the engine reports it when the rule fires.
        head: the conclusion or helper, and whether it is proved or refuted.
        rule: the id of the rule of the book that this proves, or None.
    """

    name: str
    head: Literal
    body: Body
    rule: str | None


@dataclass
class _Compiler:
    """Collects engine rules; equal subtrees share one helper."""

    aliases: dict[str, Condition]  # conclusions that say the same as one answer
    rules: list[EngineRule] = field(default_factory=list)
    helpers: dict[tuple[Condition, bool], str] = field(default_factory=dict)
    known: set[tuple[Literal, Body, str | None]] = field(default_factory=set)

    def conclude(self, head: Literal, condition: Condition, wanted: bool, rule: str | None) -> None:
        """Rules by which `condition` being `wanted` gives `head`."""
        for body in self.bodies(condition, wanted):
            self.add(head, body, rule)

    def add(self, head: Literal, body: Body, rule: str | None) -> None:
        literals = [element for element in body if not isinstance(element, OneOfThese)]
        if any((name, not sign) in body for name, sign in literals):
            return  # a contradiction in itself can never match
        body = self.short(body)
        if (head, body, rule) not in self.known:
            self.known.add((head, body, rule))
            self.rules.append(EngineRule(f"r{len(self.rules)}", head, body, rule))

    def short(self, body: Body) -> Body:
        """The body within the limits of one rule; what is too much moves into helpers."""
        elements = in_order(body)
        while len(elements) > MOST_ELEMENTS:
            some, elements = elements[:MOST_ELEMENTS], elements[MOST_ELEMENTS:]
            elements.append(self.helper_of(frozenset(some)))
        return frozenset(elements)

    def helper_of(self, body: Body) -> Literal:
        condition = AllOf(tuple(_restore(element) for element in in_order(body)))
        return self.helper(condition, True, [body])

    def helper(self, condition: Condition, wanted: bool, bodies: Iterable[Body]) -> Literal:
        """A helper conclusion that stands for `condition` being `wanted`."""
        key = (condition, wanted)
        if key not in self.helpers:
            self.helpers[key] = f"~{len(self.helpers)}"
            for body in bodies:
                self.add((self.helpers[key], True), body, None)
        return (self.helpers[key], True)

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
                return [frozenset([(name, wanted)])]
            case atom:
                return [frozenset([(atom, wanted)])]

    def union(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        found: dict[Body, None] = {}
        for part in parts:
            found.update(dict.fromkeys(self.bodies(part, wanted)))
        return together(list(found))

    def product(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        """One body for every way of choosing an alternative of each part; a helper where that would grow."""
        choices = [(part, self.bodies(part, wanted)) for part in parts]
        ways = 1
        result: list[Body] = [frozenset()]
        for part, bodies in sorted(choices, key=lambda choice: len(choice[1])):
            if len(bodies) > 1 and ways * len(bodies) > MOST_BRANCHES:
                bodies = [frozenset([self.helper(part, wanted, bodies)])]
            joined = [left | right for left in result for right in bodies]
            if any(weight(body) > MOST_ALTERNATIVES for body in joined):
                bodies = [frozenset([self.helper(part, wanted, bodies)])]
                joined = [left | right for left in result for right in bodies]
            ways *= len(bodies)
            result = joined
        return list(dict.fromkeys(result))

    def counter(self, parts: tuple[Condition, ...], wanted: bool, needed: int) -> list[Body]:
        """Bodies for "at least `needed` of the parts are `wanted`": a sequential counter, one helper a step."""
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
            return self.counter(parts, wanted, needed)
        key = AtLeast(needed, parts) if wanted else Not(AtLeast(len(parts) - needed + 1, parts))
        if (key, True) in self.helpers:
            return [frozenset([(self.helpers[key, True], True)])]
        return [frozenset([self.helper(key, True, self.counter(parts, wanted, needed))])]

    def small(self, part: Condition, wanted: bool) -> list[Body]:
        """The bodies of a part, behind a helper when there are several."""
        bodies = self.bodies(part, wanted)
        return bodies if len(bodies) <= 1 else [frozenset([self.helper(part, wanted, bodies)])]


def together(bodies: list[Body]) -> list[Body]:
    """The same alternatives, with those that are one literal each as patterns of several alternatives."""
    single: list[Literal] = []
    rest: list[Body] = []
    for body in bodies:
        (first, *others) = body or [None]
        if others or first is None or isinstance(first, OneOfThese):
            rest.append(body)
        else:
            single.append(first)
    chunks = [single[start : start + MOST_ALTERNATIVES] for start in range(0, len(single), MOST_ALTERNATIVES)]
    merged: list[Body] = [
        frozenset(chunk) if len(chunk) == 1 else frozenset([OneOfThese(frozenset(chunk))]) for chunk in chunks
    ]
    return merged + rest


@cache
def written(element: Element) -> str:
    """A fixed order for sets of literals: the same rule book always gives the same engine rules."""
    return repr(element)


def in_order(elements: Iterable[Element]) -> list[Element]:
    """Elements in that order."""
    return sorted(elements, key=written)


def literals_of(body: Body) -> Iterator[Literal]:
    """Every literal in a body, in a fixed order."""
    for element in in_order(body):
        if isinstance(element, OneOfThese):
            yield from sorted(element.literals, key=written)
        else:
            yield element


def weight(body: Body) -> int:
    """In how many ways a body can match."""
    return prod(len(element.literals) for element in body if isinstance(element, OneOfThese))


def _restore(element: Element) -> Condition:
    if isinstance(element, OneOfThese):
        return AnyOf(tuple(_restore(literal) for literal in sorted(element.literals, key=written)))
    name, sign = element
    condition = Concluded(name) if isinstance(name, str) else name
    return condition if sign else Not(condition)


def compile_book(book: RuleBook) -> tuple[EngineRule, ...]:
    """The prove and refute rules of every conclusion of a rule book; what a rule reads is concluded before it.

    Raises:
        RuleBookError: the book needs more rules than the engine can hold.
    """
    compiler = _Compiler(aliases(book))
    for name in book.order:
        rules = book.rules_for[name]
        for rule in rules:
            compiler.conclude((name, True), rule.condition, True, rule.id)
        compiler.conclude((name, False), some_rule_holds(book, rules), False, None)
    if len(compiler.rules) > MOST_RULES:
        message = f"the rule book needs {len(compiler.rules)} engine rules; at most {MOST_RULES} fit"
        raise RuleBookError([RuleProblem("rules", 0, 0, message)])
    return tuple(compiler.rules)


def aliases(book: RuleBook) -> dict[str, Condition]:
    """Conclusions with one rule that reads one answer (such as `adults-only`), with that answer.

    Other rules read the answer instead: it stands on a fact that they need anyway.
    """
    found: dict[str, Condition] = {}
    for name, rules in book.rules_for.items():
        if len(rules) == 1 and not isinstance(rules[0].condition, Not | AllOf | AnyOf | AtLeast | Concluded):
            found[name] = rules[0].condition
    return found


def some_rule_holds(book: RuleBook, rules: Iterable[Rule]) -> Condition:
    """The condition that one of the rules holds; what decides whether a pack applies is written once for its rules."""
    by_pack: dict[str, list[Condition]] = {}
    for rule in rules:
        by_pack.setdefault(rule.pack, []).append(rule.when)
    return AnyOf(tuple(effective(book.packs[pack], factored(whens)) for pack, whens in by_pack.items()))


def factored(alternatives: list[Condition]) -> Condition:
    """The same as `any` of the alternatives, with what several of them have in common written once.

    `(a and x) or (a and y)` is `a and (x or y)` in Kleene's logic too; refuting it then takes two steps, not four.
    """
    parts = [part for one in alternatives for part in dict.fromkeys(_conjuncts(one))]
    common = max(parts, key=parts.count, default=None)
    if common is None or parts.count(common) < 2:
        return AnyOf(tuple(alternatives))
    sharing = [
        AllOf(tuple(p for p in _conjuncts(one) if p != common)) for one in alternatives if common in _conjuncts(one)
    ]
    others = [one for one in alternatives if common not in _conjuncts(one)]
    return AnyOf((AllOf((common, factored(list(sharing)))), *([factored(others)] if others else [])))


def _conjuncts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, AllOf) else (condition,)
