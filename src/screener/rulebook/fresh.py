"""Something made from files, kept in this process until one of them changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from screener.data import dataclass

Made = TypeVar("Made")
Stamp: TypeAlias = tuple[tuple[str, int, int, int, int], ...]

SETTLED: float = 2.0  # seconds: two writes this close may leave the same times, on the coarsest file systems


@dataclass(frozen=True, slots=True)
class _Made(Generic[Made]):
    stamp: Stamp
    content: str
    settled: bool
    made: Made


class Fresh(Generic[Made]):
    """What was made from each folder (or file), for as long as the files are the same.

    Safe in several threads, without a lock that a fork could leave locked: at worst two of them make the same.

    Args:
        make: makes it from a folder; its errors are not kept.
        files: the files that it depends on.
        content: a hash over them, for files that are too new for their times to be trusted.
    """

    def __init__(
        self,
        make: Callable[[Path], Made],
        files: Callable[[Path], Iterable[Path]],
        content: Callable[[Path], str],
    ) -> None:
        self._make, self._files, self._content = make, files, content
        self._kept: dict[Path, _Made[Made]] = {}

    def get(self, folder: Path) -> Made:
        """What belongs to the folder as it is now."""
        before = self._kept.get(folder)
        stamp, settled = self._stamp(folder)  # before the files are read: a later change is seen the next time
        if before is not None and before.stamp == stamp and before.settled:
            return before.made
        content = self._content(folder) if stamp and (before is not None or not settled) else ""
        same = before is not None and content and before.content == content
        made = before.made if before is not None and same else self._make(folder)
        self._kept[folder] = _Made(stamp, content, settled, made)
        return made

    def put(self, folder: Path, made: Made) -> None:
        """Take what was made elsewhere from the files as they are now."""
        stamp, settled = self._stamp(folder)
        self._kept[folder] = _Made(stamp, self._content(folder), settled, made)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _stamp(self, folder: Path) -> tuple[Stamp, bool]:
        """The state of the files, and whether any later change must show in it."""
        found = []
        for path in self._files(folder):
            state = path.stat() if path.exists() else path.lstat()  # of a link, what it leads to
            found.append((str(path), state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino))
        newest = max((max(mtime, ctime) for _, _, mtime, ctime, _ in found), default=0)
        return tuple(found), newest < (time.time() - SETTLED) * 1e9
