"""Files watched: what was saved, as soon as whoever saves has come to an end.

The files are looked at several times a second. That works on every file system, also where nothing tells of changes (a
folder that is shared, one that is mounted into a container), and a book has few files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

Stamps: TypeAlias = dict[Path, tuple[int, int, int]]

OFTEN: Final = 0.2  # seconds between two looks
QUIET: Final = 0.3  # seconds without a change, after which nobody is still writing


def changes(
    files: Callable[[], Iterable[Path]], wait: Callable[[float], None] = time.sleep, quiet: float = QUIET
) -> Iterator[list[Path]]:
    """The files that changed, came or went since this call, each time that some did and none has for a while.

    Args:
        files: those that are there now.
        wait: lets so many seconds pass.
        quiet: how long nothing must have changed.
    """
    return _since(stamps(files()), files, wait, quiet)


def _since(
    before: Stamps, files: Callable[[], Iterable[Path]], wait: Callable[[float], None], quiet: float
) -> Iterator[list[Path]]:
    while True:
        wait(OFTEN)
        now = stamps(files())
        if now == before:
            continue
        still = 0.0
        while still < quiet:
            wait(OFTEN / 2)
            later = stamps(files())
            still = still + OFTEN / 2 if later == now else 0.0
            now = later
        if changed := sorted(path for path in {*before, *now} if before.get(path) != now.get(path)):
            before = now
            yield changed


def stamps(files: Iterable[Path]) -> Stamps:
    """What shows that a file was written: its time, its size, and which file it is."""
    found = {}
    for path in files:
        try:
            state = path.stat()
        except OSError:
            continue  # it is being replaced, or gone
        found[path] = state.st_mtime_ns, state.st_size, state.st_ino
    return found
