"""Cutting text into chunks: of whole lines, or of elements of a JSON array, without holding the whole of it.

Where it is cut depends on the text alone, not on where reading began.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from typing import Final, cast

import msgspec
import numpy as np

from screener.batch.chunk import BOM, CHUNK_BYTES, LAST_BYTES, LONGEST_LINE, LONGEST_RAW, Chunk, Readable
from screener.batch.inputs.opening import checksum

BLOCK: Final = 1 << 20  # bytes read at a time
LAST_PART: Final = 8  # a chunk has at most this part of what is left of a file, if that is not too small
WINDOW: Final = 1 << 14  # bytes in which the last line feed is looked for
SMALL: Final = 1 << 18  # bytes whose line feeds are counted at a time: they stay in the processor's cache
BETWEEN: Final = re.compile(rb"\}\s*,\s*(?=\{)")
SPACE: Final = b" \t\r\n"

_raw = msgspec.json.Decoder(list[msgspec.Raw])
_scan = json.JSONDecoder().raw_decode


class LineCutter:
    """Cuts one input into chunks.

    Args:
        stream: the text, positioned at `first.start`.
        first: what the first chunk is to be: its file, number, line and start, and the checksum of what is before it.
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
        self.closed = self.check = first.check  # up to the last line feed, and of everything that was read
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
        at = self.next.start + self.held
        if feeds:
            whole = last_feed(block) + 1
            self.closed = checksum(block[:whole], at, self.check)
            self.check = checksum(block[whole:], at + whole, self.closed)
            self.open = len(block) - whole
        else:
            self.check = checksum(block, at, self.check)
            self.open += len(block)
        self.held += len(block)
        self.lines += feeds
        if self.keep:
            self.texts.append(block)

    def _cut(self, size: int) -> Chunk:
        """The first `size` bytes of what is held, as a chunk; the rest begins the next."""
        text = b"".join(self.texts)
        check = self.check if size == self.held else self.closed
        chunk = self._chunk(size, self.lines, text[:size] if self.keep else None, check)
        self.texts = [text[size:]]
        self.held, self.lines = self.held - size, 0
        return chunk

    def _chunk(self, size: int, lines: int, data: bytes | None, check: int, too_long: bool = False) -> Chunk:
        now, end = self.next, self.next.start + size
        chunk = Chunk(now.file, now.number, now.line, lines, now.start, end, data, too_long=too_long, check=check)
        self.next = Chunk(now.file, now.number + 1, now.line + lines, 0, now.start + size)
        return chunk

    def _too_long(self) -> Chunk:
        """The line that is held and what follows of it; what follows its line feed begins the next chunk."""
        start = b"".join(self.texts)[:LONGEST_RAW]
        while block := self._read():
            end = bytes(block).find(b"\n") + 1
            self.check = checksum(block[: end or len(block)], self.next.start + self.held, self.check)
            self.held += end or len(block)
            if end:
                self.rest = block[end:]
                break
        chunk = self._chunk(self.held, 1, start if self.keep else None, self.check, too_long=True)
        self.texts = []
        self.clear()
        return chunk


class Reused:
    """A file that is read into the same memory again and again: what was read last is gone with the next.

    Args:
        file: opened for reading, without a buffer.
        start: where to begin.
    """

    def __init__(self, file: FileIO, start: int) -> None:
        self.file = file
        self.memory = bytearray(BLOCK)
        file.seek(start)

    def read(self, size: int) -> bytes:
        """A view of the next bytes, `BLOCK` at most, which serves as well as the bytes themselves."""
        whole = memoryview(self.memory)[: min(size, len(self.memory))]
        found = 0
        while found < len(whole) and (more := self.file.readinto(whole[found:])):
            found += more
        return cast(bytes, whole[:found])


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


def array_chunks(stream: Readable, size: int) -> Iterator[Chunk]:
    """The elements of an array in chunks, not numbered yet; what follows a mistake between them is one broken chunk.

    Args:
        stream: the text of the array, at its beginning.
        size: bytes that are looked at together, after which a chunk ends.
    """
    text = stream.read(size).removeprefix(BOM).lstrip(SPACE)
    if text.startswith(b"{"):
        yield _one_case(text + stream.read(LONGEST_LINE + 1))
        return
    if not text.startswith(b"["):
        yield _broken("this is not a JSON array", text)
        return
    rest, count, more = text[1:].lstrip(SPACE), 0, text
    while more:
        more = stream.read(size)
        found, rest = _elements(rest + more, size, last=not more)
        if found:
            count += len(found)
            yield Chunk(0, 0, 0, len(found), pieces=tuple(found))
    rest = rest.strip(SPACE)
    if not rest:
        yield _broken("the array is not closed; was the file cut off?")
    elif rest != b"]":
        yield _broken(f"the array cannot be read from its element {count + 1} on", rest)


def _one_case(text: bytes) -> Chunk:
    """A single case over several lines, as people write them and `screener ask --save` does."""
    if len(text) > LONGEST_LINE:
        return _broken(f"it is longer than {LONGEST_LINE} bytes, and neither an array nor a case a line", text)
    return Chunk(0, 0, 0, 1, pieces=(text.rstrip(SPACE),))


def _broken(message: str, lost: bytes = b"") -> Chunk:
    """The rest of the input, of which the beginning is kept for the rejects."""
    return Chunk(0, 0, 0, 1, data=lost[: 4 * LONGEST_RAW] or None, broken=message)


def _elements(text: bytes, size: int, last: bool) -> tuple[list[bytes], bytes]:
    """Elements from the beginning of the text, and what is left."""
    cuts = [] if last else list(BETWEEN.finditer(text, max(0, len(text) - size // 8)))
    if cuts:
        with suppress(ValueError, msgspec.MsgspecError):
            found = _raw.decode(b"[" + text[: cuts[-1].start() + 1] + b"]")
            return list(map(bytes, found)), text[cuts[-1].end() :]
    return _one_by_one(text)


def _one_by_one(text: bytes) -> tuple[list[bytes], bytes]:
    """Elements as far as they are complete and followed by a comma or the closing bracket."""
    letters = text.decode("utf-8", "surrogateescape")
    found: list[bytes] = []
    start = 0
    while True:
        start = _skip(letters, start)
        try:
            _, end = _scan(letters, start)
        except (ValueError, RecursionError):
            break
        after = _skip(letters, end)
        if letters[after : after + 1] not in (",", "]"):
            break
        found.append(letters[start:end].encode("utf-8", "surrogateescape"))
        start = after + 1
        if letters[after] == "]":
            start = after
            break
    return found, letters[start:].encode("utf-8", "surrogateescape")


def _skip(letters: str, at: int) -> int:
    while letters[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at
