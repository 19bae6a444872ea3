"""`screener rules check`: all that the loader checks, and lint for what loads but should not stand."""

from __future__ import annotations

from pathlib import Path

from screener.engine.durable.compile import TooLarge, compile_book
from screener.errors import RuleBookError
from screener.rulebook.book import RuleBook
from screener.rulebook.load import load_rulebook
from screener.rulebook.locate import rules_folder
from screener.workbench.check import logic as lint_logic
from screener.workbench.check import names as lint_names
from screener.workbench.check import wording as lint_words
from screener.workbench.places import Places
from screener.workbench.problem import Problem, of_loader


def check(folder: Path | None = None) -> list[Problem]:
    """Everything that is wrong with the rule book in a folder (the program's own when None), in file order."""
    folder = folder or rules_folder()
    try:
        book = load_rulebook(folder)
    except RuleBookError as error:
        return [of_loader(found) for found in error.problems]
    places = Places(folder)
    found = [problem for lint in (lint_logic, lint_names, lint_words) for problem in lint.lint(book, places)]
    return sorted({*found, *_too_large(book)})


def _too_large(book: RuleBook) -> list[Problem]:
    """Whether the durable engine can hold the rule book; if not, at the rule that takes most."""
    try:
        compile_book(book)
    except TooLarge as error:
        found = error.problem
        message = f"{found.message}; the reference engine takes over"
        return [Problem(found.file, found.line, found.column, message, "size", "warning")]
    return []
