"""The rule files of one book, read and saved; a save is refused when the file changed since it was read.

Whoever saves holds a lock on the book's folder, so two pages do not meet. An editor outside asks for no lock: the files
are exchanged in one step, and when what comes out is not what was read, they are exchanged back.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from screener.errors import FileError, UsageError, as_file_error, did_you_mean, echo
from screener.rulebook.contents import walk
from screener.workbench.edit.past import Past, PastText
from screener.workbench.edit.swap import exchange

SUFFIX: Final = ".yaml"
LARGEST: Final = 1_000_000  # bytes of a file that is edited
BOM: Final = "\ufeff"
MOST_TURNS: Final = 100  # as often as somebody else may be quicker


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, with what an editor does not show of it.

    Attributes:
        lines: the text with `\\n` at the end of each line.
        ending: what is there in the file: `\\n` or `\\r\\n`.
        mark: whether the file begins with a byte order mark.
    """

    lines: str
    ending: str = "\n"
    mark: bool = False

    @classmethod
    def of(cls, raw: bytes) -> FileText:
        """The text in a file.

        Raises:
            FileError: it cannot be shown and given back as it is.
        """
        if len(raw) > LARGEST:
            raise FileError(f"it has {len(raw)} bytes; at most {LARGEST} are edited here")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise FileError(f"line {line} is not UTF-8 text; mend that in an editor of your own") from None
        mark = text.startswith(BOM)
        text = text.removeprefix(BOM)
        plain = text.replace("\r\n", "\n")
        if "\r" in plain or "\0" in plain:
            raise FileError("there are characters in it that a page cannot give back; mend it in an editor of your own")
        ending = "\r\n" if "\r\n" in text else "\n"
        if plain.replace("\n", ending) != text:
            raise FileError("some of its lines end in another way than others; mend it in an editor of your own")
        return cls(plain, ending, mark)

    def raw(self, lines: str) -> bytes:
        """The bytes of the file with another text in it; a page sends each end of a line as `\\r\\n`."""
        plain = lines.replace("\r\n", "\n").replace("\r", "\n")
        return ((BOM if self.mark else "") + plain.replace("\n", self.ending)).encode("utf-8")


def hash_of(raw: bytes) -> str:
    """What a file is known by: another text has another hash."""
    return sha256(raw).hexdigest()


class ChangedMeanwhileError(FileError):
    """The file is not as it was read: somebody else has saved it. `raw` is what is there now."""

    def __init__(self, name: str, raw: bytes) -> None:
        self.raw = raw
        super().__init__(f"{echo(name)} changed meanwhile: somebody else saved it after it was read here")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file as it is.

    Attributes:
        raw: its bytes.
        undo: what the last save replaced, where it can be undone.
    """

    name: str
    raw: bytes
    undo: PastText | None = None

    @property
    def hash(self) -> str:
        """What it is known by."""
        return hash_of(self.raw)

    @property
    def text(self) -> FileText:
        """Its text.

        Raises:
            FileError: it cannot be edited as text.
        """
        try:
            return FileText.of(self.raw)
        except FileError as error:
            raise FileError(f"{echo(self.name)}: {error}") from None


@dataclass(frozen=True)
class Store:
    """The files of a rule book's folder, for whoever edits them.

    Args:
        folder: of the rule book.
    """

    folder: Path

    def names(self) -> list[str]:
        """The YAML files of the book, by their names in its folder: no links, and nothing in a folder that is one."""
        own = (each for each in walk(self.folder) if each.name.endswith(SUFFIX))
        found = (Path(entry.path) for entry in own if entry.is_file(follow_symlinks=False))
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def read(self, name: str) -> Saved:
        """A file as it is now.

        Raises:
            UsageError: the book has no such file.
            FileError: it cannot be read.
        """
        raw = _read(self.path(name))
        return Saved(name, raw, Past(self.folder, name).to_undo(hash_of(raw)))

    def path(self, name: str) -> Path:
        """Where a file lies.

        Raises:
            UsageError: it is none of the book's own YAML files.
        """
        names = self.names()
        if name not in names:
            raise UsageError(f"the rule book has no file {echo(name)} that can be edited{did_you_mean(name, names)}")
        return self.folder / name

    def save(self, name: str, was: str, raw: bytes, undid: int = 0) -> Saved:
        """Put a new text in the place of the one that was read. What it replaces is kept, so that it can be undone.

        Args:
            name: of the file in the book's folder.
            was: the hash of the text that was read.
            raw: the new text.
            undid: the number of the save that this undoes; 0 where it undoes none.

        Raises:
            ChangedMeanwhileError: the file has another text now; it stays as it is.
            UsageError: the book has no such file.
            FileError: it cannot be written; it stays as it is.
        """
        with as_file_error(f"{echo(name)} cannot be saved"), locked(self.folder):
            place, past = self.path(name), Past(self.folder, name)
            now = _read(place)
            if now != raw and hash_of(now) != was:
                raise ChangedMeanwhileError(name, now)
            if now != raw:
                _put(raw, place, past, was, undid)
        return Saved(name, raw, past.to_undo(hash_of(raw)))

    def undo(self, name: str, was: str) -> Saved:
        """Put back what the last save of a file replaced; what is undone is kept, too.

        Args:
            name: of the file in the book's folder.
            was: the hash of the text that was read.

        Raises:
            UsageError: the text as it is does not come from a save here.
            ChangedMeanwhileError, FileError: see `save`.
        """
        last = Past(self.folder, name).to_undo(was) if name in self.names() else None
        if last is None:
            raise UsageError(f"there is no save of {echo(name)} to undo: its text does not come from a save here")
        return self.save(name, was, last.raw(), last.number)


def _put(raw: bytes, place: Path, past: Past, was: str, undid: int) -> None:
    """Exchange a file for a new one, and back again when what comes out is not what was read."""
    new = past.held()
    _write(new, raw, place)
    try:
        exchange(new, place)
    except FileExistsError:  # somebody saved between two steps: theirs is kept, and what was read is in hand
        past.add(new, "outside", hash_of(_read(place)))
        raise ChangedMeanwhileError(past.name, _read(place)) from None
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if hash_of(_read(new)) == was:
        past.add(new, "undo" if undid else "save", hash_of(raw), undid, raw)
        return
    _give_back(new, place, hash_of(raw))
    past.add(new, "outside", hash_of(_read(place)))
    raise ChangedMeanwhileError(past.name, _read(place))


def _give_back(new: Path, place: Path, ours: str) -> None:
    """Put the newest text of somebody else in its place again; `new` is then what had to give way to it.

    Args:
        new: what came out of the place.
        place: where it belongs.
        ours: the hash of what we put there. When something else comes out, somebody was there meanwhile, once more.
    """
    for _ in range(MOST_TURNS):
        theirs = hash_of(_read(new))
        exchange(new, place)
        if hash_of(_read(new)) == ours:
            return
        ours = theirs


def _write(new: Path, raw: bytes, like: Path) -> None:
    """Write a new file that everybody may read who may read the old one."""
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, stat.S_IMODE(like.stat().st_mode))
        file.write(raw)
        file.flush()
        os.fsync(descriptor)


def _read(path: Path) -> bytes:
    """A file's content; through no link.

    Raises:
        FileError: it cannot be read.
    """
    with (
        as_file_error(f"{echo(str(path))} cannot be read"),
        os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file,
    ):
        return file.read()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else saves in this folder meanwhile. The lock ends with the process that holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
