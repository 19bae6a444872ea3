"""A progress line on a terminal: cases, cases a second, time left, rejects so far."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Final

from screener.batch.chunk import Chunk
from screener.batch.inputs.source import Input
from screener.batch.summary.tally import Tally
from screener.printable import overwrite

EVERY: Final = 0.2  # seconds
BAR: Final = 24  # characters


class ProgressLine:
    """Writes to standard error, and only if that is a terminal.

    Args:
        inputs: of the batch, to tell how much there is.
        before: cases that an earlier run finished.
    """

    def __init__(self, inputs: Sequence[Input], before: int) -> None:
        self.on = sys.stderr.isatty()
        self.started = time.monotonic()
        self.before = before
        self.shown = 0.0
        self.sizes = [source.state.size if source.state and source.seekable else 0 for source in inputs]
        self.rows = [_rows(source) if source.form == "parquet" and self.on else 0 for source in inputs]
        self.known = all(source.seekable for source in inputs)

    def show(self, chunk: Chunk, tally: Tally) -> None:
        """A chunk is done."""
        now = time.monotonic()
        if self.on and now - self.shown > EVERY:
            self.shown = now
            overwrite(sys.stderr, self.line(chunk, tally, now))

    def line(self, chunk: Chunk, tally: Tally, now: float) -> str:
        """What the line says."""
        records = tally.results + tally.rejects
        rate = max(1.0, (records - self.before) / max(now - self.started, 1e-9))
        text = f"{records:,} cases, {rate:,.0f} a second, {tally.rejects:,} refused"
        share = self.share(chunk)
        if share is None or not share:
            return text
        left = records / share * (1 - share) / rate
        full = round(share * BAR)
        return f"{'█' * full}{'░' * (BAR - full)} {share:4.0%}  {text}, {_time(left)} left"

    def share(self, chunk: Chunk) -> float | None:
        """How much of the input is done; None when its length is not known."""
        if not self.known or not sum(self.sizes):
            return None
        here = chunk.end
        if self.rows[chunk.file]:
            here = round(self.sizes[chunk.file] * (chunk.line + chunk.records - 1) / self.rows[chunk.file])
        return min(1.0, (sum(self.sizes[: chunk.file]) + here) / sum(self.sizes))

    def clear(self) -> None:
        """Take the line away."""
        if self.on:
            overwrite(sys.stderr, "")


def _rows(source: Input) -> int:
    from screener.batch.inputs.parquet import open_parquet

    with open_parquet(source.name) as file:
        rows: int = file.metadata.num_rows
        return rows


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
