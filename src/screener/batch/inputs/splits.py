"""Dividing inputs into splits that tasks on other machines read by themselves: by bytes, row groups or whole files.

A split is a chunk whose number is its place among all splits, and the name of its part. Its `start` is of the bytes,
or the row group; its `end` is of the bytes, or 0 for a row group and a whole file; its `records` are 0 while it is not
known how many it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs.chunks import chunks
from screener.batch.inputs.cutting import BLOCK, count_lines
from screener.batch.inputs.source import Input, text_of

SPLIT_BYTES: Final = 64 << 20  # of JSON lines in one split


def plan(inputs: Sequence[Input], size: int = SPLIT_BYTES) -> list[Chunk]:
    """The splits of all inputs; of JSON lines, where lines begin and how many there are is not known yet.

    Raises:
        FileError: an input cannot be read.
    """
    found: list[Chunk] = []
    for file, source in enumerate(inputs):
        if source.form == "parquet":
            found += chunks(inputs[: file + 1], Position(file))
        elif source.form == "jsonl" and source.seekable:
            length = Path(source.name).stat().st_size
            found += [Chunk(file, 0, 1, 0, at, min(at + size, length)) for at in range(0, length, size)]
        else:
            found.append(Chunk(file, 0, 1, 0))
    return [replace(split, number=number) for number, split in enumerate(found)]


def needs_count(inputs: Sequence[Input], split: Chunk) -> bool:
    """Whether the lines of a split must be counted before the numbers of the next are known."""
    return inputs[split.file].form == "jsonl" and split.end > 0


def located(inputs: Sequence[Input], split: Chunk) -> Chunk:
    """A split of JSON lines with the whole lines that begin in it, counted.

    Raises:
        FileError: the input cannot be read.
    """
    source = inputs[split.file]
    start, end = (_line_start(source, at) for at in (split.start, split.end))
    with text_of(source, start) as stream:
        lines = 0
        left = end - start
        last = b"\n"
        while left > 0 and (block := stream.read(min(BLOCK, left))):
            lines += count_lines(block)
            left -= len(block)
            last = block[-1:]
    return replace(split, start=start, end=end, records=lines + (last != b"\n"))


def _line_start(source: Input, at: int) -> int:
    """The first place from `at` on where a line begins."""
    if at == 0:
        return 0
    with text_of(source, at - 1) as stream:
        place = at - 1
        while block := stream.read(1 << 16):
            feed = block.find(b"\n")
            if feed >= 0:
                return place + feed + 1
            place += len(block)
    return place


def numbered(inputs: Sequence[Input], splits: Iterable[Chunk]) -> list[Chunk]:
    """Splits whose lines have been counted, with the number of their first line; those without lines are skipped."""
    found: list[Chunk] = []
    for _, mine in groupby(splits, attrgetter("file")):
        some = list(mine)
        if needs_count(inputs, some[0]):
            firsts = accumulate((split.records for split in some), initial=1)
            some = [replace(split, line=first) for split, first in zip(some, firsts, strict=False) if split.records]
        found += some
    return found


def chunks_of(inputs: Sequence[Input], split: Chunk) -> Iterator[Chunk]:
    """The chunks of a split.

    Raises:
        FileError: the input cannot be read.
    """
    if split.records:
        yield split
    else:
        yield from chunks(inputs[: split.file + 1], Position(split.file))
