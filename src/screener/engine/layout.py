"""Where each pattern of the compiled rules goes: section facts for answers, copies of facts for conclusions.

durable-rules 2.0.28 fails when more than 64 patterns match one fact, hangs at 512 siblings and compares names by a
32-bit hash only: the rules are divided so that no fact meets too many patterns, and every name is checked for
collisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json import dumps
from typing import Any, Final

from screener.engine.compile import Body, Element, EngineRule, Literal, OneOfThese, divide, weight, written
from screener.engine.program import PRIMER, Head, Program
from screener.errors import RuleBookError, RuleProblem
from screener.rulebook.condition import Atom

MOST_MATCHES: Final = 50  # patterns per fact (the engine's limit is 64)
MOST_SIBLINGS: Final = 200  # facts of one bucket (the engine hangs at 512)


def lay_out(rules: Iterable[EngineRule]) -> Program:
    """Divide the rules into sections and copies so that no fact meets more patterns than the engine can take.

    Raises:
        RuleBookError: two names have the same hash in the engine.
    """
    every = tuple(rules)
    layout = Layout()
    definition: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
    for rule in every:
        if rule.body:
            definition[rule.name] = {"all": list(layout.patterns(rule.body)), "dist": 0}
    names = layout.names()
    _check_hashes(names)
    copies = layout.copies()
    return Program(
        dumps(definition),
        tuple(layout.attributes),
        tuple(layout.section_attributes()),
        tuple(rule.name for rule in every if not rule.body),
        {rule.name: Head(str(rule.head[0]), rule.head[1], rule.rule, copies.get(rule.head, ())) for rule in every},
    )


@dataclass
class Layout:
    """Where each pattern goes."""

    sections: list[dict[Atom, str]] = field(default_factory=list)
    section_use: list[int] = field(default_factory=list)
    attributes: dict[Atom, str] = field(default_factory=dict)
    uses: dict[Literal, int] = field(default_factory=dict)
    facts: dict[tuple[Literal, int], tuple[int, str]] = field(default_factory=dict)

    def patterns(self, body: Body) -> Iterator[dict[str, Any]]:
        """The patterns of one body: one for its answers, one for each conclusion."""
        answers, others = divide(body)
        if answers:
            section = self.section(answers, weight(body))
            tests = [self.test(section, element) for element in answers]
            yield {"p0": {"$and": [{"t": f"s{section}"}, *tests]}}
        for number, literal in enumerate(others, start=1):
            bucket, text = self.fact(literal)
            yield {f"p{number}": {"$and": [{"t": f"b{bucket}"}, {"n": text}]}}

    def section(self, answers: Iterable[Element], ways: int) -> int:
        """The section fact that a body's answers stand on."""
        if not self.sections or self.section_use[-1] + ways > MOST_MATCHES:
            self.sections.append({})
            self.section_use.append(0)
        self.section_use[-1] += ways
        for element in answers:
            for name, _ in element.answers if isinstance(element, OneOfThese) else [element]:
                assert not isinstance(name, str)
                self.attributes.setdefault(name, f"a{len(self.attributes)}")
                self.sections[-1][name] = self.attributes[name]
        return len(self.sections) - 1

    def test(self, section: int, element: Element) -> dict[str, Any]:
        """One answer, or alternatives between answers, as the engine tests it."""
        if isinstance(element, OneOfThese):
            return {"$or": [self.test(section, answer) for answer in sorted(element.answers, key=written)]}
        name, sign = element
        assert not isinstance(name, str)
        return {self.sections[section][name]: sign}

    def fact(self, literal: Literal) -> tuple[int, str]:
        """The copy of a conclusion that the next pattern reads: its bucket and its name."""
        use = self.uses.get(literal, 0)
        self.uses[literal] = use + 1
        key = (literal, use // MOST_MATCHES)
        if key not in self.facts:
            number = len(self.facts)
            self.facts[key] = (number // MOST_SIBLINGS, f"n{number}")
        return self.facts[key]

    def section_attributes(self) -> Iterator[tuple[tuple[int, str], ...]]:
        """For each section, the answers on it (by their place in `attributes`) with the attribute's name."""
        place = {atom: index for index, atom in enumerate(self.attributes)}
        for section in self.sections:
            yield tuple((place[atom], name) for atom, name in section.items())

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
