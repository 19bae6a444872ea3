"""Texts of rule files that nobody has saved: inside `drafted`, a book is read as it would be with them.

Everything that reads a rule file reads it here, so that a draft is checked, compared and fingerprinted like the file.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from pathlib import Path
from typing import Any, Final, TypeVar

from screener.data import dataclass

Made = TypeVar("Made")


@dataclass
class Drafts:
    """What replaces files, and what was made of texts so far.

    Attributes:
        texts: the content of each file that is not read, by its resolved path.
        made: what was made of texts, by what it was made from; see `made_once`.
    """

    texts: Mapping[Path, bytes]
    made: dict[Any, Any] = field(default_factory=dict)


_drafts: Final[ContextVar[Drafts | None]] = ContextVar("drafts", default=None)


@contextmanager
def drafted(drafts: Drafts) -> Iterator[None]:
    """What is read inside is read with these texts in place of the files, in this thread alone."""
    token = _drafts.set(drafts)
    try:
        yield
    finally:
        _drafts.reset(token)


def made_once(key: Hashable, make: Callable[[], Made]) -> Made:
    """Something made from the content of files: where a book is read again and again, only when that has changed.

    Args:
        key: everything that it depends on.
        make: makes it; its errors are not kept.
    """
    drafts = _drafts.get()
    if drafts is None:
        return make()
    if key not in drafts.made:
        drafts.made[key] = make()
    made: Made = drafts.made[key]
    return made


def content(path: Path) -> bytes:
    """The content of a rule file, or of the draft that replaces it.

    Raises:
        OSError: the file cannot be read.
    """
    drafts = _drafts.get()
    if drafts is not None and (found := drafts.texts.get(path.resolve())) is not None:
        return found
    return path.read_bytes()
