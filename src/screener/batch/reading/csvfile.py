"""Reading cases from CSV: one record a line, an empty cell is an answer that was not given, a list is JSON.

A line with nothing in it, as spreadsheets leave at the end, is not a case, and is counted.

A cell cannot hold a line break: so the number of a line is the number of its record, whatever is wrong before it.

Programs differ in what they make of a quote in the middle of a cell, of a line with nothing in it, of a carriage
return alone. So whole blocks go through Arrow only when they are so plain that nobody could read them in another way;
a block with anything of this kind is read line by line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from screener.batch.chunk import BOM, LONGEST_LINE
from screener.batch.reading.careful import ROW_NAMES, CarefulReader, Policy, with_bounds
from screener.batch.reading.cell import cell_value
from screener.batch.reading.jsonl import accepted_and_refused, whole_lines
from screener.batch.reading.record import Decoded, Reject, join
from screener.batch.reading.typed import Block, TypedReader
from screener.case.model import BaseIntake

BLOCK: Final = 4 << 20  # bytes of whole lines that are read at a time
QUOTE: Final = ord('"')
BEFORE_OPENING: Final = tuple(b',\n"')
BEHIND_CLOSING: Final = tuple(b',\n\r"')
# the bytes that a line with nothing in it can have; among those beyond ASCII are the blanks of other scripts
NOTHING: Final = bytes({*b' ,"\t\v\f\r\x1c\x1d\x1e\x1f', *range(0x80, 0x100)})

csv.field_size_limit(LONGEST_LINE)


class CsvReader:
    """Reads pieces of CSV.

    Args:
        names: of the columns; those the intake does not have have been checked by `check_header`.
        policy: what is done with what the intake does not know.
        folder: cells that the names of the file's folders add to every line, by column.
    """

    def __init__(self, names: Sequence[str], policy: Policy, folder: Mapping[str, str] | None = None) -> None:
        self.cells = len(names)  # of a line
        self.folder = dict(folder or {})
        self.names = [*names, *self.folder]
        self.fields = policy.fields
        self.policy = policy
        self.typed = TypedReader(policy)
        self.wanted = [place for place, name in enumerate(names) if name in self.fields.columns]
        self.secret = bool(policy.drop.intersection(names))
        self.row_names = [place for place, name in enumerate(names) if name in ROW_NAMES]

    def read(self, data: bytes, first_line: int) -> Decoded:
        """Read whole lines; the first has this number."""
        parts: list[Decoded] = []
        line = first_line
        for block in whole_lines(io.BytesIO(data), len(data), BLOCK):
            parts.append(self.block(block, line))
            line += parts[-1].records
        return join(parts)

    def block(self, block: bytes, first_line: int) -> Decoded:
        """Read some lines."""
        lines = block.removesuffix(b"\n").split(b"\n")
        columns = plain_columns(block, lines, self.cells, self.wanted)
        if columns is not None:
            return self.decoded(columns, lines, np.arange(len(lines)), [], first_line)
        rows = self.rows(lines)
        broken = [at for at, row in enumerate(rows) if isinstance(row, str)]
        filled = [at for at, row in enumerate(rows) if not isinstance(row, str) and any(map(str.strip, row))]
        columns = [pa.array([rows[at][place] for at in filled], pa.string()) for place in self.wanted]
        found = self.decoded(columns, lines, np.array(filled, np.int64), broken, first_line)
        found.empty = len(lines) - len(filled) - len(broken)
        return found

    def decoded(
        self,
        columns: Sequence[pa.Array],
        lines: Sequence[bytes],
        places: NDArray[np.int64],
        broken: Sequence[int],
        first_line: int,
    ) -> Decoded:
        """The cases in some lines.

        Args:
            columns: what is in the wanted cells of these lines.
            lines: all lines.
            places: which lines these are.
            broken: which lines have no cells, because something is wrong with them.
            first_line: the number of the first of all lines.
        """
        names = [self.names[place] for place in self.wanted]
        block = Block(self.typed, dict(zip(names, columns, strict=True)), len(places), self.folder)
        fast = block.decoded(first_line + places)
        doubtful = places[block.doubtful].tolist()
        if not doubtful and not broken:
            return fast
        careful = CarefulReader(self.policy)
        results = []
        for at in sorted([*broken, *doubtful]):
            found = self.carefully(careful, self.row(lines[at]), lines[at], first_line + at)
            results.append((found, first_line + at))
        return join([fast.take(~block.doubtful), accepted_and_refused(results, self.fields, careful.used)])

    def rows(self, lines: list[bytes]) -> list[list[str] | str]:
        """The cells of each line, or what is wrong with it."""
        try:
            rows: list[Any] = list(csv.reader([line.decode().rstrip("\r") for line in lines], strict=True))
            if len(rows) == len(lines) and all(len(row) == self.cells for row in rows):
                return rows
        except (csv.Error, UnicodeDecodeError):
            pass
        return [self.row(line) for line in lines]

    def row(self, line: bytes) -> list[str] | str:
        """The cells of one line (none when all of them are empty), or what is wrong with it."""
        if len(line) > LONGEST_LINE:
            return f"the line is longer than {LONGEST_LINE} bytes; is it one case?"
        try:
            cells = next(csv.reader([line.decode().rstrip("\r")], strict=True), [])
        except UnicodeDecodeError:
            return "the line is not UTF-8 text"
        except csv.Error as error:
            return f"this is not CSV: {error} (a cell cannot hold a line break)"
        if not any(map(str.strip, cells)):
            return []
        return cells if len(cells) == self.cells else f"the line has {len(cells)} cells, the header {self.cells}"

    def carefully(self, careful: CarefulReader, row: list[str] | str, line: bytes, number: int) -> BaseIntake | Reject:
        """Read one line by itself."""
        numbered = isinstance(row, list) and all(row[at].isdigit() for at in self.row_names)
        secret = self.secret or not (numbered or not self.row_names)  # a row's name may be a person's
        raw = None if secret else line.decode("utf-8", "backslashreplace").rstrip("\r")
        if isinstance(row, str):
            return careful.refuse(number, row, raw)
        cells = zip(self.names, [*row, *self.folder.values()], strict=True)
        said = {name: cell_value(name, text, self.fields) for name, text in cells if name in self.fields.columns}
        answers = {name: value for name, value in said.items() if value is not None}
        return careful.read_answers(with_bounds(answers, self.policy.notation), number, raw)


def plain_columns(block: bytes, lines: Sequence[bytes], cells: int, wanted: Collection[int]) -> list[pa.Array] | None:
    """Columns of texts.

    Args:
        block: whole lines.
        lines: the same, cut apart.
        cells: how many there are in each line.
        wanted: which of the columns, by place.

    Returns:
        The columns, each as an array of texts; None when the block is not plain.
    """
    if not _plain_lines(block, lines) or not _plain_quotes(block):
        return None
    names = [str(place) for place in range(cells)]
    taken = [names[place] for place in wanted]
    try:
        block.decode()
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            pa_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pa_csv.ParseOptions(ignore_empty_lines=False),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), include_columns=taken),
        )
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return None
    if table.num_rows != len(lines):
        return None
    return [table[name].combine_chunks() for name in taken]  # Arrow gives all columns where none is wanted


def _plain_lines(block: bytes, lines: Sequence[bytes]) -> bool:
    """Whether every line is a line to everybody, and has something in it."""
    if block.startswith(BOM) or b"\0" in block or block.count(b"\r") != block.count(b"\r\n") or b"\r\r" in block:
        return False
    rest = b"\n%b\n" % block.removesuffix(b"\n").translate(None, NOTHING)
    return max(map(len, lines)) <= LONGEST_LINE and b"\n\n" not in rest


def _plain_quotes(block: bytes) -> bool:
    """Whether quotes are only around cells, and doubled in them; no cell goes on in the next line."""
    text = np.frombuffer(block, np.uint8)
    quotes: NDArray[np.int64] = np.flatnonzero(text == QUOTE)
    if not len(quotes):
        return True
    feeds = np.flatnonzero(text == ord("\n"))
    if len(quotes) % 2 or (np.searchsorted(quotes, feeds) % 2).any():
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = text[opening[opening > 0] - 1]
    behind = text[closing[closing < len(text) - 1] + 1]
    return bool(np.isin(before, BEFORE_OPENING).all() and np.isin(behind, BEHIND_CLOSING).all())
