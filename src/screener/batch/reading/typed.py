"""Reading cases from typed columns (Parquet): whole columns are checked at once, rows that fail one by one.

A column whose type can hold no answer of its field is not refused as such: the rows in which it has a value are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.checks import BAD, BAD_CHOICE, bad_months, bad_names, out_of_place
from screener.batch.reading.jsonl import accepted_and_refused
from screener.batch.reading.record import Decoded, join
from screener.batch.reading.table import Texts
from screener.case.answers import MOST_MEDICINES
from screener.case.fields import MEDICINES
from screener.engine.columnar.columns import (
    NO,
    NO_CHOICE,
    UNKNOWN,
    YES,
    Columns,
    MedicineColumn,
)

Mask: TypeAlias = NDArray[np.bool_]


class TypedReader:
    """Reads record batches whose columns are named after the fields of the intake.

    Args:
        policy: what happens to other columns (they have been checked by `check_header`).
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.texts = Texts(policy.fields)
        self.fields = policy.fields

    def read(self, batch: pa.RecordBatch, first_line: int) -> Decoded:
        """Read a batch.

        Args:
            batch: some rows.
            first_line: the number of its first row.
        """
        known = [name for name in batch.schema.names if name in self.fields.case_keys]
        doubtful: Mask = np.zeros(batch.num_rows, np.bool_)
        columns = Columns(
            batch.num_rows,
            {name: self.yes_no(batch[name], doubtful) for name in known if name in self.fields.yes_no},
            {name: self.number(name, batch[name], doubtful) for name in known if name in self.texts.numbers},
            {name: self.choice(name, batch[name], doubtful) for name in known if name in self.texts.choices},
            self.medicines(batch[MEDICINES], doubtful) if MEDICINES in known else None,
        )
        case_ids = case_id_texts(batch, doubtful)
        lines = np.arange(first_line, first_line + batch.num_rows)
        fast = Decoded(lines, case_ids, columns, [], set(batch.schema.names) - set(known))
        if not doubtful.any():
            return fast
        return join([fast.take(~doubtful), self.carefully(batch.select(known), lines, np.flatnonzero(doubtful))])

    def carefully(self, batch: pa.RecordBatch, lines: NDArray[np.int64], places: NDArray[np.int64]) -> Decoded:
        """Read some rows one by one."""
        careful = CarefulReader(self.policy)
        rows = batch.take(pa.array(places)).to_pylist()
        results = []
        for row, line in zip(rows, lines[places].tolist(), strict=True):
            given = {name: value for name, value in row.items() if value is not None}
            raw = json.dumps(given, ensure_ascii=False, default=str)
            if type(given.get("case_id")) is int:
                given["case_id"] = str(given["case_id"])
            results.append((careful.read_answers(given, line, raw), line))
        return accepted_and_refused(results, self.fields)

    def yes_no(self, column: pa.Array, doubtful: Mask) -> NDArray[np.uint8]:
        """Codes of a yes/no column."""
        if pa.types.is_boolean(column.type):
            return boolean_codes(column)
        if not is_text(column.type):
            doubtful |= given(column)
            return np.full(len(column), UNKNOWN, np.uint8)
        places, words = dictionary(column)
        codes = np.array([*(self.texts.yes_no[word] for word in words), UNKNOWN], np.uint8)[places]
        doubtful |= codes == BAD
        return np.minimum(codes, UNKNOWN)

    def number(self, name: str, column: pa.Array, doubtful: Mask) -> NDArray[np.float64]:
        """Values of a number column."""
        if is_text(column.type):
            places, words = dictionary(column)
            values: NDArray[np.float64] = np.array([*(self.texts.numbers[name][word] for word in words), np.nan])[
                places
            ]
            doubtful |= np.isinf(values)
            return values
        if not is_number(column.type):
            doubtful |= given(column)
            return np.full(len(column), np.nan)
        values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        doubtful |= out_of_place(self.texts.numbers[name].kind, values)
        if int(np.count_nonzero(np.isnan(values))) != column.null_count:
            doubtful |= np.isnan(values) & given(column)
        return values

    def choice(self, name: str, column: pa.Array, doubtful: Mask) -> NDArray[np.int8]:
        """Codes of a choice column."""
        if not is_text(column.type):
            doubtful |= given(column)
            return np.full(len(column), NO_CHOICE, np.int8)
        places, words = dictionary(column)
        codes = np.array([*(self.texts.choices[name][word] for word in words), NO_CHOICE], np.int8)[places]
        doubtful |= codes == BAD_CHOICE
        return codes

    def medicines(self, column: pa.Array, doubtful: Mask) -> MedicineColumn:
        """A column of lists of names, or of lists of `{name, months}`."""
        kind = column.type
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or not is_entry(kind.value_type):
            doubtful |= given(column)
            return MedicineColumn.nothing(len(column))
        known = given(column)
        counts = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        entries = column.flatten()
        months = np.full(len(entries), np.nan)
        bad = ~given(entries)
        if pa.types.is_struct(kind.value_type):
            entries, months, wrong = parts_of(entries)
            bad |= wrong
        names, words = dictionary(entries)
        bad |= (names < 0) | np.append(bad_names(words), True)[names] | bad_months(months)
        doubtful[np.repeat(np.arange(len(column)), counts)[bad]] = True
        doubtful |= counts > MOST_MEDICINES
        return MedicineColumn(known, counts, np.maximum(names, 0).astype(np.int32), months, words or ("",))


