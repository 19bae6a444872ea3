"""The inputs of a batch: files, globs, standard input; which form each has, and its chunks.

A form is a way to cut an input into chunks, and a reader of chunks: see `screener.batch.reading.readers`.
"""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from glob import glob
from pathlib import Path
from typing import IO, Any, Final, cast

from screener.batch.chunk import CHUNK_BYTES, STREAM_BYTES, Chunk, Position, Readable
from screener.batch.inputs.array import ArrayCutter
from screener.batch.inputs.cutting import LineCutter, Mapped
from screener.errors import FileError, UsageError, echo

STDIN: Final = "-"
FORMS: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
PACKED: Final = {".gz": "gz", ".zst": "zst"}
PEEKED: Final = 1 << 16  # bytes that are looked at to tell what an input is
BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Input:
    """One input.

    Attributes:
        name: as it was given.
        form: `jsonl`, `array`, `csv`, `parquet` or `fhir`.
        packed: `gz`, `zst` or nothing.
        header: of CSV, its first line.
    """

    name: str
    form: str
    packed: str = ""
    header: bytes = b""

    @property
    def seekable(self) -> bool:
        """Whether a worker can read a chunk of it by itself."""
        return self.name != STDIN and not self.packed and self.form not in ("array", "fhir")

    def fingerprint(self) -> list[Any]:
        """What tells whether it is still the same: name, size and time of the last change."""
        if self.name == STDIN:
            return [self.name]
        status = Path(self.name).stat()
        return [self.name, status.st_size, status.st_mtime_ns]


def find_inputs(names: Iterable[str], form: str | None = None) -> list[Input]:
    """The inputs that names and globs stand for.

    Args:
        names: paths, patterns with `*`, or `-` for standard input.
        form: `jsonl`, `json`, `csv`, `parquet` or `fhir`; by the file's ending when None.

    Raises:
        UsageError: a pattern fits no file, or an ending says nothing.
        FileError: a file can not be read.
    """
    found = [path for name in names for path in _expand(name)]
    if found.count(STDIN) > 1:
        raise UsageError("standard input can be read only once")
    return [_input(path, form) for path in found]


def _expand(name: str) -> list[str]:
    if name == STDIN or not any(char in name for char in "*?[") or Path(name).exists():
        return [name]
    found = sorted(path for path in glob(name, recursive=True) if Path(path).is_file())  # noqa: PTH207 - any folder
    if not found:
        raise UsageError(f"no file fits {echo(name)}")
    return found


def _input(name: str, form: str | None) -> Input:
    if form == "fhir":
        return Input(name, form)  # also a folder; what is wrong with it is found when it is read
    path = Path(name)
    packed = PACKED.get(path.suffix.lower(), "")
    ending = (path.with_suffix("") if packed else path).suffix.lower()
    kind = form or ("json" if name == STDIN else FORMS.get(ending))
    if kind is None:
        raise UsageError(
            f"{echo(name)}: the ending does not say what it is; use --from jsonl, json, csv, parquet or fhir"
        )
    if kind == "parquet" and (packed or name == STDIN):
        raise UsageError(f"{echo(name)}: Parquet must be a plain file")
    if name != STDIN:
        _check_readable(name)
    if kind == "parquet":
        return Input(name, kind)
    draft = Input(name, kind, packed)
    if kind == "json":
        return Input(name, "array" if _begins_array(draft) else "jsonl", packed)
    return Input(name, kind, packed, _header(draft)) if kind == "csv" else draft


def _check_readable(name: str) -> None:
    with reading(name), Path(name).open("rb"):
        pass


def _begins_array(source: Input) -> bool:
    return peek(source).removeprefix(BOM).lstrip()[:1] == b"["


def _header(source: Input) -> bytes:
    return peek(source).split(b"\n", 1)[0] + b"\n"


class StandardInput:
    """Standard input, which can be looked at without taking from it."""

    def __init__(self) -> None:
        self.ahead = b""

    def peek(self) -> bytes:
        """How it begins: the first line, if it is no longer than `PEEKED`."""
        while len(self.ahead) < PEEKED and not self.ahead.strip().count(b"\n"):
            more = cast(io.BufferedReader, sys.stdin.buffer).read1(PEEKED)
            if not more:
                break
            self.ahead += more
        return self.ahead

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        taken, self.ahead = self.ahead[:size], self.ahead[size:]
        return taken + sys.stdin.buffer.read(size - len(taken)) if len(taken) < size else taken


standard_input = cache(StandardInput)


def peek(source: Input) -> bytes:
    """How an input begins; nothing of it is lost."""
    if source.name == STDIN:
        return standard_input().peek()
    with opened(source) as stream:
        return stream.read(PEEKED)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Errors of reading become `FileError`."""
    try:
        yield
    except EOFError:
        raise FileError(f"{echo(name)} ends in the middle; was the file cut off?") from None
    except (gzip.BadGzipFile, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(f"{echo(name)} can not be read: {reason.lower()}") from None


@contextmanager
def opened(source: Input, start: int = 0) -> Iterator[Readable]:
    """The text of an input, unpacked.

    Raises:
        FileError: it can not be read.
    """
    with reading(source.name):
        if source.name == STDIN:
            yield standard_input()
        elif source.packed == "gz":
            with gzip.open(source.name, "rb") as stream:
                yield stream
        elif source.packed == "zst":
            with Path(source.name).open("rb") as file, _unzstd(file) as stream:
                yield stream
        else:
            with Path(source.name).open("rb") as file:
                file.seek(start)
                yield file


def _unzstd(file: IO[bytes]) -> IO[bytes]:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return io.BufferedReader(reader, 1 << 20)


def chunks(inputs: list[Input], first: Position, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """The chunks of all inputs from a position on.

    Raises:
        FileError: an input can not be read.
    """
    for place in range(first.file, len(inputs)):
        here = first if place == first.file else Position(place)
        with reading(inputs[place].name):
            yield from _chunks(inputs[place], here, size)


def _chunks(source: Input, first: Position, size: int) -> Iterator[Chunk]:
    if source.form == "parquet":
        yield from _row_groups(source, first)
    elif source.form == "fhir":
        from screener.batch.inputs.fhirfile import fhir_chunks

        yield from _after(fhir_chunks(source.name, first.file), first)
    elif source.form == "array":
        with opened(source) as stream:
            yield from _after(ArrayCutter(stream, first.file, min(size, 4 << 20)).chunks(), first)
    else:
        begin = Chunk(first.file, 0, 2 if source.header else 1, 0, len(source.header))
        if source.seekable:
            begin = Chunk(first.file, first.number, first.line, 0, first.start) if first.number else begin
            yield from _plain_chunks(source, begin, size)
        else:
            with opened(source) as stream:
                stream.read(len(source.header))
                yield from _after(LineCutter(stream, begin, True, min(size, STREAM_BYTES)).chunks(), first)


def _plain_chunks(source: Input, begin: Chunk, size: int) -> Iterator[Chunk]:
    """The chunks of a file that every worker can read by itself."""
    length = Path(source.name).stat().st_size
    with Path(source.name).open("rb") as file:
        if begin.start < length:
            yield from LineCutter(Mapped(file, begin.start), begin, False, size, length).chunks()


def _after(found: Iterator[Chunk], first: Position) -> Iterator[Chunk]:
    return (chunk for chunk in found if chunk.number >= first.number)


def _row_groups(source: Input, first: Position) -> Iterator[Chunk]:
    from screener.batch.inputs.parquet import open_parquet

    with open_parquet(source.name) as file:
        line = 1
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if group >= first.number:
                yield Chunk(first.file, group, line, rows, group)
            line += rows
