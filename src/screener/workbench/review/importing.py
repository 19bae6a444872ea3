"""`--import`: the reviews of a sheet into `reviews.yaml`, all of them or none.

They are added at the end of the file: everything that is there stays as it is, comments and order too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from json import dumps
from pathlib import Path
from typing import Any, Final

import yaml

from screener.errors import FileError, RuleBookError, UsageError, echo
from screener.private import PUBLIC, save
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import REVIEWS, SHIPPED, rules_folder
from screener.rulebook.document import parse_document
from screener.rulebook.entries import Entry
from screener.rulebook.reader import Loader
from screener.rulebook.review.file import ReviewEntry, ReviewsFile, check_reviews, review_of
from screener.rulebook.review.items import hash_of, items_of
from screener.rulebook.shape import shaped
from screener.rulebook.values import is_day
from screener.workbench.edit.store import ChangedMeanwhileError, Store, locked
from screener.workbench.edit.store import hash_of as hash_of_file
from screener.workbench.review.filled import FilledRow, read_sheet
from screener.workbench.review.rows import Given, given, is_to_come

PACKED: Final = "_rules"  # what the folder of the program's own book is called where the program is installed
NEW: Final = """\
# Who has reviewed what. `screener rules review` reads this file and adds to it; an entry is about the wording that its
# hash identifies, so that a change reopens what it touches.
needs: 1

