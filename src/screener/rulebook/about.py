"""What `--version` says of the program's own rule book, kept with it: the book itself need not be read for that."""

from __future__ import annotations

import os
from typing import NamedTuple

from screener.rulebook import kept
from screener.rulebook.contents import rules_folder, unread
from screener.rulebook.kept import kept_name


class About(NamedTuple):
    """A rule book in short.

    Attributes:
        version: of the book.
        reviewed: how many of its rules are reviewed.
        rules: how many it has.
        packs: their names.
    """

    version: str
    reviewed: int
    rules: int
    packs: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.version} ({self.reviewed} of {self.rules} rules reviewed)"


def about_own_book() -> About:
    """The program's own rule book in short, as its files are now.

    Raises:
        RuleBookError: the rule book is wrong.
    """
    folder = rules_folder().resolve()
    if os.environ.get("SCREENER_NO_CACHE") or not folder.is_dir():
        return _read()
    name = kept_name(folder)
    found = kept.read(name.of("about") + kept.SUFFIX)
    if isinstance(found, About) and not any(unread(folder, found.packs, "")):
        return found
    about = _read()
    if kept_name(folder) == name:  # nothing has changed while the book was read
        kept.write(name.of("about") + kept.SUFFIX, about, outdated=name.outdates)
    return about


def _read() -> About:
    from screener.rulebook.cache import cached_rulebook

    book = cached_rulebook()
    return About(book.version, book.rules_reviewed, len(book.rules), tuple(book.packs))
