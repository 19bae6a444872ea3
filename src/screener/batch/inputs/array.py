"""Cutting a JSON array of cases into chunks of elements, without holding the whole of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import msgspec

from screener.batch.chunk import LONGEST_LINE, LONGEST_RAW, Chunk, Readable

WINDOW: Final = 4 << 20  # bytes looked at together
BETWEEN: Final = re.compile(rb"\}\s*,\s*(?=\{)")
SPACE: Final = b" \t\r\n"

_elements = msgspec.json.Decoder(list[msgspec.Raw])
_scan = json.JSONDecoder().raw_decode


class ArrayCutter:
    """Cuts an array into chunks; what follows a mistake between elements is one broken chunk.

    Args:
        stream: the text of the array, at its beginning.
        file: the place of the input among the inputs.
        size: bytes after which a chunk ends.
    """

    def __init__(self, stream: Readable, file: int, size: int = WINDOW) -> None:
        self.stream = stream
        self.file = file
        self.size = size
        self.line = 1
        self.number = 0
        self.done = False

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, in order; a record's line is its place in the array, from 1."""
        text = self.stream.read(self.size).removeprefix(b"\xef\xbb\xbf").lstrip(SPACE)
        if text.startswith(b"{"):
            yield from self._one(text)
            return
        if not text.startswith(b"["):
            yield self._broken("this is not a JSON array", text)
            return
        text = text[1:].lstrip(SPACE)
        while True:
            more = self.stream.read(self.size)
            found, text = self._take(text + more, last=not more)
            if found:
                yield self._chunk(found)
            if not more:
                break
        yield from self._end(text)

    def _one(self, text: bytes) -> Iterator[Chunk]:
        """A single case over several lines, as people write them and `screener ask --save` does."""
        text += self.stream.read(LONGEST_LINE + 1)
        if len(text) > LONGEST_LINE:
            yield self._broken(f"it is longer than {LONGEST_LINE} bytes, and neither an array nor a case a line", text)
        else:
            yield self._chunk([text.rstrip(SPACE)])

    def _take(self, text: bytes, last: bool) -> tuple[list[bytes], bytes]:
        """Elements from the beginning of the text, and what is left."""
        cuts = [] if last else list(BETWEEN.finditer(text, max(0, len(text) - self.size // 8)))
        if cuts:
            with suppress(ValueError, msgspec.MsgspecError):
                elements = _elements.decode(b"[" + text[: cuts[-1].start() + 1] + b"]")
                return list(map(bytes, elements)), text[cuts[-1].end() :]
        return _one_by_one(text)

    def _end(self, rest: bytes) -> Iterator[Chunk]:
        """What is left must be the closing bracket."""
        rest = rest.strip(SPACE)
        if rest == b"]":
            return
        if not rest:
            yield self._broken("the array is not closed; was the file cut off?")
        else:
            yield self._broken(f"the array cannot be read from its element {self.line} on", rest)

    def _chunk(self, elements: list[bytes]) -> Chunk:
        chunk = Chunk(self.file, self.number, self.line, len(elements), pieces=tuple(elements))
        self.number += 1
        self.line += len(elements)
        return chunk

    def _broken(self, message: str, lost: bytes = b"") -> Chunk:
        """The rest of the input, of which the beginning is kept for the rejects."""
        return Chunk(self.file, self.number, self.line, 1, data=lost[: 4 * LONGEST_RAW] or None, broken=message)


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
