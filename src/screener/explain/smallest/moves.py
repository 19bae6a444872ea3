"""The single changes that are tried: what else could have been answered to one question.

A yes/no question or a choice: every other answer. A number: for each other region that the conditions cut, the value
in it that is nearest to the answer given. Medicines: one class (or other mark) that the rules read more or less, or
another length of time where a rule asks for one; `stock` has the medicines that the rules can tell apart. Taking an
answer back is not a change: it can never settle anything that some answer does not settle as well, because less
would be known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from screener.case.answered import Answered
from screener.case.answers import MOST_MEDICINES, Choice, Medicine, Number, YesNo
from screener.case.bound import Bound
from screener.engine.facts import Facts, medicine_marks
from screener.explain.what_if import in_words
from screener.logic.condition import Atom, Compare, Takes
from screener.report.words import label
from screener.rulebook.book import RuleBook
from screener.saying import say

STEPS: Final = (0.1, 0.01, 0.001)  # from the end of a region to a round number inside it
MARK_WORDS: Final = {"class": "one of class {name}", "name": "{name}", "qt": "one with the QT mark {name}"}


@dataclass(frozen=True, slots=True)
class Move:
    """Another answer to one question.

    Attributes:
        value: the answer, as a case file writes it.
        words: the same for people; for a number, the whole region that it represents.
        facts: what conditions on this field alone read when it is given.
    """

    field: str
    value: Any
    words: str
    facts: Facts


def moves(intake: Answered, book: RuleBook, name: str, atoms: Iterable[Atom]) -> list[Move]:
    """Every change of one field that conditions can tell apart.

    Args:
        intake: the answers as given.
        book: for labels and medicines.
        name: the field.
        atoms: the conditions that read it.
    """
    kind, given = book.fields[name], getattr(intake, name)
    if isinstance(kind, YesNo | Choice):
        others = [value for value in (kind.options if isinstance(kind, Choice) else (True, False)) if value != given]
        return [Move(name, value, in_words(book, name, value), Facts({name: value}, None)) for value in others]
    if isinstance(kind, Number):
        compared = [atom for atom in atoms if isinstance(atom, Compare)]
        regions = _regions(kind, compared)
        return [
            Move(name, kind.written(value), _region_words(book, name, kind, region), Facts({name: value}, None))
            for region in regions
            if (value := _nearest(region, given, kind)) is not None
        ]
    return _medicine_moves(intake.named_medicines, book, [atom for atom in atoms if isinstance(atom, Takes)])


# numbers


@dataclass(frozen=True, slots=True)
class _Region:
    """Numbers that no condition tells apart: from `low` to `high`, each included or not."""

    low: float
    low_in: bool
    high: float
    high_in: bool

    def __contains__(self, value: float) -> bool:
        above = value > self.low or (self.low_in and value == self.low)
        return above and (value < self.high or (self.high_in and value == self.high))


def _regions(kind: Number, compared: Iterable[Compare]) -> list[_Region]:
    """The regions that the limits cut out of what can be answered, in order."""
    # a cut lies just below its limit (False) or just above it (True)
    cuts = sorted({(atom.limit, atom.operator in ("<=", ">")) for atom in compared})
    cuts = [cut for cut in cuts if (kind.low, False) < cut < (kind.high, True)]
    highest = min(kind.high, getattr(kind, "bare_high", kind.high)) if not cuts else kind.high
    edges = [(kind.low, False), *cuts, (highest, True)]
    found = [_Region(low, not above, high, beyond) for (low, above), (high, beyond) in pairwise(edges)]
    return [region for region in found if _some(region, kind) is not None]


def _nearest(region: _Region, given: float | Bound | None, kind: Number) -> float | int | None:
    """The value of the region nearest to the answer; None when the answer is in it."""
    if given is None or isinstance(given, Bound):
        return _some(region, kind)
    if given in region:
        return None
    return _end(region, given < region.low or (given == region.low and not region.low_in), kind)


def _some(region: _Region, kind: Number) -> float | int | None:
    """A value of the region: its lower end, or its upper one where there is nothing below."""
    return _end(region, region.low != kind.low, kind)


def _end(region: _Region, lower: bool, kind: Number) -> float | int | None:
    """The lower or upper end of a region, or the roundest value just inside it; None when nothing is in it."""
    end, included, sign = (region.low, region.low_in, 1) if lower else (region.high, region.high_in, -1)
    if kind.whole:
        start = math.ceil(end) if lower else math.floor(end)
        found = next((n for n in (start, start + sign) if n in region), None)
        return None if found is None else int(found)
    if included and end in region:
        return float(end)
    for step in STEPS:
        value = round(end + sign * step, 6)
        if value in region:
            return value
    value = math.nextafter(end, math.inf * sign)
    return value if value in region else None


def _region_words(book: RuleBook, name: str, kind: Number, region: _Region) -> str:
    """The region in words, such as `potassium result: 2.5 or more and under 3 mmol/L`."""
    parts, low, high = [], f"{region.low:g}", f"{region.high:g}"
    if region.low > kind.low or not region.low_in:
        parts.append(say("{limit} or more", limit=low) if region.low_in else say("over {limit}", limit=low))
    if region.high < kind.high or not region.high_in:
        parts.append(say("{limit} or less", limit=high) if region.high_in else say("under {limit}", limit=high))
    unit, both = f" {kind.unit}" if kind.unit and parts else "", say("and")
    return f"{label(book, name)}: {f' {both} '.join(parts) or say('any result')}{unit}"


# medicines


def _medicine_moves(given: tuple[Medicine, ...] | None, book: RuleBook, takes: list[Takes]) -> list[Move]:
    """Lists with one mark more or less, or with another length of time; those that read alike only once."""

    def read(facts: Facts) -> tuple[Any, ...]:
        return tuple(facts.truth(atom) for atom in takes)

    before = read(Facts({}, medicine_marks(given, book)[0]))
    found: dict[tuple[Any, ...], Move] = {}
    for words, listed in _lists(given, book, takes):
        facts = Facts({}, medicine_marks(listed, book)[0])
        if read(facts) != before:
            found.setdefault(read(facts), Move("medicines", [item.written for item in listed], words, facts))
    return list(found.values())


def _lists(
    given: tuple[Medicine, ...] | None, book: RuleBook, takes: list[Takes]
) -> Iterator[tuple[str, tuple[Medicine, ...]]]:
    """The other lists that are tried, each with what is different about it."""
    listed = given or ()
    marks = tuple(dict.fromkeys(mark for atom in takes for mark in atom.marks))
    has = [book.medicines.match(medicine.name).marks for medicine in listed]
    items = stock(book, takes)
    if given is None:
        yield "medicines: none that these rules read", ()
    for mark in marks:
        holders = [n for n, own in enumerate(has) if mark in own]
        if holders:
            names = ", ".join(listed[n].name for n in holders)
            yield f"medicines: without {names}", tuple(m for n, m in enumerate(listed) if n not in holders)
            limits = sorted({atom.months for atom in takes if mark in atom.marks and atom.months is not None})
            yield from _other_months(listed, holders, limits)
        for item in _gained(mark, items) if len(listed) < MOST_MEDICINES else ():
            yield f"medicines: also {_mark_words(mark)}{_example(item.medicine)}", (*listed, item.medicine)


def _gained(mark: str, items: Iterable[StockMedicine]) -> list[StockMedicine]:
    """The items that bring this mark and as little else as possible, one for each length of time."""
    having = [item for item in items if mark in item.marks]
    fewest = min((len(item.marks) for item in having), default=0)
    first = next((item.marks for item in having if len(item.marks) == fewest), frozenset())
    return [item for item in having if item.marks == first]


def _other_months(
    listed: tuple[Medicine, ...], holders: list[int], limits: list[float]
) -> Iterator[tuple[str, tuple[Medicine, ...]]]:
    """The list with all medicines of one mark taken for another time."""
    if not limits:
        return
    for months in (0.0, *limits):
        words = f"for {months:g} months or more" if months else f"for less than {limits[0]:g} months"
        names = ", ".join(listed[n].name for n in holders)
        new = tuple(Medicine(m.name, months) if n in holders else m for n, m in enumerate(listed))
        yield f"medicines: {names} {words}", new


def _mark_words(mark: str) -> str:
    kind, _, name = mark.partition(":")
    return MARK_WORDS[kind].format(name=name)


def _example(medicine: Medicine) -> str:
    months = medicine.months
    time = "" if months is None else f", for {months:g} months" + (" or more" if months else "")
    return f" (for example {medicine.name}{time})"


@dataclass(frozen=True, slots=True)
class StockMedicine:
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


def stock(book: RuleBook, takes: Iterable[Takes]) -> tuple[StockMedicine, ...]:
    """One medicine for each group of marks that the atoms can tell apart, with each length of time they can.

    The first medicine of the table with such marks represents all of them. A length of time is 0 or one of the limits.
    """
    read = tuple(takes)
    marks = frozenset(mark for atom in read for mark in atom.marks)
    found: dict[tuple[frozenset[str], float | None], StockMedicine] = {}
    for entry in book.medicines.entries:
        seen = book.medicines.match(entry.generic).marks & marks
        if not seen:
            continue
        limits = sorted({atom.months for atom in read if atom.months is not None and seen & set(atom.marks)})
        for months in (0.0, *limits) if limits else (None,):
            found.setdefault((seen, months), StockMedicine(Medicine(entry.generic, months), seen))

    def rank(item: StockMedicine) -> tuple[int, list[str], float]:
        return len(item.marks), sorted(item.marks), -(item.medicine.months or 0)

    return tuple(sorted(found.values(), key=rank))
