"""The line that says what a long piece of work is at."""

from __future__ import annotations

import io
import sys
from itertools import count
from types import SimpleNamespace

import pytest

from screener import progress
from screener.progress import StepLine


class Terminal(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        return True


def test_it_says_the_step_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "WAIT", 0)
    monkeypatch.setattr(progress, "EVERY", 0)
    ticks = count()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(ticks) / 10))
    with StepLine(2) as line:
        line.begin("reading")
        line.done(3)
    assert terminal.getvalue() == "\r1/2 reading (0:00)\x1b[K\r1/2 reading, 3 done (0:00)\x1b[K\r\x1b[K"


def test_it_is_silent_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with StepLine(1) as line:
        line.begin("reading")
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
    assert line.line(0, line.started + 75.5) == "1/1 reading (1:15)"  # not 75, of which rounding can make 74.9
