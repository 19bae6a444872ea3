"""Files of records, packed or not: their bytes, their lines, and which files of a folder belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from screener.errors import FileError, UsageError, echo_path
from screener.unpacking import PACKED, reading
from screener.unpacking import unpacked as unpack

BUNDLES: Final = ".json"
LINES: Final = ".ndjson"
XML: Final = ".xml"


def ending(path: Path) -> str:
    """What a file is, by its name, whether packed or not: `.json`, `.ndjson` or another ending."""
    plain = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return plain.suffix.lower()


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The content of a file, unpacked.

    Raises:
        FileError: it cannot be read.
        UsageError: the library that unpacks it is not there.
    """
    try:
        with reading(echo_path(str(path))), path.open("rb") as file:
            yield unpack(file, PACKED.get(path.suffix.lower(), ""))
    except ModuleNotFoundError as error:
        raise UsageError(f"a .zst file needs {error.name}: pip install 'rulebook-screener[batch]'") from None


def content(path: Path) -> bytes:
    """All bytes of a file, unpacked.

    Raises:
        FileError: it cannot be read.
    """
    with unpacked(path) as stream:
        found: bytes = stream.read()
    return found


def records_in(folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """The files of a folder that hold records, in order of their names.

    Args:
        folder: which one.
        tell: gets what is to be said about files that are passed over.

    Raises:
        FileError: there are none.
    """
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    found = [path for path in paths if ending(path) in (BUNDLES, LINES)]
    if not found and any(ending(path) == XML for path in paths):
        raise FileError(f"{echo_path(str(folder))} holds XML only; FHIR is read as JSON (R4, R4B, R5)")
    if not found:
        raise FileError(f"{echo_path(str(folder))} has neither `*.json` bundles nor `*.ndjson` files")
    if xml := [path.name for path in paths if ending(path) == XML]:
        more = f" and {len(xml) - 1} more" if len(xml) > 1 else ""
        tell(f"{echo_path(xml[0])}{more}: XML is not read; FHIR is read as JSON (R4, R4B, R5)")
    return found
