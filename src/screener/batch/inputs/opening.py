"""The text of an input: of a file or a pipe, packed or not. What is looked at beforehand is not lost."""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from screener.batch.chunk import Readable
from screener.errors import FileError, echo_path
from screener.unpacking import unpacked

STDIN: Final = "-"
OURS: Final = ("/dev/stdin", "/dev/fd/", "/proc/self/", "/proc/thread-self/")  # mean something else in each process
PEEKED: Final = 1 << 16  # bytes that are looked at together


def shown(name: str) -> str:
    """The name of an input for a message."""
    return "standard input" if name == STDIN else echo_path(name)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Errors of reading become `FileError`."""
    try:
        yield
    except EOFError:
        raise FileError(f"{shown(name)} ends in the middle; was the file cut off?") from None
    except zlib.error:
        raise FileError(f"{shown(name)} cannot be read: it is damaged, and cannot be unpacked further") from None
    except OSError as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{shown(name)} cannot be read: {reason.lower()}") from None


def is_pipe(name: str) -> bool:
    """Whether an input can be read only once, by this process, from its beginning to its end.

    Raises:
        FileError: there is no such file.
    """
    if name == STDIN or str(Path(name).absolute()).startswith(OURS):
        return True
    with reading(name):
        mode = Path(name).stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def look(stream: Any, enough: Callable[[bytes], bool], most: int, before: bytes = b"") -> bytes:
    """As much of a stream as is enough; less only at its end, more only by chance.

    Args:
        stream: what to read.
        enough: whether what has been read is enough.
        most: bytes after which it has to be enough.
        before: what was read already.
    """
    while not enough(before) and len(before) < most and (more := stream.read1(PEEKED)):
        before += more
    return before


class Ahead:
    """Text of which the beginning can be looked at without taking from it.

    Args:
        stream: the text.
        file: what it is read from.
    """

    def __init__(self, stream: Any, file: IO[bytes]) -> None:
        self.stream = stream
        self.file = file
        self.ahead = b""
        self.begun = False

    def peek(self, enough: Callable[[bytes], bool], most: int) -> bytes:
        """How it begins; see `look`."""
        self.ahead = look(self.stream, enough, most, self.ahead)
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
    with reading(name):
        file = sys.stdin.buffer if name == STDIN else Path(name).open("rb")  # noqa: SIM115 - until all is read
        _pipes[name] = Ahead(unpacked(file, packed), file)


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
    if found is not None and found.file is not sys.stdin.buffer:
        found.stream.close()
        found.file.close()


@contextmanager
def opened(name: str, packed: str = "", start: int = 0) -> Iterator[Readable]:
    """The text of a file, unpacked, from a place on (only if it is not packed).

    Raises:
        FileError: it cannot be read.
    """
    with reading(name), Path(name).open("rb") as file:
        if not packed:
            file.seek(start, os.SEEK_SET)
        yield unpacked(file, packed)
