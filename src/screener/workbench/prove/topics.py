"""The question about what one person reads: every raised flag is reached, and a red flag is told before others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from screener.engine import reference
from screener.engine.facts import facts_of
from screener.report.brief import BriefPage
from screener.report.build import ReportBuilder
from screener.report.model import Report
from screener.workbench.prove import flags as prove_flags
from screener.workbench.prove import urgency as prove_urgency
from screener.workbench.prove.verdict import Verdict
from screener.workbench.space.space import Space

QUESTIONS = (prove_flags.raised, prove_flags.possible, prove_urgency.levels)


def reached(space: Space) -> Iterator[Verdict]:
    """In a report of each kind, every flag that is shown is reached from the default page; no topic calms it down."""
    seen: dict[str, str | None] = {}
    for question in QUESTIONS:
        for verdict in question(space):
            if verdict.example is not None:
                case = json.dumps(verdict.example)
                if case not in seen:
                    seen[case] = _wrong_with(space, verdict.example)
                wrong = seen[case]
                yield Verdict(verdict.subject, wrong is None, wrong or "", verdict.example)


def _wrong_with(space: Space, case: Mapping[str, Any]) -> str | None:
    """What is wrong with the page of a case, if anything."""
    intake = space.book.intake.read(case)
    facts = facts_of(intake, space.book)
    report = ReportBuilder(intake, facts, reference.infer(space.book, facts), space.book).build()
    return next(_wrong(space, report), None)


def _wrong(space: Space, report: Report) -> Iterator[str]:
    summary, flags = report.summary, space.book.flags
    shown = {flag.id for flag in report.flags if flag.title and (flag.status == "raised" or flag.fail_safe)}
    told = {name for topic in summary.topics for name in topic.flags}
    rest = {name for topic in summary.also for name in topic.flags}
    for name in sorted(shown - told - rest):
        yield f"no topic of the page speaks for `{name}`, which is raised"
    if any(not flags[name].red_flag for name in told):
        for name in sorted(name for name in rest if flags[name].red_flag):
            yield f"the red flag `{name}` is only named by its topic's title, while others are told"
    title = report.title(space.book)
    if title.upper() not in BriefPage(report, space.book).text().upper() and not summary.open.urgent:
        yield f"the page does not say that the urgency is {report.urgency}"
