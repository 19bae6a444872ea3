"""Results on standard output."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from screener.batch.chunk import Position
from screener.batch.part import Part, Progress
from screener.batch.writing.names import writing
from screener.errors import FileError, echo_path
from screener.printable import printable
from screener.private import open_private


def _to_stdout(data: bytes) -> None:
    """Write to standard output, all of it: without a buffer (PYTHONUNBUFFERED) a broken pipe first takes a part.

    Raises:
        FileError: it cannot be written.
    """
    if sys.stdout.isatty():  # to be looked at; JSON stays the same JSON
        data = printable(data.decode("utf-8", "surrogateescape")).encode()
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except OSError as error:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # keep Python's exit quiet
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(
            f"standard output cannot be written: {reason}; the results are not complete, and only a run with "
            "-o FILE can be resumed"
        ) from None


class StreamOutput:
    """Results on standard output, rejects in a file."""

    def __init__(self, rejects: Path, header: bytes) -> None:
        self.progress = Progress()
        self.doubtful: set[int] = set()
        self.rejects = rejects
        self.header = header
        self.file: IO[bytes] | None = None

    def start(self, resume: bool, force: bool) -> bool:
        """Begin; it cannot be resumed.

        Raises:
            FileError: the file is there already, or cannot be written.
        """
        if os.path.lexists(self.rejects) and not force:
            raise FileError(f"{echo_path(str(self.rejects))} is there already; name another file, or use --force")
        with writing(self.rejects):
            self.file = open_private(self.rejects, "wb")
        _to_stdout(self.header)
        return True

    def add(self, part: Part, position: Position) -> None:
        """See `ResumableOutput`."""
        for piece in part.outputs:
            _to_stdout(piece)
        assert self.file is not None
        with writing(self.rejects):
            self.file.write(part.rejects)
        self.progress.add(Progress(part.tally, position))

    def stop(self, changed: bool) -> None:
        """See `ResumableOutput`; what was written stays."""

    def finish(self) -> None:
        """Everything has been added."""
        self.close()

    def close(self) -> None:
        """Stop."""
        if self.file is not None:
            self.file.close()
