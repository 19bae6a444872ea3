"""Why not: what rules a conclusion out, or what keeps it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from screener.engine.outcome import Status
from screener.explain.chain import Chain, because, chain_to, open_chain
from screener.explain.goal import Kind, kind_of, title_of
from screener.explain.ground import value_of
from screener.explain.smallest.completion import Completion, complete
from screener.explain.words import MOST, steps_blocks, suppressed, wrapped
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import open_leaves
from screener.report.blocks import Block, Heading, Paragraph, bullets
from screener.report.build import ReportBuilder
from screener.report.words import label, status_word
from screener.rulebook.rule import Rule
from screener.saying import say

MOST_WAITING: Final = 8


@dataclass(frozen=True, slots=True)
class OpenRule:
    """A rule that could still fire.

    Attributes:
        waits_for: the unanswered fields that are left in it, and `labels` what they are called.
        reads: findings or flags it reads that are themselves possible.
    """

    rule: str
    text: str
    sources: tuple[str, ...]
    waits_for: tuple[str, ...]
    labels: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class WhyNot:
    """Why a conclusion is not raised.

    Attributes:
        kind: `flag`, `finding` or `urgency`.
        status: `ruled-out`, `possible`, or `raised` or `suppressed` when the question does not arise.
        refutation: the chain that rules it out; None while it is possible.
        waiting: the rules that could still fire as a chain, with the conclusions they wait for; None unless possible.
        open_rules: the rules that could still fire; empty unless it is possible.
        open_fields: the unanswered fields that keep it open, each with what it is called.
        raised_by: one way to answer them that raises it; None when there is none.
        ruled_out_by: one way to answer them that rules it out; None when there is none.
    """

    goal: str
    kind: Kind
    title: str
    status: Status
    refutation: Chain | None
    waiting: Chain | None = None
    open_rules: tuple[OpenRule, ...] = ()
    open_fields: tuple[tuple[str, str], ...] = ()
    raised_by: Completion | None = None
    ruled_out_by: Completion | None = None

    def blocks(self, with_steps: bool = True) -> list[Block]:
        """Why a flag is not there: what rules it out, or what keeps it open."""
        blocks: list[Block] = [Heading(2, f"{say('Why not')}: {self.title} ({self.goal})")]
        if self.status == "raised":
            blocks.append(Paragraph(say("It is raised. Ask how instead.")))
        elif self.status == "suppressed":
            blocks.append(Paragraph(suppressed()))
        elif self.refutation is None:
            blocks += self._still_open()
        else:
            blocks.append(
                Paragraph(say("It is ruled out: none of its rules can fire, whatever the unknown answers are."))
            )
            blocks += steps_blocks(self.refutation.steps) if with_steps else []
        return blocks

    def lines(self) -> Iterator[str]:
        """What rules a flag out, or keeps it open."""
        yield from wrapped(f"{status_word(self.status).upper()}: {self.title} ({self.goal})")
        if self.refutation is not None:
            reasons = [r for step in self.refutation.steps if step.concludes == self.goal for r in step.reasons]
            yield say("none of its {count} rules can fire, whatever is still unknown", count=len(reasons))
            for reason in reasons[:MOST]:
                uses = "; ".join(use.named for use in reason.uses)
                yield from wrapped(f"{reason.rule}: {uses}", "- ")
            if len(reasons) > MOST:
                yield "  " + say("and {count} more rules", count=len(reasons) - MOST)
        if self.status == "possible":
            waits = _listed([words for _, words in self.open_fields], MOST)
            yield from wrapped(say("no rule has fired; it waits for: {names}", names=waits))
            if self.raised_by is not None:
                yield from wrapped(say("it would come up with: {answers}", answers=self.raised_by.words), "- ")
            if self.ruled_out_by is not None:
                yield from wrapped(say("it would be ruled out with: {answers}", answers=self.ruled_out_by.words), "- ")

    def _still_open(self) -> list[Block]:
        raised = say(
            "No answers to the open questions would raise it, although no rule is ruled out yet: the rules look at "
            "each part by itself."
        )
        if found := self.raised_by:
            raised = say("For example, it would come up, whatever else is open, with: {answers}.", answers=found.words)
        ruled_out = say("No answers to the open questions would rule it out: the rules look at each part by itself.")
        if found := self.ruled_out_by:
            ruled_out = say(
                "For example, it would be ruled out, whatever else is open, with: {answers}.", answers=found.words
            )
        names = _listed([words for _, words in self.open_fields])
        return [
            Paragraph(say("It is possible: no rule has fired, and these could still fire.")),
            bullets((f"{rule.text} [{', '.join(rule.sources)}]", _waiting(rule)) for rule in self.open_rules),
            Paragraph(say("Unanswered questions that keep it open: {names}.", names=names)),
            Paragraph(raised),
            Paragraph(ruled_out),
        ]


def why_not(builder: ReportBuilder, goal: str) -> WhyNot:
    """What rules out a conclusion, or what keeps it open; for a raised one, only that it is."""
    status, kind, title = builder.outcome.status(goal), kind_of(builder.book, goal), title_of(builder, goal)
    if builder.outcome.values[goal] is not None:
        return WhyNot(goal, kind, title, status, chain_to(builder, goal) if status == "ruled-out" else None)
    return WhyNot(
        goal,
        kind,
        title,
        status,
        None,
        open_chain(builder, goal),
        tuple(
            _open_rule(builder, rule)
            for rule in builder.book.rules_for[goal]
            if value_of(builder, rule.condition) is None
        ),
        tuple((name, label(builder.book, name)) for name in builder.in_order(builder.open_fields(goal))),
        complete(builder, goal, True),
        complete(builder, goal, False),
    )


def _open_rule(builder: ReportBuilder, rule: Rule) -> OpenRule:
    leaves = open_leaves(rule.condition, builder.facts.truth, builder.outcome.values)
    fields = builder.in_order(frozenset(field_of(leaf) for leaf in leaves if not isinstance(leaf, Concluded)))
    labels = tuple(label(builder.book, name) for name in fields)
    reads = tuple(leaf.id for leaf in leaves if isinstance(leaf, Concluded))
    return OpenRule(rule.id, because(builder, rule), rule.sources, tuple(fields), labels, reads)


def _waiting(rule: OpenRule) -> tuple[str, ...]:
    details = []
    if rule.labels:
        details.append(say("Waits for: {names}.", names=_listed(rule.labels)))
    if rule.reads:
        details.append(say("Reads what is open itself: {names}.", names=_listed(rule.reads)))
    return tuple(details)


def _listed(names: Sequence[str], most: int = MOST_WAITING) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (" " + say("and {count} more", count=more) if more > 0 else "")