reviews:
"""
PLAIN: Final = ("hash", "date", "verdict")


@dataclass
class Imported:
    """What came of a sheet.

    Attributes:
        file: to which reviews were added.
        added: the new entries.
        there: rows that the file had already, word for word.
        older: items that say something else now than in the sheet: their reviews are kept, of what was reviewed.
        problems: rows that cannot be taken, each with its place; nothing is written while there is one.
        empty: rows of the sheet in which nothing is filled in.
    """

    file: Path
    added: list[ReviewEntry] = field(default_factory=list)
    there: int = 0
    older: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    empty: int = 0


def import_sheet(folder: Path | None, sheet: Path, by: str = "", role: str = "", day: str = "") -> Imported:
    """Add the reviews of a filled-in sheet to the file of a book; with a problem nothing is written.

    Args:
        folder: of the book; the program's own when None.
        by: the reviewer, where a row does not say it; so are `role` and `day` (today when empty).

    Raises:
        RuleBookError: the book, or what its file would become, is wrong.
        FileError: the sheet cannot be read, or the file cannot be written or has changed meanwhile.
        UsageError: `day` is not a day, or the book is that of an installed program.
    """
    if day and not is_day(day):
        raise UsageError(f"{echo(day)} is not a day; write it as 2026-11-28")
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
    taken = Imported(path, problems=list(filled.problems), empty=filled.empty)
    if not taken.problems:
        taking = _Taking({name: item.lines for name, item in items_of(book).items()}, found)
        for row in filled.rows:
            taking.row(row, taken)
    if taken.added and not taken.problems:
        _save(path, before, _with_new(before or b"", taken.added, path, found).encode())
    return taken


class _Taking:
    """Takes the rows of a sheet that fit to the reviews that are there."""

    def __init__(self, now: Mapping[str, tuple[str, ...]], found: Given) -> None:
        self.now, self.wordings = now, dict(found.wordings)
        self.known = {self.key(entry): (entry, str(place.line)) for entry, place in found.entries}

    def row(self, row: FilledRow, taken: Imported) -> None:
        """Take one row."""
        lines = self.lines(row.entry)
        problems = [f"{row.where}: {message}" for message in self.wrong(row.entry, lines)]
        taken.problems += problems
        if problems:
            return
        entry = row.entry.model_copy(update={"said": [] if row.entry.hash in self.wordings else list(lines)})
        if before := self.known.get(self.key(entry)):
            other, where = before
            if (other.verdict, " ".join(other.comment.split())) == (entry.verdict, entry.comment):
                taken.there += 1
            else:
                what = f"{entry.by} has said `{other.verdict}` of `{entry.item}` on {entry.date} already ({where})"
                taken.problems.append(f"{row.where}: {what}; give the new review its own date, or take one of them out")
            return
        self.known[self.key(entry)] = entry, row.where
        self.wordings.setdefault(entry.hash, lines)
        taken.added.append(entry)
        if hash_of(self.now.get(entry.item, ())) != entry.hash:
            taken.older.append(entry.item)

    def wrong(self, entry: ReviewEntry, lines: tuple[str, ...]) -> Iterator[str]:
        """Why what is filled in cannot be taken as a review of these lines."""
        if hash_of(lines) != entry.hash:
            changed = "has changed since the sheet was made" if entry.item in self.now else "is not in the rule book"
            yield f"`{entry.item}` {changed}, and `says` is not what it said then, so nobody knows what was reviewed"
        elif lines[0] != entry.item:
            yield f"`{entry.item}` is not what this row is about (`{lines[0]}`)"
        if is_to_come(entry.date):
            yield f"{entry.date} is still to come"

    def lines(self, entry: ReviewEntry) -> tuple[str, ...]:
        """What was reviewed: what the item says now, or what a review or the sheet itself holds."""
        for lines in (self.now.get(entry.item, ()), self.wordings.get(entry.hash, ())):
            if lines and hash_of(lines) == entry.hash:
                return lines
        return tuple(entry.said)

    @staticmethod
    def key(entry: ReviewEntry) -> tuple[str, str, str]:
        """What makes two entries one review."""
        return entry.hash, review_of(entry).reviewer, entry.date


def _with_new(raw: bytes, added: list[ReviewEntry], path: Path, found: Given) -> str:
    """The text of the file with the new entries; it holds the old ones and the new ones, which is checked.

    Raises:
        RuleBookError: a new entry cannot be written in the file, such as a comment with characters that nobody sees.
        FileError: nothing can be added to the list as it is written.
    """
    text = appended(raw.decode("utf-8"), added)
    document = parse_document(text.encode(), f"{path.parent.name}/{path.name}")
    file = shaped(document, ReviewsFile)
    if file is not None:
        check_reviews(Entry("", file, document, ()), found.wordings)
    if document.problems or file is None:
        raise RuleBookError(document.problems)
    own = [entry for where, each, _ in found.files if where == path for entry in each.reviews]
    if file.reviews != [*own, *added]:
        raise FileError(f"{path} is written in a way in which nothing can be added to it; nothing was changed")
    return text


def appended(text: str, entries: Sequence[ReviewEntry]) -> str:
    """The text of the file with entries added to its list.

    Args:
        text: of the file, well formed; empty when there is none yet.

    Raises:
        FileError: the list is written in a way in which nothing can be added to it.
    """
    eol = "\r\n" if "\r\n" in text else "\n"
    lines = (text or NEW).replace("\r\n", "\n").split("\n")
    after, indent = _end(lines)
    written = [line for entry in entries for line in _written(entry, indent)]
    return eol.join([*lines[:after], *written, *(lines[after:] if any(lines[after:]) else [""])])


def _end(lines: list[str]) -> tuple[int, int]:
    """After which line the list ends, and how far its entries are indented; a list that is missing is begun."""
    root: Any = yaml.compose("\n".join(lines), Loader=Loader)
    pairs = root.value if root is not None else []
    key, found = next(((key, value) for key, value in pairs if key.value == "reviews"), (None, None))
    if key is None or found is None:
        last = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
        lines[last:] = ["reviews:", ""]
        return last + 1, 2
    line = key.start_mark.line
    if not found.value:
        lines[line] = lines[line].replace("[]", "", 1).rstrip()
        return line + 1, 2
    if found.flow_style:
        raise FileError(f"reviews.yaml:{line + 1}: nothing can be added to `reviews: [...]`; write each entry as `- `")
    return _last_line(found, lines), lines[found.value[0].start_mark.line].index("-")


def _last_line(node: Any, lines: list[str]) -> int:
    """The line, counted from 1, on which the last thing in a node ends."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1]
        node = node[1] if isinstance(node, tuple) else node
    end: int = node.end_mark.line + (node.end_mark.column > 0)
    while end > node.start_mark.line + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _written(entry: ReviewEntry, indent: int) -> Iterable[str]:
    """An entry as lines of YAML."""
    lead = " " * indent
    yield f"{lead}- item: {_quoted(entry.item)}"
    for key in ("hash", "by", "role", "date", "verdict", "comment"):
        if value := getattr(entry, key):
            yield f"{lead}  {key}: {value if key in PLAIN else _quoted(value)}"
    if entry.said:
        yield f"{lead}  said:"
        yield from (f"{lead}    - {_quoted(line)}" for line in entry.said)


def _quoted(text: str) -> str:
    return dumps(text, ensure_ascii=False)


def _save(path: Path, before: bytes | None, raw: bytes) -> None:
    """Put the file in its place, unless somebody else has saved it meanwhile.

    Args:
        before: what was read; None when there was no file.
    """
    if before is not None:
        Store(path.parent).save(path.name, hash_of_file(before), raw)
        return
    with locked(path.parent):
        if path.exists():
            raise ChangedMeanwhileError(path.name, path.read_bytes())
        save(path, raw.decode(), PUBLIC)
