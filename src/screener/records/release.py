"""Which codes are below ours in a release of SNOMED CT (RF2) that the user has."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from screener.errors import UsageError, echo_path
from screener.records.fhir.files import unpacked

IS_A: Final = b"116680003"
COLUMNS: Final = (b"active", b"sourceId", b"destinationId", b"typeId")


def descendants(path: Path, ours: Collection[str]) -> list[tuple[str, str]]:
    """Each of our codes with every code below it that is not ours, sorted.

    A code below one of ours is not followed through another of ours: that one's own row says more.

    Args:
        path: a snapshot of relationships: columns separated by tabs, with a header.
        ours: the codes with rows.

    Raises:
        UsageError: the file is no such snapshot; with the line.
        FileError: it cannot be read.
    """
    below = _is_a(path)
    found: set[tuple[str, str]] = set()
    for ancestor in ours:
        waiting, seen = [ancestor], {ancestor}
        while waiting:
            for code in below.get(waiting.pop(), ()):
                if code not in seen and code not in ours:
                    seen.add(code)
                    waiting.append(code)
                    found.add((ancestor, code))
    return sorted(found)


def _is_a(path: Path) -> dict[str, list[str]]:
    """For each code those directly below it."""
    found: dict[str, list[str]] = {}
    shown = echo_path(str(path))
    with unpacked(path) as file:
        header = next(iter(file), b"").rstrip(b"\r\n").split(b"\t")
        missing = [name.decode() for name in COLUMNS if name not in header]
        if missing:
            raise UsageError(f"{shown}:1: column `{missing[0]}` is missing; is it an RF2 snapshot of relationships?")
        active, source, destination, kind = (header.index(name) for name in COLUMNS)
        for number, line in enumerate(file, start=2):
            cells = line.rstrip(b"\r\n").split(b"\t")
            if len(cells) != len(header):
                raise UsageError(f"{shown}:{number}: has {len(cells)} columns, and the header has {len(header)}")
            if cells[active] == b"1" and cells[kind] == IS_A:
                found.setdefault(cells[destination].decode("ascii", "replace"), []).append(
                    cells[source].decode("ascii", "replace")
                )
    return found
