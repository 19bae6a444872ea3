"""The table of medicines, and the one way to find a written name in it.

How names are cut and compared is in `medicine_name.py`; how the file is read and checked in `medicine_rows.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from screener.memo import memo
from screener.rulebook.medicine_name import (
    Part,
    clean,
    is_around,
    is_only_around,
    is_salt,
    key_of,
    keys_of,
    may_leave_out,
    normalize,
    parts_of,
    spans_of,
)
from screener.rulebook.medicine_rows import MedicineEntry, checked_entries, read_entries

__all__ = ["Match", "MedicineEntry", "MedicineTable"]

CACHE_LIMIT: Final = 8192
LONGEST_NAME: Final = 40  # words; real names with every detail have up to 20
LONGEST_GROUP: Final = 6  # parts that may make up one name: `insulin, regular, human` has three


@dataclass(frozen=True, slots=True)
class Match:
    """What a written medicine name was matched to.

    Attributes:
        entries: the medicines recognised in it, in the order written, each once.
        unrecognized: the parts of the name that stand for nothing in the table, as written.
    """

    entries: tuple[MedicineEntry, ...]
    unrecognized: tuple[str, ...]

    @property
    def marks(self) -> frozenset[str]:
        """The marks of all its entries."""
        return frozenset().union(*(entry.marks for entry in self.entries))


@dataclass(frozen=True)
class MedicineTable:
    """All medicines known, and the one way to find them.

    Two tables with the same entries are equal. Pickled are the entries only; the indexes and the cache are made anew.
    """

    entries: tuple[MedicineEntry, ...]
    _names: dict[str, MedicineEntry] = field(init=False, repr=False, compare=False, default_factory=dict)
    _components: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _combinations: dict[frozenset[str], MedicineEntry] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _cache: dict[str, Match] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.entries:
            for name in entry.names:
                for key in keys_of(name):
                    self._names.setdefault(key, entry)
        for entry in self.entries:
            if " / " in entry.generic:
                keys = [normalize(part) for part in entry.generic.split(" / ")]
                for key in keys:
                    self._components[key] = key
                self._combinations[frozenset(keys)] = entry
        self._name_components()

    def _name_components(self) -> None:
        """Let every name of a listed ingredient (`HCTZ`) stand for it in a combination."""
        for key, entry in self._names.items():
            generic = normalize(entry.generic)
            if generic in self._components:
                self._components[key] = generic

    def __reduce__(self) -> tuple[type[MedicineTable], tuple[tuple[MedicineEntry, ...]]]:
        return MedicineTable, (self.entries,)

    @memo
    def classes(self) -> frozenset[str]:
        """Every class in the table."""
        return frozenset(name for entry in self.entries for name in entry.classes)

    @memo
    def qt_marks(self) -> frozenset[str]:
        """Every word of the QT column."""
        return frozenset(entry.qt for entry in self.entries if entry.qt)

    @memo
    def generics(self) -> frozenset[str]:
        """Every generic name, in lower case."""
        return frozenset(entry.generic.lower() for entry in self.entries)

    def match(self, name: str) -> Match:
        """The medicines that a written name stands for: exact after normalising, see the module's text."""
        found = self._cache.get(name)
        if found is None:
            if len(self._cache) >= CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[name] = self._match(name)
        return found

    def _match(self, name: str) -> Match:
        text = clean(name)
        parts = parts_of(text)
        entries: dict[MedicineEntry, None] = {}
        left: list[Part] = []
        for group, entry in self._groups(parts):
            if entry is not None:
                entries[entry] = None
            elif not is_only_around(group[0].words):
                left.append(group[0])
        if not entries:
            return Match((), (name.strip(),) if name.strip() else ())
        return Match(tuple(entries), tuple(spans_of(text, left)))

    def _groups(self, parts: Sequence[Part]) -> Iterator[tuple[Sequence[Part], MedicineEntry | None]]:
        """Cut the parts into the longest groups that are one medicine each, and single parts that are none."""
        start = 0
        while start < len(parts):
            ends = range(min(len(parts), start + LONGEST_GROUP), start, -1)
            end = next((end for end in ends if self._one(parts[start:end])), start + 1)
            entry = self._one(parts[start:end])
            # a part that may stand around a name can also begin the next one: `Slow-K [Slow-K]`
            while (
                end > start + 1 and is_only_around(parts[end - 1].words) and self._one(parts[start : end - 1]) is entry
            ):
                end -= 1
            yield parts[start:end], entry
            start = end

    def _one(self, group: Sequence[Part]) -> MedicineEntry | None:
        """The one medicine that all of these parts stand for."""
        return self._whole(group) or self._combination(group)

    def _whole(self, group: Sequence[Part]) -> MedicineEntry | None:
        """The medicine whose name these parts spell, with nothing but words around it."""
        if any(not part.hyphened and all(map(is_salt, part.words)) for part in group[1:]):
            return self._names.get(key_of(word for part in group for word in part.words))
        if len(group) > 1 and all(map(is_salt, group[0].words)) and not group[1].hyphened:
            return None
        key = self._run(tuple(word for part in group for word in part.words), self._names)
        return self._names[key] if key is not None else None

    def _combination(self, group: Sequence[Part]) -> MedicineEntry | None:
        """The combination in the table that has exactly these ingredients, in any order."""
        ingredients: set[str] = set()
        for part in group:
            key = self._run(part.words, self._components)
            if key is not None:
                ingredients.add(self._components[key])
            elif not is_only_around(part.words):
                return None
        return self._combinations.get(frozenset(ingredients))

    def _run(self, words: tuple[str, ...], names: Mapping[str, object]) -> str | None:
        """The longest run of words that is a name while all the others may stand around it; as its key."""
        if len(words) > LONGEST_NAME:
            return None
        solid = [i for i in range(len(words)) if not (is_salt(words[i]) or is_around(words, i))]
        first, last = (solid[0], solid[-1] + 1) if solid else (len(words) - 1, 1)
        runs = [(start, end) for start in range(first + 1) for end in range(max(last, start + 1), len(words) + 1)]
        for start, end in sorted(runs, key=lambda run: run[0] - run[1]):
            key = key_of(words[start:end])
            if key in names and may_leave_out(words[start:end], words[:start] + words[end:]):
                return key
        return None

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]], file: str = "medicines.csv") -> MedicineTable:
        """A table of rows with the columns of `medicines.csv`.

        Raises:
            RuleBookError: a row is wrong, or two rows share a name; with the row's line, the first row being line 2.
        """
        return cls(checked_entries(enumerate(rows, start=2), file))

    @classmethod
    def read(cls, path: Path, shown_as: str = "") -> MedicineTable:
        """The table in a CSV file, which messages call `shown_as` (its path when empty).

        Raises:
            RuleBookError: the file is not such a table.
        """
        return cls(read_entries(path, shown_as or str(path)))
