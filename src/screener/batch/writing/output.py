"""The files of a batch while they grow, and how they get their names."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from typing import IO, Any, Final

from screener.batch.chunk import Position
from screener.batch.inputs.resuming import doubtful_inputs
from screener.batch.inputs.source import Input
from screener.batch.part import Part
from screener.batch.summary.tally import Tally
from screener.batch.writing.journal import Journal, Progress
from screener.batch.writing.names import Names, check_new, writing
from screener.batch.writing.parquet_join import Footer, from_text, to_text
from screener.batch.writing.thrift import read_struct, write_struct
from screener.errors import FileError, echo_path
from screener.private import new_file, open_own

COMMIT_EVERY: Final = 1.0  # seconds; a crash costs no more than the work of this time


class ResumableOutput:
    """Results and rejects in files that grow beside their names, with a journal.

    Args:
        names: of the files.
        what: what the run does, to compare with what a stopped run did.
        inputs: what it reads, for the same.
        header: what the results begin with.
        parquet: whether the parts are Parquet files.

    Attributes:
        progress: how far it has come; `progress.position` is where to go on.
        doubtful: the places of inputs that may not be what they were.
    """

    def __init__(
        self, names: Names, what: dict[str, Any], inputs: Sequence[Input], header: bytes, parquet: bool
    ) -> None:
        self.names = names
        self.what = what
        self.inputs = inputs
        self.doubtful: set[int] = set()
        self.header = header
        self.footer = Footer() if parquet else None
        self.progress = Progress()
        self.files: list[IO[bytes]] = []
        self.pending: dict[str, Any] = {}
        self.journal: Journal | None = None
        self.committed = time.monotonic()

    def start(self, resume: bool, force: bool) -> bool:
        """Begin, or go on with a stopped run; False when there is nothing left to do.

        Raises:
            FileError: see `begin` and `resume`.
        """
        if resume:
            return self.resume()
        self.begin(force)
        return True

    def begin(self, force: bool) -> None:
        """Start from nothing.

        Raises:
            FileError: the files are there already and `force` does not allow to replace them, or cannot be written.
        """
        self._check_free(force)
        self.journal = self.journal or Journal(self.names.journal)
        with writing(self.names.output):
            self.journal.begin(self.what)
            for partial, _ in self.names.growing:
                self.files.append(new_file(partial))
            self.files[1].write(self.header)
        self.progress.output = len(self.header)

    def resume(self) -> bool:
        """Go on where a stopped run left off, or begin; False when there is nothing left to do.

        Raises:
            FileError: the stopped run did something else, the output is of no stopped run, or writing fails.
        """
        if not self.names.journal.exists():
            if self.names.output.exists():
                return False
            self.begin(force=False)
            return True
        self.journal = Journal(self.names.journal)
        begun, self.progress = self.journal.read()
        if begun is not None:
            self._check_same(begun)
        if begun is None or (self.progress.position == Position() and not self.progress.finished):
            self.begin(force=True)  # it was stopped before anything was finished
            return True
        if self.progress.finished:
            self._name()
            return False
        with writing(self.names.output):
            self._reopen()
        return True

    def _reopen(self) -> None:
        """Open the files as they were after the last finished chunk."""
        lengths = (self.progress.rejects, self.progress.output)
        for (partial, _), length in zip(self.names.growing, lengths, strict=True):
            file = open_own(partial, "rb+")
            self.files.append(file)
            if file.seek(0, os.SEEK_END) < length:
                raise FileError(f"{echo_path(str(partial))} is shorter than its journal says; begin again with --force")
            file.truncate(length)
            file.seek(length)
        if not self.progress.output:
            self.files[1].write(self.header)
            self.progress.output = len(self.header)
        if self.footer is not None and self.progress.frame:
            self.footer.frame = read_struct(base64.b64decode(self.progress.frame))
            self.footer.restore(from_text(self.progress.groups))

    def _check_free(self, force: bool) -> None:
        name = echo_path(str(self.names.output))
        if not force and self.names.journal.exists():
            raise FileError(f"a stopped run of {name} is there; go on with --resume, or begin again with --force")
        for partial, path in self.names.growing:
            check_new(path, force)
            check_new(partial, force)

    def _check_same(self, begun: dict[str, Any]) -> None:
        different = [name for name in self.what if name != "input" and begun.get(name) != self.what[name]]
        doubtful = doubtful_inputs(begun.get("input"), self.inputs, self.progress.changed)
        if doubtful is None:
            different.append("input")
        else:
            self.doubtful = doubtful
        if different:
            raise FileError(
                f"the stopped run of {echo_path(str(self.names.output))} had other {' and '.join(different)}; "
                "call it as before, or begin again with --force"
            )

    def add(self, part: Part, position: Position) -> None:
        """Take in the part of a chunk; `position` is where the next chunk begins.

        Raises:
            FileError: writing fails.
        """
        groups: list[str] = []
        rejects, results = self.files
        with writing(self.names.output):
            for piece in part.outputs:
                piece, new = self._joined(piece)
                groups += new
                results.write(piece)
                self.progress.output += len(piece)
            rejects.write(part.rejects)
        self.progress.rejects += len(part.rejects)
        self.progress.position = position
        self.progress.checks[position.file] = position.check
        self.progress.tally.add(part.tally)
        pending = self.pending.setdefault("tally", Tally())
        pending.add(part.tally)
        self.pending.setdefault("groups", []).extend(groups)
        self.pending.setdefault("checks", {})[position.file] = position.check
        if time.monotonic() - self.committed > COMMIT_EVERY:
            self.commit()

    def _joined(self, piece: bytes) -> tuple[bytes, list[str]]:
        if self.footer is None:
            return piece, []
        body, groups = self.footer.add(piece, self.progress.output)
        return body, to_text(groups)

    def commit(self) -> None:
        """See to it that what was added survives a crash.

        Raises:
            FileError: writing fails.
        """
        if self.pending:
            with writing(self.names.output):
                for file in self.files:
                    file.flush()
                    os.fsync(file.fileno())
                assert self.journal is not None
                self.journal.write(self._line())
            self.pending = {}
        self.committed = time.monotonic()

    def _line(self) -> dict[str, Any]:
        progress = self.progress
        frame = ""
        if self.footer is not None and self.footer.frame is not None and not progress.frame:
            frame = progress.frame = base64.b64encode(write_struct(self.footer.frame)).decode()
        return {
            "position": astuple(progress.position),
            "output": progress.output,
            "rejects": progress.rejects,
            "checks": self.pending["checks"],
            "groups": self.pending["groups"],
            "frame": frame,
            "tally": self.pending["tally"].data(),
        }

    def stop(self, changed: bool) -> None:
        """Keep what was added, and note whether the run stops because an input changed.

        Raises:
            FileError: writing fails.
        """
        self.commit()
        if changed and self.journal is not None:
            with writing(self.names.output):
                self.journal.write({"changed": True})

    def finish(self) -> None:
        """Close the files and give them their names.

        Raises:
            FileError: writing fails.
        """
        self.commit()
        assert self.journal is not None
        with writing(self.names.output):
            if self.footer is not None:
                self.files[1].write(self.footer.bytes())
            for file in self.files:
                file.flush()
                os.fsync(file.fileno())
                file.close()
            self.journal.write({"finished": True})
            self._name()

    def _name(self) -> None:
        for partial, path in self.names.growing:
            if partial.exists():
                partial.replace(path)
        assert self.journal is not None
        self.journal.remove()

    def close(self) -> None:
        """Stop; what was added stays, to be resumed.

        Raises:
            FileError: what was added last cannot be kept.
        """
        try:
            if not any(file.closed for file in self.files):
                self.commit()
        finally:
            for file in self.files:
                with suppress(OSError):
                    file.close()
            if self.journal is not None:
                self.journal.close()
