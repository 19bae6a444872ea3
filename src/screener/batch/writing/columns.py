"""The columns of the output: what was concluded for each case, and the fields of the intake that are copied.

What was concluded is the urgency, and the ids that are raised, possible, suppressed, and that fired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screener.case.answers import Kind, Measured, Number
from screener.case.bound import SIGNS
from screener.case.fields import BOUND, MEDICINES, Fields
from screener.engine.columnar.columns import EXACTLY, NO_CHOICE, UNKNOWN, Columns
from screener.engine.columnar.engine import Outcomes
from screener.errors import UsageError, did_you_mean
from screener.logic.planes import Plane, by_case, words
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import Levels

SOME_ROWS: Final = 1 << 14  # rows that are looked at together: what comes of them stays in the processor's cache
MEDICINE_TYPE: Final = pa.list_(pa.struct([("name", pa.string()), ("months", pa.float64())]))


@dataclass
class IdList:
    """A list of ids for each case.

    Attributes:
        ids: the ids that may be in a list, in the order in which they do.
        bits: one row for each case, one bit for each id, padded to a power of two of bytes, eight at least.
    """

    ids: Sequence[str]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, ids: Sequence[str], planes: Sequence[Plane], count: int) -> IdList:
        """From one plane for each id."""
        width = 1 << (max(1, words(len(planes))) - 1).bit_length()
        return cls(ids, by_case(planes, count, width).view(np.uint8))

    def arrow(self) -> pa.Array:
        """As a list column over a dictionary of the ids."""
        ids = pa.DictionaryArray.from_arrays(pa.array(self.places()), pa.array(self.ids, pa.string()), safe=False)
        return pa.ListArray.from_arrays(pa.array(self.ends()), ids)

    def places(self) -> NDArray[np.int16]:
        """What is in the lists, one after the other, as places in `ids`."""
        some = [self._places(self.bits[at : at + SOME_ROWS]) for at in range(0, len(self.bits), SOME_ROWS)]
        return np.concatenate(some) if some else np.zeros(0, np.int16)

    @staticmethod
    def _places(bits: NDArray[np.uint8]) -> NDArray[np.int16]:
        flat = bits.ravel()
        filled = np.flatnonzero(flat != 0)  # most bytes are 0, as few rules fire in a case
        found = np.flatnonzero(np.unpackbits(flat[filled], bitorder="little").view(np.bool_))
        first = ((filled & (bits.shape[1] - 1)) << 3).astype(np.int16)  # of the ids in these bytes
        places: NDArray[np.int16] = first[found >> 3] | (found & 7).astype(np.int16)
        return places

    def ends(self) -> NDArray[np.int32]:
        """Where each list ends among all of them; 0 comes first."""
        ends = np.zeros(len(self.bits) + 1, np.int32)
        np.cumsum(self.counts(), out=ends[1:])
        return ends

    def counts(self) -> NDArray[np.int64]:
        """How many ids each list has."""
        words = np.bitwise_count(self.bits.view(np.uint64))
        total = words[:, 0].astype(np.int64)
        for place in range(1, words.shape[1]):
            total += words[:, place]
        return total

    def texts(self, words: pa.Array, part: slice) -> pa.Array:
        """Some lists as texts: the words of each list, one for each id in `ids`, with commas between them."""
        some = IdList(self.ids, self.bits[part])
        lists = pa.ListArray.from_arrays(pa.array(some.ends()), words.take(pa.array(some.places())))
        return pc.binary_join(lists, ",")


@dataclass
class Listing:
    """The lists of all cases of a chunk."""

    urgency: NDArray[np.uint8]
    levels: Levels
    lists: dict[str, IdList] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Outcomes) -> Listing:
        """What an engine concluded, as lists."""
        names, rules = list_ids(outcomes.book)
        n = outcomes.count
        lists = {
            "raised": IdList.of(names, [outcomes.raised(name) for name in names], n),
            "possible": IdList.of(names, [outcomes.possible(name) for name in names], n),
            "suppressed": IdList.of(names, [outcomes.suppressed(name) for name in names], n),
            "rules": IdList.of(rules, [outcomes.fired[name] for name in rules], n),
        }
        return cls(outcomes.urgency, outcomes.book.levels, lists)

    def urgency_arrow(self) -> pa.Array:
        """The urgency as a dictionary column."""
        return pa.DictionaryArray.from_arrays(
            pa.array(self.urgency.astype(np.int8)), pa.array(list(self.levels), pa.string())
        )


def list_ids(book: RuleBook) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings and flags, and the rules, in the order in which lists name them: that of the book."""
    return (*book.findings, *book.flags), tuple(rule.id for rule in book.rules)


def check_kept(names: Sequence[str], fields: Fields) -> tuple[str, ...]:
    """The fields to copy, each once.

    Raises:
        UsageError: there is no such field.
    """
    for name in names:
        if name not in fields:
            raise UsageError(f"there is no field `{name}` to keep{did_you_mean(name, fields)}")
    return tuple(dict.fromkeys(names))


def kept(columns: Columns, name: str, fields: Fields) -> pa.Array:
    """A field of the intake as a typed column, null where it was not given."""
    if name in fields.yes_no:
        codes = columns.yes_no.get(name)
        return pa.nulls(columns.count, pa.bool_()) if codes is None else pa.array(codes == 1, mask=codes == UNKNOWN)
    if name in fields.choices:
        return _worded(columns.choices.get(name), fields.options(name), columns.count)
    if name in fields.own_words:
        texts = columns.own_words.get(name)
        return pa.array([None] * columns.count if texts is None else texts.tolist(), pa.string())
    if name == MEDICINES:
        lists = [columns.medicines.of(case) if columns.medicines else None for case in range(columns.count)]
        given = [some and [{"name": m.name, "months": m.months} for m in some] for some in lists]
        return pa.array([None if some is None else list(some) for some in given], MEDICINE_TYPE)
    values = columns.numbers.get(name)
    if values is None:
        return pa.nulls(columns.count, _number_type(fields[name]))
    return pa.array(values, from_pandas=True).cast(_number_type(fields[name]))


def kept_apart(columns: Columns, names: Sequence[str], fields: Fields) -> dict[str, pa.Array]:
    """The fields that are kept, as columns of a table: the sign of a bound such as `> 7` has a column of its own."""
    found: dict[str, pa.Array] = {}
    for name in names:
        found[name] = kept(columns, name, fields)
        if isinstance(fields[name], Measured):
            found[name + BOUND] = _worded(columns.signs.get(name), SIGNS, columns.count)
    return found


def kept_together(columns: Columns, name: str, fields: Fields) -> list[Any]:
    """A field that is kept, as values of JSON: a bound is text."""
    values: list[Any] = kept(columns, name, fields).to_pylist()
    for place in np.flatnonzero(columns.signs[name] != EXACTLY).tolist() if name in columns.signs else ():
        values[place] = fields.written(name, columns.number(name, place))
    return values


def _worded(places: NDArray[np.int8] | None, words: Sequence[str], count: int) -> pa.Array:
    """The words at some places, null where there is none (-1)."""
    return pa.array([None] * count if places is None else np.array([*words, None], np.object_)[places], pa.string())


def _number_type(kind: Kind) -> pa.DataType:
    return pa.int32() if isinstance(kind, Number) and kind.whole else pa.float64()


assert NO_CHOICE == EXACTLY == -1  # the last word is read for it
