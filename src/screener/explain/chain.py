"""The chain behind one conclusion: the engine's firings as a graph from the answers to the conclusion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from screener.explain.goal import Kind, kind_of, title_of
from screener.explain.ground import Together, Use, facts, ground_of, leaves_of, uses_of, value_of
from screener.logic.condition import Concluded
from screener.logic.kleene import Kleene
from screener.logic.kleene import Literal as Leaf
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder
from screener.report.urgency import kept_back
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
    ground: Together
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

    @property
    def reads(self) -> list[str]:
        """The conclusions that it uses."""
        waits = [fact.use for reason in self.reasons for fact in facts(reason.ground)] if not self.leaves else []
        return [
            *(leaf.id for leaf, _ in self.leaves if isinstance(leaf, Concluded)),
            *(use.name for use in waits if use.kind == "conclusion"),
        ]


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
    status = status_of(builder.outcome.values[goal])
    return Chain(goal, title_of(builder, goal), status, _steps(builder, [goal]))


def whole_chain(builder: ReportBuilder) -> tuple[Step, ...]:
    """Every firing of the case, in an order in which each step uses only earlier ones."""
    return _steps(builder, [name for name in builder.book.order if builder.outcome.values[name] is not None])


def _steps(builder: ReportBuilder, goals: Iterable[str]) -> tuple[Step, ...]:
    """The steps that settle conclusions or keep them open, with all that they use."""
    found: dict[str, list[Step]] = {}

    def needs(name: str) -> list[str]:
        found[name] = list(_firings(builder, name))
        return [other for step in found[name] for other in step.reads]

    return _numbered(step for name in after_what_it_needs(goals, needs) for step in found[name])


def _numbered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps of one case, each once, with their numbers; each comes after those that it uses."""
    found: list[Step] = []
    numbers: dict[str, list[int]] = {}
    for number, step in enumerate({(step.rule, step.concludes): step for step in steps}.values(), start=1):
        rests_on = sorted({other for name in step.reads for other in numbers.get(name, ())})
        found.append(replace(step, number=number, rests_on=tuple(rests_on)))
        numbers.setdefault(step.concludes, []).append(number)
    return tuple(found)


def merged(chains: Iterable[Chain]) -> tuple[Step, ...]:
    """The steps of several chains of one case, each once, numbered anew."""
    return _numbered(step for chain in chains for step in chain.steps)


def _firings(case: ReportBuilder, goal: str) -> Iterator[Step]:
    """The steps that conclude this, without numbers: one for each proved (or open) rule, or the one refutation."""
    rules, value = case.book.rules_for[goal], case.outcome.values[goal]
    kind, title, status = kind_of(case.book, goal), title_of(case, goal), status_of(value)
    if value is False:
        leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(case, rule.condition, False)))
        reasons = tuple(reason(case, rule, False) for rule in rules)
        yield Step(0, None, goal, kind, title, status, reasons, (), tuple(leaves))
        return
    for rule in rules:
        counts = rule.id in case.proved if value else value_of(case, rule.condition) is None
        if counts:
            leaves = leaves_of(case, rule.condition)  # none while it is open
            yield Step(0, rule.id, goal, kind, title, status, (reason(case, rule, value),), (), tuple(leaves))


def status_of(value: Kleene) -> Status:
    """The status of a conclusion with a value, whether or not a stronger one takes precedence."""
    return "possible" if value is None else "raised" if value else "ruled-out"


def reason(builder: ReportBuilder, rule: Rule, proved: bool | None) -> Reason:
    """A rule with what it rests on for this case: what made it fire, what refutes it or, with None, what it waits for
    and what of it holds already.
    """
    if proved is None:
        applies = value_of(builder, builder.book.packs[rule.pack].applies)
        ground = ground_of(builder, rule.when if applies else rule.condition)
        uses = tuple(dict.fromkeys(fact.use for fact in facts(ground)))
    else:
        own = leaves_of(builder, rule.when, proved)
        gate = [leaf for leaf in leaves_of(builder, rule.condition, proved) if leaf not in own]
        uses = (*uses_of(builder, own), *uses_of(builder, gate, gate=True))
        decides = rule.when if value_of(builder, rule.when) is proved else rule.condition
        ground = ground_of(builder, decides, refuted=not proved)
    text = because(builder, rule)
    disagreement = "" if text == kept_back() else rule.disagreement
    return Reason(rule.id, text, rule.sources, uses, ground, rule.strength, disagreement)


def because(builder: ReportBuilder, rule: Rule) -> str:
    """A rule's reason; not where a stronger flag keeps back what this one says."""
    if {rule.id, rule.concludes} & builder.hidden:
        return kept_back()
    return rule.said(builder.medicines_behind(leaves_of(builder, rule.when)))
