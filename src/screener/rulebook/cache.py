"""A parsed rule book kept between runs, so that a command does not read and check all rule files again.

The copy lies in the user's cache folder, under a name that contains the hash of every rule file and of the program's
own loader: a changed file is a different name. `kept.py` says where, and when it is not used. It holds no answers. Set
`SCREENER_NO_CACHE=1` to do without it. In a process, what was made from files is used until one of them changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from screener.data import dataclass
from screener.rulebook import kept
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import book_folders, check_folder, rules_folder, unread, walk
from screener.rulebook.kept import kept_name, state_of

Made = TypeVar("Made")
Stamp: TypeAlias = tuple[tuple[str, int, int, int, int], ...]

SETTLED: float = 2.0  # seconds: two writes this close may leave the same times, on the coarsest file systems


@dataclass(frozen=True, slots=True)
class _Made(Generic[Made]):
    stamp: Stamp
    content: str
    settled: bool
    made: Made


class Fresh(Generic[Made]):
    """What was made from each folder (or file), for as long as the files are the same.

    Safe in several threads, without a lock that a fork could leave locked: at worst two of them make the same.

    Args:
        make: makes it from a folder; its errors are not kept.
        files: the files that it depends on.
        content: a hash over them, for files that are too new for their times to be trusted.
    """

    def __init__(
        self,
        make: Callable[[Path], Made],
        files: Callable[[Path], Iterable[Path]],
        content: Callable[[Path], str],
    ) -> None:
        self._make, self._files, self._content = make, files, content
        self._kept: dict[Path, _Made[Made]] = {}

    def get(self, folder: Path) -> Made:
        """What belongs to the folder as it is now."""
        before = self._kept.get(folder)
        stamp, settled = self._stamp(folder)  # before the files are read: a later change is seen the next time
        if before is not None and before.stamp == stamp and before.settled:
            return before.made
        content = self._content(folder) if stamp and (before is not None or not settled) else ""
        same = before is not None and content and before.content == content
        made = before.made if before is not None and same else self._make(folder)
        self._kept[folder] = _Made(stamp, content, settled, made)
        return made

    def put(self, folder: Path, made: Made) -> None:
        """Take what was made elsewhere from the files as they are now."""
        stamp, settled = self._stamp(folder)
        self._kept[folder] = _Made(stamp, self._content(folder), settled, made)

    def _stamp(self, folder: Path) -> tuple[Stamp, bool]:
        """The state of the files, and whether any later change must show in it."""
        found = []
        for path in self._files(folder):
            state = path.stat() if path.exists() else path.lstat()  # of a link, what it leads to
            found.append((str(path), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino))
        newest = max((max(mtime, ctime) for _, _, mtime, ctime, _ in found), default=0)
        return tuple(found), newest < (time.time() - SETTLED) * 1e9


def cached_rulebook(folder: Path | None = None) -> RuleBook:
    """The rule book of a folder (the program's own when None), from the cache when nothing has changed.

    The same object as before is returned until a file of the book changes.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: this is not a path.
    """
    check_folder(folder)
    folder = folder.resolve() if folder else rules_folder()
    return _in_process.get(folder) if folder.is_dir() else RuleBook.load(folder)


def take_ready(folder: Path | None, book: RuleBook) -> None:
    """Use a book that was read from these very files somewhere else, until one of them changes.

    Args:
        folder: of the book; the program's own when None.
    """
    _in_process.put(folder.resolve() if folder else rules_folder(), book)


def _from_cache(folder: Path) -> RuleBook:
    if os.environ.get("SCREENER_NO_CACHE"):
        return RuleBook.load(folder)
    place = kept_name(folder)
    name = place.of("rulebook")
    book = kept.read(name + kept.SUFFIX)
    if not isinstance(book, RuleBook) or any(unread(folder, list(book.packs), "")):
        book = without_cases(RuleBook.load(folder))
        kept.write(name + kept.SUFFIX, book, outdated=place.outdates)
    book.note_kept_as(name)
    return book


def _everything(folder: Path) -> list[Path]:
    return [Path(entry.path) for each in book_folders(folder) for entry in walk(each)]


def _content(folder: Path) -> str:
    return "\0".join([state_of(folder), *map(str, _everything(folder))])


_in_process: Fresh[RuleBook] = Fresh(_from_cache, _everything, _content)


def kept_beside(book: RuleBook, kind: str, make: Callable[[RuleBook], Made]) -> Made:
    """Something made from a rule book; kept next to it, when the book itself is one that is kept."""
    if book.kept_as is None:
        return make(book)
    packs = sha256("\0".join(book.packs).encode()).hexdigest()[:16]
    name = f"{book.kept_as.replace('rulebook', kind, 1)}-{packs}{kept.SUFFIX}"
    found = kept.read(name)
    if found is None:
        found = make(book)
        kept.write(name, found)
    made: Made = found
    return made


def without_cases(book: RuleBook) -> RuleBook:
    """The book without the rules' own examples, which only the workbench reads (it loads the files itself)."""
    return replace(book, rules=tuple(replace(rule, cases=()) for rule in book.rules))
