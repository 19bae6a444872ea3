"""The table of medicines, and the one way to find a written name in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from screener.memo import memo
from screener.rulebook.medicine.lookup import Index, Lexicon, classes_of, lists_of
from screener.rulebook.medicine.result import ORAL, Match, MedicineEntry, Open, Recognised, Result
from screener.rulebook.medicine.route import route_of, way

if TYPE_CHECKING:
    from screener.rulebook.medicine.read import Reader

CACHE_LIMIT: Final = 8192  # names whose match is remembered
FIELDS: Final = MedicineEntry.__slots__


class KeptMedicines(dict[int, MedicineEntry]):
    """The medicines of a kept table by their places, each made when it is asked for."""

    def __init__(self, rows: list[list[Any]]) -> None:
        super().__init__()
        self.rows = rows

    def __missing__(self, place: int) -> MedicineEntry:
        made = self[place] = _entry(self.rows[place])
        return made


def _plain(name: str) -> str:
    """A written name as it is looked up among those that a person confirmed."""
    return " ".join(name.casefold().split())


def _entry(row: list[Any]) -> MedicineEntry:
    cells: list[Any] = [tuple(cell) if isinstance(cell, list) else cell for cell in row]
    return MedicineEntry(*cells)


class MedicineTable:
    """All medicines known, and the one way to find them.

    Two tables with the same medicines and word lists are equal. Pickled is one text with the indexes ready in it; it
    is taken apart when the table is first used, so a run without medicines does not pay for it.
    """

    def __init__(self, entries: Iterable[MedicineEntry], lexicon: Lexicon | None = None) -> None:
        self.__dict__["entries"] = tuple(entries)
        self.__dict__["lexicon"] = lexicon or Lexicon()
        self.__dict__["confirmed"] = {}
        self._cache: dict[str, Match] = {}

    def with_confirmed(self, pairs: Mapping[str, str]) -> MedicineTable:
        """This table, with what a person said about names that it does not know.

        Args:
            pairs: names as they are written, and the names of the table that are meant.
        """
        table = MedicineTable(self.entries, self.lexicon)
        table.__dict__["index"] = self.index
        table.__dict__["confirmed"] = {_plain(typed): meant for typed, meant in pairs.items()}
        return table

    @memo
    def _kept(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.__dict__["_text"])
        return found

    @memo
    def entries(self) -> tuple[MedicineEntry, ...]:
        """The medicines, in the order of the file."""
        return tuple(map(_entry, self._kept["entries"]))

    @memo
    def lexicon(self) -> Lexicon:
        """The word lists that go with the table."""
        return Lexicon(**self._kept["lexicon"])

    @memo
    def confirmed(self) -> dict[str, str]:
        """What a person said about names that the table does not know."""
        return dict(self._kept["confirmed"])

    @memo
    def index(self) -> Index:
        """Where each name leads."""
        if "_text" in self.__dict__:
            return Index(**self._kept["index"])
        from screener.rulebook.medicine.making import Making

        return Making(self.entries, self.lexicon).index()

    @memo
    def _reader(self) -> Reader:
        from screener.rulebook.medicine.read import Reader  # only when a medicine is named

        rows = KeptMedicines(self._kept["entries"]) if "_text" in self.__dict__ else self.entries
        return Reader(rows, self.index, self.lexicon)

    def __getstate__(self) -> str:
        kept = {
            "entries": [[getattr(entry, name) for name in FIELDS] for entry in self.entries],
            "lexicon": lists_of(self.lexicon),
            "index": lists_of(self.index),
            "confirmed": self.confirmed,
        }
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def __setstate__(self, text: str) -> None:
        self.__dict__["_text"] = text
        self._cache = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MedicineTable):
            return NotImplemented
        return (self.entries, self.lexicon, self.confirmed) == (other.entries, other.lexicon, other.confirmed)

    def __hash__(self) -> int:
        return hash(self.entries)

    def __repr__(self) -> str:
        return f"MedicineTable({len(self.entries)} medicines)"

    @memo
    def classes(self) -> frozenset[str]:
        """Every class that a medicine can have, by any route."""
        return classes_of(self.entries, self.lexicon)

    @memo
    def by_code(self) -> dict[tuple[str, str], list[MedicineEntry]]:
        """The medicines with each code of RxNorm and of the ATC: by `("rxcui", "8591")`, `("atc", "A12BA01")`."""
        found: dict[tuple[str, str], list[MedicineEntry]] = {}
        for entry in self.entries:
            for system in ("rxcui", "atc"):
                found.setdefault((system, getattr(entry, system)), []).append(entry)
        return found

    @memo
    def qt_marks(self) -> frozenset[str]:
        """Every word of the QT column."""
        return frozenset(entry.qt for entry in self.entries if entry.qt)

    @memo
    def generics(self) -> frozenset[str]:
        """Every generic name, in lower case."""
        return frozenset(entry.generic.lower() for entry in self.entries)

    def match(self, name: str) -> Match:
        """What a written name means; see `result.py` for what that can be."""
        found = self._cache.get(name)
        if found is None:
            if len(self._cache) >= CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[name] = self._match(name)
        return found

    def route(self, text: str) -> str:
        """The route that words such as `IV drip` or `by mouth` say, as `routes.csv` names it; empty for others."""
        from screener.rulebook.medicine.text import clean, tokens_of

        tokens = tokens_of(clean(text.replace(".", "")))
        found = (self.lexicon.phrase("forms", tokens, at) for at, token in enumerate(tokens) if token.is_word)
        return route_of(phrase.meaning for phrase in found if phrase is not None)

    def by_route(self, match: Match, route: str) -> Match:
        """What was understood, when it is taken by this route whatever the words of the name say."""
        results = tuple(self._by_route(result, route) for result in match.results)
        return replace(match, results=results) if route else match

    def _by_route(self, result: Result, route: str) -> Result:
        if not isinstance(result, Recognised) or result.entry.route != ORAL:
            return result
        counted = way(result.entry, route, self.lexicon)
        return replace(result, route=route, classes=counted.classes, reason=counted.reason)

    def _match(self, name: str) -> Match:
        results: list[Result] = []
        confirmed: list[tuple[str, str]] = []
        for result in self._reader.read(name):
            meant = self.confirmed.get(_plain(result.typed)) if isinstance(result, Open) else None
            if meant is None:
                results.append(result)
            else:
                confirmed.append((result.typed, meant))
                results += (replace(other, typed=result.typed) for other in self._reader.read(meant))
        return Match(tuple(results), tuple(confirmed))

    @classmethod
    def read(cls, path: Path, shown_as: str = "") -> MedicineTable:
        """The table in a CSV file, with the word lists that go with it.

        Args:
            path: the file `medicines.csv`; without it, no medicine is known.
            shown_as: what messages call it; its path when empty.

        Raises:
            RuleBookError: the file is not such a table, or a word list is wrong.
        """
        from screener.errors import RuleBookError
        from screener.rulebook.medicine.rows import COLUMNS, EFFECT, REQUIRED, checked_entries, read_sheet
        from screener.rulebook.medicine.wordfiles import WordFiles

        shown = shown_as or str(path)
        lists = WordFiles(path.parent, shown.removesuffix(path.name))
        lexicon = lists.read()
        entries: tuple[MedicineEntry, ...] = ()
        try:
            rows = read_sheet(path, shown, COLUMNS, REQUIRED, EFFECT) if path.is_file() else []
            entries = checked_entries(rows, shown, lexicon.routes)
            lists.check_names(lexicon, entries)
        except RuleBookError as error:
            lists.problems += error.problems
        table = cls(entries, lexicon)
        if not lists.problems:
            lists.check_choices(lambda name: bool(table.match(name).results) and not table.match(name).unrecognized)
        if lists.problems:
            raise RuleBookError(lists.problems)
        return table
