"""The cards of one CDS Hooks call: with the chain of reasoning, and links to this server's rule book."""

from __future__ import annotations

from collections.abc import Iterator

from screener.explain.chain import chain_to
from screener.explain.goal import THE_URGENCY, goals_of
from screener.explain.text import step_details, step_title
from screener.report.build import ReportBuilder
from screener.report.markdown import escape
from screener.rulebook.rule import URGENCY
from screener.standards.cds import Card, CardMaker


def cards(builder: ReportBuilder, instance: str, home: str) -> list[Card]:
    """The cards of one case: how soon to get help, when that is soon or sooner; then each topic with an urgency.

    Args:
        builder: the examined case.
        instance: the call's own id; with it every card has an id of its own.
        home: the address of this server, without a slash at the end.
    """

    def steps(goal: str) -> Iterator[str]:
        goals = goals_of(builder, THE_URGENCY) if goal.startswith(URGENCY) else (goal,)
        for chain in (chain_to(builder, name) for name in goals):
            for step in chain.steps:
                yield f"- {escape(step_title(step))}"
                yield from (f"  - {escape(detail)}" for detail in step_details(step, chain.steps))

    return CardMaker(builder.build(), builder.book, steps, instance, home, calm=False).cards()
