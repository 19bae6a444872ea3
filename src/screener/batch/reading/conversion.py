"""From decoded rows to columns, some thousand rows at a time; and the checks of what they hold, column by column.

The objects of the rows are let go soon: memory that was just used is faster than new memory. What is
accepted here is what the intake accepts, with the same values; rows that need a closer look are doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import astuple
from numpy.typing import NDArray

from screener.batch.reading.arrow import lists_with
from screener.batch.reading.fast import ABSENT, FastDecoder, MedicineRow
from screener.batch.reading.meaning import ABSENT_CHOICE, ABSENT_CODE, BAD, BAD_CHOICE, Meaning, bad_months, bad_names
from screener.batch.reading.notation import Uses
from screener.case.answers import MOST_MEDICINES
from screener.case.fields import CASE_ID, MEDICINES
from screener.engine.columnar.columns import (
    NO_CHOICE,
    UNKNOWN,
    Choices,
    Codes,
    Columns,
    Floats,
    MedicineColumn,
    OwnWordsColumn,
    concat_columns,
)

NAMES: Final = pa.list_(pa.string())


class MedicineNames(dict[str, int]):
    """Medicine names with their places, in the order in which they were met."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def __missing__(self, name: str) -> int:
        place = self[name] = len(self.order)
        self.order.append(name)
        return place


