"""Reading cases in JSON lines: blocks of lines through the fast decoder, single lines through the careful one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa
from msgspec.structs import astuple
from numpy.typing import NDArray

from screener.batch.chunk import BOM, LONGEST_LINE
from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.conversion import ColumnTable, Conversion, MedicineNames
from screener.batch.reading.fast import FastDecoder, can_learn, members
from screener.batch.reading.meaning import Meaning
from screener.batch.reading.record import Decoded, Reject, join
from screener.case.fields import Fields
from screener.case.model import BaseIntake
from screener.engine.columnar.columns import Columns

BLOCK: Final = 1 << 17  # bytes decoded at a time: the objects of one block stay in the processor's cache
SOME_ROWS: Final = 2048  # rows that are objects at a time; the fewer, the less memory they go through
ROWS: Final = 32768  # rows whose columns are checked at a time: many, because each check has its price
RETURN: Final = ord("\r")
COLON: Final = ord(":")
OPEN: Final = ord("{")
CLOSE: Final = ord("}")
ESCAPED_COLON: Final = b"\\u003"  # the beginning of the only other way to write a colon in a text
FEW_ESCAPES: Final = 1000  # backslashes in a block that are looked at one by one: that is faster for few of them
MOST_EXTRAS: Final = 200  # names of extra fields that the fast decoder learns


class JsonReader:
    """Reads pieces of JSON lines; what it learns about texts and extra fields makes the next piece faster.

    Args:
        policy: what is done with what the intake does not know.
        folder: answers that the names of the file's folders give; with such, every record is read by itself.
    """

    def __init__(self, policy: Policy, folder: dict[str, Any] | None = None) -> None:
        self.policy = policy
        self.folder = folder or {}
        self.meaning = Meaning(policy.notation, policy.notation.uncoded).with_absent()
        self.decoder = FastDecoder(policy.fields, sorted(filter(can_learn, policy.drop))[:MOST_EXTRAS])

    def read(self, stream: IO[bytes], size: int, first_line: int) -> Decoded:
        """Read whole lines.

        Args:
            stream: the text.
            size: how many bytes of it; the last line may lack its line feed.
            first_line: the number of the first line.
        """
        rows = _Rows(self, stream)
        line = first_line
        end = stream.tell()
        for block in whole_lines(stream, size, BLOCK):
            end += len(block)
            if line == first_line:
                block = block.removeprefix(BOM) if line == 1 else block
                rows.decoder = self.decoder = self.decoder.in_order_of(block[: block.find(b"\n")])
            line += rows.add_block(block, end - len(block), line)
        return rows.finish()

    def read_lines(self, lines: list[bytes], first_line: int) -> Decoded:
        """Read records that have been cut apart; the first has this number."""
        rows = _Rows(self)
        for at in range(0, len(lines), 1000):
            rows.add_lines(lines[at : at + 1000], first_line + at)
        return rows.finish()

    def learn(self, careful: CarefulReader) -> None:
        """Let the fast decoder pass over the extra fields that were met, as long as they hold plain values."""
        names = set(filter(can_learn, careful.harmless)) - set(self.decoder.extras)
        if names and len(self.decoder.extras) < MOST_EXTRAS:
            extras = sorted({*self.decoder.extras, *names})[:MOST_EXTRAS]
            self.decoder = FastDecoder(self.policy.fields, extras, self.decoder.names)


class _Rows:
    """Rows on their way to columns, and where to find their lines until it is certain that these are not needed.

    Args:
        reader: what it learns goes there.
        stream: what blocks are read from. They are read again in the rare case that their lines are needed: keeping
            them takes longer, because new memory is slower than memory that was just used.
    """

    def __init__(self, reader: JsonReader, stream: IO[bytes] | None = None) -> None:
        self.reader = reader
        self.stream = stream
        self.decoder = reader.decoder
        self.careful = CarefulReader(reader.policy, reader.folder)
        self.vocabulary = MedicineNames()
        self.parts: list[Decoded] = []
        self.refused: list[tuple[BaseIntake | Reject, int]] = []
        self.clear()

    def clear(self) -> None:
        """Begin with no rows."""
        self.tables: list[ColumnTable] = []
        self.clear_objects()
        self.numbers: list[NDArray[np.int64]] = []
        self.sources: list[tuple[int, int] | list[bytes]] = []
        self.count = 0
        self.colons = 0

    def clear_objects(self) -> None:
        """Begin with no rows that are not in columns."""
        self.columns: list[list[Any]] = [[] for _ in self.decoder.other_names]
        self.codes = [np.zeros((len(self.decoder.yes_no_names), 0), np.uint8)]
        self.held = 0

    def add_block(self, block: bytes, start: int, first_line: int) -> int:
        """Take in a block of whole lines that begins at this place of the stream; returns how many."""
        ends = line_ends(block)
        text = np.frombuffer(block, np.uint8)
        plain = not self.reader.folder and _one_a_line(text, ends) and not _escapes_colon(block)
        rows = self.decoder.block(block, len(ends)) if plain else None
        if rows is None:
            self.add_lines(block.split(b"\n")[: len(ends)], first_line)
        else:
            self.colons += int(np.count_nonzero(text == COLON))
            self.add(rows, np.arange(first_line, first_line + len(ends)), (start, len(block)))
        return len(ends)

    def add_lines(self, lines: list[bytes], first_line: int) -> None:
        """Take in lines of which some are not what the fast decoder accepts."""
        most = 0 if self.reader.folder else LONGEST_LINE
        rows = self.decoder.lines(raw if len(raw) <= most else b"" for raw in lines)
        good = [row is not None and not _escapes_colon(raw) for row, raw in zip(rows, lines, strict=True)]
        for at in (at for at, fine in enumerate(good) if not fine):
            self.refused.append((self.careful.read_line(lines[at], first_line + at), first_line + at))
        kept = [raw for raw, fine in zip(lines, good, strict=True) if fine]
        self.colons += sum(raw.count(b":") for raw in kept)
        self.add([row for row, fine in zip(rows, good, strict=True) if fine], first_line + np.flatnonzero(good), kept)

    def add(self, rows: list[Any], numbers: NDArray[np.int64], source: tuple[int, int] | list[bytes]) -> None:
        """Take in decoded rows."""
        if rows:
            raw = tuple(zip(*map(astuple, rows), strict=True))
            yes_no = tuple(compress(raw, self.decoder.yes_no))
            none = np.zeros((0, len(rows)), np.uint8)
            self.codes.append(self.reader.meaning.codes(yes_no) if yes_no else none)
            for column, values in zip(self.columns, compress(raw, self.decoder.others), strict=True):
                column.extend(values)
            self.numbers.append(numbers)
            self.sources.append(source)
            self.count += len(rows)
            self.held += len(rows)
        if self.held >= SOME_ROWS:
            self.convert()
        if self.count >= ROWS or len(self.refused) >= ROWS:
            self.flush()

    def convert(self) -> None:
        """Turn objects into columns."""
        codes = np.concatenate(self.codes, axis=1)
        found = Conversion(self.columns, codes, self.decoder, self.reader.meaning, self.vocabulary)
        self.tables.append(found.table)
        self.clear_objects()

    def flush(self) -> None:
        """Check the columns; rows that are doubtful are read carefully."""
        if self.held or not self.tables:
            self.convert()
        table = ColumnTable.concat(self.tables)
        table.check(self.reader.meaning)
        numbers = np.concatenate([*self.numbers, np.zeros(0, np.int64)])
        lines: list[bytes] = []
        if table.colons != self.colons or table.doubtful.any():
            lines = [raw for source in self.sources for raw in self.lines_of(source)]
        if table.colons != self.colons:
            rows = self.decoder.lines(lines)
            table.doubtful |= [raw.count(b":") != members(row) for raw, row in zip(lines, rows, strict=True)]
        fast = Decoded(numbers, table.case_ids, table.columns, [], table.extras, table.uses.count(table.doubtful))
        for at in np.flatnonzero(table.doubtful).tolist():
            self.refused.append((self.careful.read_line(lines[at], int(numbers[at])), int(numbers[at])))
        self.parts.append(fast.take(~table.doubtful) if lines else fast)
        if self.refused:
            self.parts.append(accepted_and_refused(self.refused, self.reader.policy.fields))
            self.refused = []
        self.reader.learn(self.careful)
        self.decoder = self.reader.decoder
        self.clear()

    def lines_of(self, source: tuple[int, int] | list[bytes]) -> list[bytes]:
        """The lines of a block."""
        if isinstance(source, list):
            return source
        assert self.stream is not None
        place = self.stream.tell()
        self.stream.seek(source[0])
        text = self.stream.read(source[1])
        self.stream.seek(place)
        return text.removesuffix(b"\n").split(b"\n")

    def finish(self) -> Decoded:
        """All that was taken in."""
        self.flush()
        whole = join(self.parts)
        whole.extras |= self.careful.extras
        whole.used = whole.used + self.careful.used
        return whole


def accepted_and_refused(
    results: Sequence[tuple[BaseIntake | Reject, int]], fields: Fields, used: Mapping[str, int] | None = None
) -> Decoded:
    """The accepted cases as columns, with the refused ones; with the codes that were used in them."""
    intakes = [(result, line) for result, line in results if isinstance(result, BaseIntake)]
    return Decoded(
        np.array([line for _, line in intakes], np.int64),
        pa.array([intake.case_id for intake, _ in intakes], pa.string()),
        Columns.of([intake for intake, _ in intakes], fields),
        [result for result, _ in results if isinstance(result, Reject)],
        used=Counter(used or {}),
    )


def whole_lines(stream: IO[bytes], size: int, most: int) -> Iterator[bytes]:
    """The next `size` bytes of a stream in blocks of whole lines, of `most` bytes where a line is not longer."""
    while size > 0 and (block := stream.read(min(most, size))):
        end = block.rfind(b"\n") + 1
        if end == 0 and len(block) < size:
            block += stream.readline(size - len(block))
        elif 0 < end < len(block) < size:
            stream.seek(end - len(block), os.SEEK_CUR)
            block = block[:end]
        size -= len(block)
        yield block


def line_ends(block: bytes) -> NDArray[np.int64]:
    """Where the lines end: the places of the line feeds, and the end when the last line has none."""
    places: list[int] = []
    find = block.find
    place = find(b"\n")
    while place >= 0:
        places.append(place)
        place = find(b"\n", place + 1)
    if not block.endswith(b"\n"):
        places.append(len(block))
    return np.array(places, np.int64)


def _escapes_colon(text: bytes) -> bool:
    place = -1
    for _ in range(FEW_ESCAPES):
        place = text.find(b"\\", place + 1)
        if place < 0:
            return False
        if text.startswith(ESCAPED_COLON, place):
            return True
    return text.find(ESCAPED_COLON, place) >= 0


def _one_a_line(text: NDArray[np.uint8], ends: NDArray[np.int64]) -> bool:
    """Whether every line feed is between `}` and `{`, and no line is too long.

    Such a line feed divides two cases and is never inside one. As many cases as lines then means one on each.
    """
    inner = ends[:-1]
    if (len(text) > LONGEST_LINE and np.diff(ends, prepend=-1).max() > LONGEST_LINE) or (len(inner) and inner[0] < 2):
        return False
    before = text[inner - 1]
    if not (before == CLOSE).all():
        before = np.where(before == RETURN, text[inner - 2], before)
    return bool((before == CLOSE).all() and (text[inner + 1] == OPEN).all())
