"""The chunks of inputs, from a position on: of a stopped run, only if what it read is still the same."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Final

from screener.batch.chunk import CHUNK_BYTES, STREAM_BYTES, Chunk, Position, Readable
from screener.batch.inputs.cutting import BLOCK, LineCutter, Reused, array_chunks
from screener.batch.inputs.opening import check_state, checksum, shown
from screener.batch.inputs.source import RECORD_FORMS, Input, text_of
from screener.errors import FileError
from screener.unpacking import reading

ARRAY_BYTES: Final = 4 << 20  # of text in one chunk of an array


def chunks(inputs: Sequence[Input], first: Position, size: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """The chunks of all inputs from a position on. What has to be read again before it is compared by its checksum.

    Raises:
        FileError: an input cannot be read, or is not what was read up to the position.
    """
    for place in range(first.file, len(inputs)):
        here = first if place == first.file else Position(place)
        with reading(shown(inputs[place].name)):
            yield from _chunks(inputs[place], here, size)


def check_unchanged(inputs: Iterable[Input]) -> None:
    """Make sure that inputs are still what they were: what was read of them counts only then.

    Raises:
        ChangedError: one is not, or it is gone.
    """
    for source in inputs:
        if source.state is not None:
            check_state(source.name, source.state)


def _chunks(source: Input, first: Position, size: int) -> Iterator[Chunk]:
    if source.form == "parquet":
        yield from _row_groups(source, first)
    elif source.form in RECORD_FORMS:
        from screener.batch.inputs.records import record_chunks

        yield from _after(source, record_chunks(source), first)
    elif source.form == "array":
        with text_of(source) as stream:
            yield from _after(source, array_chunks(stream, min(size, ARRAY_BYTES)), first)
    elif source.seekable:
        yield from _plain(source, _begin(source, first), size)
    else:
        with text_of(source) as stream:
            _skip(source, stream, first)
            yield from LineCutter(stream, _begin(source, first), True, min(size, STREAM_BYTES)).chunks()


def _begin(source: Input, first: Position) -> Chunk:
    """What the first chunk of lines is to be."""
    if first.number:
        return Chunk(first.file, first.number, first.line, 0, first.start, check=first.check)
    return Chunk(first.file, 0, 2 if source.header else 1, 0, len(source.header))


def _plain(source: Input, begin: Chunk, size: int) -> Iterator[Chunk]:
    """The chunks of a file that every worker can read by itself."""
    length = Path(source.name).stat().st_size
    with Path(source.name).open("rb", buffering=0) as file:
        yield from LineCutter(Reused(file, begin.start), begin, False, size, length).chunks()


def _skip(source: Input, stream: Readable, first: Position) -> None:
    """Pass over the header, and over what an earlier run read, if it is the same."""
    stream.read(len(source.header))
    if first.number and not same_start(stream, len(source.header), first):
        raise other_input(source)


def same_start(stream: Readable, at: int, position: Position) -> bool:
    """Whether the next bytes, up to a position, are those that were read before."""
    check = 0
    while at < position.start and (block := stream.read(min(BLOCK, position.start - at))):
        check, at = checksum(block, at, check), at + len(block)
    return at == position.start and check == position.check


def other_input(source: Input) -> FileError:
    """That it is not what an earlier run read."""
    return FileError(f"{shown(source.name)} is not what the stopped run read; begin again with --force")


def _after(source: Input, found: Iterator[Chunk], first: Position) -> Iterator[Chunk]:
    """The chunks from a position on, numbered, if those before it are what they were.

    Each gets the checksum of what the input holds up to its end.
    """
    check, number, line = 0, 0, 1
    for chunk in found:
        if number == first.number and check != first.check:
            raise other_input(source)
        check = zlib.crc32(b"".join(chunk.pieces or ()) + chunk.broken.encode(), check)
        if number >= first.number:
            yield replace(chunk, file=first.file, number=number, line=line, check=check)
        number, line = number + 1, line + chunk.records
    if number < first.number or (number == first.number and check != first.check):
        raise other_input(source)


def _row_groups(source: Input, first: Position) -> Iterator[Chunk]:
    from screener.batch.inputs.parquet import open_parquet

    with open_parquet(source.name) as file, Path(source.name).open("rb") as raw:
        line, check = 1, first.check
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if group >= first.number:
                check = _check_of(raw, file.metadata, group, check)
                yield Chunk(first.file, group, line, rows, group, check=check)
            line += rows


def _check_of(raw: IO[bytes], metadata: Any, group: int, check: int) -> int:
    """The checksum with the bytes of a row group; at the beginning, with the footer first."""
    pieces = [_place(metadata.row_group(group).column(at)) for at in range(metadata.num_columns)]
    if group == 0:
        length = metadata.serialized_size + 8
        pieces.insert(0, (raw.seek(0, os.SEEK_END) - length, length))
    for start, length in pieces:
        raw.seek(start)
        while length > 0 and (block := raw.read(min(BLOCK, length))):
            check, length = zlib.crc32(block, check), length - len(block)
    return check


def _place(column: Any) -> tuple[int, int]:
    """Where the pages of a column are, and how many bytes they have."""
    start = column.dictionary_page_offset if column.has_dictionary_page else column.data_page_offset
    return start, column.total_compressed_size


def doubtful_inputs(before: Any, inputs: Sequence[Input], changed: bool) -> set[int] | None:
    """Which inputs have to be compared with what a stopped run read, because they may have changed since.

    Args:
        before: the descriptions of its inputs.
        inputs: those of now.
        changed: it was stopped because an input changed: then this one need not be as long as it was.

    Returns:
        Their places; None when the inputs are others.
    """
    if not isinstance(before, list) or len(before) != len(inputs):
        return None
    found: set[int] = set()
    for place, (old, source) in enumerate(zip(before, inputs, strict=True)):
        new = source.description()
        differ = {name for name in new if not isinstance(old, Mapping) or old.get(name) != new[name]}
        if differ - {"size", "stamp"} or ("size" in differ and not changed and source.seekable):
            return None
        if differ or source.pipe:
            found.add(place)
    return found


def remaining(
    inputs: Sequence[Input], position: Position, checks: Mapping[int, int], doubtful: set[int], size: int
) -> Iterator[Chunk]:
    """The chunks that a stopped run left.

    Args:
        inputs: all of them.
        position: where to go on.
        checks: of each input that was read, the checksum of what was read.
        doubtful: the inputs to compare with these.
        size: of a chunk.

    Raises:
        FileError: an input cannot be read, or is not what the stopped run read.
    """
    for place in sorted(doubtful):
        source = inputs[place]
        if place < position.file and _whole_check(inputs, place, size) != checks.get(place, 0):
            raise other_input(source)
        if place == position.file and source.seekable and not _same(inputs, position, size):
            raise other_input(source)
    yield from chunks(inputs, position, size)


def _whole_check(inputs: Sequence[Input], place: int, size: int) -> int:
    """The checksum of a whole input."""
    check = 0
    for chunk in chunks(inputs[: place + 1], Position(place), size):
        check = chunk.check
    return check


def _same(inputs: Sequence[Input], position: Position, size: int) -> bool:
    """Whether a file is what it was, as far as it was read."""
    source = inputs[position.file]
    if not position.number:
        return True
    if source.form == "parquet":
        found = chunks(inputs[: position.file + 1], Position(position.file), size)
        return any(chunk.number + 1 == position.number and chunk.check == position.check for chunk in found)
    with text_of(source, len(source.header)) as stream:
        return same_start(stream, len(source.header), position)
