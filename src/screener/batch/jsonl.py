"""Reading cases in JSON lines: blocks of lines through the fast decoder, single lines through the careful one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.batch.careful import LONGEST_LINE, CarefulReader, Policy
from screener.batch.fast import FastDecoder, members
from screener.batch.record import Decoded, Reject, join
from screener.batch.table import Table, Texts, Vocabulary
from screener.engine.columns import Columns
from screener.intake import Intake

BLOCK: Final = 1 << 20  # bytes decoded at a time: the objects of one block stay in the processor's cache
NEWLINE: Final = ord("\n")
RETURN: Final = ord("\r")
COLON: Final = ord(":")
OPEN: Final = ord("{")
CLOSE: Final = ord("}")
ESCAPED_COLON: Final = b"\\u003"  # the beginning of the only other way to write a colon in a text
MOST_EXTRAS: Final = 200  # names of extra fields that the fast decoder learns
BOM: Final = b"\xef\xbb\xbf"


class JsonReader:
    """Reads pieces of JSON lines; what it learns about texts and extra fields makes the next piece faster.

    Args:
        policy: what happens to fields that the intake does not have.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.texts = Texts()
        self.decoder = FastDecoder(sorted(policy.drop)[:MOST_EXTRAS])

    def read(self, data: bytes, first_line: int) -> Decoded:
        """Read whole lines.

        Args:
            data: the text; the last line may lack its line feed.
            first_line: the number of its first line.
        """
        vocabulary = Vocabulary()
        parts: list[Decoded] = []
        line = first_line
        for block in _blocks(data.removeprefix(BOM) if first_line == 1 else data):
            part = self.read_block(block, line, vocabulary)
            parts.append(part)
            line += part.records
        return join(parts)

    def read_block(self, block: bytes, first_line: int, vocabulary: Vocabulary) -> Decoded:
        """Read a block of whole lines."""
        text = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(text == NEWLINE)
        count = len(ends) + (not block.endswith(b"\n"))
        numbers = np.arange(first_line, first_line + count)
        rows = self.decoder.block(block, count) if _one_a_line(text, ends) else None
        if rows is not None and ESCAPED_COLON not in block:
            table = Table(rows, self.texts, vocabulary)
            if table.colons == np.count_nonzero(text == COLON) and not table.doubtful.any():
                return self._sure(numbers, table)
        return self.read_lines(block.split(b"\n")[:count], numbers, vocabulary)

    def read_lines(self, lines: list[bytes], numbers: NDArray[np.int64], vocabulary: Vocabulary) -> Decoded:
        """Read lines one by one: those that are beyond doubt fast, the others carefully.

        Args:
            lines: the text of each record.
            numbers: the number of each record.
            vocabulary: the medicine names met so far.
        """
        rows = self.decoder.lines(raw if len(raw) <= LONGEST_LINE else b"" for raw in lines)
        sure = np.array([row is not None and ESCAPED_COLON not in raw for row, raw in zip(rows, lines, strict=True)])
        table = self._table(rows, sure, vocabulary)
        if table.colons != sum(lines[at].count(b":") for at in np.flatnonzero(sure)):
            sure &= [row is not None and raw.count(b":") == members(row) for row, raw in zip(rows, lines, strict=True)]
            table = self._table(rows, sure, vocabulary)
        places = np.flatnonzero(sure)
        sure[places[table.doubtful]] = False
        fast = self._sure(numbers[places], table).take(~table.doubtful)
        careful = CarefulReader(self.policy)
        slow = accepted_and_refused(
            [(careful.read_line(lines[at], line := int(numbers[at])), line) for at in np.flatnonzero(~sure)]
        )
        self._learn(careful)
        fast.extras |= careful.extras
        return join([fast, slow])

    def _table(self, rows: list[Any], sure: NDArray[np.bool_], vocabulary: Vocabulary) -> Table:
        return Table([row for row, good in zip(rows, sure, strict=True) if good], self.texts, vocabulary)

    def _sure(self, numbers: NDArray[np.int64], table: Table) -> Decoded:
        extras = {name for name, seen in zip(self.decoder.extras, table.extras, strict=True) if seen}
        return Decoded(numbers, table.case_ids, table.columns, [], extras)

    def _learn(self, careful: CarefulReader) -> None:
        """Let the fast decoder pass over the extra fields that were met, as long as they hold plain values."""
        names = careful.harmless - set(self.decoder.extras)
        if names and len(self.decoder.extras) < MOST_EXTRAS:
            self.decoder = FastDecoder(sorted({*self.decoder.extras, *names})[:MOST_EXTRAS])


def accepted_and_refused(results: Sequence[tuple[Intake | Reject, int]]) -> Decoded:
    """The accepted cases as columns, beside the refused ones."""
    intakes = [(result, line) for result, line in results if isinstance(result, Intake)]
    return Decoded(
        np.array([line for _, line in intakes], np.int64),
        pa.array([intake.case_id for intake, _ in intakes], pa.string()),
        Columns.of([intake for intake, _ in intakes]),
        [result for result, _ in results if isinstance(result, Reject)],
    )


def _blocks(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + BLOCK)
        end = len(data) if end < 0 else end + 1
        yield data[start:end]
        start = end


def _one_a_line(text: NDArray[np.uint8], ends: NDArray[np.int64]) -> bool:
    """Whether every line feed stands between `}` and `{`, and no line is too long.

    Such a line feed divides two cases and never stands inside one. As many cases as lines then means one on each.
    """
    inner = ends[:-1] if len(ends) and ends[-1] == len(text) - 1 else ends
    if np.diff(ends, prepend=-1, append=len(text)).max() > LONGEST_LINE or (len(inner) and inner[0] < 2):
        return False
    before = np.where(text[inner - 1] == RETURN, text[inner - 2], text[inner - 1])
    return bool((before == CLOSE).all() and (text[inner + 1] == OPEN).all())
