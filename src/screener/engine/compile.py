"""From conditions to the rule sets of the durable engine: positive matching only, within the engine's limits.

Every conclusion becomes a pair of rule sets, one that proves it and one that refutes it. Negation is pushed down to the
answers, so an unknown answer matches neither. A literal is an answer (`fatigue`, yes or no) or a conclusion (proved or
refuted); a body is a set of literals that must all match.

What durable-rules 2.0.28 can not carry is arranged here, so that rule authors never meet it:

- at most 64 patterns may match one fact: answers are asserted as several *section* facts, and a conclusion that many
  rules read is asserted in several copies;
- at most 16 facts may take part in one rule: longer bodies are split with helper conclusions;
- `at_least` becomes a sequential counter of helpers, nested alternatives become helpers: never a product of cases;
- names are compared by a 32-bit hash only: every name is checked for collisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from screener.errors import RuleBookError, RuleProblem
from screener.rulebook.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not
from screener.rulebook.rule import Rule, RuleBook, effective

Name: TypeAlias = Atom | str  # an answer, or a conclusion or helper by its id
Literal: TypeAlias = tuple[Name, bool]
Body: TypeAlias = frozenset[Literal]

MOST_MATCHES: Final = 50  # patterns per fact (the engine's limit is 64)
MOST_CONCLUSIONS: Final = 12  # conclusions per body (the engine's limit is 16 facts)
MOST_ANSWERS: Final = 40  # answers per body, all on one section fact
MOST_BRANCHES: Final = 6  # alternatives multiplied out before a helper is made
MOST_RULES: Final = 4000  # the engine's limit is 4096
MOST_SIBLINGS: Final = 200  # facts of one bucket (the engine hangs at 512)


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

    rules: list[EngineRule] = field(default_factory=list)
    helpers: dict[tuple[Condition, bool], str] = field(default_factory=dict)
    known: set[tuple[Literal, Body, str | None]] = field(default_factory=set)

    def conclude(self, head: Literal, condition: Condition, wanted: bool, rule: str | None) -> None:
        """Rules by which `condition` being `wanted` gives `head`."""
        for body in self.bodies(condition, wanted):
            self.add(head, body, rule)

    def add(self, head: Literal, body: Body, rule: str | None) -> None:
        if any((name, not sign) in body for name, sign in body):
            return  # a contradiction in itself can never match
        body = self.short(body)
        if (head, body, rule) not in self.known:
            self.known.add((head, body, rule))
            self.rules.append(EngineRule(f"r{len(self.rules)}", head, body, rule))

    def short(self, body: Body) -> Body:
        """The body within the limits of one rule; what is too much moves into helpers."""
        ordered = sorted(body, key=repr)
        answers = [item for item in ordered if not isinstance(item[0], str)]
        others = [item for item in ordered if isinstance(item[0], str)]
        while len(answers) > MOST_ANSWERS:
            chunk, answers = answers[:MOST_ANSWERS], answers[MOST_ANSWERS:]
            others.append(self.helper_of(frozenset(chunk)))
        while len(others) > MOST_CONCLUSIONS:
            chunk, others = others[:MOST_CONCLUSIONS], others[MOST_CONCLUSIONS:]
            others.append(self.helper_of(frozenset(chunk)))
        return frozenset([*answers, *others])

    def helper_of(self, body: Body) -> Literal:
        literals = (AllOf((_restore(item),)) if item[1] else Not(_restore(item)) for item in sorted(body, key=repr))
        return self.helper(AllOf(tuple(literals)), True, [body])

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
            case Concluded(name):
                return [frozenset([(name, wanted)])]
            case atom:
                return [frozenset([(atom, wanted)])]

    def union(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        found: dict[Body, None] = {}
        for part in parts:
            found.update(dict.fromkeys(self.bodies(part, wanted)))
        return list(found)

    def product(self, parts: tuple[Condition, ...], wanted: bool) -> list[Body]:
        """One body for every way of choosing an alternative of each part; a helper where that would grow."""
        choices = [(part, self.bodies(part, wanted)) for part in parts]
        ways = 1
        result: list[Body] = [frozenset()]
        for part, bodies in sorted(choices, key=lambda choice: len(choice[1])):
            if len(bodies) > 1 and ways * len(bodies) > MOST_BRANCHES:
                bodies = [frozenset([self.helper(part, wanted, bodies)])]
            ways *= len(bodies)
            result = [left | right for left in result for right in bodies]
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


def _restore(item: Literal) -> Condition:
    name = item[0]
    return Concluded(name) if isinstance(name, str) else name


def compile_book(book: RuleBook) -> tuple[EngineRule, ...]:
    """The prove and refute rules of every conclusion of a rule book.

    Raises:
        RuleBookError: the book needs more rules than the engine can hold.
    """
    compiler = _Compiler()
    for name in book.order:
        rules = book.rules_for[name]
        for rule in rules:
            compiler.conclude((name, True), rule.condition, True, rule.id)
        compiler.conclude((name, False), some_rule_holds(book, rules), False, None)
    if len(compiler.rules) > MOST_RULES:
        message = f"the rule book needs {len(compiler.rules)} engine rules; at most {MOST_RULES} fit"
        raise RuleBookError([RuleProblem("rules", 0, 0, message)])
    return tuple(compiler.rules)


def some_rule_holds(book: RuleBook, rules: Iterable[Rule]) -> Condition:
    """The condition that one of the rules holds; what decides whether a pack applies is written once for its rules."""
    by_pack: dict[str, list[Condition]] = {}
    for rule in rules:
        by_pack.setdefault(rule.pack, []).append(rule.when)
    return AnyOf(tuple(effective(book.packs[pack], AnyOf(tuple(whens))) for pack, whens in by_pack.items()))


@dataclass(frozen=True)
class Program:
    """The rule sets as durable-rules takes them, and how to read what it answers.

    Attributes:
        definition: the JSON-ready rule set.
        sections: the answers that each section fact carries, with the attribute that stands for each.
        start: conclusions that hold for every case (bodies without literals).
        copies: the facts to assert for a conclusion, as JSON texts.
        heads: what each engine rule concludes, and the rule of the book it proves.
    """

    definition: dict[str, Any]
    sections: tuple[tuple[tuple[Atom, str], ...], ...]
    start: tuple[EngineRule, ...]
    copies: dict[Literal, tuple[str, ...]]
    heads: dict[str, EngineRule]


def lay_out(rules: Iterable[EngineRule]) -> Program:
    """Divide the rules into sections and copies so that no fact meets more patterns than the engine can take.

    Raises:
        RuleBookError: two names have the same hash in the engine.
    """
    every = tuple(rules)
    layout = _Layout()
    definition: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
    for rule in every:
        if rule.body:
            definition[rule.name] = {"all": list(layout.patterns(rule.body)), "dist": 0}
    names = layout.names()
    _check_hashes(names)
    return Program(
        definition,
        tuple(tuple(attributes.items()) for attributes in layout.sections),
        tuple(rule for rule in every if not rule.body),
        layout.copies(),
        {rule.name: rule for rule in every},
    )


PRIMER: Final = "primer"


@dataclass
class _Layout:
    """Where each pattern goes."""

    sections: list[dict[Atom, str]] = field(default_factory=list)
    section_use: list[int] = field(default_factory=list)
    attributes: dict[Atom, str] = field(default_factory=dict)
    uses: dict[Literal, int] = field(default_factory=dict)
    facts: dict[tuple[Literal, int], tuple[int, str]] = field(default_factory=dict)

    def patterns(self, body: Body) -> Iterator[dict[str, Any]]:
        """The patterns of one body: one for its answers, one for each conclusion."""
        ordered = sorted(body, key=repr)
        answers = [(name, sign) for name, sign in ordered if not isinstance(name, str)]
        others = [(name, sign) for name, sign in ordered if isinstance(name, str)]
        if answers:
            section = self.section(name for name, _ in answers)
            tests: list[dict[str, Any]] = [{"t": f"s{section}"}]
            tests += [{self.sections[section][name]: sign} for name, sign in answers]
            yield {"p0": {"$and": tests}}
        for number, literal in enumerate(others, start=1):
            bucket, text = self.fact(literal)
            yield {f"p{number}": {"$and": [{"t": f"b{bucket}"}, {"n": text}]}}

    def section(self, atoms: Iterable[Atom]) -> int:
        """The section fact that a body's answers stand on."""
        if not self.sections or self.section_use[-1] >= MOST_MATCHES:
            self.sections.append({})
            self.section_use.append(0)
        self.section_use[-1] += 1
        for atom in atoms:
            self.attributes.setdefault(atom, f"a{len(self.attributes)}")
            self.sections[-1][atom] = self.attributes[atom]
        return len(self.sections) - 1

    def fact(self, literal: Literal) -> tuple[int, str]:
        """The copy of a conclusion that the next pattern reads: its bucket and its name."""
        use = self.uses.get(literal, 0)
        self.uses[literal] = use + 1
        key = (literal, use // MOST_MATCHES)
        if key not in self.facts:
            number = len(self.facts)
            self.facts[key] = (number // MOST_SIBLINGS, f"n{number}")
        return self.facts[key]

    def copies(self) -> dict[Literal, tuple[str, ...]]:
        """The facts to assert for each conclusion."""
        found: dict[Literal, list[str]] = {}
        for (literal, _), (bucket, text) in self.facts.items():
            found.setdefault(literal, []).append(f'{{"id":"d{text}","sid":"0","t":"b{bucket}","n":"{text}"}}')
        return {literal: tuple(texts) for literal, texts in found.items()}

    def names(self) -> list[str]:
        """Every attribute name, value and id that the engine compares by hash."""
        facts = [name for _, text in self.facts.values() for name in (text, f"d{text}")]
        sections = [name for number in range(len(self.sections)) for name in (f"s{number}", f"c{number}")]
        buckets = {f"b{bucket}" for bucket, _ in self.facts.values()}
        return ["id", "sid", "t", "n", "$s", "0", PRIMER, *self.attributes.values(), *facts, *sections, *buckets]


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
