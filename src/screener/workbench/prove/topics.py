"""The question about what one person reads: every raised flag is reached, and a red flag is told before others."""

from __future__ import annotations

from collections.abc import Iterator

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
    for question in QUESTIONS:
        for verdict in question(space):
            if verdict.example is not None:
                yield _reached(space, verdict)


def _reached(space: Space, of: Verdict) -> Verdict:
    intake = space.book.intake.read(of.example)
    facts = facts_of(intake, space.book)
    report = ReportBuilder(intake, facts, reference.infer(space.book, facts), space.book).build()
    for message in _wrong(space, report):
        return Verdict(of.subject, False, message, of.example)
    return Verdict(of.subject, True, example=of.example)


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
