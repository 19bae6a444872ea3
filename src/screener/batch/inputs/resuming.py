"""Going on with a stopped run: only if what it read is still the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs.chunks import chunks, other_input, same_start
from screener.batch.inputs.source import Input, text_of


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
