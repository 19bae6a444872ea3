"""Medicines that represent what the rules can tell apart: one for each different group of marks they read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from screener.logic.condition import Takes
from screener.rulebook.book import RuleBook


@dataclass(frozen=True, slots=True)
class Item:
    """A medicine that might be on the list.

    Attributes:
        name: its generic name.
        marks: the marks it has among those that are read.
        months: for how long; None when no rule that reads it asks.
    """

    name: str
    marks: frozenset[str]
    months: float | None = None

    def satisfies(self, atom: Takes) -> bool:
        """Whether taking this makes the atom true."""
        if not self.marks & set(atom.marks):
            return False
        return atom.long_enough(self.months) is True

    def answer(self) -> Any:
        """The entry as a case file writes it."""
        return self.name if self.months is None else {"name": self.name, "months": self.months}


def stock(book: RuleBook, takes: Iterable[Takes]) -> tuple[Item, ...]:
    """One medicine for each group of marks that the atoms can tell apart, with each length of time they can.

    The first medicine of the table with such marks represents all of them. A length of time is 0 or one of the limits.
    """
    read = tuple(takes)
    marks = frozenset(mark for atom in read for mark in atom.marks)
    limited = {mark: set[float]() for mark in marks}
    for atom in read:
        for mark in atom.marks:
            limited[mark] |= {atom.months} if atom.months is not None else set()
    found: dict[tuple[frozenset[str], float | None], Item] = {}
    for entry in book.medicines.entries:
        seen = book.medicines.match(entry.generic).marks & marks
        if not seen:
            continue
        limits = sorted({limit for mark in seen for limit in limited[mark]})
        for months in (0.0, *limits) if limits else (None,):
            found.setdefault((seen, months), Item(entry.generic, seen, months))
    return tuple(sorted(found.values(), key=lambda item: (len(item.marks), sorted(item.marks), -(item.months or 0))))
