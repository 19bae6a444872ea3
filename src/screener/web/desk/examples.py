"""Made-up cases to explore: those that come with the program, or for another book those of its rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from screener.case.answers import YesNo
from screener.case.files import parse_json
from screener.errors import CaseError
from screener.rulebook.book import RuleBook
from screener.shipped import examples_folder

FIRST: Final = "V06"  # of the cases that come with the program
REFUSED: Final = "V33"  # the typing slip: it is refused, which is its point
MOST: Final = 40  # cases of rules that are offered


@cache
def vignettes() -> dict[str, tuple[str, Path]]:
    """Each case by the id it leads with (`V06`), with its title and file; without what the intake would refuse."""
    return {name: one for name, one in _cases_in("vignettes").items() if name != REFUSED}


@cache
def lessons() -> dict[str, tuple[str, Path]]:
    """The case of each lesson by its number (`L01`), with its title and file."""
    return _cases_in("lessons")


def _cases_in(folder: str) -> dict[str, tuple[str, Path]]:
    found = {}
    for path in sorted((examples_folder() / folder).glob("*.json")):
        name, _, title = path.stem.partition("-")
        found[name] = (title.replace("-", " ").capitalize(), path)
    return found


def vignette(name: str) -> dict[str, Any]:
    """The answers of a case that comes with the program."""
    return _answers(vignettes()[name][1])


def _answers(path: Path) -> dict[str, Any]:
    data = parse_json(path.read_bytes(), path.stem)
    data.pop("case_id", None)
    return dict(data)


def cases(book: RuleBook, folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """The cases to explore a book with: for each a name, a title and the answers; the first is shown at first.

    Args:
        book: the rule book; those of its rules' own cases that make the rule fire are read from its files.
        folder: where these are.
    """
    if _fits(book, vignette(FIRST)):
        names = [FIRST, *(name for name in vignettes() if name != FIRST)]
        found = {name: (vignettes()[name][0], vignette(name)) for name in names}
        found = {name: one for name, one in found.items() if _fits(book, one[1])}
    else:
        found = of_rules(book, folder)
    taught = {name: (title, _answers(path)) for name, (title, path) in lessons().items()}
    return {**found, **{name: one for name, one in taught.items() if name not in found and _fits(book, one[1])}}


def of_rules(book: RuleBook, folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """The rules' own cases, each set of answers once, and a case without answers."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for rule in RuleBook.load(folder).rules:  # a kept copy of a book is without its rules' cases
        for answers in (_plain(case.answers, book) for case in rule.cases if case.expect == "fires"):
            new = answers and all(answers != others for _, others in found.values())
            if new and rule.id not in found and _fits(book, answers):
                found[rule.id] = (book.title(rule.concludes), answers)
    return dict(list(found.items())[:MOST]) or {"-": ("-", {})}


def _plain(answers: dict[str, Any], book: RuleBook) -> dict[str, Any]:
    """Answers as a program writes them: true for the word yes."""
    words = {name for name, kind in book.fields.items() if isinstance(kind, YesNo)}
    return {name: book.fields[name].check(value) if name in words else value for name, value in answers.items()}


def _fits(book: RuleBook, answers: dict[str, Any]) -> bool:
    """Whether a book has all the questions of a case."""
    try:
        book.intake.read(answers)
    except CaseError:
        return False
    return True
