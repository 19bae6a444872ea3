"""The project's own rule book, read once for all tests of a process; none may change it."""

from __future__ import annotations

from typing import Final

from screener.rulebook.book import RuleBook

BOOK: Final = RuleBook.load()
