"""What changed as the blocks of a page: a log for a clinician, and a page for a pull request with the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from screener.report.blocks import Block, Folded, Heading, Paragraph, bullets
from screener.workbench.diff.diff import CaseShift, Comparison
from screener.workbench.log.log import DOWN, MADE_UP, URGENCY, WAYS, ChangedEffect, Log, Person
from screener.workbench.problem import counted

LONGEST: Final = 300  # characters of a text that are shown
MOST: Final = 40  # entries of a kind that are listed
MOST_FIGURES: Final = 60  # the same of what a pull request shows
TITLE: Final = "What this change does to the rule book"


def page(log: Log) -> Iterator[Block]:
    """A log, to be read by a clinician."""
    yield Heading(1, "What changed, and for whom")
    yield Paragraph(f"From version {log.old.version} to {log.new.version}.")
    if log.commits:
        yield bullets(f"{commit.date} {commit.subject} ({commit.name})" for commit in log.commits)
    if log.same:
        yield Paragraph("Nothing changed: the two versions mean and say the same.")
        return
    yield from content(log)


def content(log: Log) -> Iterator[Block]:
    """What changed, without the title."""
    yield from _moves(log)
    if not log.moves:
        yield Paragraph("Nothing changes for anybody: no flag and no urgency, whatever is answered.")
    if log.wordings:
        yield Heading(2, "Said in other words")
        worded = [
            (f"{each.kind} {each.id}, {each.part}", (f"before: {_cut(each.before)}", f"now: {_cut(each.after)}"))
            for each in log.wordings
        ]
        yield from _listed(worded, MOST)
    for heading, changes in (("Medicines", log.medicines), ("Entries that are new, gone or other ones", log.entries)):
        if changes:
            yield Heading(2, heading)
            yield from _listed(list(map(str, changes)), MOST)
    yield Paragraph(
        "Each change was decided for all possible answers. The people are vignettes and cases of the book "
        f"({log.tried} were tried); one that is “{MADE_UP}” is the smallest case that shows a change which none of "
        "them shows.",
        "small",
    )
    yield Paragraph(f"{log.new.texts['disclaimer']} {log.new.texts['safety-net']}", "small")


def _moves(log: Log) -> Iterator[Block]:
    for way, heading in WAYS.items():
        found = [move for move in log.moves if move.way == way]
        if found:
            yield Heading(2, heading)
        for move in found:
            if move.what != URGENCY:
                yield Heading(3, f"{move.title} ({move.what})")
            yield bullets(_person(move, person) for person in move.people)
            others = move.found - sum(person.source != MADE_UP for person in move.people)
            if others > 0:
                yield Paragraph(f"And {others} other{'' if others == 1 else 's'} of the vignettes and cases.", "small")


def _person(move: ChangedEffect, person: Person) -> tuple[str, tuple[str, ...]]:
    who = f"{person.who[0].upper()}{person.who[1:]} ({person.source})"
    lead = "" if move.what == URGENCY else "it "
    return who, (f"before: {lead}{person.before}", f"now: {lead}{person.after}")


def _listed(items: Sequence[str | tuple[str, tuple[str, ...]]], most: int) -> Iterator[Block]:
    """The first of these, and how many more there are."""
    yield bullets(items[:most])
    if len(items) > most:
        yield Paragraph(f"And {len(items) - most} more.", "small")


def _cut(text: str) -> str:
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or "nothing"


def pull_request(found: Comparison, log: Log) -> Iterator[Block]:
    """A comparison as a page for a pull request: for whom the change matters, then the figures.

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
        yield from _listed(list(map(_case, found.cases)), MOST_FIGURES)
    if found.shifts:
        shifts = [(str(shift), (shift.smallest,)) for shift in found.shifts]
        title = f"Counted over all possible answers: {len(shifts)}"
        yield Folded(title, tuple(_listed(shifts, MOST_FIGURES)))
    if found.rules:
        title = f"{counted(len(found.rules), 'rule')} of both versions that fire for other answers"
        yield Folded(title, tuple(_listed(found.rules, MOST_FIGURES)))


def _case(case: CaseShift) -> tuple[str, tuple[str, ...]]:
    return f"{case.case}: {case.moves or 'other rules fire'}", tuple(case.fired)
