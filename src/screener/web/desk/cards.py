"""A report as CDS Hooks cards: what came up, with the chain of reasoning, and where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from screener.explain.chain import Chain, chain_to
from screener.explain.goal import THE_URGENCY, goals_of
from screener.explain.text import step_details, step_title
from screener.report.build import ReportBuilder
from screener.report.markdown import escape
from screener.report.model import FlagReport, Report
from screener.rulebook.rule import LEVELS, URGENCY

LONGEST_SUMMARY: Final = 139  # the specification says: under 140 characters
MOST: Final = 6  # cards for one patient; what else came up, and what has no urgency, is named on the last one
WARNING_FROM: Final = LEVELS.index("soon")
LABEL: Final = "screener, an educational rule book"


def cards(builder: ReportBuilder, instance: str, home: str) -> list[dict[str, Any]]:
    """The cards of one case: how soon to get help, when that is soon or sooner; then each flag with an urgency.

    Args:
        builder: the examined case.
        instance: the call's own id; with it every card has an id of its own.
        home: the address of this server, without a slash at the end.
    """
    return list(_Cards(builder, builder.build(), instance, home).all())


class _Cards:
    def __init__(self, builder: ReportBuilder, report: Report, instance: str, home: str) -> None:
        self.builder, self.report, self.instance, self.home = builder, report, instance, home

    def all(self) -> Iterator[dict[str, Any]]:
        if LEVELS.index(self.report.urgency) >= WARNING_FROM:
            yield self.urgency()
        raised = [flag for flag in self.report.flags if flag.status == "raised" and flag.title]
        shown = [flag for flag in raised if flag.urgency != LEVELS[0]][:MOST]
        rest = [flag for flag in raised if flag not in shown]
        for flag in shown:
            yield self.flag(flag, rest if flag is shown[-1] else [])

    def urgency(self) -> dict[str, Any]:
        """How soon to get help, and why."""
        level = self.report.urgency
        texts = self.builder.book.texts
        lead = [escape(texts[f"urgency-{level}"])]
        return self.card(
            f"By the rules: {texts[f'title-{level}']}", URGENCY + level, lead, [], f"urgency/{level}", warning=True
        )

    def flag(self, flag: FlagReport, rest: list[FlagReport]) -> dict[str, Any]:
        """A flag that came up; `rest` are flags that have no card of their own."""
        lead = [escape(flag.explanation or "")]
        tail = []
        if flag.ask_your_clinician:
            tail += ["**What the person could ask:**", *(f"- {escape(text)}" for text in flag.ask_your_clinician)]
        if rest:
            tail += ["", "**Also came up:** " + escape("; ".join(one.title or one.id for one in rest))]
        warning = LEVELS.index(flag.urgency or LEVELS[0]) >= WARNING_FROM
        return self.card(flag.title or flag.id, flag.id, lead, tail, f"flags/{flag.id}", warning)

    def card(
        self, summary: str, goal: str, lead: list[str], tail: list[str], path: str, warning: bool
    ) -> dict[str, Any]:
        """One card, with the chain behind its conclusion."""
        goals = goals_of(self.builder, THE_URGENCY) if goal.startswith(URGENCY) else (goal,)
        steps = [step for name in goals for step in _steps(chain_to(self.builder, name))]
        lines = [*lead, "", "**How the rules came to this:**", *steps, "", *tail, ""]
        lines += [escape(self.report.disclaimer), "", escape(self.report.safety_net)]
        link = {"label": "Rules and sources behind this", "url": f"{self.home}/rulebook/{path}", "type": "absolute"}
        return {
            "uuid": str(uuid5(NAMESPACE_OID, f"{self.instance}/{goal}")),
            "summary": shortened(summary),
            "indicator": "warning" if warning else "info",
            "source": {"label": f"{LABEL}, version {self.report.rulebook.version}", "url": f"{self.home}/rulebook"},
            "detail": "\n".join(lines),
            "links": [link],
        }


def _steps(chain: Chain) -> Iterator[str]:
    for step in chain.steps:
        yield f"- {escape(step_title(step))}"
        yield from (f"  - {escape(detail)}" for detail in step_details(step, chain.steps))


def shortened(text: str) -> str:
    """A summary that is short enough, cut between words."""
    if len(text) <= LONGEST_SUMMARY:
        return text
    return text[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"
