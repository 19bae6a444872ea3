"""A line on a terminal that says what a long piece of work is at."""

from __future__ import annotations

import sys
import time
from typing import Final, Self

from screener.printable import overwrite

EVERY: Final = 0.2  # seconds
WAIT: Final = 0.5  # seconds before anything is said: what is quick needs no line


class TerminalLine:
    """It is on standard error, only if that is a terminal, and gone at the end of a `with`.

    Args:
        wait: seconds before anything is said.
    """

    def __init__(self, wait: float = 0) -> None:
        self.on = sys.stderr.isatty()
        self.started = time.monotonic()
        self.shown = self.started + wait - EVERY

    def is_due(self) -> bool:
        """Whether it is to be written now, which is then the time in `shown`."""
        now = time.monotonic()
        due = self.on and now - self.shown > EVERY
        if due:
            self.shown = now
        return due

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.on:
            overwrite(sys.stderr, "")


class StepLine(TerminalLine):
    """Says which step work is at.

    Args:
        steps: how many steps the work has.
    """

    def __init__(self, steps: int) -> None:
        super().__init__(WAIT)
        self.steps = steps
        self.step = 0
        self.title = ""

    def begin(self, title: str) -> None:
        """The next step begins."""
        self.step, self.title = self.step + 1, title
        self.done(0)

    def done(self, count: int) -> None:
        """So many parts of this step are done."""
        if self.is_due():
            overwrite(sys.stderr, self.line(count, self.shown))

    def line(self, count: int, now: float) -> str:
        """What the line says."""
        minutes, seconds = divmod(int(now - self.started), 60)
        parts = f", {count} done" if count else ""
        return f"{self.step}/{self.steps} {self.title}{parts} ({minutes}:{seconds:02})"
