"""Answers by enumeration: for each field enough of them to tell apart everything that rules can."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Any

from screener.case.answers import Choice, Medicines, Number, YesNo
from screener.case.intake import Intake
from screener.logic.condition import AtLeast, Compare, Takes, atoms, walk
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.regions import regions

FIELDS = Intake.fields


def answers(name: str, book: RuleBook) -> list[Any]:
    """Answers to one field, unknown included.

    Args:
        name: of the field.
        book: whose rules are to be told apart.
    """
    kind = FIELDS[name]
    read = [atom for rule in book.rules for atom in atoms(rule.condition)]
    if isinstance(kind, YesNo):
        return [True, False, None]
    if isinstance(kind, Choice):
        return [*kind.options, None]
    if isinstance(kind, Number):
        limits = [atom for atom in read if isinstance(atom, Compare) and atom.field == name]
        inside = [one.inside for one in regions(kind, limits)]
        return [*(f"{value} {kind.unit}" if hasattr(kind, "analyte") else value for value in inside), None]
    assert isinstance(kind, Medicines)
    return medicine_lists([atom for atom in read if isinstance(atom, Takes)], book)


@lru_cache
def named(marks: frozenset[str], table: MedicineTable) -> list[str]:
    """A medicine for each combination of these marks."""
    found: dict[frozenset[str], str] = {}
    for entry in table.entries:
        if entry.marks & marks and table.match(entry.generic).recognised:
            found.setdefault(entry.marks & marks, entry.generic)
    return list(found.values())


def medicine_lists(read: list[Takes], book: RuleBook) -> list[Any]:
    """No answer, no medicine; one for each combination of marks, with and without months; as many as rules count."""
    names = named(frozenset(mark for atom in read for mark in atom.marks), book.medicines)
    durations = sorted({months for atom in read if atom.months for months in (atom.months - 0.5, atom.months)})
    timed = [[{"name": name, "months": months}] for name in names for months in durations]
    counts = [part.count for rule in book.rules for part in walk(rule.condition) if isinstance(part, AtLeast)]
    together = [list(some) for size in range(2, max([2, *counts]) + 1) for some in combinations(names, size)]
    return [None, [], *([name] for name in names), *timed, *(together if len(read) > 1 else [])]
