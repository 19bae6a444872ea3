"""The text of an input: of a file or a pipe, packed or not. What is looked at beforehand is not lost.

And whether an input is still what it was: when the run looked at it first, and as far as a stopped run has read it.
The checksum of the text that has been read is fast enough to be taken of all of it (of arrays, records and Parquet the
chunks take a checksum by themselves). It is Fletcher's, over words of 64 bits:
the sum of all words, and the sum of all words times their place. It does not depend on the pieces in which the text
comes. It tells of accidents, not of somebody who wants to deceive.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from screener.errors import FileError, echo_path, reason
from screener.unpacking import PACKED, reading, unpacked

STDIN: Final = "-"
OURS: Final = ("/dev/stdin", "/dev/fd/", "/proc/self/", "/proc/thread-self/")  # mean something else in each process
# what is read of a folder of records, and of one of tables
RECORDS: Final = tuple(f"{name}{packed}" for name in ("*.json", "*.ndjson") for packed in ("", *PACKED))
TABLES: Final = (*(f"*.csv{packed}" for packed in ("", *PACKED)), "*.parquet", "*/*.parquet")
WORD: Final = 8  # bytes
ROW: Final = 512  # words that are added up at once
BITS: Final = 64
MASK: Final = (1 << BITS) - 1
PEEKED: Final = 1 << 16  # bytes that are looked at together

_PLACES: Final = np.arange(ROW, dtype=np.uint64)


def shown(name: str) -> str:
    """The name of an input for a message."""
    return "standard input" if name == STDIN else echo_path(name)


def is_pipe(name: str) -> bool:
    """Whether an input can be read only once, by this process, from its beginning to its end.

    Raises:
        FileError: there is no such file.
    """
    if name == STDIN or str(Path(name).absolute()).startswith(OURS):
        return True
    with reading(shown(name)):
        mode = Path(name).stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


class Ahead:
    """Text of which the beginning can be looked at without taking from it.

    Args:
        stream: the text.
        file: what it is read from, if that is to be closed with it.
    """

    def __init__(self, stream: Any, file: IO[bytes] | None = None) -> None:
        self.stream = stream
        self.file = file
        self.ahead = b""
        self.begun = False

    def peek(self, enough: Callable[[bytes], object], most: int) -> bytes:
        """How it begins: as much as is enough; less only at its end, more only by chance.

        Args:
            enough: whether what has been read is enough.
            most: bytes after which it has to be enough.
        """
        while not enough(self.ahead) and len(self.ahead) < most and (more := self.stream.read1(PEEKED)):
            self.ahead += more
        return self.ahead

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        self.begun = True
        taken, self.ahead = self.ahead[:size], self.ahead[size:]
        while len(taken) < size and (more := self.stream.read(size - len(taken))):
            taken += more
        return taken


_pipes: dict[str, Ahead] = {}


def open_pipe(name: str, packed: str) -> None:
    """Begin with an input that can be read only once.

    Raises:
        FileError: it cannot be opened.
    """
    with reading(shown(name)):
        file = sys.stdin.buffer if name == STDIN else Path(name).open("rb")  # noqa: SIM115 - until all is read
        _pipes[name] = Ahead(unpacked(file, packed), None if name == STDIN else file)


def pipe(name: str) -> Ahead:
    """An input that can be read only once.

    Raises:
        FileError: that has been done.
    """
    found = _pipes.get(name)
    if found is None or found.begun:
        raise FileError(f"{shown(name)} can be read only once, and has been read")
    return found


def close_pipe(name: str) -> None:
    """Read no more of an input that can be read only once; who writes to it learns of that."""
    found = _pipes.pop(name, None)
    if found is not None and found.file is not None:
        found.stream.close()
        found.file.close()


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
    told = [(name, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for name, one in seen]
    return State(sum(one.st_size for _, one in seen), sha256(repr(told).encode()).hexdigest()[:32], tables)


def check_state(name: str, before: State) -> None:
    """Make sure that an input is still what it was.

    Raises:
        ChangedError: it is not, or it is gone.
    """
    try:
        now = state_of(name, before.tables)
    except OSError as error:
        raise ChangedError(f"{echo_path(name)} cannot be read any more: {reason(error)}") from None
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
