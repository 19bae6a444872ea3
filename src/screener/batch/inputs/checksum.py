"""A checksum of what has been read of an input: fast enough to be taken of everything, to compare when a run resumes.

It is Fletcher's, over words of 64 bits: the sum of all words, and the sum of all words times their place. It does not
depend on the pieces in which the text comes. It tells of accidents, not of somebody who wants to deceive.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

WORD: Final = 8  # bytes
ROW: Final = 512  # words that are added up at once
BITS: Final = 64
MASK: Final = (1 << BITS) - 1

_PLACES: Final = np.arange(ROW, dtype=np.uint64)


def checksum(text: bytes | memoryview, at: int, before: int = 0) -> int:
    """The checksum with another piece of text.

    Args:
        text: the piece.
        at: its place in the whole, in bytes.
        before: the checksum of what comes before it; 0 for nothing.
    """
    view = memoryview(text)
    plain, weighted = before & MASK, before >> BITS
    lead = min(-at % WORD, len(view))
    body = lead + (len(view) - lead) // WORD * WORD
    for start, end in ((0, lead), (body, len(view))):  # parts of words, at both ends
        place, shift = divmod(at + start, WORD)
        part = int.from_bytes(view[start:end], "little") << (8 * shift)
        plain += part
        weighted += place * part
    total, placed = _sums(np.frombuffer(view[lead:body], np.dtype("<u8")))
    plain += total
    weighted += (at + lead) // WORD * total + placed
    return plain & MASK | (weighted & MASK) << BITS


def _sums(words: NDArray[np.uint64]) -> tuple[int, int]:
    """The sum of words, and of each times its place."""
    rows = len(words) // ROW
    table = words[: rows * ROW].reshape(rows, ROW)
    of_rows, of_columns, rest = table.sum(axis=1), table.sum(axis=0), words[rows * ROW :]
    total = int(of_rows.sum()) + int(rest.sum())
    placed = int(np.dot(np.arange(rows, dtype=np.uint64), of_rows)) * ROW + int(np.dot(_PLACES, of_columns))
    return total, placed + rows * ROW * int(rest.sum()) + int(np.dot(_PLACES[: len(rest)], rest))
