"""Which of several results is the last one, and what is known where the record does not say.

Of several values on one day, serum or plasma comes before whole blood, then the later one before the earlier, and a
corrected one before what it corrects. Values of one day of which not all have a time of day, and dates that are known
only by their month or year, leave open which one is the last. Then nothing is made of the order in which a record
happens to list them: where every limit of the rule book says the same of all of them, the lowest answers; otherwise the
last value is not known, and that is said. What cannot be read hides what is older.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Final

from screener.case.bound import Bound
from screener.engine.facts import compared
from screener.logic.condition import Compare, Operator, atoms
from screener.records import coverage
from screener.records.imported import Gathered
from screener.records.labs import LabValue
from screener.rulebook.book import RuleBook

OPERATORS: Final[tuple[Operator, ...]] = ("<", "<=", ">", ">=")


def last_ones(values: Iterable[LabValue]) -> list[LabValue]:
    """The readable values that may be the last one, in their order; one, where the record says which it is."""
    readable = [value for value in values if value.value is not None]
    if len(readable) < 2:
        return readable
    newest = max(value.when.first for value in readable)
    late = [value for value in readable if value.when.last >= newest]
    if len(late) < 2:
        return late
    return [value for value in late if not any(gives_way(value, other) for other in late)]


def gives_way(value: LabValue, other: LabValue) -> bool:
    """Whether another value, that may be as late, certainly counts instead: a better sample, later, or a correction."""
    mine, its = value.when, other.when
    if not (mine.exact and its.exact and mine.first == its.first):
        return False
    if other.rank != value.rank:
        return other.rank < value.rank
    if mine.clock == its.clock:
        return other.revised > value.revised
    return its.is_after(mine)


def newer_unread(values: Iterable[LabValue], last: Sequence[LabValue]) -> list[LabValue]:
    """Those that cannot be read and are newer than one that may be the last readable one."""
    return [value for value in values if value.value is None and any(value.when.is_after(one.when) for one in last)]


def newest_of(candidates: Sequence[LabValue], found: Gathered) -> list[LabValue]:
    """The values that may be the last one of a field; none where a newer one cannot be read, which is said."""
    tied = last_ones(candidates)
    newer = newer_unread(candidates, tied)
    if not newer:
        return tied
    found.problem(
        newer[-1].source,
        f"is newer than {tied[0].source} and cannot be read, so the last {tied[0].field} is not known; left out",
    )
    return []


def last_of(candidates: Sequence[LabValue], limits: Iterable[float], found: Gathered) -> LabValue | None:
    """The value that counts of one field; None where it is not known, which is said.

    Args:
        candidates: its values.
        limits: that it is compared with.
        found: gets what is to be said.
    """
    tied = newest_of(candidates, found)
    if len(tied) < 2:
        return tied[0] if tied else None
    lowest = min(tied, key=_lowest_first)
    if all(value.value == lowest.value for value in tied):
        return lowest
    names = ", ".join(value.source for value in tied)
    if told_apart([value.value for value in tied], limits):
        message = f"were taken at one time and differ, so the last {lowest.field} is not known; left out"
        found.leave_out(lowest.field, names, message, coverage.DIFFER)
        return None
    found.note(f"{names} were taken at one time and differ; no rule tells them apart, so the lowest counts.")
    return lowest


def _lowest_first(value: LabValue) -> tuple[float, bool]:
    amount = value.value
    return (amount.limit, True) if isinstance(amount, Bound) else (amount or 0.0, False)


def told_apart(values: Sequence[float | Bound | None], limits: Iterable[float]) -> bool:
    """Whether some comparison with a limit says different things of some values."""
    return any(
        len({compared(value, operator, limit) for value in values}) > 1 for limit in limits for operator in OPERATORS
    )


def limits_of(book: RuleBook, field: str) -> tuple[float, ...]:
    """Every limit that the book compares a field with."""
    return book.shared("limits of results", _limits).get(field, ())


def _limits(book: RuleBook) -> dict[str, tuple[float, ...]]:
    found: dict[str, set[float]] = {}
    conditions = [rule.condition for rule in book.rules]
    conditions += [show_if for _, show_if in book.followups]
    conditions += [note.when for note in book.notes if note.when is not None]
    for atom in chain.from_iterable(map(atoms, conditions)):
        if isinstance(atom, Compare):
            found.setdefault(atom.field, set()).add(atom.limit)
    for result in book.records.results:
        if result.unclear is not None:
            found.setdefault(result.field, set()).add(result.unclear.below)
    return {name: tuple(sorted(limits)) for name, limits in found.items()}


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of one day: one value, or several of which nobody knows which was the last.

    Attributes:
        day: which one.
        values: those that may be the last one.
    """

    day: date
    values: tuple[LabValue, ...]

    @property
    def sources(self) -> list[str]:
        """What the values came from."""
        return [value.source for value in self.values]

    def under(self, limit: float) -> bool | None:
        """Whether the value is under a limit; None when it is not known."""
        told = {value.under(limit) for value in self.values}
        return told.pop() if len(told) == 1 else None


def days_of(values: Iterable[LabValue]) -> list[Day]:
    """What is known of each day, in order of time; days known only by month or year are skipped."""
    by_day: dict[date, list[LabValue]] = {}
    for value in values:
        if value.when.exact and value.value is not None:
            by_day.setdefault(value.when.first, []).append(value)
    return [Day(day, tuple(last_ones(mine))) for day, mine in sorted(by_day.items())]


def most(values: Iterable[LabValue]) -> Decimal:
    """The largest number that one of some values may mean; infinite without an end."""
    return max(_end(value, "<", math.inf) for value in values)


def least(values: Iterable[LabValue]) -> Decimal:
    """The smallest number that one of some values may mean; infinite without an end."""
    return min(_end(value, ">", -math.inf) for value in values)


def _end(value: LabValue, sign: str, endless: float) -> Decimal:
    """The number itself, or where a bound with this sign ends."""
    amount = value.value
    if isinstance(amount, Bound):
        amount = amount.limit if amount.sign[0] == sign else endless
    return Decimal(repr(amount))
