"""Whether the durable engine can hold the rule book; if not, which rule takes most of it."""

from __future__ import annotations

from screener.engine.durable.compile import TooLarge, compile_book
from screener.rulebook.book import RuleBook
from screener.workbench.places import Places
from screener.workbench.problem import Problem


def lint(book: RuleBook, places: Places) -> list[Problem]:
    """What is too large, as a warning: the reference engine takes over."""
    try:
        compile_book(book)
    except TooLarge as error:
        found = error.problem
        message = f"{found.message}; the reference engine takes over"
        return [Problem(found.file, found.line, found.column, message, "size", "warning")]
    return []
