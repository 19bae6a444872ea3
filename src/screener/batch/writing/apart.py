"""What a batch writes must be different files, and none of those that it reads, by whatever name."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from screener.batch.inputs.opening import STDIN
from screener.batch.inputs.unchanged import RECORDS, TABLES
from screener.errors import UsageError, echo_path

READ: Final = "what is read"


def check_apart(read: Iterable[str], written: Mapping[str, Path | None], tables: bool = False) -> None:
    """Refuse what would be destroyed, before anything is touched.

    Args:
        read: the inputs by name.
        written: by what it is; None is standard output.
        tables: whether folders among the inputs hold tables, and not records.

    Raises:
        UsageError: two of them are one file by its path, by a link, or but for capital letters; or lie in one another.
    """
    inputs = {key: name for name in read for key in _keys(0 if name == STDIN else Path(name))}
    above = {folder for name in inputs.values() if name != STDIN for folder in _real(Path(name)).parents}
    seen: dict[Hashable, str] = {}
    folders = {_folded(path): (what, path) for what, path in written.items() if path is not None}
    patterns = TABLES if tables else RECORDS
    for what, path in written.items():
        keys = list(_keys(1 if path is None else path))
        shown = echo_path("standard output" if path is None else path.name)
        if any(key in inputs for key in keys) or (path is not None and _real(path) in above):
            raise UsageError(f"{what} would replace what is read, {shown}; name another file")
        if path is not None and any(path.match(pattern) for pattern in patterns) and str(_real(path.parent)) in inputs:
            raise UsageError(f"{what} would be read as a record, because {shown} is in that folder; name another file")
        for folder in _real(path).parents if path is not None else ():
            if _folded(folder) in folders:
                other, above_it = folders[_folded(folder)]
                raise UsageError(f"{what} would be in {echo_path(above_it.name)}, with {other}; name another file")
        for key in keys:
            if seen.setdefault(key, what) != what:
                raise UsageError(f"{seen[key]} and {what} must be two files, not both {shown}")


def _keys(path: Path | int) -> Iterator[Hashable]:
    """What tells a file apart: its path without links and capital letters, and what the file system knows it by."""
    if isinstance(path, Path):
        yield str(_real(path))
        yield _folded(path)
    try:
        status = os.fstat(path) if isinstance(path, int) else path.stat()
    except OSError:
        return  # there is no such file
    if stat.S_ISREG(status.st_mode):
        yield status.st_dev, status.st_ino


def _folded(path: Path) -> str:
    """Its path without links and capital letters."""
    return unicodedata.normalize("NFC", str(_real(path))).casefold()


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links that go round in a circle
        return path.absolute()
