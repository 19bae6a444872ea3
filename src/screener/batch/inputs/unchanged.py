"""Whether an input is still what it was: when the run looked at it first, and as far as a stopped run has read it.

The checksum of what has been read is fast enough to be taken of everything. It is Fletcher's, over words of 64 bits:
the sum of all words, and the sum of all words times their place. It does not depend on the pieces in which the text
comes. It tells of accidents, not of somebody who wants to deceive.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screener.errors import FileError, echo_path

PACKED: Final = ("", ".gz", ".zst")
# what is read of a folder of records, and of one of tables
RECORDS: Final = tuple(f"{name}{packed}" for name in ("*.json", "*.ndjson") for packed in PACKED)
TABLES: Final = (*(f"*.csv{packed}" for packed in PACKED), "*.parquet", "*/*.parquet")
WORD: Final = 8  # bytes
ROW: Final = 512  # words that are added up at once
BITS: Final = 64
MASK: Final = (1 << BITS) - 1

_PLACES: Final = np.arange(ROW, dtype=np.uint64)


@dataclass(frozen=True)
class State:
    """What tells that a file, or the files of a folder, are as they were.

    Attributes:
        size: bytes of all of them.
        stamp: changes with each change of one of them.
        tables: whether the files of a folder are tables.
    """

    size: int
    stamp: str
    tables: bool = False


class ChangedError(FileError):
    """An input is not what it was when the run began."""


def state_of(name: str, tables: bool = False) -> State:
    """The state of a file or of a folder of records.

    Args:
        name: of the file or folder.
        tables: whether the files of a folder are tables.

    Raises:
        OSError: it cannot be looked at.
    """
    path = Path(name)
    files: Iterable[Path] = [path]
    if path.is_dir():
        files = sorted(file for pattern in (TABLES if tables else RECORDS) for file in path.glob(pattern))
    seen = [(file.name, file.stat()) for file in files]
    stamp = sha256()
    for file, status in seen:
        times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        stamp.update(os.fsencode(file) + repr(times).encode())
    return State(sum(status.st_size for _, status in seen), stamp.hexdigest()[:32], tables)


def check_state(name: str, before: State) -> None:
    """Make sure that an input is still what it was.

    Raises:
        ChangedError: it is not, or it is gone.
    """
    try:
        now = state_of(name, before.tables)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ChangedError(f"{echo_path(name)} cannot be read any more: {reason}") from None
    if now.size != before.size:
        what = "shrank" if now.size < before.size else "grew"
        raise ChangedError(f"{echo_path(name)} {what} while it was read, from {before.size:,} to {now.size:,} bytes")
    if now != before:
        raise ChangedError(f"{echo_path(name)} was changed or replaced while it was read")


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
