"""Marking a class: each submission in a process of its own, so that none stops the others, nor takes for ever.

One is marked stage by stage, so that what was found out counts even when a later stage takes too long.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Literal, TypeAlias

from screener.errors import RuleBookError, ScreenerError
from screener.rulebook.book import RuleBook
from screener.workbench.cases import run_cases
from screener.workbench.check.check import check
from screener.workbench.diff.diff import compare
from screener.workbench.mark.expected import Expected, graded, unmet
from screener.workbench.mark.submission import NotTakenError, Submission, book_of
from screener.workbench.mutate import mutate, score
from screener.workbench.places import Places
from screener.workbench.projectcases import Packed, rule_cases
from screener.workbench.prove.prove import written

State: TypeAlias = Literal["marked", "unfinished", "broken"]
MEMORY: Final = 4_000_000_000  # bytes that one submission may need
NEXT: Final = ("reading the rule book", "checking it", "comparing it with the model book", "trying its own cases")
MOST_REASONS: Final = 5  # of what is wrong with a broken book


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that a submission does not pass, with what it does otherwise."""

    case: str
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagDifference:
    """A flag that means something else than in the model book, with the smallest case that shows it."""

    flag: str
    model: str
    theirs: str
    example: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What was found out about one submission; None where a stage was not reached.

    Attributes:
        state: `broken`: there is no rule book that runs, or the check finds errors in it; `unfinished`: a later stage
            took too long or failed.
        reasons: why it is not `marked`.
        warnings: what `rules check` warns of.
        cases: how many cases of the teacher were run.
        failures: those that were not passed.
        flags: how many flags of the model book it was compared on; None without a model.
        differences: those that do not mean the same, one for each flag.
        own_cases: how many cases its rules have.
        own_failed: those that its rules do not pass.
        mutation: the share of small slips in its rules that its own cases notice, in per cent.
    """

    name: str
    state: State = "marked"
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] | None = None
    cases: int | None = None
    failures: tuple[Failure, ...] = ()
    flags: int | None = None
    differences: tuple[FlagDifference, ...] | None = None
    own_cases: int | None = None
    own_failed: int | None = None
    mutation: float | None = None


def stages(submission: Submission, cases: Sequence[Expected], model: RuleBook | None) -> Iterator[Marks]:
    """Mark a submission; what is known so far, after each stage."""
    marks = Marks(submission.name)
    try:
        folder = book_of(submission.path)
        book = RuleBook.load(folder)
    except NotTakenError as error:
        yield replace(marks, state="broken", reasons=(str(error),))
        return
    except RuleBookError as error:
        yield replace(marks, state="broken", reasons=_reasons(error))
        return
    marks = replace(marks, cases=len(cases), failures=_failures(book, cases))
    yield marks
    problems = check(folder)
    errors = tuple(str(found) for found in problems if found.severity == "error")
    warnings = tuple(str(found) for found in problems if found.severity != "error")
    if errors:
        marks = replace(marks, state="broken", reasons=errors[:MOST_REASONS])
    marks = replace(marks, warnings=warnings)
    yield marks
    if model is not None:
        marks = replace(marks, flags=len(model.flags), differences=_differences(model, book))
        yield marks
    yield _own_tests(marks, book, folder)


def _reasons(error: ScreenerError) -> tuple[str, ...]:
    lines = str(error).split("\n")
    rest = len(lines) - MOST_REASONS
    return (*lines[:MOST_REASONS], *([f"and {rest} more"] if rest > 0 else []))


def _failures(book: RuleBook, cases: Sequence[Expected]) -> tuple[Failure, ...]:
    names = graded(cases)
    found = [Failure(case.id, tuple(unmet(book, case, names))) for case in cases]
    return tuple(failure for failure in found if failure.unmet)


def _differences(model: RuleBook, book: RuleBook) -> tuple[FlagDifference, ...]:
    found: dict[str, FlagDifference] = {}
    for shift in compare(model, book).shifts:
        if shift.what in model.flags:
            difference = FlagDifference(shift.what, shift.before, shift.after, written(shift.example))
            found.setdefault(shift.what, difference)
    return tuple(found.values())


def _own_tests(marks: Marks, book: RuleBook, folder: Path) -> Marks:
    """Its own cases, and what they would notice."""
    results = run_cases(book)
    fated = list(mutate(book, Packed(book, rule_cases(book)), Places(folder), book.rules))
    failed = sum(not result.passed for result in results)
    return replace(marks, own_cases=len(results), own_failed=failed, mutation=score(fated))


def mark(submission: Submission, cases: Sequence[Expected], model: RuleBook | None, seconds: float) -> Marks:
    """Mark a submission.

    Args:
        seconds: how long it may take; what was found out by then counts.
    """
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
    marks, stage = Marks(submission.name, "broken"), 0
    why = "the program failed on it"
    with suppress(EOFError, OSError):
        while receiver.poll(max(0.0, end - time.monotonic())):
            message = receiver.recv()
            if message is None:
                return marks
            if isinstance(message, Marks):
                marks, stage = message, stage + 1
            else:
                why = str(message)
        why = f"it took longer than {seconds:g} seconds"
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
