"""The work on one chunk: read it, draw the conclusions, write the part. The same for every worker and for Spark."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from screener.batch.chunk import Chunk
from screener.batch.engines import engine_for, intakes, without
from screener.batch.inputs.source import Input
from screener.batch.reading.careful import Policy
from screener.batch.reading.readers import ChunkReader
from screener.batch.reading.record import Decoded
from screener.batch.summary.settles import Settler
from screener.batch.summary.tally import Tally
from screener.batch.writing.columns import Listing
from screener.batch.writing.parts import Part
from screener.batch.writing.writers import Layout, writer_for
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.errors import EngineFault
from screener.rulebook.book import RuleBook

KILLED = "the worker process died on this case; it was skipped so that the others could go on"


@dataclass(frozen=True)
class Work:
    """What is to be done with every chunk; it can be sent to another process.

    Attributes:
        form: of the output: `jsonl`, `csv` or `parquet`.
        settles: whether to count which answers could settle what is possible (for the summary).
    """

    book: RuleBook
    inputs: tuple[Input, ...]
    policy: Policy
    engine: str = "columnar"
    form: str = "jsonl"
    layout: Layout = field(default_factory=Layout)
    settles: bool = False


class Worker:
    """Does the work, chunk after chunk."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.reader = ChunkReader(work.inputs, work.policy)
        self.engine = engine_for(work.engine, work.book)
        self.writer = writer_for(work.form, work.book, work.layout)
        self.settler = Settler(ColumnarEngine(work.book)) if work.settles else None
        self.screener: Any = None

    def do(self, chunk: Chunk, killers: frozenset[int] = frozenset()) -> Part:
        """Read, conclude and write a chunk.

        Args:
            chunk: what to read.
            killers: numbers of records that are not to be touched.

        Raises:
            FileError: the input cannot be read.
        """
        gc.collect(0)  # what the chunk before left: only buffers of pyarrow, but large ones
        gc.disable()  # the many short-lived rows form no cycles
        try:
            part = Part()
            name = self.work.inputs[chunk.file].name
            for decoded in self.read(chunk, killers):
                self.add(part, name, decoded)
            return part
        finally:
            gc.enable()

    def try_some(self, chunk: Chunk, first: int, end: int) -> None:
        """Run the engine on some records of a chunk, by number, and forget the result: does this process survive?"""
        for decoded in self.reader.read(chunk):
            some = decoded.take((decoded.lines >= first) & (decoded.lines < end))
            self.explain(self.engine.infer(some)[0])

    def read(self, chunk: Chunk, killers: frozenset[int]) -> Iterator[Decoded]:
        """The cases, without those that kill."""
        for decoded in self.reader.read(chunk):
            deadly = np.flatnonzero(np.isin(decoded.lines, list(killers)))
            yield without(decoded, dict.fromkeys(deadly.tolist(), KILLED))

    def add(self, part: Part, name: str, decoded: Decoded) -> None:
        """Conclude and write some cases."""
        decoded, outcomes = self.engine.infer(decoded)
        reports: list[str] = []
        if self.work.layout.report:
            before = len(decoded.lines)
            decoded, reports = self.explain(decoded)
            if len(decoded.lines) < before:
                decoded, outcomes = self.engine.infer(decoded)
        self.count(part.tally, decoded, outcomes)
        part.outputs.append(self.writer.part(decoded, Listing.of(outcomes), name, reports))
        file = name if self.work.layout.file else None
        part.rejects += "".join(reject.text(file) for reject in decoded.rejects).encode()

    def count(self, tally: Tally, decoded: Decoded, outcomes: Outcomes) -> None:
        """Count what was read and concluded."""
        tally.count_records(decoded)
        tally.count_outcomes(outcomes)
        tally.count_medicines(decoded.columns.medicines, self.work.book.medicines)
        if self.settler is not None:
            tally.settles.update(self.settler.count(decoded.columns, outcomes))

    def explain(self, decoded: Decoded) -> tuple[Decoded, list[str]]:
        """The report of each case as JSON, if reports are wanted."""
        if not self.work.layout.report:
            return decoded, []
        from screener.screening import Screener

        self.screener = self.screener or Screener(self.work.book)
        reports: list[str] = []
        failed: dict[int, str] = {}
        for place, intake in enumerate(intakes(decoded, self.work.book.fields)):
            try:
                reports.append(self.screener.screen(intake).to_json(indent=None))
            except EngineFault as error:
                failed[place] = str(error)
        return without(decoded, failed), reports


def nothing(work: Work) -> Part:
    """The part of no cases, so that an empty Parquet file has its columns."""
    part = Part()
    Worker(work).add(part, "", Decoded(np.zeros(0, np.int64), pa.array([], pa.string()), Columns(0)))
    return part
