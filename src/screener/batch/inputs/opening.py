"""The text of an input: of a file or a pipe, packed or not. What is looked at beforehand is not lost."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

from screener.batch.chunk import Readable
from screener.errors import FileError, echo_path

STDIN: Final = "-"
PACKED: Final = {".gz": "gz", ".zst": "zst"}
OURS: Final = ("/dev/stdin", "/dev/fd/", "/proc/self/", "/proc/thread-self/")  # mean something else in each process
PACKED_BLOCK: Final = 1 << 13  # packed bytes that are unpacked at once: few, because they may grow a thousandfold
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
        raise FileError(f"{shown(name)} can not be read: it is damaged, and can not be unpacked further") from None
    except OSError as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{shown(name)} can not be read: {reason.lower()}") from None


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
        FileError: it can not be opened.
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


def unpacked(file: IO[bytes], packed: str) -> Any:
    """The unpacked text of a file; members and frames one after the other are one text.

    Reading it raises:
        EOFError: it ends in the middle.
        OSError: it is not packed so, or something else stands behind its end.
    """
    if not packed:
        return file
    if not cast(io.BufferedReader, file).peek(1):
        raise OSError("it is empty, and even nothing takes some bytes when it is packed")
    if packed == "gz":
        return _Gunzip(fileobj=file, mode="rb")
    return io.BufferedReader(_Unzstd(file), 1 << 20)


class _Gunzip(gzip.GzipFile):
    """Gzip with a message for people."""

    def read1(self, size: int = -1) -> bytes:
        with _no_gzip():
            return super().read1(size)

    def read(self, size: int | None = -1) -> bytes:
        with _no_gzip():
            return super().read(size)


@contextmanager
def _no_gzip() -> Iterator[None]:
    try:
        yield
    except gzip.BadGzipFile as error:
        if "Not a gzipped" not in str(error):
            raise
        raise OSError("it is not gzip, or something else stands behind its end") from None


class _Unzstd(io.RawIOBase):
    """Zstandard. The library's own stream does not tell the end of a frame from the end of a file in its middle."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.packed = b""
        self.text = memoryview(b"")
        self.frame: Any = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.text:
            self.packed = self.packed or self.file.read(PACKED_BLOCK)
            if not self.packed and self.frame is None:
                return 0
            if not self.packed:
                raise EOFError
            self.text = memoryview(self.unpack())
        size = min(len(buffer), len(self.text))
        buffer[:size], self.text = self.text[:size], self.text[size:]
        return size

    def unpack(self) -> bytes:
        """The text of what was read, as far as this frame goes."""
        import zstandard

        self.frame = self.frame or zstandard.ZstdDecompressor().decompressobj()
        try:
            text: bytes = self.frame.decompress(self.packed)
        except zstandard.ZstdError as error:
            reason = str(error).removeprefix("zstd decompressor error: ").lower()
            raise OSError(f"it is not Zstandard, or something else stands behind its end ({reason})") from None
        self.packed = self.frame.unused_data if self.frame.eof else b""
        self.frame = None if self.frame.eof else self.frame
        return text


@contextmanager
def opened(name: str, packed: str = "", start: int = 0) -> Iterator[Readable]:
    """The text of a file, unpacked, from a place on (only if it is not packed).

    Raises:
        FileError: it can not be read.
    """
    with reading(name), Path(name).open("rb") as file:
        if not packed:
            file.seek(start, os.SEEK_SET)
        yield unpacked(file, packed)
