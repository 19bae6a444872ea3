"""`screener rules check`: all that the loader checks, and lint for what loads but should not be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from screener.collector import paused
from screener.engine.durable.compile import TooLarge, compile_book
from screener.errors import RuleBookError
from screener.progress import StepLine
from screener.records.codetable import read_codes
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import rules_folder
from screener.saying import languages, plain
from screener.workbench.cases import lint as lint_cases
from screener.workbench.check import logic as lint_logic
from screener.workbench.check import names as lint_names
from screener.workbench.check import wording as lint_words
from screener.workbench.places import Places
from screener.workbench.problem import Problem, of_loader
from screener.workbench.review.rows import lint as lint_reviews


def _size(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What the durable engine cannot hold: a warning, as the reference engine takes over."""
    try:
        compile_book(book)
    except TooLarge as error:
        message = f"{error.problem.message}; the reference engine takes over"
        yield replace(of_loader(error.problem), message=message, check="size", severity="warning")


LINTS: Final[dict[str, Callable[[RuleBook, Places], Iterable[Problem]]]] = {
    "looking at the logic": lint_logic.lint,
    "looking at the names": lint_names.lint,
    "looking at the topics": lint_names.topics,
    "looking at the words": lint_words.lint,
    "looking at the cases": lint_cases,
    "looking at the reviews": lint_reviews,
    "looking at the size": _size,
}
STEPS: Final = 1 + len(LINTS)


def check(folder: Path | None = None, line: StepLine | None = None) -> list[Problem]:
    """Everything that is wrong with the rule book in a folder, in file order.

    Args:
        folder: the program's own book when None.
        line: says what is being checked.
    """
    return checked(folder, line)[1]


def checked(folder: Path | None = None, line: StepLine | None = None) -> tuple[RuleBook | None, list[Problem]]:
    """The rule book of a folder, or None where it cannot be loaded, with everything that is wrong: see `check`."""
    folder, line = folder or rules_folder(), line or StepLine(STEPS)
    line.begin("reading the rule book")
    try:
        book = RuleBook.load(folder)
    except RuleBookError as error:
        return None, [of_loader(found) for found in error.problems]
    with paused():
        places = Places(folder)
        found = set(_codes(folder, book))
        for title, lint in LINTS.items():
            line.begin(title)
            found.update(lint(book, places))
    return book, sorted(found)


def not_checked(folder: Path | None = None) -> list[str]:
    """What the checks cannot say about a rule book that is well formed, and what it cannot say itself."""
    language = RuleBook.load(folder or rules_folder()).subject.language
    if lint_words.is_checked(language):
        return []
    known = f"that is known for English, not `{language}`"
    found = [f"not checked: how hard texts are to read, and forbidden words; {known}"]
    if plain(language) not in languages():
        spoken = ", ".join(f"`{name}`" for name in languages())
        found.append(f"the program has no words in `{language}` (it has {spoken}), so its own stay English")
    return found


def _codes(folder: Path, book: RuleBook) -> list[Problem]:
    """What is wrong with the book's own table of codes, which is read with the first health record only."""
    name = "vocabulary/codes.csv"
    if not (folder / name).is_file():
        return []
    try:
        read_codes(folder / name, book.recorded)
    except RuleBookError as error:
        shown = f"{folder.name}/{name}" if folder.name else name
        return [of_loader(replace(found, file=shown)) for found in error.problems]
    return []
