"""What a worker process does in tests; here, so that the process can import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from screener.errors import CaseError, FieldProblem


class Stopping:
    """Stops the process that is given it."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return stop, ()


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def doing(fault: Exception | None = None) -> Callable[..., Any]:
    """Makes what does the work, or fails at it."""
    if fault is not None:
        raise fault
    return do


def do(task: str, *words: Any) -> Any:
    """One of the things that a worker may be asked."""
    if task == "fill":
        return bytes(words[0])
    if task == "refuse":
        raise CaseError([FieldProblem("potassium", "is not a number")], "a case", "line 3")
    if task == "fail":
        raise ValueError(*words)
    return words
