"""A parsed rule book kept between runs, so that a command does not read and check all rule files again.

The copy lies in the user's cache folder, readable by the user alone, under a name that contains the hash of every
rule file and of the program's own loader: a changed file is a different name. It holds no answers. Set
`SCREENER_NO_CACHE=1` to do without it.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from screener.rulebook.book import RuleBook, check_folder

Made = TypeVar("Made")


def cached_rulebook(folder: Path | None = None) -> RuleBook:
    """The rule book of a folder (the program's own when None), from the cache when nothing has changed.

    Raises:
        RuleBookError: the rule book is wrong.
        UsageError: this is no path.
    """
    check_folder(folder)
    return _in_process(folder.resolve() if folder else None)


@cache
def _in_process(folder: Path | None) -> RuleBook:
    from screener.rulebook.locate import fingerprint, rules_folder

    folder = folder or rules_folder()
    if os.environ.get("SCREENER_NO_CACHE") or not folder.is_dir():
        return _load(folder)
    path = cache_folder() / f"rulebook-{_name(folder)}-{_program()[:16]}-{fingerprint(folder)[:32]}.pickle"
    book = _read(path)
    if not isinstance(book, RuleBook):
        book = without_cases(_load(folder))
        _write(path, book, old=f"*-{_name(folder)}-*.pickle")
    book.note_kept_in(path)
    return book


def kept_beside(book: RuleBook, kind: str, make: Callable[[RuleBook], Made]) -> Made:
    """Something made from a rule book; kept beside it, when the book itself is one that is kept."""
    if book.kept_in is None:
        return make(book)
    packs = "-".join(book.packs)
    path = book.kept_in.with_name(book.kept_in.name.replace("rulebook-", f"{kind}-", 1) + f".{packs}")
    found = _read(path)
    if found is None:
        found = make(book)
        _write(path, found)
    made: Made = found
    return made


def cache_folder() -> Path:
    """Where parsed rule books are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "screener"


def _load(folder: Path) -> RuleBook:
    from screener.rulebook.load import load_rulebook

    return load_rulebook(folder)


def without_cases(book: RuleBook) -> RuleBook:
    """The book without the rules' own examples, which only the workbench reads (it loads the files itself)."""
    return replace(book, rules=tuple(replace(rule, cases=()) for rule in book.rules))


def _name(folder: Path) -> str:
    return sha256(str(folder).encode()).hexdigest()[:8]


def _program() -> str:
    """A hash over the modules whose work is kept, and the Python that reads it back."""
    digest = sha256(sys.version.encode())
    program = Path(__file__).parent.parent
    for room in ("case", "logic", "rulebook", "engine/durable"):
        for path in sorted((program / room).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> Any:
    """What is kept in a file; None when there is none, it is not ours alone, or it can not be read."""
    with suppress(Exception):
        status = path.stat()
        mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if mine and not status.st_mode & 0o077:
            return pickle.loads(path.read_bytes())
    return None


def _write(path: Path, thing: object, old: str = "") -> None:
    """Keep something, atomically, in place of what is `old`; a cache that can not be written is no error."""
    import tempfile

    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for outdated in path.parent.glob(old) if old else ():
            outdated.unlink(missing_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            pickle.dump(thing, file, protocol=5)
        Path(name).replace(path)
