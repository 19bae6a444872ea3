"""A sheet that a reviewer filled in and a spreadsheet saved: which rows say something, and what is wrong with them.

Spreadsheets write commas, semicolons or tabs, UTF-8 with and without a mark, or UTF-16, and CRLF; they may sort the
rows, leave columns out and write days with dots. All of that is read; what cannot be understood is named.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

from screener.errors import FileError, as_file_error, did_you_mean, echo
from screener.rulebook.review.file import LONGEST_NAME, ReviewEntry
from screener.rulebook.review.status import Verdict
from screener.rulebook.values import is_day
from screener.spreadsheet import text_of
from screener.workbench.review.sheet import COLUMNS, FILLED_IN

NEEDED: Final = ("item", "hash", "verdict")
WORDS: Final[Mapping[str, Verdict]] = {
    "accepted": "accepted", "accept": "accepted", "change asked": "change asked", "change": "change asked",
    "rejected": "rejected", "reject": "rejected",
}  # fmt: skip
LARGEST: Final = 100_000_000  # bytes
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row in which a reviewer has said something.

    Attributes:
        where: its file and line, for messages.
        entry: what is filled in, with what the item said when the sheet was made; whether that fits is not known yet.
    """

    where: str
    entry: ReviewEntry


@dataclass
class FilledSheet:
    """What a sheet says.

    Attributes:
        rows: those in which something is filled in.
        problems: what is wrong, each with its place.
        empty: how many rows say nothing.
    """

    rows: list[FilledRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    empty: int = 0


def read_sheet(path: Path, usual: Mapping[str, str]) -> FilledSheet:
    """Read a sheet.

    Args:
        usual: what replaces an empty cell in a row that is filled in: `by`, `role` and `date`.

    Raises:
        FileError: it cannot be read, or is no such sheet.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    found = FilledSheet()
    try:
        header = _header(next(reader, []), path)
        while (line := reader.line_num + 1) and (cells := next(reader, None)) is not None:
            if any(cell.strip() for cell in cells):
                reading = _Reading(f"{path}:{line}", _by_column(header, cells), usual)
                row = reading.row()
                found.problems += reading.problems
                found.rows += [row] if row else []
                found.empty += not row and not reading.problems
    except csv.Error as error:
        raise FileError(f"{path}:{reader.line_num}: the sheet is not CSV: {error}") from None
    return found


def _text(path: Path) -> str:
    with as_file_error(f"{echo(str(path))} cannot be read"):
        raw = path.read_bytes()
    if len(raw) > LARGEST:
        raise FileError(f"{echo(str(path))} has {len(raw)} bytes; at most {LARGEST} are read")
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{echo(str(path))} is not UTF-8; save the sheet as `CSV UTF-8`") from None


def _header(cells: list[str], path: Path) -> list[str]:
    """The names of the columns; another one may be there only if it is empty."""
    names = [text_of(cell).strip() for cell in cells]
    for name in NEEDED:
        if name not in names:
            raise FileError(f"{path}:1: there is no column `{name}`; the first line names the columns of the sheet")
    for name in names:
        if name and names.count(name) > 1:
            raise FileError(f"{path}:1: the column {echo(name)} is there twice")
    return names


def _by_column(header: list[str], cells: list[str]) -> dict[str, str]:
    """The cells of a row by their columns; one without a name is called by its number, as no name is written."""
    columns = enumerate(zip_longest(header, cells, fillvalue=""), 1)
    return {name or f" number {number}": cell for number, (name, cell) in columns}


@dataclass
class _Reading:
    """Reads one row."""

    where: str
    cells: Mapping[str, str]
    usual: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def cell(self, name: str) -> str:
        """A cell by its column."""
        return text_of(self.cells.get(name, "").replace("\r\n", "\n")).strip()

    def wrong(self, message: str) -> str:
        self.problems.append(f"{self.where}: {message}")
        return ""

    def row(self) -> FilledRow | None:
        """The row; None where nothing is filled in, or where something is wrong with it."""
        for name in [name for name, cell in self.cells.items() if cell.strip() and name not in COLUMNS]:
            hint = did_you_mean(name, COLUMNS)
            self.wrong(f"the column {echo(name.strip())} is not read{hint}; move it to `comment`, or take it out")
        given = {name: " ".join(self.cell(name).split()) for name in FILLED_IN}
        if not given["verdict"] and not given["comment"]:
            return None
        verdict = self.verdict(given["verdict"], given["comment"])
        for name in ("by", "role"):
            given[name] = (
                given[name]
                or self.usual.get(name, "")
                or self.wrong(f"`{name}` is empty; write it, or give `--{name}` for all rows")
            )
            if len(given[name]) > LONGEST_NAME:
                self.wrong(f"`{name}` has {len(given[name])} characters; at most {LONGEST_NAME} are kept")
        entry = ReviewEntry.model_construct(
            item=self.cell("item"), hash=self.cell("hash").lower(), by=given["by"], role=given["role"],
            date=self.day(given["date"] or self.usual["date"]), verdict=verdict, comment=given["comment"],
            said=[line.rstrip() for line in self.cell("says").split("\n")],
        )  # fmt: skip
        return None if self.problems else FilledRow(self.where, entry)

    def verdict(self, word: str, comment: str) -> Verdict:
        found = WORDS.get(word.casefold().replace("_", " "))
        if found is None:
            given = f"{echo(word)} is not a verdict" if word else "there is a comment and no verdict"
            self.wrong(f"{given}; write accepted, change asked or rejected{did_you_mean(word, WORDS)}")
        elif found != "accepted" and not comment:
            self.wrong(f"`{found}` needs a comment that says why")
        return found or "rejected"

    def day(self, text: str) -> str:
        if match := _DOTTED.fullmatch(text):
            text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        return text if is_day(text) else self.wrong(f"{echo(text)} is not a day; write it as 2026-11-28")
