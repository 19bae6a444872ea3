"""What changed for a case, in the words of the book."""

from __future__ import annotations

from screener.rulebook.book import RuleBook
from screener.workbench.diff.diff import CaseShift

URGENCY = "urgency"


def moves(shift: CaseShift, new: RuleBook, old: RuleBook | None = None) -> list[str]:
    """Each status and the urgency that is another one: `Ask about magnesium: possible, was ruled out`.

    Args:
        shift: what changed.
        new: the book with the change.
        old: the book before; it has the titles of what was taken out.
    """
    return [
        f"{_title(what, new, old)}: {after.replace('-', ' ')}, was {before.replace('-', ' ')}"
        for what, before, after in _by_weight(shift.changes)
    ]


def fired(shift: CaseShift) -> list[str]:
    """The rules that fire in one version only."""
    return [
        *(f"now fires: {rule}" for rule in shift.newly),
        *(f"no longer fires: {rule}" for rule in shift.no_longer),
    ]


def _by_weight(changes: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, str]]:
    """The urgency first: it is what matters most."""
    return sorted(changes, key=lambda change: change[0] != URGENCY)


def _title(what: str, new: RuleBook, old: RuleBook | None) -> str:
    if what == URGENCY:
        return "urgency"
    for book in (new, old):
        if book is not None and what in {**book.flags, **book.findings}:
            return book.title(what)
    return what
