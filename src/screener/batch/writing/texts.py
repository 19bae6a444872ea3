"""Rows of text put together from columns, many rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# what a row is made of: one text for all rows, a column of texts, or what gives the column of some rows
Piece: TypeAlias = str | list[str] | pa.Array | Callable[[slice], pa.Array]

ROWS: Final = 1 << 13  # put together at a time: few enough for the processor's cache, and for one column of Arrow


def rows_of(pieces: Sequence[Piece], count: int) -> bytes:
    """The text of `count` rows, one after the other, each made of pieces that follow each other.

    Args:
        pieces: none of their texts may be null, and not all may be the same for all rows.
        count: how many rows there are.
    """
    return b"".join(_blocks(pieces, count))


def _blocks(pieces: Sequence[Piece], count: int) -> Iterator[memoryview]:
    for start in range(0, count, ROWS):
        part = slice(start, min(start + ROWS, count))
        rows = pc.binary_join_element_wise(*(_cut(piece, part) for piece in pieces), "")
        _, ends, text = rows.buffers()
        yield memoryview(text)[: np.frombuffer(ends, np.int32)[len(rows)]]


def _cut(piece: Piece, part: slice) -> Any:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, list):
        return pa.array(piece[part], pa.string())
    return piece(part) if callable(piece) else piece[part]
