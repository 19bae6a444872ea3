"""Marking a class: each submission in a process of its own, so that none stops the others, nor takes for ever."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Final

from screener.errors import ScreenerError
from screener.rulebook.book import RuleBook
from screener.workbench.mark.expected import Expected
from screener.workbench.mark.marking import Marks, stages
from screener.workbench.mark.submission import Submission

MEMORY: Final = 4_000_000_000  # bytes that one submission may need
NEXT: Final = ("reading the rule book", "checking it", "comparing it with the model book", "trying its own cases")


def mark(
    found: Sequence[Submission], cases: Sequence[Expected], model: RuleBook | None, seconds: float
) -> Iterator[Marks]:
    """Mark each submission.

    Args:
        seconds: how long one may take; what was found out by then counts.
    """
    for submission in found:
        yield _one(submission, cases, model, seconds)


def _one(submission: Submission, cases: Sequence[Expected], model: RuleBook | None, seconds: float) -> Marks:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sender, submission, cases, model), daemon=True)  # type: ignore[attr-defined]
    sys.stdout.flush()
    process.start()
    sender.close()
    try:
        return _received(receiver, submission, model is not None, seconds)
    finally:
        receiver.close()
        process.kill()
        process.join()


def _received(receiver: Connection, submission: Submission, compared: bool, seconds: float) -> Marks:
    """The last marks that came in time, with what kept them from being whole."""
    end = time.monotonic() + seconds
    marks, stage, whole = Marks(submission.name, "broken"), 0, False
    why = "the program failed on it"
    while not whole:
        try:
            if not receiver.poll(max(0.0, end - time.monotonic())):
                why = f"it took longer than {seconds:g} seconds"
                break
            message = receiver.recv()
        except (EOFError, OSError):
            break
        if isinstance(message, Marks):
            marks, stage = message, stage + 1
        elif message is None:
            whole = True
        else:
            why = str(message)
    if whole:
        return marks
    names = [name for name in NEXT if compared or name != NEXT[2]]
    doing = names[min(stage, len(names) - 1)]
    return replace(marks, state="unfinished" if stage else "broken", reasons=(*marks.reasons, f"{why} while {doing}"))


def _work(sender: Connection, submission: Submission, cases: Sequence[Expected], model: RuleBook | None) -> None:
    """Mark one submission, and tell each stage; then None, or what went wrong."""
    _limit_memory()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        sys.stdout = sys.stderr = nowhere
        try:
            for marks in stages(submission, cases, model):
                sender.send(marks)
            sender.send(None)
        except MemoryError:
            sender.send("it needs too much memory")
        except RecursionError:
            sender.send("it is nested too deeply")
        except ScreenerError as error:
            sender.send(f"the program refused it ({str(error).splitlines()[0]})")
        except Exception as error:  # whatever a submission does to the program, the others are marked
            sender.send(f"the program failed on it ({type(error).__name__})")
        os._exit(0)


def _limit_memory() -> None:
    """Bound the memory of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
