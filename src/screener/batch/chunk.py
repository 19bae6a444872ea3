"""A chunk: the piece of input that one worker reads at a time, and that is finished or not begun after a crash."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

CHUNK_BYTES: Final = 40 << 20  # of text in one chunk: ten thousand cases or more
LAST_BYTES: Final = 20 << 20  # of text in the last chunks of a file: smaller, so that all workers end together
STREAM_BYTES: Final = 16 << 20  # of text in a chunk that is held in memory until it is done
LONGEST_LINE: Final = 1_000_000  # bytes; a case with every field and 200 medicines has fewer than 60,000
BOM: Final = b"\xef\xbb\xbf"
LONGEST_RAW: Final = 1_000  # characters of a line that is too long, kept in the rejects


class Readable(Protocol):
    """Bytes that can be read one after the other."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, fewer only at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a piece of input is, or the piece itself.

    Attributes:
        file: the place of its input among the inputs.
        number: its place among the chunks of this input, from 0.
        line: the number of its first record.
        records: how many records it has.
        start: of the bytes in the file, or the row group.
        end: of the bytes in the file.
        data: the text, when it cannot be read from a place in the file.
        pieces: single records, when they are not lines.
        dated: of cases read from health records: the day each is about, and the days of its results as JSON.
        too_long: it is one line that is too long for a case; `data` is how it begins.
        broken: it is the rest of an input that cannot be taken apart; the message says why, and `data` is how it
            begins.
        check: a checksum of what the input holds up to its end.
    """

    file: int
    number: int
    line: int
    records: int
    start: int = 0
    end: int = 0
    data: bytes | None = None
    pieces: tuple[bytes, ...] | None = None
    dated: tuple[tuple[str, str], ...] = ()
    too_long: bool = False
    broken: str = ""
    check: int = field(default=0, compare=False)


class Position(NamedTuple):
    """Where to go on: the next chunk's `file`, `number`, `line` and `start`, and the checksum of what is before it."""

    file: int = 0
    number: int = 0
    line: int = 0
    start: int = 0
    check: int = 0
