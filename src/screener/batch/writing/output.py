"""Where the results of a local batch go: parts in a folder next to the output, of which one file is made at the end.

Or standard output, which cannot be resumed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from screener.batch.chunk import Position
from screener.batch.inputs.chunks import doubtful_inputs
from screener.batch.inputs.source import Input
from screener.batch.writing.jobfile import JobFile
from screener.batch.writing.names import Names, check_new, writing
from screener.batch.writing.parts import Part, Parts, Progress, merged, whole_file
from screener.errors import FileError, echo_path, reason
from screener.printable import printable
from screener.private import new_file, open_private

COMMIT_EVERY: Final = 1.0  # seconds; a crash costs no more than the work of this time
COMMIT_BYTES: Final = 32 << 20  # of results that wait in memory


class ResumableOutput:
    """Results and rejects that survive a crash, part by part, and get their names when everything is there.

    Args:
        names: of the files.
        what: what the run does, to compare with what a stopped run did.
        inputs: what it reads, for the same.
        form: of the results.
        header: what the results begin with.

    Attributes:
        progress: how far it has come; `progress.position` is where to go on.
        doubtful: the places of inputs that may not be what they were.
    """

    def __init__(self, names: Names, what: dict[str, Any], inputs: Sequence[Input], form: str, header: bytes) -> None:
        self.names = names
        self.what = what
        self.inputs = inputs
        self.parts = Parts(names.parts / "results", names.parts / "rejects", names.parts, form, header)
        self.progress = Progress()
        self.doubtful: set[int] = set()
        self.finished = 0  # parts
        self.pending: list[tuple[Part, Position]] = []
        self.waiting = 0  # bytes
        self.job: JobFile | None = None
        self.committed = time.monotonic()

    def start(self, resume: bool, force: bool) -> bool:
        """Begin, or go on with a stopped run; False when there is nothing left to do.

        Raises:
            FileError: the stopped run did something else, or the files are there already, or cannot be written.
        """
        if os.path.lexists(self.names.journal):
            raise FileError(
                f"{echo_path(str(self.names.journal))} is there, as of a stopped run of an earlier version: finish it "
                f"with that version, or remove it and {echo_path(str(self.names.joined[1][0]))}"
            )
        if resume and self.parts.begun():
            return self._resume()
        if resume and self.names.output.exists():
            self.parts.tidy(self.parts.rejects, self.parts.results)
            return False
        self._begin(force)
        return True

    def _begin(self, force: bool) -> None:
        """Start from nothing."""
        if self.parts.begun() and not force:
            name = echo_path(str(self.names.output))
            raise FileError(f"a stopped run of {name} is there; go on with --resume, or begin again with --force")
        for partial, path in self.names.joined:
            check_new(path, force)
            check_new(partial, force)
        self.job = self.job or JobFile(self.parts, self.names.output)
        with writing(self.names.output):
            self.job.begin(self.what)
            for partial, _ in self.names.joined:
                new_file(partial).close()  # whether it can be made shows at once

    def _resume(self) -> bool:
        """Go on where a stopped run left off; False when there is nothing left to do."""
        self.job = JobFile(self.parts, self.names.output)
        same = self.job.same(self.what, self._same_input)
        while note := self.parts.note(self.finished) if same else None:
            self.progress.add(note)
            self.finished += 1
        if same and self.parts.whole():
            self._name()
            return False
        if not self.finished:
            self._begin(force=True)
        else:
            with writing(self.names.output):
                self.parts.drop(self.finished)
        return True

    def _same_input(self, before: Any) -> bool:
        doubtful = doubtful_inputs(before, self.inputs, self.parts.changed.exists())
        self.doubtful = doubtful or set()
        return doubtful is not None

    def add(self, part: Part, position: Position) -> None:
        """Take in the part of a chunk; `position` is where the next chunk begins.

        Raises:
            FileError: writing fails.
        """
        self.pending.append((part, position))  # one step: an interrupt finds it done or not begun
        self.progress.add(Progress(part.tally, position, {position.file: position.check}))
        self.waiting += sum(map(len, part.outputs)) + len(part.rejects)
        if self.waiting > COMMIT_BYTES or time.monotonic() - self.committed > COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """See to it that what was added survives a crash.

        Raises:
            FileError: writing fails.
        """
        if self.pending:
            part = merged([part for part, _ in self.pending])
            checks = {position.file: position.check for _, position in self.pending}
            with writing(self.names.output):
                self.parts.write(self.finished, part, Progress(part.tally, self.pending[-1][1], checks))
            self.pending.clear()  # first: an interrupt here must not write it twice
            self.finished += 1
            self.waiting = 0
        self.committed = time.monotonic()

    def stop(self, changed: bool) -> None:
        """Keep what was added, and note whether the run stops because an input changed.

        Raises:
            FileError: writing fails.
        """
        self.commit()
        if changed and self.job is not None:
            with writing(self.names.output), whole_file(self.parts.changed):
                pass

    def finish(self) -> None:
        """Make one file of the parts, and give it its name.

        Raises:
            FileError: writing fails.
        """
        self.commit()
        rejected, found = (partial for partial, _ in self.names.joined)
        with writing(self.names.output):
            with new_file(found) as results, new_file(rejected) as rejects:
                self.parts.join(self.finished, results, rejects)
                for file in (results, rejects):
                    file.flush()
                    os.fsync(file.fileno())
            with whole_file(self.parts.done):
                pass
        self._name()

    def _name(self) -> None:
        with writing(self.names.output):
            for partial, path in self.names.joined:
                if partial.exists():
                    partial.replace(path)
                elif not path.exists():
                    raise FileError(f"{echo_path(str(partial))} is gone; begin again with --force")
            self.parts.forget(self.parts.rejects, self.parts.results)

    def close(self) -> None:
        """Stop; what was added stays, to be resumed.

        Raises:
            FileError: what was added last cannot be kept.
        """
        try:
            self.commit()
        finally:
            if self.job is not None:
                self.job.close()


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
        raise FileError(
            f"standard output cannot be written: {reason(error)}; the results are not complete, and only a run with "
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
