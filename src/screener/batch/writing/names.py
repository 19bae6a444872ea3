"""The names of what a batch writes, and errors of writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from screener.errors import FileError, UsageError, echo

STDOUT: Final = "-"


@dataclass(frozen=True)
class Names:
    """The files of a batch: where the results go, and where refused records go."""

    output: Path
    rejects: Path

    @property
    def journal(self) -> Path:
        """What has been finished."""
        return _beside(self.output, ".journal")

    @property
    def growing(self) -> tuple[tuple[Path, Path], ...]:
        """Each file while it grows, and its name when it is done: the results last."""
        return tuple((_beside(path, ".partial"), path) for path in (self.rejects, self.output))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def default_rejects(output: str) -> str:
    """Where refused records go when nothing else was said: beside the output, with `.rejects.jsonl` at its end.

    Raises:
        UsageError: the output is standard output.
    """
    if output == STDOUT:
        raise UsageError("with results on standard output, name a file for refused records: --rejects FILE")
    return output + ".rejects.jsonl"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Errors of writing become `FileError`, saying that the run can be resumed."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(f"{echo(str(path))} can not be written: {reason}; what is done is kept for --resume") from None
