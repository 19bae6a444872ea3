"""Ingredients that are one medicine together: in any order, with any separator, as the table lists them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from screener.data import dataclass
from screener.rulebook.medicine.entry import MedicineEntry
from screener.rulebook.medicine.find import NO_ROW, Name
from screener.rulebook.medicine.index import Index, combined
from screener.rulebook.medicine.text import normalize


@dataclass(frozen=True, slots=True)
class Part:
    """A name that counts, with what was written about it.

    Attributes:
        name: the name.
        piece: the place of its piece; parts of one medicine are in pieces that follow each other.
        forms: the form words next to it, as the lexicon writes them.
        as_needed: whether it is taken only as needed.
    """

    name: Name
    piece: int
    forms: frozenset[str] = frozenset()
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The parts that are one medicine; `row` is `NO_ROW` when no row is the whole of it."""

    parts: tuple[Part, ...]
    row: int


def groups_of(parts: Sequence[Part], entries: Sequence[MedicineEntry], index: Index) -> Iterator[Group]:
    """Cut the parts into the longest groups that are one medicine each."""
    start = 0
    while start < len(parts):
        ends = range(min(len(parts), start + index.most_ingredients), start + 1, -1)
        group = next((group for end in ends if (group := _one(parts[start:end], entries, index))), None)
        yield group or Group((parts[start],), parts[start].name.row)
        start += len(group.parts) if group else 1


def _one(parts: Sequence[Part], entries: Sequence[MedicineEntry], index: Index) -> Group | None:
    """The one medicine that all of these parts are, if they are."""
    if any(after.piece - before.piece > 1 for before, after in pairwise(parts)):
        return None
    if len({part.forms for part in parts if part.forms}) > 1:
        return None
    ingredients = [name for part in parts for name in _ingredients(part.name, entries, index)]
    row = index.combinations.get(combined(ingredients)) if all(ingredients) else None
    return None if row is None else Group(tuple(parts), row)


def _ingredients(name: Name, entries: Sequence[MedicineEntry], index: Index) -> list[str]:
    """What a name adds to a combination, as keys; an empty one for what is in no combination."""
    if name.row != NO_ROW and len(entries[name.row].ingredients) > 1:
        return [normalize(part) for part in entries[name.row].ingredients]
    return [index.parts.get(name.key, "")]