def boolean_codes(column: pa.Array) -> NDArray[np.uint8]:
    """Codes of a boolean column, straight from its bits."""
    valid, values = column.buffers()
    yes = _bits(values, column)
    if not column.null_count:
        return yes
    known = _bits(valid, column)
    return (yes & known) | ((known ^ np.uint8(1)) << np.uint8(1))  # 2 is the code for unknown


def _bits(buffer: pa.Buffer, column: pa.Array) -> NDArray[np.uint8]:
    """The bits of a column in one of its bitmaps, as 0 and 1."""
    end = column.offset + len(column)
    return np.unpackbits(np.frombuffer(buffer, np.uint8), count=end, bitorder="little")[column.offset :]


assert (NO, YES, UNKNOWN) == (0, 1, 2)  # `boolean_codes` counts on it


def parts_of(entries: pa.Array) -> tuple[pa.Array, NDArray[np.float64], Mask]:
    """The names and months of medicines given as structs, and which months are no number."""
    names = pc.struct_field(entries, "name")
    wrong: Mask = np.zeros(len(entries), np.bool_)
    if entries.type.get_field_index("months") < 0:
        return names, np.full(len(entries), np.nan), wrong
    column = pc.struct_field(entries, "months")
    if not is_number(column.type):
        return names, np.full(len(entries), np.nan), given(column)
    months = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return names, months, np.isnan(months) & given(column)


def case_id_texts(batch: pa.RecordBatch, doubtful: Mask) -> pa.Array:
    """The case ids as texts; whole numbers are fine in a typed column."""
    if "case_id" not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    column = batch["case_id"]
    if pa.types.is_integer(column.type) or is_text(column.type):
        return plain(column).cast(pa.string())
    doubtful |= given(column)
    return pa.nulls(batch.num_rows, pa.string())


def given(column: pa.Array) -> Mask:
    """Where a column has a value."""
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    present: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return present


def plain(column: pa.Array) -> pa.Array:
    """The column without dictionary encoding."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def dictionary(column: pa.Array) -> tuple[NDArray[np.int64], Sequence[Any]]:
    """For each row the place of its text, -1 for null; and the texts."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    places = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    words = encoded.dictionary.to_pylist()
    if None in words:
        places = np.where(np.isin(places, [at for at, word in enumerate(words) if word is None]), -1, places)
    return places, words


def is_text(kind: pa.DataType) -> bool:
    """Whether a type holds text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Whether a type holds numbers; decimals are read as the nearest float."""
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def is_entry(kind: pa.DataType) -> bool:
    """Whether a type can be an entry of the list of medicines."""
    if not pa.types.is_struct(kind):
        return is_text(kind)
    names = {kind.field(place).name for place in range(kind.num_fields)}
    return "name" in names and names <= {"name", "months"} and is_text(kind.field("name").type)
