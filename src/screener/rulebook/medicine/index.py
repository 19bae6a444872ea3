"""The names of the table, ready to be found: made once when a book is loaded (`making.py`), and kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, fields
from typing import Any, Final

from screener.data import dataclass
from screener.memo import memo
from screener.rulebook.medicine.lexicon import Lexicon
from screener.rulebook.medicine.result import CloseName, MedicineEntry
from screener.rulebook.medicine.text import normalize

HEADS: Final = (3, 10)  # letters with which a key begins, to see soon that no name begins here


@dataclass(frozen=True)
class Index:
    """Where each name leads; rows are places in the table.

    Attributes:
        names: key to row.
        crossing: keys of names that hold a separator, such as `insulin, regular, human`.
        spelled: keys of names that are a generic name in some language, next to which a maker's name may be.
        parts: key of an ingredient's name to the ingredient.
        combinations: the ingredients of a row, sorted and joined, to the row.
        stems: key of a name without its form to the rows it can mean, each with its route.
        local: generic names of which there are drops for the eye or ear, as keys.
        close: the one-word names, each with how it sounds and its row.
    """

    names: dict[str, int] = field(default_factory=dict)
    crossing: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    combinations: dict[str, int] = field(default_factory=dict)
    stems: dict[str, list[Any]] = field(default_factory=dict)
    local: dict[str, int] = field(default_factory=dict)
    close: list[list[Any]] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """The index as plain data."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @memo
    def most_ingredients(self) -> int:
        """How many ingredients the largest combination has."""
        return max((key.count("|") + 1 for key in self.combinations), default=1)

    @memo
    def longest_key(self) -> int:
        """How long the longest key is."""
        return max((len(key) for known in (self.names, self.parts, self.stems) for key in known), default=0)

    @memo
    def heads(self) -> frozenset[str]:
        """How the keys begin, in each of the lengths that are looked at."""
        return frozenset(
            key[:length] for known in (self.names, self.parts, self.stems) for key in known for length in HEADS
        )


class Known:
    """A table with its index and word lists: what every step of reading a name looks things up in."""

    def __init__(self, entries: Sequence[MedicineEntry], index: Index, lexicon: Lexicon) -> None:
        self.entries = entries
        self.index = index
        self.lexicon = lexicon

    def close_name(self, name: str, distance: int = 0) -> CloseName:
        """A name that may be meant: one of the table, or only what it is."""
        row = self.index.names.get(normalize(name))
        if row is None:
            return CloseName(name, "", distance)
        return CloseName(name, self.entries[row].generic, distance, self.entries[row].classes)


def combined(ingredients: Iterable[str]) -> str:
    """The key of a set of ingredients."""
    return "|".join(sorted(set(ingredients)))
