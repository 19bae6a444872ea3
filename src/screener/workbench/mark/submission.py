"""What was handed in, looked at before anything of it is read: plain files only, not too many, not too large.

A submission is data. A link could show the model book, or a file of the teacher's, as the learner's own work; a pipe
would be waited for; a book that extends one outside its folder would borrow that one's rules.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unicodedata import normalize

from screener.errors import FileError, RuleBookError, as_file_error, echo, reason
from screener.printable import on_one_line
from screener.rulebook.contents import SHIPPED, allowed
from screener.rulebook.document import read_document

HEADER: Final = "rulebook.yaml"
MOST_FILES: Final = 2_000
LARGEST: Final = 20_000_000  # bytes of all files
DEEPEST: Final = 8  # folders in folders
NESTED: Final = 2  # how deep the book may be in the folder, as in a packed folder in a folder


class NotTakenError(Exception):
    """A submission is not read, and why."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One entry of the folder of submissions.

    Attributes:
        name: the folder's name, made printable.
        path: where it is.
    """

    name: str
    path: Path


def submissions(folder: Path) -> list[Submission]:
    """Everything that was handed in, by name; hidden files of tools are passed over.

    Raises:
        FileError: the folder cannot be read, or is empty.
    """
    with as_file_error(f"{echo(str(folder))} cannot be read"), os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not _of_a_tool(entry))
    if not names:
        raise FileError(f"{echo(str(folder))} is empty; it should hold one folder for each submission")
    return [Submission(shown, folder / name) for shown, name in zip(_told_apart(names), names, strict=True)]


def _told_apart(names: Sequence[str]) -> Iterator[str]:
    """The names made printable; of several that look alike each but the first with its characters written out."""
    seen: set[str] = set()
    for name in names:
        alike = normalize("NFC", name).strip()
        exact = f" ({name!a})" if alike in seen else ""
        seen.add(alike)
        yield on_one_line(name) + exact


def _of_a_tool(entry: os.DirEntry[str]) -> bool:
    """Whether this is a file, or a hidden folder, that some program left there; a folder with any other name counts."""
    return allowed(entry.name) and (entry.name.startswith(".") or not entry.is_dir())


def book_of(path: Path) -> Path:
    """The folder of the rule book in a submission.

    Raises:
        NotTakenError: it holds none, or several, or what is not a plain file.
    """
    if path.is_symlink():
        raise NotTakenError("this is a link; hand in the folder itself")
    if not path.is_dir():
        raise NotTakenError("this is a file, not a folder; unpack it, or put the rule book into a folder")
    headers = _headers(path)
    inside = [header.parent for header in headers if len(header.relative_to(path).parts) - 1 <= NESTED]
    if not inside:
        raise NotTakenError(f"there is no rule book in it: no `{HEADER}`")
    if len(inside) > 1 and path not in inside:
        names = ", ".join(echo(f"{book.relative_to(path).as_posix()}/{HEADER}") for book in inside)
        raise NotTakenError(f"there are several rule books in it ({names}); hand in one")
    for header in headers:
        _check_extends(header, path)
    return path if path in inside else inside[0]


def _headers(path: Path) -> list[Path]:
    """Every `rulebook.yaml`; the whole folder is looked through for what must not be there."""
    count = size = 0
    found: list[Path] = []
    try:
        for entry, depth in _walk(path, 1):
            shown = echo(Path(entry.path).relative_to(path).as_posix())
            if entry.is_symlink():
                raise NotTakenError(f"{shown} is a link; a submission is made of files only")
            if entry.is_dir(follow_symlinks=False):
                if depth >= DEEPEST:
                    raise NotTakenError(f"its folders are nested too deeply ({shown})")
                continue
            if not entry.is_file(follow_symlinks=False):
                raise NotTakenError(f"{shown} is not a plain file")
            count, size = count + 1, size + entry.stat(follow_symlinks=False).st_size
            if count > MOST_FILES:
                raise NotTakenError(f"it has more than {MOST_FILES} files")
            if size > LARGEST:
                raise NotTakenError(f"its files have more than {LARGEST} bytes ({shown})")
            if entry.name == HEADER:
                found.append(Path(entry.path))
    except OSError as error:
        raise NotTakenError(f"it cannot be read: {reason(error)}") from None
    return found


def _walk(folder: Path, depth: int) -> Iterator[tuple[os.DirEntry[str], int]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            yield entry, depth
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), depth + 1)


def _check_extends(header: Path, path: Path) -> None:
    """Refuse a book that extends one outside the submission."""
    try:
        document = read_document(header, HEADER)
    except RuleBookError:
        return  # loading it says so
    data = document.data
    if document.problems:
        return  # and so of these
    base = data.get("extends") if isinstance(data, dict) else None
    if base is None or base == SHIPPED:
        return
    if not (header.parent / str(base)).resolve().is_relative_to(path.resolve()):
        raise NotTakenError(f"it extends {echo(base)}, which is not part of the submission")
