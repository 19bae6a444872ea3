"""Which engine draws the conclusions of single cases: durable, or the reference engine where that one cannot.

The reference engine means the same and takes longer. It takes over where durable-rules cannot be imported and where a
rule book needs more than durable-rules can hold; that is said once, on standard error, and every report names the
engine that made it.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

from screener.engine import reference
from screener.engine.durable.engine import DurableEngine
from screener.engine.durable.program import NotUsable
from screener.engine.facts import Facts
from screener.engine.outcome import EngineName, Outcome
from screener.rulebook.book import RuleBook


class ReferenceEngine:
    """The reference engine for one rule book."""

    name: Final[EngineName] = "reference"

    def __init__(self, book: RuleBook) -> None:
        self.book = book

    def infer(self, facts: Facts) -> Outcome:
        """Draw every conclusion of the book for one case."""
        return reference.infer(self.book, facts)


Engine: TypeAlias = DurableEngine | ReferenceEngine


def engine_for(book: RuleBook) -> Engine:
    """The engine for a rule book (with its active packs); says so when it is not the durable one."""
    try:
        return DurableEngine(book)
    except NotUsable as error:
        _say_once(f"{error}; the reference engine takes over: the same conclusions, more slowly")
        return ReferenceEngine(book)


@cache
def _say_once(message: str) -> None:
    import logging

    logging.getLogger("screener").warning(message)  # on standard error, where the program has not said otherwise
