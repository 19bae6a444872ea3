"""What a change comes to in the words of the book, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from screener.rulebook.book import RuleBook
from screener.workbench.cases import examined
from screener.workbench.diff.diff import CaseShift
from screener.workbench.edit.case import Hits, TypedCase
from screener.workbench.problem import counted
from screener.workbench.trial import Trial

MOST: Final = 12  # of a kind that are listed
URGENCY: Final = "urgency"


def told(trial: Trial, old: RuleBook | None) -> Iterator[str]:
    """What is wrong, and what changed since the book before.

    Args:
        trial: the book as it is now.
        old: the one that it was compared with.
    """
    yield from _some([str(problem) for problem in trial.problems], "problems")
    if trial.book is None:
        yield f"{counted(len(trial.errors), 'error')}: the rule book cannot be used"
        return
    errors = len(trial.errors)
    odd = f"{counted(errors, 'error')}, {counted(len(trial.problems) - errors, 'warning')}"
    yield odd if trial.problems else "the rule book is well formed"
    if not trial.compared:
        yield "there is no sound book before this one, so nothing is compared"
    elif not (trial.texts or trial.vignettes or trial.cases):
        yield f"nothing changes: {trial.tried} cases and vignettes tried"
    yield from _some([str(change) for change in trial.texts], "changes")
    for word, shifts in (("vignette", trial.vignettes), ("rule case", trial.cases)):
        yield from _shifts(word, shifts, trial.book, old)
    yield from _some([str(case) for case in trial.broken], "cases that do not come true")
    yield from _some([f"{name} is refused now: {why}" for name, why in trial.refused], "vignettes")


def _shifts(word: str, shifts: Sequence[CaseShift], new: RuleBook, old: RuleBook | None) -> Iterator[str]:
    if shifts:
        yield f"{counted(len(shifts), word)} {'changes' if len(shifts) == 1 else 'change'}"
    for shift in shifts[:MOST]:
        yield f"  {shift.case}: {'; '.join([*moves(shift, new, old), *fired(shift)])}"
    if len(shifts) > MOST:
        yield f"  and {len(shifts) - MOST} more"


def told_of_case(name: str, typed: TypedCase, book: RuleBook) -> Iterator[str]:
    """What the rules make of a case."""
    if typed.intake is None:
        yield from map(str, typed.problems)
        return
    hits = Hits.of(examined(book, typed.intake))
    yield f"{name}: {hits.urgency}"
    for status, found in hits.flags.items():
        yield from _some([f"  {status}: {title} ({flag})" for flag, title in found], "of these")
    yield from _some([f"  fires: {rule}: {because}" for rule, _, because in hits.rules], "rules")


def _some(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more {what}"


def moves(shift: CaseShift, new: RuleBook, old: RuleBook | None = None) -> list[str]:
    """Each status and the urgency that is another one: `Ask about magnesium: possible, was ruled out`.

    The urgency comes first.

    Args:
        shift: what changed.
        new: the book with the change.
        old: the book before; it has the titles of what was taken out.
    """
    return [
        f"{_title(what, new, old)}: {after.replace('-', ' ')}, was {before.replace('-', ' ')}"
        for what, before, after in sorted(shift.changes, key=lambda change: change[0] != URGENCY)
    ]


def fired(shift: CaseShift) -> list[str]:
    """The rules that fire in one version only."""
    return [
        *(f"now fires: {rule}" for rule in shift.newly),
        *(f"no longer fires: {rule}" for rule in shift.no_longer),
    ]


def _title(what: str, new: RuleBook, old: RuleBook | None) -> str:
    if what == URGENCY:
        return "urgency"
    for book in (new, old):
        if book is not None and what in {**book.flags, **book.findings}:
            return book.title(what)
    return what
