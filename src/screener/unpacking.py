"""Packed files, unpacked: gzip and Zstandard, with clear errors when one is cut off or holds something else."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, cast

from screener.errors import FileError, as_file_error

PACKED: Final = {".gz": "gz", ".zst": "zst"}
PACKED_BLOCK: Final = 1 << 13  # packed bytes that are unpacked at once: few, because they may grow a thousandfold


@contextmanager
def reading(shown: str) -> Iterator[None]:
    """Errors of reading a file, packed or not, become `FileError`; `shown` is its name for messages."""
    try:
        with as_file_error(f"{shown} cannot be read"):
            yield
    except EOFError:
        raise FileError(f"{shown} ends in the middle; was the file cut off?") from None
    except zlib.error:
        raise FileError(f"{shown} cannot be read: it is damaged, and cannot be unpacked further") from None


def unpacked(file: IO[bytes], packed: str) -> Any:
    """The unpacked text of a file; members and frames one after the other are one text.

    Reading it raises:
        EOFError: it ends in the middle.
        OSError: it is not packed so, or something else follows its end.
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
        raise OSError("it is not gzip, or something else follows its end") from None


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
            raise OSError(f"it is not Zstandard, or something else follows its end ({reason})") from None
        self.packed = self.frame.unused_data if self.frame.eof else b""
        self.frame = None if self.frame.eof else self.frame
        return text
