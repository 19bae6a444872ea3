"""The names of what a batch writes, and errors of writing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.errors import FileError, UsageError, echo_path

STDOUT: Final = "-"


@dataclass(frozen=True)
class Names:
    """The files of a batch: where the results go, and where refused records go."""

    output: Path
    rejects: Path

    @property
    def parts(self) -> Path:
        """The folder of what has been finished."""
        return _next_to(self.output, ".parts")

    @property
    def journal(self) -> Path:
        """What stopped runs of before had, which kept no parts."""
        return _next_to(self.output, ".journal")

    @property
    def joined(self) -> tuple[tuple[Path, Path], ...]:
        """Each file while it is made of the parts, and its name when it is whole: the results last."""
        return tuple((_next_to(path, ".partial"), path) for path in (self.rejects, self.output))


def _next_to(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def default_rejects(output: str) -> str:
    """Where refused records go when nothing else was said: next to the output, with `.rejects.jsonl` at its end.

    Raises:
        UsageError: the output is standard output.
    """
    if output == STDOUT:
        raise UsageError("with results on standard output, name a file for refused records: --rejects FILE")
    return output + ".rejects.jsonl"


def check_new(path: Path, replace: bool, device: bool = False) -> None:
    """Make sure that a file can be written under a name.

    Args:
        replace: whether a file that is there already may be replaced.
        device: whether it may be no file, but something else that can be written to.

    Raises:
        FileError: it cannot.
    """
    shown = echo_path(str(path))
    if not path.parent.is_dir():
        raise FileError(f"{shown} cannot be written: there is no folder {echo_path(str(path.parent))}")
    if path.exists() and not path.is_file():
        if device and not path.is_dir():
            return
        raise FileError(f"{shown} is not a file that can be replaced; name another")
    if not replace and os.path.lexists(path):
        raise FileError(f"{shown} is there already; name another file, or replace it with --force")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Errors of writing become `FileError`, saying that the run can be resumed."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(
            f"{echo_path(str(path))} cannot be written: {reason}; what is done is kept for --resume"
        ) from None
