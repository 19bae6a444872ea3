"""The names of what a batch writes, and errors of writing.

What is written must be different files, and none of those that are read, by whatever name.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.batch.inputs.opening import RECORDS, STDIN, TABLES
from screener.errors import FileError, UsageError, as_file_error, echo_path

STDOUT: Final = "-"


@dataclass(frozen=True)
class Names:
    """The files of a batch: where the results go, and where refused records go."""

    output: Path
    rejects: Path

    @property
    def parts(self) -> Path:
        """The folder of what has been finished."""
        return _next_to(self.output, ".parts")

    @property
    def journal(self) -> Path:
        """What stopped runs of before had, which kept no parts."""
        return _next_to(self.output, ".journal")

    @property
    def joined(self) -> tuple[tuple[Path, Path], ...]:
        """Each file while it is made of the parts, and its name when it is whole: the results last."""
        return tuple((_next_to(path, ".partial"), path) for path in (self.rejects, self.output))


def _next_to(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def default_rejects(output: str) -> str:
    """Where refused records go when nothing else was said: next to the output, with `.rejects.jsonl` at its end.

    Raises:
        UsageError: the output is standard output.
    """
    if output == STDOUT:
        raise UsageError("with results on standard output, name a file for refused records: --rejects FILE")
    return output + ".rejects.jsonl"


def check_new(path: Path, replace: bool, device: bool = False) -> None:
    """Make sure that a file can be written under a name.

    Args:
        replace: whether a file that is there already may be replaced.
        device: whether it may be no file, but something else that can be written to.

    Raises:
        FileError: it cannot.
    """
    shown = echo_path(str(path))
    if not path.parent.is_dir():
        raise FileError(f"{shown} cannot be written: there is no folder {echo_path(str(path.parent))}")
    if path.exists() and not path.is_file():
        if device and not path.is_dir():
            return
        raise FileError(f"{shown} is not a file that can be replaced; name another")
    if not replace and os.path.lexists(path):
        raise FileError(f"{shown} is there already; name another file, or replace it with --force")


def writing(path: Path) -> AbstractContextManager[None]:
    """Errors of writing become `FileError`, saying that the run can be resumed."""
    return as_file_error(f"{echo_path(str(path))} cannot be written", then="; what is done is kept for --resume")


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
