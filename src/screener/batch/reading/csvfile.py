"""Reading cases from CSV: one record a line, an empty cell is an answer that was not given, a list is JSON.

A cell can not hold a line break: so the number of a line is the number of its record, whatever is wrong before it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.batch.chunk import LONGEST_LINE
from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.checks import BAD, BAD_CHOICE, keep
from screener.batch.reading.jsonl import accepted_and_refused
from screener.batch.reading.record import Decoded, Reject, join
from screener.batch.reading.table import Texts
from screener.case.answers import Medicine, Medicines
from screener.case.fields import CASE_ID, MEDICINES, BaseIntake
from screener.case.files import parse_json
from screener.engine.columnar.columns import (
    UNKNOWN,
    Columns,
    medicine_column,
)
from screener.errors import CaseError, FieldProblem

WORDS: Final = {"": None, "null": None, "true": True, "false": False}
BOM: Final = b"\xef\xbb\xbf"

csv.field_size_limit(LONGEST_LINE)


def header_names(line: bytes) -> list[str]:
    """The names in the first line.

    Raises:
        CaseError: it is no line of CSV.
    """
    try:
        return next(csv.reader([line.removeprefix(BOM).decode().strip("\r\n")], strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        raise CaseError([FieldProblem("", "the first line does not name the columns in CSV and UTF-8")]) from None


def plain_value(text: str) -> Any:
    """What a cell of a field other than text says: a word, a number, or itself."""
    word = text.strip().lower()
    if word in WORDS:
        return WORDS[word]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if type(value) in (int, float) else text


def cell_value(name: str, text: str) -> Any:
    """What a cell says, as the intake takes it."""
    if name == MEDICINES and text.strip():
        try:
            return parse_json(text.encode(), "")
        except CaseError:
            return text
    if name == CASE_ID:
        return text or None
    return plain_value(text)


class MedicineTexts(dict[str, tuple[tuple[Medicine, ...] | None, bool]]):
    """The medicines in a cell, and whether the intake accepts them; learns each text once."""

    def __missing__(self, text: str) -> tuple[tuple[Medicine, ...] | None, bool]:
        try:
            return keep(self, text, (Medicines().check(cell_value(MEDICINES, text)), True))
        except ValueError:
            return keep(self, text, (None, False))


class CsvReader:
    """Reads pieces of CSV.

    Args:
        names: of the columns; those the intake does not have have been checked by `check_header`.
        policy: what happens to these.
    """

    def __init__(self, names: Sequence[str], policy: Policy) -> None:
        self.names = list(names)
        self.policy = policy
        self.fields = policy.fields
        self.texts = Texts(policy.fields, plain_value)
        self.medicine_texts = MedicineTexts()
        self.secret = bool(policy.drop.intersection(names))

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
        sure = np.array([isinstance(row, list) for row in rows])
        numbers = np.arange(first_line, first_line + len(lines))
        table, doubtful = self.table([row for row in rows if isinstance(row, list)], numbers[sure])
        sure[np.flatnonzero(sure)[doubtful]] = False
        results = [
            (self.carefully(careful, rows[at], lines[at], int(numbers[at])), int(numbers[at]))
            for at in np.flatnonzero(~sure)
        ]
        table.extras = {name for name in self.names if name not in self.fields.case_keys}
        return join([table.take(~doubtful), accepted_and_refused(results, self.fields)]) if results else table

    def rows(self, lines: list[bytes]) -> list[list[str] | str]:
        """The cells of each line, or what is wrong with it."""
        try:
            rows: list[Any] = list(csv.reader([line.decode().rstrip("\r") for line in lines], strict=True))
            if len(rows) == len(lines) and all(len(row) == len(self.names) for row in rows):
                return rows
        except (csv.Error, UnicodeDecodeError):
            pass
        return [self.row(line) for line in lines]

    def row(self, line: bytes) -> list[str] | str:
        """The cells of one line, or what is wrong with it."""
        if len(line) > LONGEST_LINE:
            return f"the line is longer than {LONGEST_LINE} bytes; is it one case?"
        if not line.strip():
            return "the line is empty; every line is one case"
        try:
            cells = next(csv.reader([line.decode().rstrip("\r")], strict=True))
        except UnicodeDecodeError:
            return "the line is not UTF-8 text"
        except csv.Error as error:
            return f"this is not CSV: {error} (a cell can not hold a line break)"
        if len(cells) == len(self.names):
            return cells
        return f"the line has {len(cells)} cells, the header {len(self.names)}"

    def carefully(self, careful: CarefulReader, row: list[str] | str, line: bytes, number: int) -> BaseIntake | Reject:
        """Read one line by itself."""
        raw = None if self.secret else line.decode("utf-8", "backslashreplace").rstrip("\r")
        if isinstance(row, str):
            return careful.refuse(number, row, raw)
        cells = ((name, text) for name, text in zip(self.names, row, strict=True) if name in self.fields.case_keys)
        answers = {name: value for name, text in cells if (value := cell_value(name, text)) is not None}
        return careful.read_answers(answers, number, raw or "")

    def table(self, rows: list[list[str]], lines: NDArray[np.int64]) -> tuple[Decoded, NDArray[np.bool_]]:
        """The columns of rows, and which rows are doubtful."""
        doubtful = np.zeros(len(rows), np.bool_)
        cells = dict(zip(self.names, zip(*rows, strict=True), strict=True)) if rows else {}
        yes_no, numbers, choices = {}, {}, {}
        for name in (name for name in self.names if name in cells):
            if name in self.fields.yes_no:
                codes = np.array([self.texts.yes_no[text] for text in cells[name]], np.uint8)
                doubtful |= codes == BAD
                yes_no[name] = np.minimum(codes, UNKNOWN)
            elif name in self.texts.numbers:
                numbers[name] = np.array([self.texts.numbers[name][text] for text in cells[name]])
                doubtful |= np.isinf(numbers[name])
            elif name in self.texts.choices:
                choices[name] = np.array([self.texts.choices[name][text] for text in cells[name]], np.int8)
                doubtful |= choices[name] == BAD_CHOICE
        medicines = None
        if self.fields.has_medicines and MEDICINES in cells:
            found = [self.medicine_texts[text] for text in cells[MEDICINES]]
            doubtful |= [not good for _, good in found]
            medicines = medicine_column([some for some, _ in found])
        case_ids = pa.array([text or None for text in cells.get("case_id", [""] * len(rows))], pa.string())
        return Decoded(lines, case_ids, Columns(len(rows), yes_no, numbers, choices, medicines)), doubtful
