"""The chain behind one conclusion: the engine's firings as a graph from the answers to the conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from screener.explain.goal import Kind, kind_of, title_of
from screener.explain.ground import Group, Seen, Use, facts
from screener.logic.condition import Atom, Concluded, Condition, field_of
from screener.logic.kleene import Kleene, evaluate, support
from screener.logic.kleene import Literal as Leaf
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder, kept_back
from screener.report.words import answer_in_words, label
from screener.rulebook.rule import Rule

Status: TypeAlias = Literal["raised", "possible", "ruled-out"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule with what it rests on: why it fired, why it could not, or what it waits for.

    Attributes:
        uses: the answers and conclusions, each once.
        ground: the same as a tree of and, or and at least; that the pack applies is in it only where it decides.
    """

    rule: str
    text: str
    sources: tuple[str, ...]
    uses: tuple[Use, ...]
    ground: Group
    strength: str = ""
    disagreement: str = ""

    @property
    def answers(self) -> list[Use]:
        """The answers that it rests on."""
        return [use for use in self.uses if use.kind == "answer"]

    @property
    def conclusions(self) -> list[Use]:
        """The conclusions that it rests on."""
        return [use for use in self.uses if use.kind == "conclusion"]


@dataclass(frozen=True, slots=True)
class Step:
    """One firing.

    Attributes:
        number: from 1, in an order in which each step uses only earlier ones.
        rule: the rule that was proved (or that could still fire); None when every rule was refuted.
        kind: whether it concludes a `flag`, a `finding` or an `urgency` level.
        reasons: the rule that fired, or each rule of the conclusion with what refutes it.
        rests_on: the numbers of the earlier steps it uses.
        leaves: the answers and conclusions it uses, as conditions with their value.
    """

    number: int
    rule: str | None
    concludes: str
    kind: Kind
    title: str
    status: Status
    reasons: tuple[Reason, ...]
    rests_on: tuple[int, ...]
    leaves: tuple[Leaf, ...] = field(repr=False)


@dataclass(frozen=True)
class Chain:
    """The steps that prove, refute or keep open one conclusion, in an order in which each uses only earlier ones.

    Attributes:
        goal: the conclusion's id.
        title: what it is called.
        status: `raised`, `ruled-out` when the chain is a refutation, `possible` when it is one that waits for answers.
        steps: the firings; the last ones conclude the goal.
    """

    goal: str
    title: str
    status: Status
    steps: tuple[Step, ...]


def chain_to(builder: ReportBuilder, goal: str) -> Chain:
    """The chain behind a conclusion that is certain.

    Raises:
        ValueError: the conclusion is possible only, so nothing proves or refutes it.
    """
    if builder.outcome.values[goal] is None:
        raise ValueError(f"`{goal}` is possible: nothing proves or refutes it")
    return open_chain(builder, goal)


def open_chain(builder: ReportBuilder, goal: str) -> Chain:
    """The chain behind a conclusion; while it is possible, the rules that could still fire with what they wait for."""
    building = _Building(builder)
    building.visit(goal)
    status = status_of(builder.outcome.values[goal])
    return Chain(goal, title_of(builder, goal), status, tuple(building.steps))


def whole_chain(builder: ReportBuilder) -> tuple[Step, ...]:
    """Every firing of the case, in an order in which each step uses only earlier ones."""
    building = _Building(builder)
    for name in builder.book.order:
        if builder.outcome.values[name] is not None:
            building.visit(name)
    return tuple(building.steps)


def status_of(value: Kleene) -> Status:
    """The status of a conclusion with a value, whether or not a stronger one takes precedence."""
    return "possible" if value is None else "raised" if value else "ruled-out"


