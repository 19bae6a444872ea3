"""The answers of many cases as columns: what the batch readers fill and the columnar engine reads.

Every column is normalised, as the intake stores it: a yes/no answer is one of three codes, a number is a float in the
field's unit (NaN: not reported), a choice is the place of its word, medicines are entries with the case they belong to.
A field without a column was not given in any case. Of a bound such as `> 7 mmol/L`, the number is the limit; the place
of its sign is in a column of its own. What people wrote in their own words is kept as it is; no engine reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from screener.case.answered import Answered
from screener.case.answers import Medicine
from screener.case.bound import SIGNS, Bound
from screener.case.fields import MEDICINES, Fields
from screener.data import dataclass

NO: Final = 0
YES: Final = 1
UNKNOWN: Final = 2
NO_CHOICE: Final = -1
EXACTLY: Final = -1  # in place of a sign: the number itself was reported

# what is in a column where nothing was given, by the kind of column
NOTHING_GIVEN: Final[dict[str, tuple[float | None, type]]] = {
    "yes_no": (UNKNOWN, np.uint8),
    "numbers": (np.nan, np.float64),
    "choices": (NO_CHOICE, np.int8),
    "signs": (EXACTLY, np.int8),
    "own_words": (None, np.object_),
}

Codes: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]
Choices: TypeAlias = NDArray[np.int8]
Signs: TypeAlias = NDArray[np.int8]  # places in `SIGNS`
OwnWordsColumn: TypeAlias = NDArray[np.object_]  # of `str`, or None


@dataclass(frozen=True)
class MedicineColumn:
    """The medicines of many cases.

    Attributes:
        known: whether the list was given (an empty list is known).
        counts: how many entries each case has.
        names: the entries of all cases, one after the other, as places in `vocabulary`.
        months: for how long each entry has been taken; NaN: not said.
        vocabulary: the names as they were written, each once.
    """

    known: NDArray[np.bool_]
    counts: NDArray[np.int64]
    names: NDArray[np.int32]
    months: Floats
    vocabulary: Sequence[str]

    def take(self, places: NDArray[np.int64]) -> MedicineColumn:
        """The medicines of some of the cases, by their places."""
        counts = self.counts[places]
        starts = (np.cumsum(self.counts) - self.counts)[places]
        shift = starts - (np.cumsum(counts) - counts)
        entries = np.arange(int(counts.sum())) + np.repeat(shift, counts)
        return MedicineColumn(self.known[places], counts, self.names[entries], self.months[entries], self.vocabulary)

    @classmethod
    def concat(cls, parts: Sequence[MedicineColumn]) -> MedicineColumn:
        """Columns one after the other; parts with the same vocabulary object keep it."""
        first = parts[0].vocabulary
        names = [part.names for part in parts]
        if any(part.vocabulary is not first for part in parts):
            codes: dict[str, int] = {}
            tables = [[codes.setdefault(name, len(codes)) for name in part.vocabulary] for part in parts]
            names = [np.array(table, np.int32)[part.names] for table, part in zip(tables, parts, strict=True)]
            first = list(codes)
        return cls(
            np.concatenate([part.known for part in parts]),
            np.concatenate([part.counts for part in parts]),
            np.concatenate(names),
            np.concatenate([part.months for part in parts]),
            first,
        )

    @classmethod
    def nothing(cls, count: int) -> MedicineColumn:
        """The column of cases in which the list was not given."""
        none = np.zeros(0)
        return cls(np.zeros(count, np.bool_), np.zeros(count, np.int64), none.astype(np.int32), none, ())

    def of(self, case: int) -> tuple[Medicine, ...] | None:
        """The medicines of one case; None when the list was not given."""
        if not self.known[case]:
            return None
        start = int(self.counts[:case].sum())
        entries = range(start, start + int(self.counts[case]))
        return tuple(
            Medicine(self.vocabulary[self.names[i]], None if np.isnan(self.months[i]) else float(self.months[i]))
            for i in entries
        )


@dataclass(frozen=True)
class Columns:
    """The answers of `count` cases, by field."""

    count: int
    yes_no: dict[str, Codes] = field(default_factory=dict)
    numbers: dict[str, Floats] = field(default_factory=dict)
    choices: dict[str, Choices] = field(default_factory=dict)
    medicines: MedicineColumn | None = None
    signs: dict[str, Signs] = field(default_factory=dict)
    own_words: dict[str, OwnWordsColumn] = field(default_factory=dict)

    def take(self, places: NDArray[np.int64]) -> Columns:
        """The columns of some of the cases, by their places."""
        medicines = self.medicines.take(places) if self.medicines is not None else None
        some = {kind: {name: column[places] for name, column in getattr(self, kind).items()} for kind in NOTHING_GIVEN}
        return Columns(len(places), medicines=medicines, **some)

    @classmethod
    def concat(cls, parts: Sequence[Columns]) -> Columns:
        """The cases of all parts, one after the other."""
        parts = [part for part in parts if part.count] or list(parts[:1])
        if len(parts) <= 1:
            return parts[0] if parts else cls(0)
        medicines = [part.medicines or MedicineColumn.nothing(part.count) for part in parts]
        whole = {
            kind: concat_columns([(part.count, getattr(part, kind)) for part in parts], *nothing)
            for kind, nothing in NOTHING_GIVEN.items()
        }
        given = any(part.medicines is not None for part in parts)
        return cls(
            sum(part.count for part in parts), medicines=MedicineColumn.concat(medicines) if given else None, **whole
        )

    def answers(self, case: int, fields: Fields) -> dict[str, Any]:
        """What was given for one case, as the intake of these fields takes it."""
        yes_no = {name: bool(codes[case] == YES) for name, codes in self.yes_no.items() if codes[case] != UNKNOWN}
        numbers = {name: self.number(name, case) for name, some in self.numbers.items() if not np.isnan(some[case])}
        chosen = {name: places[case] for name, places in self.choices.items() if places[case] != NO_CHOICE}
        choices = {name: fields.options(name)[place] for name, place in chosen.items()}
        texts = {name: some[case] for name, some in self.own_words.items() if some[case] is not None}
        medicines = None if self.medicines is None else self.medicines.of(case)
        return yes_no | numbers | choices | texts | ({} if medicines is None else {MEDICINES: medicines})

    def number(self, name: str, case: int) -> float | Bound:
        """The number that was reported for one case, or beyond which it lies."""
        value = float(self.numbers[name][case])
        sign = self.signs[name][case] if name in self.signs else EXACTLY
        return value if sign == EXACTLY else Bound(SIGNS[sign], value)

    @classmethod
    def of(cls, intakes: Sequence[Answered], fields: Fields) -> Columns:
        """The columns of validated cases."""
        given = {name: [getattr(intake, name) for intake in intakes] for name in fields}
        bounded = [name for name in fields.numbers if any(isinstance(value, Bound) for value in given[name])]
        return cls(
            len(intakes),
            {name: _codes(given[name], (False, True), UNKNOWN, np.uint8) for name in fields.yes_no},
            {name: np.array([_limit(value) for value in given[name]], np.float64) for name in fields.numbers},
            {name: _codes(given[name], fields.options(name), NO_CHOICE, np.int8) for name in fields.choices},
            medicine_column(given[MEDICINES]) if fields.has_medicines else None,
            {name: np.array([_sign(value) for value in given[name]], np.int8) for name in bounded},
            {name: np.array(given[name], np.object_) for name in fields.own_words},
        )


def concat_columns(parts: Sequence[tuple[int, dict[str, Any]]], absent: float | None, kind: type) -> dict[str, Any]:
    """Columns by name one after the other, each part with how many cases it has; `absent` where one is not there."""
    names = dict.fromkeys(name for _, columns in parts for name in columns)
    return {
        name: np.concatenate(
            [columns[name] if name in columns else np.full(count, absent, kind) for count, columns in parts]
        )
        for name in names
    }


def _limit(value: float | Bound | None) -> float | None:
    return value.limit if isinstance(value, Bound) else value


def _sign(value: float | Bound | None) -> int:
    return SIGNS.index(value.sign) if isinstance(value, Bound) else EXACTLY


def _codes(values: Sequence[Any], words: Sequence[Any], unknown: int, kind: type) -> NDArray[Any]:
    """The places of answers among the words of their field."""
    return np.array([unknown if value is None else words.index(value) for value in values], kind)


def medicine_column(lists: Sequence[Sequence[Medicine] | None]) -> MedicineColumn:
    """The medicines of validated cases."""
    places: dict[str, int] = {}
    entries = [entry for some in lists if some for entry in some]
    names = [places.setdefault(entry.name, len(places)) for entry in entries]
    return MedicineColumn(
        np.array([some is not None for some in lists], np.bool_),
        np.array([len(some or ()) for some in lists], np.int64),
        np.array(names, np.int32),
        np.array([entry.months for entry in entries], np.float64),
        list(places),
    )
