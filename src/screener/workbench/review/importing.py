"""`--import` from the sheet to the file: read, taken, written as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from screener.errors import UsageError, echo
from screener.private import PUBLIC, save
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import REVIEWS, SHIPPED, rules_folder
from screener.rulebook.review.file import ReviewEntry, is_day
from screener.workbench.edit.store import ChangedMeanwhileError, Store, locked
from screener.workbench.edit.text import hash_of
from screener.workbench.review.filled import read_sheet
from screener.workbench.review.rows import given
from screener.workbench.review.taking import take, written

PACKED: Final = "_rules"  # what the folder of the program's own book is called where the program is installed


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a sheet: see `Taken`.

    Attributes:
        file: to which reviews were added.
        empty: rows of the sheet in which nothing is filled in.
    """

    file: Path
    added: list[ReviewEntry]
    there: int
    older: list[str]
    problems: list[str]
    empty: int


def import_sheet(folder: Path | None, sheet: Path, by: str = "", role: str = "", day: str = "") -> Imported:
    """Add the reviews of a filled-in sheet to the file of a book; with a problem nothing is written.

    Args:
        folder: of the book; the program's own when None.
        by: the reviewer, where a row does not say it; so are `role` and `day` (today when empty).

    Raises:
        RuleBookError: the book, or what its file would become, is wrong.
        FileError: the sheet cannot be read, or the file cannot be written or has changed meanwhile.
        UsageError: `day` is no day, or the book is that of an installed program.
    """
    if day and not is_day(day):
        raise UsageError(f"{echo(day)} is no day; write it as 2026-11-28")
    if folder is None and rules_folder().name == PACKED:
        raise UsageError(
            "reviews of the book that came with the program would be gone with its next version; "
            f"name a book of your own, with `extends: {SHIPPED}`"
        )
    folder = folder or rules_folder()
    path = folder / REVIEWS
    before = path.read_bytes() if path.is_file() else None
    book, found = RuleBook.load(folder), given(folder)
    filled = read_sheet(sheet, {"by": by, "role": role, "date": day or date.today().isoformat()})
    taken = take(filled, book, found)
    if taken.added and not taken.problems:
        _save(path, before, written(before or b"", taken.added, path, found).encode())
    return Imported(path, taken.added, taken.there, taken.older, taken.problems, filled.empty)


def _save(path: Path, before: bytes | None, raw: bytes) -> None:
    """Put the file in its place, unless somebody else has saved it meanwhile.

    Args:
        before: what was read; None when there was no file.
    """
    if before is not None:
        Store(path.parent).save(path.name, hash_of(before), raw)
        return
    with locked(path.parent):
        if path.exists():
            raise ChangedMeanwhileError(path.name, path.read_bytes())
        save(path, raw.decode(), PUBLIC)
