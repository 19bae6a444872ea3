"""Whether an input is still what it was when the run looked at it first."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from screener.errors import FileError, echo_path

PACKED: Final = ("", ".gz", ".zst")
# what is read of a folder of records, and of one of tables
RECORDS: Final = tuple(f"{name}{packed}" for name in ("*.json", "*.ndjson") for packed in PACKED)
TABLES: Final = (*(f"*.csv{packed}" for packed in PACKED), "*.parquet", "*/*.parquet")


@dataclass(frozen=True)
class State:
    """What tells that a file, or the files of a folder, are as they were.

    Attributes:
        size: bytes of all of them.
        stamp: changes with each change of one of them.
        tables: whether the files of a folder are tables.
    """

    size: int
    stamp: str
    tables: bool = False


class ChangedError(FileError):
    """An input is not what it was when the run began."""


def state_of(name: str, tables: bool = False) -> State:
    """The state of a file or of a folder of records.

    Args:
        name: of the file or folder.
        tables: whether the files of a folder are tables.

    Raises:
        OSError: it cannot be looked at.
    """
    path = Path(name)
    files: Iterable[Path] = [path]
    if path.is_dir():
        files = sorted(file for pattern in (TABLES if tables else RECORDS) for file in path.glob(pattern))
    seen = [(file.name, file.stat()) for file in files]
    stamp = sha256()
    for file, status in seen:
        times = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        stamp.update(os.fsencode(file) + repr(times).encode())
    return State(sum(status.st_size for _, status in seen), stamp.hexdigest()[:32], tables)


def check_unchanged(name: str, before: State) -> None:
    """Make sure that an input is still what it was.

    Raises:
        ChangedError: it is not, or it is gone.
    """
    try:
        now = state_of(name, before.tables)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ChangedError(f"{echo_path(name)} cannot be read any more: {reason}") from None
    if now.size != before.size:
        what = "shrank" if now.size < before.size else "grew"
        raise ChangedError(f"{echo_path(name)} {what} while it was read, from {before.size:,} to {now.size:,} bytes")
    if now != before:
        raise ChangedError(f"{echo_path(name)} was changed or replaced while it was read")
