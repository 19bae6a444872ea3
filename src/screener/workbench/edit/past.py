"""The texts that a file had: each one that was saved here, and each one that a save replaced, in `.screener/undo`.

The folder is in the book's; it is passed over when the book is read, and git ignores it. What was replaced is the
very file that was in its place, so that an editor that was still writing to it has written here. A text that is saved
is kept as a copy as well: an editor outside may replace it without asking anybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from screener.errors import FileError, echo
from screener.private import make_folder

What: TypeAlias = Literal["text", "save", "undo", "outside"]
FOLDER: Final = ".screener"
MOST: Final = 1000  # saves of one file whose texts are kept; the oldest go first
HELD: Final = "new-"  # how the name of a file begins that is about to take a place, or was just taken from it
_NAME: Final = re.compile(r"(\d{8})-(text|save|outside|undo)-(\d{8})-([0-9a-f]{64})\.yaml")


@dataclass(frozen=True, slots=True)
class PastText:
    """A text that a file had.

    Attributes:
        path: where it lies.
        number: of the save; it has one entry for the text that it replaced and one for its own.
        what: `text` is the text that was saved; `save` and `undo` are what was replaced by saving and by undoing;
            `outside` is what somebody else had written, or we had, when two were about to save at once.
        undid: the number of the save that was undone; 0 where it was no undoing.
        hash: of the text that is in the place since.
    """

    path: Path
    number: int
    what: What
    undid: int
    hash: str

    def raw(self) -> bytes:
        """The text."""
        return self.path.read_bytes()

    @property
    def at(self) -> datetime:
        """When the file was last written."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


@dataclass(frozen=True)
class Past:
    """The texts that one file had.

    Args:
        book: the folder of the rule book.
        name: of the file in it.
    """

    book: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.book / FOLDER / "undo" / self.name

    def entries(self) -> list[PastText]:
        """All of them, the oldest first."""
        return sorted(self._entries(), key=lambda entry: (entry.number, entry.what))

    def _entries(self) -> Iterator[PastText]:
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if match := _NAME.fullmatch(path.name):
                what: What = match[2]  # type: ignore[assignment]  # one of the words of the pattern
                yield PastText(path, int(match[1]), what, int(match[3]), match[4])

    def make(self) -> Path:
        """Make the folder; git is told to ignore it, which then needs no line elsewhere.

        Raises:
            FileError: it cannot be made, or leads out of the book's folder.
        """
        if not self.folder.resolve().is_relative_to(self.book.resolve()):
            raise FileError(f"{echo(str(self.book / FOLDER))} leads out of the rule book's folder; remove that link")
        make_folder(self.folder)
        with suppress(FileExistsError), (self.book / FOLDER / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("*\n")
        for left in self.folder.glob(f"{HELD}*"):  # of a program that was ended while it saved
            self.add(left, "outside", "0" * 64)
        return self.folder

    def held(self) -> Path:
        """A name for a file that is about to take the place."""
        return self.make() / f"{HELD}{os.urandom(6).hex()}"

    def add(self, file: Path, what: What, new: str, undid: int = 0, raw: bytes | None = None) -> None:
        """Keep a file that was replaced, by moving it here.

        Args:
            file: the file.
            what: see `PastText`.
            new: the hash of what is in the place now.
            undid: see `PastText`.
            raw: what is in the place now, when it was saved: a copy is kept as well.
        """
        entries = self.entries()
        number = entries[-1].number + 1 if entries else 1
        if raw is not None:
            self._name(number, "text", undid, new).write_bytes(raw)
        file.rename(self._name(number, what, undid, new))
        for old in entries:
            if old.number <= number - MOST:
                old.path.unlink(missing_ok=True)

    def _name(self, number: int, what: What, undid: int, new: str) -> Path:
        return self.folder / f"{number:08}-{what}-{undid:08}-{new}.yaml"

    def to_undo(self, now: str) -> PastText | None:
        """The save that led to the text as it is now, if that is known: what it replaced comes back by undoing it.

        Args:
            now: the hash of the text as it is now.
        """
        steps = [entry for entry in self.entries() if entry.what in ("save", "undo")]
        last = steps[-1] if steps else None
        below = last.undid if last is not None and last.what == "undo" and last.hash == now else None
        saves = [entry for entry in reversed(steps) if entry.what == "save" and entry.hash == now]
        return next((entry for entry in saves if below is None or entry.number < below), None)
