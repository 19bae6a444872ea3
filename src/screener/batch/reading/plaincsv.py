"""Whole blocks of CSV through Arrow, when they are so plain that nobody could read them in another way.

Programs differ in what they make of a quote in the middle of a cell, of a line with nothing in it, of a carriage
return alone. A block with anything of this kind is left to whoever reads line by line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from screener.batch.chunk import LONGEST_LINE

QUOTE: Final = ord('"')
BEFORE_OPENING: Final = tuple(b',\n"')
BEHIND_CLOSING: Final = tuple(b',\n\r"')
BOM: Final = b"\xef\xbb\xbf"
# the bytes that a line with nothing in it can have; among those beyond ASCII are the blanks of other scripts
NOTHING: Final = bytes({*b' ,"\t\v\f\r\x1c\x1d\x1e\x1f', *range(0x80, 0x100)})


def plain_columns(block: bytes, lines: Sequence[bytes], cells: int, wanted: Collection[int]) -> list[pa.Array] | None:
    """Columns of texts.

    Args:
        block: whole lines.
        lines: the same, cut apart.
        cells: how many there are in each line.
        wanted: which of the columns, by place.

    Returns:
        The columns, each as an array of texts; None when the block is not plain.
    """
    if not _plain_lines(block, lines) or not _plain_quotes(block):
        return None
    names = [str(place) for place in range(cells)]
    taken = [names[place] for place in wanted]
    try:
        block.decode()
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            pa_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pa_csv.ParseOptions(ignore_empty_lines=False),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), include_columns=taken),
        )
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if table.num_rows != len(lines):
        return None
    return [table[name].combine_chunks() for name in taken]  # Arrow gives all columns where none is wanted


def _plain_lines(block: bytes, lines: Sequence[bytes]) -> bool:
    """Whether every line is a line to everybody, and has something in it."""
    if block.startswith(BOM) or b"\0" in block or block.count(b"\r") != block.count(b"\r\n") or b"\r\r" in block:
        return False
    rest = b"\n%b\n" % block.removesuffix(b"\n").translate(None, NOTHING)
    return max(map(len, lines)) <= LONGEST_LINE and b"\n\n" not in rest


def _plain_quotes(block: bytes) -> bool:
    """Whether quotes are only around cells, and doubled in them; no cell goes on in the next line."""
    text = np.frombuffer(block, np.uint8)
    quotes: NDArray[np.int64] = np.flatnonzero(text == QUOTE)
    if not len(quotes):
        return True
    feeds = np.flatnonzero(text == ord("\n"))
    if len(quotes) % 2 or (np.searchsorted(quotes, feeds) % 2).any():
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    behind = text[closing[closing < len(text) - 1] + 1]
    return bool(np.isin(before, BEFORE_OPENING).all() and np.isin(behind, BEHIND_CLOSING).all())
