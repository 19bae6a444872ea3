"""Cutting text into chunks of whole lines. Where it is cut depends on the text alone, not on where reading began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from screener.batch.careful import LONGEST_LINE, LONGEST_RAW
from screener.batch.chunk import CHUNK_BYTES, Chunk, Readable

BLOCK: Final = 1 << 20  # bytes read at a time; longer than the longest line
SMALL: Final = 1 << 18  # bytes whose line feeds are counted at a time: they stay in the processor's cache


class LineCutter:
    """Cuts one input into chunks.

    Args:
        stream: the text, standing at `start`.
        first: what the first chunk is to be: its file, number, line and start.
        keep: whether the chunks carry their text.
        size: bytes after which a chunk ends with the next whole line.
    """

    def __init__(self, stream: Readable, first: Chunk, keep: bool, size: int = CHUNK_BYTES) -> None:
        self.stream = stream
        self.next = first
        self.keep = keep
        self.size = size
        self.held: list[bytes] = []
        self.lines = 0

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, in order."""
        held = open_size = 0  # bytes since the chunk began, and since the last line feed
        while block := self._read(held):
            feeds = count_lines(block)
            self.held.append(block)
            held += len(block)
            self.lines += feeds
            open_size = len(block) - block.rfind(b"\n") - 1 if feeds else open_size + len(block)
            if open_size > LONGEST_LINE:
                yield from self._too_long(open_size)
                held = open_size = sum(map(len, self.held))
                self.lines = 0
                if held:
                    rest = self.held[0]
                    self.lines = count_lines(rest)
                    open_size = len(rest) - rest.rfind(b"\n") - 1 if self.lines else held
            elif held - open_size >= self.size:
                yield self._cut(held - open_size)
                held = open_size
        if held:
            self.lines += not self.held[-1].endswith(b"\n")
            yield self._cut(held)

    def _read(self, held: int) -> bytes:
        """Up to the next multiple of a block, counted from the beginning of the input."""
        return self.stream.read(BLOCK - (self.next.start + held) % BLOCK)

    def _cut(self, size: int) -> Chunk:
        """The first `size` bytes of what is held, as a chunk."""
        rest = sum(map(len, self.held)) - size
        whole = b"".join(self.held) if self.keep or rest > len(self.held[-1]) else self.held[-1]
        chunk = self._chunk(size, self.lines, whole[:size] if self.keep else None)
        self.held = [whole[len(whole) - rest :]] if rest else []
        self.lines = 0
        return chunk

    def _chunk(self, size: int, lines: int, data: bytes | None, too_long: bool = False) -> Chunk:
        now = self.next
        chunk = Chunk(now.file, now.number, now.line, lines, now.start, now.start + size, data, too_long=too_long)
        self.next = Chunk(now.file, now.number + 1, now.line + lines, 0, now.start + size)
        return chunk

    def _too_long(self, open_size: int) -> Iterator[Chunk]:
        """What stands before a line that is too long, and that line; what follows its line feed is held."""
        before = sum(map(len, self.held)) - open_size
        if before:
            yield self._cut(before)
        start = b"".join(self.held)
        size = len(start)
        self.held = []
        while block := self.stream.read(BLOCK):
            end = block.find(b"\n")
            if end >= 0:
                self.held = [block[end + 1 :]] if end + 1 < len(block) else []
                size += end + 1
                break
            size += len(block)
        yield self._chunk(size, 1, start[:LONGEST_RAW], too_long=True)


def count_lines(block: bytes) -> int:
    """How many line feeds there are."""
    text = np.frombuffer(block, np.uint8)
    return sum(int(np.count_nonzero(text[at : at + SMALL] == 10)) for at in range(0, len(text), SMALL))
