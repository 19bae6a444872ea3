"""Marking one submission, stage by stage, so that what was found out counts even when a later stage takes too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
MOST_REASONS: Final = 5  # of what is wrong with a broken book


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that a submission does not pass, with what it does otherwise."""

    case: str
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
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
    differences: tuple[Difference, ...] | None = None
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


def _differences(model: RuleBook, book: RuleBook) -> tuple[Difference, ...]:
    found: dict[str, Difference] = {}
    for shift in compare(model, book).shifts:
        if shift.what in model.flags:
            difference = Difference(shift.what, shift.before, shift.after, written(shift.example))
            found.setdefault(shift.what, difference)
    return tuple(found.values())


def _own_tests(marks: Marks, book: RuleBook, folder: Path) -> Marks:
    """Its own cases, and what they would notice."""
    results = run_cases(book)
    fated = list(mutate(book, Packed(book, rule_cases(book)), Places(folder), book.rules))
    failed = sum(not result.passed for result in results)
    return replace(marks, own_cases=len(results), own_failed=failed, mutation=score(fated))
