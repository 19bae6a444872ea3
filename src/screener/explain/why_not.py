"""Why not: what rules a conclusion out, or what keeps it open."""

from __future__ import annotations

from dataclasses import dataclass

from screener.engine.outcome import Status
from screener.explain.chain import Chain, because, chain_to, open_chain
from screener.explain.goal import Kind, kind_of, title_of
from screener.explain.ground import value_of
from screener.explain.smallest.completion import Completion, complete
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import open_leaves
from screener.report.build import ReportBuilder
from screener.report.words import label
from screener.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class OpenRule:
    """A rule that could still fire.

    Attributes:
        waits_for: the unanswered fields that are left in it.
        reads: findings or flags it reads that are themselves possible.
    """

    rule: str
    text: str
    sources: tuple[str, ...]
    waits_for: tuple[str, ...]
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
    fields = frozenset(field_of(leaf) for leaf in leaves if not isinstance(leaf, Concluded))
    reads = tuple(leaf.id for leaf in leaves if isinstance(leaf, Concluded))
    return OpenRule(rule.id, because(builder, rule), rule.sources, tuple(builder.in_order(fields)), reads)
