"""What has been finished of a batch, on disk, so that it can be resumed after a crash.

The output grows in a file of its own beside the output, `OUTPUT.partial`, and so do the rejects. After each chunk the
journal, `OUTPUT.journal`, gets a line that says how long they are then; what is longer after a crash is cut off. A line
is written only when what it speaks of is on the disk, and a torn last line does not count.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from screener.batch.chunk import Position
from screener.batch.summary.tally import Tally
from screener.errors import FileError, echo_path
from screener.private import open_own

BEGINS: Final = b'{"program version":'  # every journal


@dataclass
class Progress:
    """How far a batch has come.

    Attributes:
        position: where the next chunk begins.
        output: length of the output so far, in bytes.
        rejects: the same of the rejects.
        groups: for Parquet, the row groups so far, as text.
        frame: for Parquet, the first footer, as text.
        finished: whether everything is written and only the files have to be given their names.
        changed: whether it stopped because an input changed.
        checks: of each input that was read, the checksum of what was read.
    """

    position: Position = field(default_factory=Position)
    output: int = 0
    rejects: int = 0
    tally: Tally = field(default_factory=Tally)
    groups: list[str] = field(default_factory=list)
    frame: str = ""
    finished: bool = False
    changed: bool = False
    checks: dict[int, int] = field(default_factory=dict)


class Journal:
    """The journal of one batch; held under a lock while it is open.

    Args:
        path: of the journal.

    Raises:
        FileError: another run holds it, or it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = echo_path(str(path))
        self.file: IO[bytes] = self._open()

    def _open(self) -> IO[bytes]:
        try:
            file = open_own(self.path, "ab+")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise FileError(f"{self.shown} cannot be written: {reason}") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise FileError(f"another run is writing {echo_path(self.path.stem)}; wait for it, or stop it") from None
        file.seek(0)
        start = file.read(len(BEGINS))
        if not start.startswith(BEGINS[: len(start)]):
            file.close()
            raise FileError(f"{self.shown} is no journal of a batch, and would be replaced; name another output")
        return file

    def read(self) -> tuple[dict[str, Any] | None, Progress]:
        """What the run was asked to do, and how far it has come; None when nothing was begun."""
        self.file.seek(0)
        whole = [line for line in self.file.read().splitlines(keepends=True) if line.endswith(b"\n")]
        self.file.truncate(sum(map(len, whole)))
        if not whole:
            return None, Progress()
        progress = Progress()
        try:
            begun: dict[str, Any] = json.loads(whole[0])
            for line in whole[1:]:
                self._advance(progress, json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise FileError(f"{self.shown} is damaged; begin again with --force") from None
        return begun, progress

    def _advance(self, progress: Progress, data: dict[str, Any]) -> None:
        if data and data.keys() <= {"finished", "changed"}:
            progress.finished |= data.get("finished", False)
            progress.changed |= data.get("changed", False)
            return
        progress.position = Position(*data["position"])
        progress.output, progress.rejects = data["output"], data["rejects"]
        progress.checks |= {int(file): check for file, check in data["checks"].items()}
        progress.tally.add(Tally.of(data["tally"]))
        progress.groups += data["groups"]
        progress.frame = progress.frame or data["frame"]

    def begin(self, what: dict[str, Any]) -> None:
        """Forget everything, and note what is going to be done."""
        self.file.truncate(0)
        self.write(what)

    def write(self, data: dict[str, Any]) -> None:
        """Add a line, and see to it that it is on the disk."""
        self.file.seek(0, os.SEEK_END)
        self.file.write(json.dumps(data, separators=(",", ":")).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def remove(self) -> None:
        """The batch is done."""
        self.path.unlink(missing_ok=True)
        self.file.close()

    def close(self) -> None:
        """Let go of the lock; the journal stays."""
        self.file.close()