class Conversion:
    """Some rows on their way to columns.

    Args:
        columns: the fields of the rows that are no yes/no fields, in the order of the decoder.
        codes: those that are, a row for each.
        decoder: whose rows they are.
        meaning: what texts were found to mean.
        vocabulary: the medicine names met so far.

    Attributes:
        table: the rows; those that are already known to need a closer look are marked.
    """

    def __init__(
        self,
        columns: Sequence[list[Any]],
        codes: Codes,
        decoder: FastDecoder,
        meaning: Meaning,
        vocabulary: MedicineNames,
    ) -> None:
        self.count = codes.shape[1]
        self.meaning = meaning
        self.vocabulary = vocabulary
        self.doubtful = np.zeros(self.count, np.bool_)
        self.colons = 0
        self.written: dict[str, Floats] = {}
        raw = dict(zip(decoder.other_names, columns, strict=True))
        found = Columns(
            self.count,
            dict(zip(decoder.yes_no_names, self.yes_no(codes), strict=True)),
            self.numbers({name: raw[name] for name in self.meaning.numbers}),
            {name: self.choice(name, raw[name]) for name in self.meaning.choices},
            self.medicines(raw[MEDICINES]) if meaning.notation.fields.has_medicines else None,
            own_words={name: self.own_words(name, raw[name]) for name in self.meaning.own_words},
        )
        case_ids = self.text(raw[CASE_ID])
        extras = {name for name in decoder.extras if self.is_given(raw[name])}
        if extras:
            self.doubt_strangers(codes, raw, extras)
        self.table = ColumnTable(found, case_ids, self.doubtful, self.colons, extras, self.written)

    def doubt_strangers(self, codes: Codes, raw: Mapping[str, Sequence[Any]], extras: set[str]) -> None:
        """Mark rows with fields that are passed over and none that is known."""
        known = [values for name, values in raw.items() if name not in extras]
        for row in np.flatnonzero((codes == ABSENT_CODE).all(axis=0)).tolist():
            if all(values[row] is ABSENT or values[row] != values[row] for values in known):
                self.doubtful[row] |= any(raw[name][row] is not ABSENT for name in extras)

    def is_given(self, raw: Sequence[Any]) -> bool:
        """Whether a field of texts, or one that is passed over, was given in some row; their colons are counted."""
        seen = sum(value is not ABSENT for value in raw)
        self.colons += seen + sum(value.count(":") for value in raw if isinstance(value, str))
        return seen > 0

    def yes_no(self, codes: Codes) -> Codes:
        """All yes/no columns at once."""
        self.colons += int(np.count_nonzero(codes != ABSENT_CODE))
        self.doubtful |= (codes == BAD).any(axis=0)
        return np.minimum(codes, UNKNOWN)

    def numbers(self, raw: Mapping[str, list[Any]]) -> dict[str, Floats]:
        """The columns of numbers: all at once, but for those in which some are written as text with a unit."""
        plain = {name: values for name, values in raw.items() if name not in self.meaning.with_units}
        try:
            values = self.floats(list(chain.from_iterable(plain.values())))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            self.meaning.with_units |= {name for name, values in plain.items() if str in set(map(type, values))}
            return self.numbers(raw)
        found = dict(zip(plain, values.reshape(len(plain), self.count), strict=True))
        return {name: found[name] if name in found else self.texts_and_numbers(name, raw[name]) for name in raw}

    def floats(self, raw: Sequence[Any]) -> Floats:
        """Numbers, NaN where one is absent, which has no colon, or null, which has."""
        column = pa.array(raw, pa.float64())
        values: Floats = column.to_numpy(zero_copy_only=False)
        self.colons += int(np.count_nonzero(~np.isnan(values))) + column.null_count
        return values

    def texts_and_numbers(self, name: str, raw: Sequence[Any]) -> Floats:
        """A column in which some numbers are written as text with a unit; these are not in it but in `written`."""
        texts = [place for place, value in enumerate(raw) if value.__class__ is str]
        values = self.floats([math.nan if value.__class__ is str else value for value in raw])
        self.colons += len(texts)
        known = self.meaning.numbers[name]
        self.written[name] = np.full(self.count, np.nan)
        self.written[name][texts] = [known[raw[place]] for place in texts]
        return values

    def choice(self, name: str, raw: Sequence[Any]) -> Choices:
        """A column of choices."""
        known = self.meaning.choices[name]
        codes = np.fromiter(map(known.__getitem__, raw), np.int8, self.count)
        self.colons += int(np.count_nonzero(codes != ABSENT_CHOICE))
        self.doubtful |= codes == BAD_CHOICE
        codes[codes == ABSENT_CHOICE] = NO_CHOICE
        return codes

    def own_words(self, name: str, raw: Sequence[Any]) -> OwnWordsColumn:
        """A column of what people wrote in their own words."""
        texts, bad = self.meaning.texts(name, raw)
        self.is_given(raw)
        self.doubtful |= bad
        return texts

    def text(self, raw: Sequence[Any]) -> pa.Array:
        """The case ids; whole numbers become texts."""
        try:
            column = pa.array(raw, pa.string())
            self.colons += self.count
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            self.colons += sum(value.__class__ is not float for value in raw)
            texts = [
                None if value.__class__ is float else str(value) if value.__class__ is int else value for value in raw
            ]
            column = pa.array(texts, pa.string())
        self.colons += pc.sum(pc.count_substring(column, ":")).as_py() or 0
        return column

    def medicines(self, raw: Sequence[Any]) -> MedicineColumn:
        """The lists of medicines: at once when all entries are names, and no list is absent."""
        try:
            lists = pa.array(raw, NAMES)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            return self.medicines_with_months(raw)
        self.colons += self.count
        encoded = lists.flatten().dictionary_encode()
        places = np.array([self.vocabulary[name] for name in encoded.dictionary.to_pylist()], np.int32)
        names = places[encoded.indices.to_numpy()]
        known = lists.is_valid().to_numpy(zero_copy_only=False)
        counts = np.diff(lists.offsets.to_numpy()).astype(np.int64)
        return MedicineColumn(known, counts, names, np.full(len(names), math.nan), self.vocabulary.order)

    def medicines_with_months(self, raw: Sequence[Any]) -> MedicineColumn:
        """The lists of medicines one by one."""
        given = [value.__class__ is list for value in raw]
        lists = list(compress(raw, given))
        known = np.array(given, np.bool_)
        self.colons += len(lists) + raw.count(None)
        counts = np.zeros(self.count, np.int64)
        counts[known] = np.fromiter(map(len, lists), np.int64, len(lists))
        texts, months = self.names_and_months(list(chain.from_iterable(lists)))
        names = np.fromiter(map(self.vocabulary.__getitem__, texts), np.int32, len(texts))
        return MedicineColumn(known, counts, names, months, self.vocabulary.order)

    def names_and_months(self, entries: list[Any]) -> tuple[Sequence[str], Floats]:
        """The names of entries, and their months."""
        objects = [entry.__class__ for entry in entries].count(MedicineRow)
        if objects < len(entries):
            entries = [entry if entry.__class__ is MedicineRow else MedicineRow(entry) for entry in entries]
        texts, months = zip(*map(astuple, entries), strict=True) if entries else ((), ())
        self.colons += objects
        return texts, self.floats(months)


