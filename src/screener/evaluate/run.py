"""Reading the data once: every record is screened without the truth, and counted."""

from __future__ import annotations

from collections.abc import Sequence

from screener.batch.chunk import Position
from screener.batch.inputs.chunks import check_unchanged, chunks
from screener.batch.inputs.opening import close_pipe
from screener.batch.inputs.source import Input
from screener.batch.reading.careful import Policy
from screener.batch.reading.readers import ChunkReader, check_columns
from screener.batch.reading.record import Decoded
from screener.batch.summary.tally import Tally
from screener.collector import paused
from screener.engine.columnar.columns import UNKNOWN
from screener.engine.columnar.engine import ColumnarEngine
from screener.evaluate.counts import Counts, groups_of, subjects_of
from screener.evaluate.truth import Truth
from screener.rulebook.book import RuleBook


class Reading:
    """Reads inputs and counts; `counts` and `tally` are what came of it.

    Args:
        inputs: see `screener.batch.inputs.source.find_inputs`.
        policy: how records are read.
        truth: what the flags are set against.
    """

    def __init__(self, inputs: Sequence[Input], book: RuleBook, policy: Policy, truth: Truth) -> None:
        self.inputs, self.policy, self.truth = inputs, policy, truth
        self.counts = Counts(subjects_of(book), groups_of(book.fields))
        self.tally = Tally()
        self.engine = ColumnarEngine(book)

    def read(self) -> None:
        """Read everything.

        Raises:
            CaseError: a table has columns that are not allowed.
            FileError: an input cannot be read, or changed while it was read.
        """
        for source in self.inputs:
            check_columns(source, self.policy)
        reader = ChunkReader(self.inputs, self.policy)
        try:
            for chunk in chunks(self.inputs, Position()):
                with paused():  # as in a batch: the many short-lived rows form no cycles
                    for decoded in reader.read(chunk):
                        self.add(decoded)
            check_unchanged(self.inputs)
        finally:
            for source in self.inputs:
                close_pipe(source.name)

    def add(self, decoded: Decoded) -> None:
        """Screen some records without the truth, and count them."""
        self.tally.count_records(decoded)
        columns = decoded.columns
        truth = self.truth.of(columns)
        bounds = self.truth.bounds(columns)
        self.counts.bounds += int((truth[bounds] == UNKNOWN).sum())
        self.counts.add(columns, truth, self.engine.infer(self.truth.without(columns)))
