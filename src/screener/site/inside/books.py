"""A rule book of one's own, dropped onto the pages: unpacked, checked, and used until the window is closed."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

from screener.errors import FileError, RuleBookError, as_file_error, echo

MOST_FILES: Final = 2000
MOST_BYTES: Final = 30_000_000
HEAD: Final = "rulebook.yaml"  # the file that every book has in its folder
NAME: Final = "book"  # of the folder, where the files came without one
Given: TypeAlias = "Sequence[Sequence[Any]]"  # path and content of each file


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a book.

    Attributes:
        title: what it calls itself; empty when it cannot be used.
        errors: why it cannot be used, one line each with file, line and column.
        warnings: what is odd about it.
        folder: where its files are.
    """

    title: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    folder: Path | None = None


def checked(given: Given, home: Path) -> Checked:
    """Unpack and check a book, as `screener rules check` does; it can be used when it loads.

    Args:
        given: its files by their paths, or one zip archive.
        home: an empty folder for it, or one whose content may go.
    """
    from screener.rulebook.cache import cached_rulebook
    from screener.workbench.check.check import check

    try:
        folder = unpacked(given, home)
        title = cached_rulebook(folder).subject.title
    except (FileError, RuleBookError) as error:
        return Checked("", tuple(str(error).splitlines()))
    return Checked(title, (), tuple(map(str, check(folder))), folder)


def unpacked(given: Given, home: Path) -> Path:
    """Write the files of a book; the folder that its `rulebook.yaml` is in.

    Raises:
        FileError: it is not a book, or too large, or a name leads elsewhere.
    """
    files = [(str(name), bytes(content)) for name, content in given]
    if len(files) == 1 and zipfile.is_zipfile(io.BytesIO(files[0][1])):
        files = _from_zip(files[0][1])
    if len(files) > MOST_FILES or sum(len(content) for _, content in files) > MOST_BYTES:
        raise FileError(f"a rule book here may have at most {MOST_FILES} files and {MOST_BYTES} bytes")
    heads = sorted((path for name, _ in files if (path := _path(name)).name == HEAD), key=lambda path: len(path.parts))
    if not heads:
        raise FileError(f"there is no {HEAD} among these files, so that this is not a rule book")
    shutil.rmtree(home, ignore_errors=True)
    folder = heads[0].parent
    if not folder.parts:
        home = home / NAME
    for name, content in files:
        path = _path(name)
        if not path.is_relative_to(folder) or path.name.startswith("."):
            continue  # what an archive holds besides the book
        with as_file_error(f"{echo(name)} cannot be written"):
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)
    return home / folder


def _from_zip(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise FileError(f"a rule book here may have at most {MOST_FILES} files and {MOST_BYTES} bytes")
            return [(entry.filename, archive.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise FileError(f"the zip archive cannot be unpacked: {type(error).__name__}") from None


def _path(name: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise FileError(f"a file's name leads out of the rule book: {echo(name)}")
    return path
