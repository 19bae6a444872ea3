"""A line on a terminal that says what a long piece of work is at."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from screener.printable import overwrite

EVERY: Final = 0.2  # seconds
WAIT: Final = 0.5  # seconds before anything is said: what is quick needs no line


class StepLine:
    """Writes to standard error, and only if that is a terminal.

    Args:
        steps: how many steps the work has.
    """

    def __init__(self, steps: int) -> None:
        self.on = sys.stderr.isatty()
        self.steps = steps
        self.step = 0
        self.title = ""
        self.started = time.monotonic()
        self.shown = self.started + WAIT - EVERY

    def begin(self, title: str) -> None:
        """The next step begins."""
        self.step, self.title = self.step + 1, title
        self.done(0)

    def done(self, count: int) -> None:
        """So many parts of this step are done."""
        now = time.monotonic()
        if self.on and now - self.shown > EVERY:
            self.shown = now
            overwrite(sys.stderr, self.line(count, now))

    def line(self, count: int, now: float) -> str:
        """What the line says."""
        minutes, seconds = divmod(int(now - self.started), 60)
        parts = f", {count} done" if count else ""
        return f"{self.step}/{self.steps} {self.title}{parts} ({minutes}:{seconds:02})"

    def clear(self) -> None:
        """Take the line away."""
        if self.on:
            overwrite(sys.stderr, "")


@contextmanager
def progress(steps: int) -> Iterator[StepLine]:
    """A line for so many steps, gone at the end."""
    line = StepLine(steps)
    try:
        yield line
    finally:
        line.clear()
