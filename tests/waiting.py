"""Waiting in tests: for what happens, never for a time. A limit tells what hangs from what is slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

LONG: Final = 120  # seconds after which something hangs, however busy the machine is


def until(condition: Callable[[], object], seconds: float = LONG) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it is not so after {seconds} seconds"
        time.sleep(0.01)
