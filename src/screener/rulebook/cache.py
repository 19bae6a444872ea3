"""A parsed rule book kept between runs, so that a command does not read and check all rule files again.

The copy lies in the user's cache folder, under a name that contains the hash of every rule file and of the program's
own loader: a changed file is a different name. `kept.py` says where, and when it is not used. It holds no answers. Set
`SCREENER_NO_CACHE=1` to do without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from screener.rulebook import kept
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import unread, walk
from screener.rulebook.fresh import Fresh
from screener.rulebook.kept import kept_name, state_of
from screener.rulebook.locate import book_folders, check_folder, rules_folder

Made = TypeVar("Made")


def cached_rulebook(folder: Path | None = None) -> RuleBook:
    """The rule book of a folder (the program's own when None), from the cache when nothing has changed.

    The same object as before is returned until a file of the book changes.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: this is no path.
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
