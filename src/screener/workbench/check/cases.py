"""Lint of the cases kept with the rules: answers that no intake takes, and reasons that are no rules."""

from __future__ import annotations

from collections.abc import Iterator

from screener.errors import CaseError, Hints
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Case
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is wrong with the cases of a rule book, each at its place. Whether they come true, `rules test` says."""
    hints = Hints()
    for rule in book.rules:
        for case in rule.cases:
            for message in (*_refused(book, case), *_reasons(book, case, hints)):
                yield problem(case.place, message, "case")


def _refused(book: RuleBook, case: Case) -> Iterator[str]:
    try:
        book.intake.read(case.answers)
    except CaseError as error:
        yield from error.lines()


def _reasons(book: RuleBook, case: Case, hints: Hints) -> Iterator[str]:
    for name in case.reasons:
        if name not in book.rule:
            yield f"there is no rule `{name}`{hints(name, book.rule)}"
