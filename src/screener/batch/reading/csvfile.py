"""Reading cases from CSV: one record a line, an empty cell is an answer that was not given, a list is JSON.

A line with nothing in it, as spreadsheets leave at the end, is not a case, and is counted.

A cell cannot hold a line break: so the number of a line is the number of its record, whatever is wrong before it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.batch.chunk import LONGEST_LINE
from screener.batch.reading.careful import ROW_NAMES, CarefulReader, Policy, with_bounds
from screener.batch.reading.checks import BAD, BAD_CHOICE, Read, keep
from screener.batch.reading.jsonl import accepted_and_refused
from screener.batch.reading.meaning import Meaning
from screener.batch.reading.notation import Notation, Uses
from screener.batch.reading.record import Decoded, Reject, join
from screener.case.answers import Medicine, Medicines
from screener.case.fields import CASE_ID, MEDICINES, Fields
from screener.case.files import parse_json
from screener.case.model import BaseIntake
from screener.engine.columnar.columns import (
    UNKNOWN,
    Columns,
    medicine_column,
)
from screener.errors import CaseError

WORDS: Final = {"": None, "null": None, "true": True, "false": False}

csv.field_size_limit(LONGEST_LINE)


def plain_value(text: str) -> Any:
    """What a cell of a field other than text says: a word, a number, or itself without the space around it."""
    inner = text.strip()
    word = inner.lower()
    if word in WORDS:
        return WORDS[word]
    try:
        value = json.loads(inner)
    except (ValueError, RecursionError):
        return inner
    return value if type(value) in (int, float) else inner


def cell_value(name: str, text: str, fields: Fields) -> Any:
    """What a cell says, as the intake takes it."""
    if name in fields.own_words:
        return text.strip() or None
    if name == MEDICINES and text.strip():
        try:
            return parse_json(text.encode(), "")
        except CaseError:
            return text
    if name == CASE_ID:
        return text or None
    return plain_value(text)


def of_cells(notation: Notation) -> Read:
    """How cells are read, and numbers that mean yes and no."""

    def read(name: str, value: Any) -> Any:
        return notation.understood(name, cell_value(name, value, notation.fields) if isinstance(value, str) else value)

    return read


class MedicineTexts(dict[str, tuple[tuple[Medicine, ...] | None, bool]]):
    """The medicines in a cell, and whether the intake accepts them; learns each text once."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> tuple[tuple[Medicine, ...] | None, bool]:
        try:
            return keep(self, text, (Medicines().check(self.read(MEDICINES, text)), True))
        except ValueError:
            return keep(self, text, (None, False))


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
        self.policy = policy
        self.notation, self.fields = policy.notation, policy.fields
        read = of_cells(policy.notation)
        self.meaning = Meaning(policy.notation, read)
        self.medicine_texts = MedicineTexts(read)
        self.secret = bool(policy.drop.intersection(names))
        self.row_names = [place for place, name in enumerate(names) if name in ROW_NAMES]

    def read(self, data: bytes, first_line: int) -> Decoded:
        """Read whole lines; the first has this number."""
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return join([self.block(lines[at : at + 1000], first_line + at) for at in range(0, len(lines), 1000)])

    def block(self, lines: list[bytes], first_line: int) -> Decoded:
        """Read some lines."""
        rows = self.rows(lines)
        careful = CarefulReader(self.policy)
        broken = [at for at, row in enumerate(rows) if isinstance(row, str)]
        filled = {
            at: row
            for at, row in enumerate(rows)
            if isinstance(row, list) and any(map(str.strip, islice(row, self.cells)))
        }
        places = np.array(list(filled), np.int64)
        table, doubtful = self.table(list(filled.values()), first_line + places)
        table.empty = len(rows) - len(filled) - len(broken)
        results = [
            (self.carefully(careful, rows[at], lines[at], first_line + at), first_line + at)
            for at in sorted([*broken, *places[doubtful].tolist()])
        ]
        return (
            join([table.take(~doubtful), accepted_and_refused(results, self.fields, careful.used)])
            if results
            else table
        )

    def rows(self, lines: list[bytes]) -> list[list[str] | str]:
        """The cells of each line, or what is wrong with it."""
        try:
            rows: list[Any] = list(csv.reader([line.decode().rstrip("\r") for line in lines], strict=True))
            if len(rows) == len(lines) and all(len(row) == self.cells for row in rows):
                return [row + more for row in rows] if (more := list(self.folder.values())) else rows
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
        if len(cells) == self.cells:
            return cells + list(self.folder.values())
        return f"the line has {len(cells)} cells, the header {self.cells}"

    def carefully(self, careful: CarefulReader, row: list[str] | str, line: bytes, number: int) -> BaseIntake | Reject:
        """Read one line by itself."""
        numbered = isinstance(row, list) and all(row[at].isdigit() for at in self.row_names)
        secret = self.secret or not (numbered or not self.row_names)  # a row's name may be a person's
        raw = None if secret else line.decode("utf-8", "backslashreplace").rstrip("\r")
        if isinstance(row, str):
            return careful.refuse(number, row, raw)
        cells = ((name, text) for name, text in zip(self.names, row, strict=True) if name in self.fields.columns)
        answers = {name: value for name, text in cells if (value := cell_value(name, text, self.fields)) is not None}
        found = careful.read_answers(with_bounds(answers, self.notation), number, raw or "")
        return replace(found, raw=raw) if isinstance(found, Reject) else found

    def table(self, rows: list[list[str]], lines: NDArray[np.int64]) -> tuple[Decoded, NDArray[np.bool_]]:
        """The columns of rows, and which rows are doubtful."""
        doubtful = np.zeros(len(rows), np.bool_)
        cells = dict(zip(self.names, zip(*rows, strict=True), strict=True)) if rows else {}
        uses, texts = Uses(), self.meaning.texts
        yes_no, numbers, choices, own_words = {}, {}, {}, {}
        for name in (name for name in self.names if name in cells):
            self.note(uses, name, cells[name])
            if name in self.fields.bound_columns:
                doubtful |= np.array([bool(text.strip()) for text in cells[name]], np.bool_)
            if name in self.fields.yes_no:
                codes = np.frombuffer(bytes(map(texts.yes_no.__getitem__, cells[name])), np.uint8)
                doubtful |= codes == BAD
                yes_no[name] = np.minimum(codes, UNKNOWN)
            elif name in texts.numbers:
                numbers[name] = np.fromiter(map(texts.numbers[name].__getitem__, cells[name]), np.float64, len(rows))
                doubtful |= np.isinf(numbers[name])
            elif name in texts.choices:
                choices[name] = np.fromiter(map(texts.choices[name].__getitem__, cells[name]), np.int8, len(rows))
                doubtful |= choices[name] == BAD_CHOICE
            elif name in texts.own_words:
                own_words[name], bad = texts.own_words[name].column(cells[name])
                doubtful |= bad
        medicines = None
        if self.fields.has_medicines and MEDICINES in cells:
            found = [self.medicine_texts[text] for text in cells[MEDICINES]]
            doubtful |= np.array([not good for _, good in found], np.bool_)
            medicines = medicine_column([some for some, _ in found])
        columns = Columns(len(rows), yes_no, numbers, choices, medicines, own_words=own_words)
        return Decoded(lines, self.case_ids(cells, len(rows)), columns, used=uses.count(doubtful)), doubtful

    def case_ids(self, cells: Mapping[str, Sequence[str]], count: int) -> pa.Array:
        """The case ids."""
        texts = cells.get("case_id", [""] * count)
        if self.notation.words:
            texts = ["" if self.notation.label("case_id", text) else text for text in texts]
        return pa.array([text or None for text in texts], pa.string())

    def note(self, uses: Uses, name: str, cells: Sequence[str]) -> None:
        """Note in which rows of a column codes are."""
        if not self.notation.concerns(name) or name not in self.fields.case_keys:
            return
        plain = name not in (CASE_ID, MEDICINES, *self.fields.own_words)
        known = {text: self.notation.used(name, plain_value(text) if plain else text) for text in set(cells)}
        for label in set(known.values()) - {None}:
            uses.note(label, np.array([known[text] == label for text in cells], np.bool_))
