"""Cutting text into chunks of whole lines. Where it is cut depends on the text alone, not on where reading began."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import IO, Final, cast

import numpy as np

from screener.batch.chunk import CHUNK_BYTES, LAST_BYTES, LONGEST_LINE, LONGEST_RAW, Chunk, Readable

BLOCK: Final = 1 << 20  # bytes read at a time
LAST_PART: Final = 8  # a chunk has at most this part of what is left of a file, if that is not too small
WINDOW: Final = 1 << 14  # bytes in which the last line feed is looked for
FORGET: Final = 1 << 24  # bytes of a mapped file that are let go of at a time
SMALL: Final = 1 << 18  # bytes whose line feeds are counted at a time: they stay in the processor's cache


class LineCutter:
    """Cuts one input into chunks.

    Args:
        stream: the text, standing at `first.start`.
        first: what the first chunk is to be: its file, number, line and start.
        keep: whether the chunks carry their text.
        size: bytes after which a chunk ends with the next whole line.
        length: of the whole input in bytes, if it is known: its last chunks are then smaller.
    """

    def __init__(
        self, stream: Readable, first: Chunk, keep: bool, size: int = CHUNK_BYTES, length: int | None = None
    ) -> None:
        self.stream = stream
        self.next = first
        self.keep = keep
        self.size = size
        self.length = length
        self.texts: list[bytes] = []  # of the chunk that is being made, if they are kept
        self.rest = b""  # what was read behind a line that is too long
        self.clear()

    def clear(self) -> None:
        """Begin a chunk with nothing."""
        self.held = self.open = self.lines = 0  # bytes in all, bytes since the last line feed, line feeds

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, in order."""
        while block := self._read():
            self._hold(block)
            if self.open > LONGEST_LINE:
                if self.held > self.open:
                    yield self._cut(self.held - self.open)
                yield self._too_long()
            elif self.held - self.open >= self._enough():
                yield self._cut(self.held - self.open)
        if self.held:
            self.lines += self.open > 0
            yield self._cut(self.held)

    def _enough(self) -> int:
        """After how many bytes this chunk ends."""
        if self.length is None:
            return self.size
        return min(self.size, max(LAST_BYTES, (self.length - self.next.start) // LAST_PART))

    def _read(self) -> bytes:
        """Up to the next multiple of a block, counted from the beginning of the input."""
        if self.rest:
            rest, self.rest = self.rest, b""
            return rest
        block = min(BLOCK, self.size)
        return self.stream.read(block - (self.next.start + self.held) % block)

    def _hold(self, block: bytes) -> None:
        feeds = count_lines(block)
        self.open = len(block) - last_feed(block) - 1 if feeds else self.open + len(block)
        self.held += len(block)
        self.lines += feeds
        if self.keep:
            self.texts.append(block)

    def _cut(self, size: int) -> Chunk:
        """The first `size` bytes of what is held, as a chunk; the rest begins the next."""
        text = b"".join(self.texts)
        chunk = self._chunk(size, self.lines, text[:size] if self.keep else None)
        self.texts = [text[size:]] if self.keep else []
        self.held, self.lines = self.held - size, 0
        return chunk

    def _chunk(self, size: int, lines: int, data: bytes | None, too_long: bool = False) -> Chunk:
        now = self.next
        chunk = Chunk(now.file, now.number, now.line, lines, now.start, now.start + size, data, too_long=too_long)
        self.next = Chunk(now.file, now.number + 1, now.line + lines, 0, now.start + size)
        return chunk

    def _too_long(self) -> Chunk:
        """The line that is held and what follows of it; what stands behind its line feed begins the next chunk."""
        start = b"".join(self.texts)[:LONGEST_RAW]
        while block := self._read():
            end = bytes(block).find(b"\n") + 1
            self.held += end or len(block)
            if end:
                self.rest = block[end:]
                break
        chunk = self._chunk(self.held, 1, start if self.keep else None, too_long=True)
        self.texts = []
        self.clear()
        return chunk


class Mapped:
    """A file that is read without copying it; what has been read does not count as memory in use for long.

    Args:
        file: opened for reading.
        start: where to begin.
    """

    def __init__(self, file: IO[bytes], start: int) -> None:
        self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.view = memoryview(self.map)
        self.at = start
        self.held = start - start % FORGET  # from here on its pages are held

    def read(self, size: int) -> bytes:
        """A view of the next bytes, which serves as well as the bytes themselves."""
        if self.at - self.held >= FORGET:
            self.map.madvise(mmap.MADV_DONTNEED, self.held, FORGET)
            self.held += FORGET
        view = self.view[self.at : self.at + size]
        self.at += len(view)
        return cast(bytes, view)


def last_feed(block: bytes) -> int:
    """The place of the last line feed."""
    for start in range(max(0, len(block) - WINDOW), -WINDOW, -WINDOW):
        place = bytes(block[max(0, start) : start + WINDOW]).rfind(b"\n")
        if place >= 0:
            return max(0, start) + place
    return -1


def count_lines(block: bytes) -> int:
    """How many line feeds there are."""
    text = np.frombuffer(block, np.uint8)
    return sum(int(np.count_nonzero(text[at : at + SMALL] == 10)) for at in range(0, len(text), SMALL))
