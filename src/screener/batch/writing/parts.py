"""Finished parts of a batch: files that are there whole or not at all. A local run and Spark keep the same.

| file | what it is |
|---|---|
| `job.json` in the notes | what the run does |
| `part-00000.jsonl` in the results | some of the results, a file like any other of its form |
| `part-00000.jsonl` in the rejects | the records that were refused among them |
| `part-00000.json` in the notes | written last: the part is finished; its counts, and where the next one begins |
| `_SUCCESS` in the results | written when everything is there |

A part whose note is missing, or whose files have not the length that its note says, is made again.
"""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from msgspec import convert, to_builtins

from screener.batch.chunk import Position
from screener.batch.summary.tally import Tally
from screener.batch.writing.joining import join
from screener.errors import FileError, echo_path
from screener.private import open_private

JOB: Final = "job.json"
DONE: Final = "_SUCCESS"  # the mark that Spark's own writers leave, too
CHANGED: Final = "changed"  # noted when a run stopped because an input changed
OURS: Final = (JOB, DONE, CHANGED, "results", "rejects", "_tallies")
PART: Final = "part-"
UNFINISHED: Final = ".*.tmp"


@dataclass
class Part:
    """What came of a chunk, or of several: pieces of the output, lines of the rejects file, and counts."""

    outputs: list[bytes] = field(default_factory=list)
    rejects: bytes = b""
    tally: Tally = field(default_factory=Tally)


@dataclass
class Progress:
    """How far a batch, or a part of it, has come.

    Attributes:
        tally: its counts.
        position: where the next chunk begins.
        checks: of each input that was read, the checksum of what was read so far.
    """

    tally: Tally = field(default_factory=Tally)
    position: Position = field(default_factory=Position)
    checks: dict[int, int] = field(default_factory=dict)

    def add(self, other: Progress) -> None:
        """What came after it: its counts are added, and it is known where the next chunk begins."""
        self.tally.add(other.tally)
        self.position = other.position
        self.checks |= other.checks

    def data(self) -> dict[str, Any]:
        """What is noted of it, for JSON."""
        noted: dict[str, Any] = to_builtins(self, str_keys=True, order="deterministic")
        return noted | {"position": [*self.position]}

    @classmethod
    def of(cls, note: Any) -> Progress:
        """From such a note.

        Raises:
            ValueError: it is not one, or something is missing in it.
        """
        found = convert(note, cls, str_keys=True, dec_hook=_counter)
        if found.data() != {name: note[name] for name in note if name != "bytes"}:
            raise ValueError("something in it is not known")
        return found


def _counter(_: type, noted: Any) -> Counter[str]:
    return Counter(convert(noted, dict[str, int]))


def merged(parts: Sequence[Part]) -> Part:
    """Several parts as one, in their order."""
    tally = Tally()
    for part in parts:
        tally.add(part.tally)
    outputs = [piece for part in parts for piece in part.outputs]
    return Part(outputs, b"".join(part.rejects for part in parts), tally)