@dataclass
class _Building:
    """Collects steps, each after those it uses."""

    builder: ReportBuilder
    steps: list[Step] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def visit(self, goal: str) -> None:
        """Add the steps that settle a conclusion or keep it open, and before them those they use."""
        found: dict[str, list[_Firing]] = {}

        def needs(name: str) -> list[str]:
            found[name] = list(self.firings(name)) if name not in self.numbers else []
            return [other for firing in found[name] for other in firing.reads]

        for name in after_what_it_needs([goal], needs):
            if name not in self.numbers:
                self.numbers[name] = [self.add(name, firing) for firing in found[name]]

    def firings(self, goal: str) -> Iterator[_Firing]:
        """The firings that conclude this: one for each proved (or open) rule, or the one refutation."""
        rules, value = self.builder.book.rules_for[goal], self.builder.outcome.values[goal]
        if value is None:
            for rule in rules:
                if evaluate(rule.condition, self.builder.facts.truth, self.builder.outcome.values) is None:
                    yield _Firing(rule.id, (open_reason(self.builder, rule),), ())
        elif value:
            for rule in rules:
                if rule.id in self.builder.proved:
                    yield _Firing(rule.id, (reason(self.builder, rule, True),), self.leaves(rule.condition, True))
        else:
            leaves = dict.fromkeys(leaf for rule in rules for leaf in self.leaves(rule.condition, False))
            yield _Firing(None, tuple(reason(self.builder, rule, False) for rule in rules), tuple(leaves))

    def leaves(self, condition: Condition, wanted: bool) -> tuple[Leaf, ...]:
        return tuple(support(condition, self.builder.facts.truth, self.builder.outcome.values, wanted))

    def add(self, goal: str, firing: _Firing) -> int:
        rests_on = tuple(sorted({number for name in firing.reads for number in self.numbers[name]}))
        number, builder = len(self.steps) + 1, self.builder
        kind, title, status = (
            kind_of(builder.book, goal),
            title_of(builder, goal),
            status_of(builder.outcome.values[goal]),
        )
        self.steps.append(Step(number, firing.rule, goal, kind, title, status, firing.reasons, rests_on, firing.leaves))
        return number


@dataclass(frozen=True, slots=True)
class _Firing:
    """A step before it has a number."""

    rule: str | None
    reasons: tuple[Reason, ...]
    leaves: tuple[Leaf, ...]

    @property
    def reads(self) -> list[str]:
        """The conclusions that it uses."""
        waits = [fact.use for reason in self.reasons for fact in facts(reason.ground)] if not self.leaves else []
        return [
            *(leaf.id for leaf, _ in self.leaves if isinstance(leaf, Concluded)),
            *(use.name for use in waits if use.kind == "conclusion"),
        ]


def reason(builder: ReportBuilder, rule: Rule, proved: bool) -> Reason:
    """A rule with what it rests on for this case: what made it fire, or what refutes it."""
    truth, values = builder.facts.truth, builder.outcome.values
    own = support(rule.when, truth, values, proved)
    gate = [leaf for leaf in support(rule.condition, truth, values, proved) if leaf not in own]
    uses = (*uses_of(builder, own), *uses_of(builder, gate, gate=True))
    decides = rule.when if evaluate(rule.when, truth, values) is proved else rule.condition
    return _reason(builder, rule, uses, seen(builder).ground(decides, refuted=not proved))


def open_reason(builder: ReportBuilder, rule: Rule) -> Reason:
    """A rule that could still fire, with what it waits for and what of it holds already."""
    applies = evaluate(builder.book.packs[rule.pack].applies, builder.facts.truth, builder.outcome.values)
    ground = seen(builder).ground(rule.when if applies else rule.condition)
    uses = tuple(dict.fromkeys(fact.use for fact in facts(ground)))
    return _reason(builder, rule, uses, ground)


def _reason(builder: ReportBuilder, rule: Rule, uses: tuple[Use, ...], ground: Group) -> Reason:
    text = because(builder, rule)
    disagreement = "" if text == kept_back() else rule.disagreement
    return Reason(rule.id, text, rule.sources, uses, ground, rule.strength, disagreement)


def because(builder: ReportBuilder, rule: Rule) -> str:
    """A rule's reason; not where a stronger flag keeps back what this one says."""
    if {rule.id, rule.concludes} & builder.hidden:
        return kept_back()
    return rule.said(builder.medicines_behind(support(rule.when, builder.facts.truth, builder.outcome.values)))


def seen(builder: ReportBuilder) -> Seen:
    """How the conditions of a case are looked at."""

    def called(leaf: Atom | Concluded, known: Kleene) -> Use:
        if known is None and not isinstance(leaf, Concluded):
            return Use("answer", field_of(leaf), label(builder.book, field_of(leaf)))
        if isinstance(leaf, Concluded):
            return Use("conclusion", leaf.id, title_of(builder, leaf.id), known is True)
        (use,) = uses_of(builder, [(leaf, known is True)])
        return use

    return Seen(builder.facts.truth, builder.outcome.values, called)


def uses_of(builder: ReportBuilder, leaves: Iterable[Leaf], gate: bool = False) -> Iterator[Use]:
    """Answers (each field once) and conclusions, in words."""
    found = list(leaves)
    for evidence in builder.evidence(found):
        yield Use("answer", evidence.field, answer_in_words(builder.book, evidence.field, evidence.value), gate=gate)
    for leaf, holds in found:
        if isinstance(leaf, Concluded):
            yield Use("conclusion", leaf.id, title_of(builder, leaf.id), holds, gate)
