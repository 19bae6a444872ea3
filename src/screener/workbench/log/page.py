"""A log as the blocks of a page."""

from __future__ import annotations

from collections.abc import Iterator

from screener.report.blocks import Block, Heading, Paragraph, bullets
from screener.workbench.log.log import MADE_UP, URGENCY, WAYS, Log, Move, Person

LONGEST: int = 300  # characters of a text that are shown
MOST: int = 40  # entries of a kind that are listed


def page(log: Log, title: str = "What changed, and for whom") -> Iterator[Block]:
    """A log, to be read by a clinician."""
    yield Heading(1, title)
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
        yield bullets(
            (f"{each.kind} {each.id}, {each.part}", (f"before: {_cut(each.before)}", f"now: {_cut(each.after)}"))
            for each in log.wordings[:MOST]
        )
        yield from _more(len(log.wordings))
    for heading, changes in (("Medicines", log.medicines), ("Entries that are new, gone or other ones", log.entries)):
        if changes:
            yield Heading(2, heading)
            yield bullets(map(str, changes[:MOST]))
            yield from _more(len(changes))
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


def _person(move: Move, person: Person) -> tuple[str, tuple[str, ...]]:
    who = f"{person.who[0].upper()}{person.who[1:]} ({person.source})"
    lead = "" if move.what == URGENCY else "it "
    return who, (f"before: {lead}{person.before}", f"now: {lead}{person.after}")


def _more(count: int) -> Iterator[Block]:
    if count > MOST:
        yield Paragraph(f"And {count - MOST} more.", "small")


def _cut(text: str) -> str:
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}…") or "nothing"