@dataclass(frozen=True)
class Parts:
    """Where the parts are.

    Attributes:
        results: the folder of the results.
        rejects: the folder of the refused records.
        notes: the folder of what is noted.
        form: of the results.
        header: what results of this form begin with.
    """

    results: Path
    rejects: Path
    notes: Path
    form: str
    header: bytes

    @property
    def folders(self) -> tuple[Path, Path, Path]:
        """All of them."""
        return self.notes, self.results, self.rejects

    @property
    def done(self) -> Path:
        """The mark that everything is there."""
        return self.results / DONE

    @property
    def changed(self) -> Path:
        """The mark that a run stopped because an input changed."""
        return self.notes / CHANGED

    def begun(self) -> bool:
        """Whether a run has begun here whose parts are still wanted."""
        return os.path.lexists(self.notes / JOB)

    def whole(self) -> bool:
        """Whether everything is there."""
        return os.path.lexists(self.done)

    def files(self, number: int) -> tuple[Path, Path]:
        """The results and the rejects of a part."""
        return self.results / f"{PART}{number:05}.{self.form}", self.rejects / f"{PART}{number:05}.jsonl"

    def write(self, number: int, part: Part, after: Progress) -> None:
        """Write a part, all of it or nothing.

        Args:
            number: its place among the parts.
            part: what is in it.
            after: what is noted: its counts, and where the next part begins.

        Raises:
            OSError: it cannot be written.
        """
        results, rejects = self.files(number)
        with whole_file(results) as file:
            join(self.form, self.header, map(BytesIO, part.outputs), file, skip=0)
        with whole_file(rejects) as file:
            file.write(part.rejects)
        note = after.data() | {"bytes": [path.stat().st_size for path in (results, rejects)]}
        with whole_file(self._note(number)) as file:
            file.write(json.dumps(note, separators=(",", ":")).encode())

    def note(self, number: int) -> Progress | None:
        """What is noted of a part; None when it is not finished.

        Raises:
            FileError: the note is damaged.
        """
        try:
            note = json.loads(self._note(number).read_bytes())
            progress = Progress.of(note)
            return progress if note["bytes"] == [file.stat().st_size for file in self.files(number)] else None
        except FileNotFoundError:
            return None
        except (ValueError, KeyError):
            raise FileError(f"{echo_path(str(self._note(number)))} is damaged; begin again with --force") from None

    def _note(self, number: int) -> Path:
        return self.notes / f"{PART}{number:05}.json"

    def join(self, count: int, results: IO[bytes], rejects: IO[bytes]) -> None:
        """Make one file of the first parts' results, and one of their rejects.

        Raises:
            OSError: reading or writing fails.
        """
        join(self.form, self.header, self._opened(0, count), results, skip=len(self.header))
        join("jsonl", b"", self._opened(1, count), rejects, skip=0)

    def _opened(self, which: int, count: int) -> Iterator[IO[bytes]]:
        for number in range(count):
            with self.files(number)[which].open("rb") as file:
                yield file

    def check_ours(self) -> None:
        """Make sure that nothing else is in the folders.

        Raises:
            FileError: something is.
        """
        for folder in self.folders:
            for path in sorted(folder.glob("[!.]*")):
                if path.name not in OURS and not path.name.startswith(PART):
                    raise FileError(
                        f"{echo_path(str(folder))} holds {echo_path(path.name)}, which is of no earlier run; "
                        "name another output"
                    )

    def restart(self) -> None:
        """Remove everything but what the run does."""
        self._delete(self.folders, f"{PART}*", DONE, CHANGED, UNFINISHED)

    def drop(self, first: int) -> None:
        """Take parts from one on for unfinished."""
        for path in self.notes.glob(f"{PART}*.json"):
            if int(path.stem.removeprefix(PART)) >= first:
                path.unlink()

    def forget(self, *also: Path) -> None:
        """Everything is done: remove what is noted, what was never whole, and `also` the parts in some folders."""
        self._delete(self.folders, UNFINISHED)
        self._delete((*also, self.notes), f"{PART}*", CHANGED)
        self._delete((self.notes,), JOB)  # before the mark: what is begun and not marked is to be resumed
        self._delete(also, DONE)
        self.tidy(*also)

    def tidy(self, *also: Path) -> None:
        """Remove folders in which nothing is but the mark."""
        for folder in (*also, self.notes):
            with suppress(OSError):  # it is not there, or somebody keeps something in it
                if list(folder.iterdir()) == [self.done]:
                    self.done.unlink()
                folder.rmdir()

    def _delete(self, folders: Iterable[Path], *patterns: str) -> None:
        for path in [path for folder in folders for pattern in patterns for path in folder.glob(pattern)]:
            path.unlink(missing_ok=True)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to be written, which has its name only when it is whole and on the disk.

    Raises:
        OSError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with open_private(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
