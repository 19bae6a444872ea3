"""The chain behind one conclusion: the engine's firings as a graph from the answers to the conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from screener.explain.goal import kind_of, title_of
from screener.logic.condition import Concluded, Condition
from screener.logic.kleene import Literal as Leaf
from screener.logic.kleene import support
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder
from screener.report.page import answer_in_words
from screener.report.urgency import kept_back
from screener.rulebook.rule import Rule

Settled: TypeAlias = Literal["raised", "ruled-out"]


@dataclass(frozen=True, slots=True)
class Use:
    """An answer or a conclusion that a step rests on.

    Attributes:
        kind: which of the two.
        name: the field, or the id of the conclusion.
        words: the answer (`muscle cramps: yes`) or the title of the conclusion.
        holds: for a conclusion, whether it counts as raised (True) or as ruled out (False).
        gate: it only says that the pack of the rule applies at all.
    """

    kind: Literal["answer", "conclusion"]
    name: str
    words: str
    holds: bool = True
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule with what it rests on: why it fired, or why it could not."""

    rule: str
    pack: str
    text: str
    sources: tuple[str, ...]
    uses: tuple[Use, ...]
    strength: str = ""
    disagreement: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One firing.

    Attributes:
        number: from 1, in an order in which each step uses only earlier ones.
        rule: the rule that was proved; None when every rule of the conclusion was refuted.
        kind: whether it concludes a `flag`, a `finding` or an `urgency` level.
        reasons: the rule that fired, or each rule of the conclusion with what refutes it.
        rests_on: the numbers of the earlier steps it uses.
        leaves: the answers and conclusions it uses, as conditions with their value.
    """

    number: int
    rule: str | None
    concludes: str
    kind: str
    title: str
    status: Settled
    reasons: tuple[Reason, ...]
    rests_on: tuple[int, ...]
    leaves: tuple[Leaf, ...] = field(repr=False)


@dataclass(frozen=True)
class Chain:
    """The steps that prove or refute one conclusion, in an order in which each uses only earlier ones.

    Attributes:
        goal: the conclusion's id.
        title: what it is called.
        status: `raised`, or `ruled-out` when the chain is a refutation.
        steps: the firings; the last ones conclude the goal.
    """

    goal: str
    title: str
    status: Settled
    steps: tuple[Step, ...]


def chain_to(builder: ReportBuilder, goal: str) -> Chain:
    """The chain behind a conclusion that is certain.

    Raises:
        ValueError: the conclusion is possible only, so nothing proves or refutes it.
    """
    return _Building(builder).chain([goal])


def whole_chain(builder: ReportBuilder) -> tuple[Step, ...]:
    """Every firing of the case, in an order in which each step uses only earlier ones."""
    building = _Building(builder)
    for name in builder.book.order:
        if builder.outcome.values[name] is not None:
            building.visit(name)
    return tuple(building.steps)


@dataclass
class _Building:
    """Collects steps, each after those it uses."""

    builder: ReportBuilder
    steps: list[Step] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def chain(self, goals: list[str]) -> Chain:
        goal = goals[-1]
        value = self.builder.outcome.values[goal]
        if value is None:
            raise ValueError(f"`{goal}` is possible: nothing proves or refutes it")
        self.visit(goal)
        title = title_of(self.builder, goal)
        return Chain(goal, title, "raised" if value else "ruled-out", tuple(self.steps))

    def visit(self, goal: str) -> None:
        """Add the steps that settle a conclusion, and before them those they use."""
        found: dict[str, list[tuple[Rule | None, tuple[Reason, ...], list[Leaf]]]] = {}

        def needs(name: str) -> list[str]:
            found[name] = list(self.firings(name)) if name not in self.numbers else []
            return [leaf.id for _, _, leaves in found[name] for leaf, _ in leaves if isinstance(leaf, Concluded)]

        for name in after_what_it_needs([goal], needs):
            if name not in self.numbers:
                self.numbers[name] = [self.add(name, *item) for item in found[name]]

    def firings(self, goal: str) -> Iterator[tuple[Rule | None, tuple[Reason, ...], list[Leaf]]]:
        """The firings that conclude this: one for each proved rule, or the one refutation."""
        rules = self.builder.book.rules_for[goal]
        if self.builder.outcome.values[goal]:
            for rule in rules:
                if rule.id in self.builder.grounds.proved:
                    yield rule, (reason(self.builder, rule, True),), self.leaves(rule.condition, True)
        else:
            leaves = dict.fromkeys(leaf for rule in rules for leaf in self.leaves(rule.condition, False))
            yield None, tuple(reason(self.builder, rule, False) for rule in rules), list(leaves)

    def leaves(self, condition: Condition, wanted: bool) -> list[Leaf]:
        return support(condition, self.builder.facts.truth, self.builder.outcome.values, wanted)

    def add(self, goal: str, rule: Rule | None, reasons: tuple[Reason, ...], leaves: list[Leaf]) -> int:
        used = [leaf.id for leaf, _ in leaves if isinstance(leaf, Concluded)]
        rests_on = tuple(sorted({number for name in used for number in self.numbers[name]}))
        number = len(self.steps) + 1
        name, kind, title = rule.id if rule else None, kind_of(self.builder.book, goal), title_of(self.builder, goal)
        status: Settled = "ruled-out" if rule is None else "raised"
        self.steps.append(
            Step(
                number,
                name,
                goal,
                kind,
                title,
                status,
                reasons,
                rests_on,
                tuple(leaves),
            )
        )
        return number


def reason(builder: ReportBuilder, rule: Rule, proved: bool) -> Reason:
    """A rule with what it rests on for this case: what made it fire, or what refutes it."""
    truth, values = builder.facts.truth, builder.outcome.values
    own = support(rule.when, truth, values, proved)
    gate = [leaf for leaf in support(rule.condition, truth, values, proved) if leaf not in own]
    uses = (*uses_of(builder, own), *uses_of(builder, gate, gate=True))
    text = because(builder, rule)
    kept = text == kept_back()
    return Reason(rule.id, rule.pack, text, rule.sources, uses, rule.strength, "" if kept else rule.disagreement)


def because(builder: ReportBuilder, rule: Rule) -> str:
    """A rule's reason; not where a stronger flag keeps back what this one says."""
    if {rule.id, rule.concludes} & builder.hidden:
        return kept_back()
    return rule.said(builder.medicines_behind(support(rule.when, builder.facts.truth, builder.outcome.values)))


def uses_of(builder: ReportBuilder, leaves: Iterable[Leaf], gate: bool = False) -> Iterator[Use]:
    """Answers (each field once) and conclusions, in words."""
    found = list(leaves)
    for evidence in builder.evidence(found):
        yield Use("answer", evidence.field, answer_in_words(builder.book, evidence.field, evidence.value), gate=gate)
    for leaf, holds in found:
        if isinstance(leaf, Concluded):
            yield Use("conclusion", leaf.id, title_of(builder, leaf.id), holds, gate)
