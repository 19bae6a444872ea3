"""Medicines that represent what the rules can tell apart: one for each different group of marks they read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from screener.case.answers import Medicine
from screener.logic.condition import Takes
from screener.rulebook.book import RuleBook


@dataclass(frozen=True, slots=True)
class Item:
    """A medicine that might be on the list.

    Attributes:
        medicine: by its generic name; its months are None when no rule that reads it asks.
        marks: the marks it has among those that are read.
    """

    medicine: Medicine
    marks: frozenset[str]

    def satisfies(self, atom: Takes) -> bool:
        """Whether taking this makes the atom true."""
        return bool(self.marks & set(atom.marks)) and atom.long_enough(self.medicine.months) is True


def stock(book: RuleBook, takes: Iterable[Takes]) -> tuple[Item, ...]:
    """One medicine for each group of marks that the atoms can tell apart, with each length of time they can.

    The first medicine of the table with such marks represents all of them. A length of time is 0 or one of the limits.
    """
    read = tuple(takes)
    marks = frozenset(mark for atom in read for mark in atom.marks)
    found: dict[tuple[frozenset[str], float | None], Item] = {}
    for entry in book.medicines.entries:
        seen = book.medicines.match(entry.generic).marks & marks
        if not seen:
            continue
        limits = sorted({atom.months for atom in read if atom.months is not None and seen & set(atom.marks)})
        for months in (0.0, *limits) if limits else (None,):
            found.setdefault((seen, months), Item(Medicine(entry.generic, months), seen))

    def rank(item: Item) -> tuple[int, list[str], float]:
        return len(item.marks), sorted(item.marks), -(item.medicine.months or 0)

    return tuple(sorted(found.values(), key=rank))
