"""The single changes that are tried: what else could have been answered to one question.

A yes/no question or a choice: every other answer. A number: for each other region that the conditions cut, the value
in it that is nearest to the answer given. Medicines: one class (or other mark) that the rules read more or less, or
another length of time where a rule asks for one; `stock` has the medicines that the rules can tell apart. Taking an
answer back is not a change: it can never settle anything that some answer does not settle as well, because less
would be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from screener.case.answered import Answered
from screener.case.answers import MOST_MEDICINES, Choice, Medicine, Number, YesNo
from screener.case.bound import Bound
from screener.engine.facts import Facts, medicine_marks
from screener.explain.what_if import in_words
from screener.logic.condition import Atom, Compare, Takes
from screener.report.words import label
from screener.rulebook.book import RuleBook
from screener.rulebook.regions import Region, regions
from screener.saying import say

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
        return [
            Move(name, kind.written(value), _region_words(book, name, region), Facts({name: value}, None))
            for region in regions(kind, compared)
            if (value := _nearest(region, given)) is not None
        ]
    return _medicine_moves(intake.named_medicines, book, [atom for atom in atoms if isinstance(atom, Takes)])


# numbers


def _nearest(region: Region, given: float | Bound | None) -> float | int | None:
    """The value of the region nearest to the answer; None when the answer is in it."""
    if given is None or isinstance(given, Bound):
        return region.inside
    return None if given in region else region.end_value(lower=(given, False) < region.low)


def _region_words(book: RuleBook, name: str, region: Region) -> str:
    """The region in words, such as `potassium result: 2.5 or more and under 3 mmol/L`."""
    kind, (low, above), (high, included) = region.kind, region.low, region.high
    parts = []
    if (low, above) > (kind.low, False):
        parts.append(say("over {limit}", limit=f"{low:g}") if above else say("{limit} or more", limit=f"{low:g}"))
    if (high, included) < (kind.high, True):
        parts.append(say("{limit} or less", limit=f"{high:g}") if included else say("under {limit}", limit=f"{high:g}"))
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
