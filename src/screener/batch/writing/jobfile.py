"""What a run was asked to do, as a file: it tells whether a stopped run is the same one, and keeps two runs apart."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from screener.batch.writing.parts import JOB, Parts
from screener.errors import FileError, echo_path, reason
from screener.private import open_own, own_folder

BEGINS: Final = b'{"program version":'  # every such file


class JobFile:
    """The file that says what a run does; while it is open, no other run writes the same parts.

    Where the file system knows no locks, nothing keeps two runs apart.

    Args:
        parts: what the run writes; their folders are made.
        output: what the person calls it.

    Raises:
        FileError: another run holds it, something else is in its place, or it cannot be opened.
    """

    def __init__(self, parts: Parts, output: Path) -> None:
        self.parts = parts
        self.output = output
        path = parts.notes / JOB
        try:
            parts.check_ours()
            for folder in sorted((parts.notes, parts.results, parts.rejects), key=lambda folder: len(folder.parts)):
                own_folder(folder)
            self.file = open_own(path, "ab+")
        except OSError as error:
            raise FileError(f"{echo_path(str(error.filename or path))} cannot be written: {reason(error)}") from None
        try:
            self._lock()
            self.file.seek(0)
            start = self.file.read(len(BEGINS))
            if not start.startswith(BEGINS[: len(start)]):
                raise FileError(f"{echo_path(str(path))} is of no batch, and would be replaced; name another output")
        except BaseException:
            self.file.close()
            raise

    def _lock(self) -> None:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileError(f"another run is writing {echo_path(self.output.name)}; wait for it, or stop it") from None
        except OSError:
            pass  # a file system without locks

    def same(self, what: dict[str, Any], same_input: Callable[[Any], bool]) -> bool:
        """Whether a run was begun, which then is the same as this one.

        Args:
            what: this one does.
            same_input: tells whether inputs that were described so are those of now.

        Raises:
            FileError: the run that was begun did something else, or what it did cannot be read.
        """
        self.file.seek(0)
        try:
            begun: dict[str, Any] = json.loads(self.file.read())
        except ValueError:
            return False  # it was stopped while this was written, before anything was done
        different = [name for name in what if name != "input" and begun.get(name) != what[name]]
        if not same_input(begun.get("input")):
            different.append("input")
        if different:
            raise FileError(
                f"the stopped run of {echo_path(str(self.output))} had other {' and '.join(different)}; "
                "call it as before, or begin again with --force"
            )
        return True

    def begin(self, what: dict[str, Any]) -> None:
        """Forget everything, and note what is going to be done.

        Raises:
            OSError: it cannot be written.
        """
        self.file.truncate(0)
        self.parts.restart()
        self.file.write(json.dumps(what, separators=(",", ":")).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self) -> None:
        """Let go of the lock."""
        self.file.close()
