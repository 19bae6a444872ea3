"""A file of names that a person confirmed: `typed,meant`, one pair a line. It is used only when it is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from screener.errors import FileError, RuleProblem, echo
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.result import Open
from screener.rulebook.medicine.rows import read_list

COLUMNS: Final = ("typed", "meant")


def with_confirmed(book: RuleBook, path: Path) -> RuleBook:
    """The rule book with the names in a file settled.

    Raises:
        FileError: it cannot be read, a row says nothing, or a name that is meant is not in the table.
    """
    pairs: dict[str, str] = {}
    problems: list[RuleProblem] = []
    for line, row in read_list(path, COLUMNS):
        typed, meant = row["typed"].strip(), row["meant"].strip()
        problem = _problem(book, typed, meant, pairs)
        if problem:
            problems.append(RuleProblem(str(path), line, 1, problem))
        pairs[typed] = meant
    if problems:
        raise FileError("\n".join(map(str, problems)))
    changed = replace(book, medicines=book.medicines.with_confirmed(pairs))
    changed.note_kept_as(book.kept_as)  # what is compiled from the rules stays the same
    return changed


def _problem(book: RuleBook, typed: str, meant: str, pairs: dict[str, str]) -> str:
    """What is wrong with a pair; nothing when it can be used."""
    if not typed or not meant:
        return "both `typed` and `meant` need a name"
    if pairs.get(typed, meant) != meant:
        return f"{echo(typed)} is given twice, with two meanings"
    known = book.medicines.match(meant)
    if known.unrecognized or not known.results:
        close = [name.name for item in known.close_to for name in item.names]
        hint = f"; did you mean {' or '.join(map(echo, close))}?" if close else ""
        return f"{echo(meant)} is not in the medicine table, so it settles nothing{hint}"
    if not any(isinstance(result, Open) for result in book.medicines.match(typed).results):
        return f"{echo(typed)} is known already, so there is nothing to confirm"
    return ""
