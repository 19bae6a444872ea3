"""Columns of Arrow as the readers take them, whatever program wrote them.

There are many types for the same thing: text may be viewed, large, binary or a dictionary; a number may be decimal or
of half the usual precision; a list may be large, viewed or of a fixed size. Each becomes one of few: boolean, integer,
double, text (or a dictionary of it), null, and lists and structs of these. What is none of them stays as it is.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, Final, TypeAlias
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]

FEW_BITS: Final = {pa.float16(): np.float16, pa.float32(): np.float32}


def usual(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """A column as one of the usual types.

    Returns:
        The column, and where it holds bytes that are no text in UTF-8, if there are such.
    """
    kind = column.type
    if isinstance(column, pa.ExtensionArray):
        return _extension(column)
    if isinstance(column, pa.DictionaryArray):
        return _dictionary(column)
    if pa.types.is_run_end_encoded(kind):
        return usual(pc.run_end_decode(column))
    if is_list(kind):
        return _list(column)
    if pa.types.is_struct(kind):
        return _struct(column)
    if is_text(kind) or is_bytes(kind):
        return _text(column)
    return _number(column), None


def _extension(column: pa.ExtensionArray) -> tuple[pa.Array, Mask | None]:
    """UUIDs as text, eight-bit booleans as booleans, JSON as text, others as what they are stored as."""
    if isinstance(column.type, pa.UuidType):
        texts = [None if raw is None else str(UUID(bytes=raw)) for raw in column.storage.to_pylist()]
        return pa.array(texts, pa.string()), None
    if isinstance(column.type, pa.Bool8Type):
        return column.storage.cast(pa.bool_()), None
    return usual(column.storage)


def _dictionary(column: pa.DictionaryArray) -> tuple[pa.Array, Mask | None]:
    """A dictionary of texts stays one, with each text checked once; any other is written out."""
    words, broken = usual(column.dictionary)
    if not is_text(words.type):
        return usual(column.dictionary_decode())
    places = column.indices.cast(pa.int64())
    wrong = None
    if broken is not None:
        wrong = np.append(broken, False)[pc.fill_null(places, len(broken)).to_numpy(zero_copy_only=False)]
    return pa.DictionaryArray.from_arrays(places, words), wrong


def _list(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """Any kind of list, with entries of a usual type."""
    counts = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    if pa.types.is_list_view(column.type) or pa.types.is_large_list_view(column.type):
        # Arrow's own cast of a view loses entries behind a null (pyarrow 26)
        starts = np.repeat(column.offsets.to_numpy().astype(np.int64) - offsets[:-1], counts)
        places = starts + np.arange(len(starts))
        entries, broken = usual(column.values)
        entries, broken = entries.take(pa.array(places)), None if broken is None else broken[places]
    else:
        entries, broken = usual(column.cast(pa.large_list(column.type.value_type)).flatten())
    wrong = None if broken is None else lists_with(broken, counts)
    missing = pa.array(~given(column)) if column.null_count else None
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), entries, mask=missing), wrong


def _struct(column: pa.StructArray) -> tuple[pa.Array, Mask | None]:
    """A struct with members of a usual type."""
    names = [field.name for field in column.type]
    if not names or len(set(names)) < len(names):
        return column, None
    parts = [usual(part) for part in column.flatten()]
    found = pa.StructArray.from_arrays([part for part, _ in parts], names, mask=pa.array(~given(column)))
    masks = [broken for _, broken in parts if broken is not None]
    return found, reduce(np.logical_or, masks) if masks else None


def _text(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """Text of any kind, and bytes that are text in UTF-8."""
    raw = column.cast(pa.binary() if pa.types.is_fixed_size_binary(column.type) else pa.large_binary())
    try:
        return raw.cast(pa.string() if pa.types.is_binary(raw.type) else pa.large_string()), None
    except pa.ArrowInvalid:
        texts = [None if some is None else some.decode("utf-8", "backslashreplace") for some in raw.to_pylist()]
        broken = [text is not None and text.encode() != some for some, text in zip(raw.to_pylist(), texts, strict=True)]
        return pa.array(texts, pa.large_string()), np.array(broken, np.bool_)


def _number(column: pa.Array) -> pa.Array:
    """Decimals as the nearest number; numbers of few bits as they are printed: 0.7 is 0.7, not 0.69999999."""
    kind = column.type
    if pa.types.is_decimal(kind):
        different = column.cast(pa.decimal256(kind.precision, kind.scale)).dictionary_encode()
        values = pa.array([float(value) for value in different.dictionary.to_pylist()], pa.float64())
        return values.take(different.indices)
    if kind in FEW_BITS:
        values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
        different, places = np.unique(values, return_inverse=True)
        exact = np.array([float(str(value)) for value in different], np.float64)[places.reshape(-1)]
        return pa.array(exact, pa.float64(), mask=~given(column))
    return column


def lists_with(entries: Mask, counts: NDArray[np.int64]) -> Mask:
    """Which lists hold some of the entries, from how many each has."""
    found = np.zeros(len(counts), np.bool_)
    found[np.repeat(np.arange(len(counts)), counts)[entries]] = True
    return found


def given(column: pa.Array) -> Mask:
    """Where a column has a value."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.bool_)
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    present: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return present


def dictionary(column: pa.Array) -> tuple[NDArray[np.int64], list[Any]]:
    """For each row the place of its value, -1 for null; and the values."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    places = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    words = encoded.dictionary.to_pylist()
    if None in words:
        places = np.where(np.isin(places, [at for at, word in enumerate(words) if word is None]), -1, places)
    return places, words


def is_list(kind: pa.DataType) -> bool:
    """Whether a type holds lists, of whatever kind."""
    some = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(one(kind) for one in (*some, pa.types.is_list_view, pa.types.is_large_list_view))


def is_text(kind: pa.DataType) -> bool:
    """Whether a type holds text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_bytes(kind: pa.DataType) -> bool:
    """Whether a type holds bytes."""
    some = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(one(kind) for one in some)


def is_number(kind: pa.DataType) -> bool:
    """Whether a type holds numbers."""
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))
