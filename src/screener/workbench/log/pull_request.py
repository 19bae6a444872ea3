"""A comparison as a page for a pull request: for whom the change matters, then the figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from screener.report.blocks import Block, Folded, Heading, Paragraph, bullets
from screener.workbench.diff.diff import CaseShift, Comparison, Shift
from screener.workbench.log.log import DOWN, Log
from screener.workbench.log.page import content
from screener.workbench.problem import counted
from screener.workbench.prove.prove import many, written

MOST: Final = 60  # entries of a list
TITLE: Final = "What this change does to the rule book"


def page(found: Comparison, log: Log) -> Iterator[Block]:
    """The page.

    Args:
        found: the two versions compared, with the cases that were asked for.
        log: the same, told with people.
    """
    yield Heading(1, TITLE)
    versions = [f"{book.version} ({book.sha256[:12]})" for book in (found.old, found.new)]
    yield Paragraph(f"From version {versions[0]} to {versions[1]}.")
    if found.same:
        yield Paragraph("Nothing differs: the two versions mean and say the same.")
        return
    if any(move.way == DOWN for move in log.moves):
        yield Paragraph("For some answers the urgency is lower than before.", "urgent")
    yield from content(log)
    if found.tried:
        yield Heading(2, f"Cases: {len(found.cases)} of {found.tried} change")
        yield bullets(map(_case, found.cases[:MOST]))
        yield from _more(len(found.cases))
    if found.shifts:
        yield Folded(f"Counted over all possible answers: {len(found.shifts)}", tuple(_counted(found)))
    if found.rules:
        title = f"{counted(len(found.rules), 'rule')} of both versions that fire for other answers"
        yield Folded(title, (bullets(found.rules[:MOST]), *_more(len(found.rules))))


def _counted(found: Comparison) -> Iterator[Block]:
    yield bullets(map(_shift, found.shifts[:MOST]))
    yield from _more(len(found.shifts))


def _shift(shift: Shift) -> tuple[str, tuple[str, ...]]:
    counts = f"{many(shift.count)} of {many(shift.patterns)} answer patterns"
    lead = f"{shift.what}: {shift.before} becomes {shift.after} in {counts}"
    return lead, (f"smallest case: {written(shift.example)}",)


def _case(case: CaseShift) -> tuple[str, tuple[str, ...]]:
    changes = "; ".join(f"{name}: {old} becomes {new}" for name, old, new in case.changes)
    rules = [f"no longer fires: {rule}" for rule in case.no_longer] + [f"now fires: {rule}" for rule in case.newly]
    return f"{case.case}: {changes or 'other rules fire'}", tuple(rules)


def _more(count: int) -> Iterator[Block]:
    if count > MOST:
        yield Paragraph(f"And {count - MOST} more.", "small")