@dataclass
class ColumnTable:
    """Rows as columns.

    Attributes:
        columns: their answers. Before `check`, numbers are as in the data, and those in `written` are not there.
        case_ids: their ids.
        doubtful: the rows that the careful reader has to look at; their columns mean nothing.
        colons: how many colons the JSON text of all rows has, when no key is given twice and nothing is escaped.
        extras: the fields that were passed over.
        written: numbers that were written as text, in the field's own unit, NaN elsewhere; infinity is left to the
            careful reader.
        uses: in which rows numbers were read in a unit that the person said.
    """

    columns: Columns
    case_ids: pa.Array
    doubtful: NDArray[np.bool_]
    colons: int = 0
    extras: set[str] = field(default_factory=set)
    written: dict[str, Floats] = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)

    @classmethod
    def concat(cls, parts: Sequence[ColumnTable]) -> ColumnTable:
        """The rows of parts that have not been checked, one after the other; one part at least."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            Columns.concat([part.columns for part in parts]),
            pa.concat_arrays([part.case_ids for part in parts]),
            np.concatenate([part.doubtful for part in parts]),
            sum(part.colons for part in parts),
            set().union(*(part.extras for part in parts)),
            concat_columns([(part.columns.count, part.written) for part in parts], np.nan, np.float64),
        )

    def check(self, meaning: Meaning) -> None:
        """Mark what the intake would not take as it is, and bring numbers into the fields' own units."""
        for name, values in self.columns.numbers.items():
            self.columns.numbers[name] = self.number(name, values, meaning)
        if self.columns.medicines is not None:
            self.colons += self.check_medicines(self.columns.medicines)
        if meaning.notation.words:
            coded = [meaning.notation.label(CASE_ID, value) is not None for value in self.case_ids.to_pylist()]
            self.doubtful |= np.array(coded, np.bool_)

    def number(self, name: str, values: Floats, meaning: Meaning) -> Floats:
        """A column of numbers in the field's own unit; those that mean missing are left to the careful reader."""
        notation = meaning.notation
        if notation:
            self.doubtful |= np.isin(values, notation.missing_numbers)
            if name in notation.units:
                self.uses.note(notation.unit_label(name), ~np.isnan(values))
        values, bad = meaning.bare(name, values)
        self.doubtful |= bad
        if name in self.written:
            said = self.written[name]
            values = np.where(np.isnan(said), values, said)
            self.doubtful |= np.isinf(said)
        return values

    def check_medicines(self, column: MedicineColumn) -> int:
        """Mark rows whose medicines the intake would refuse; returns the colons in all names."""
        mentions = np.bincount(column.names, minlength=1)
        used = np.flatnonzero(mentions)
        words = [column.vocabulary[place] for place in used.tolist()]
        bad = np.isin(column.names, used[bad_names(words)]) | bad_months(column.months)
        if bad.any():
            self.doubtful |= lists_with(bad, column.counts)
        self.doubtful |= column.counts > MOST_MEDICINES
        return sum(word.count(":") * count for word, count in zip(words, mentions[used].tolist(), strict=True))
