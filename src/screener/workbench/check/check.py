"""`screener rules check`: all that the loader checks, and lint for what loads but should not stand."""

from __future__ import annotations

from pathlib import Path

from screener.errors import RuleBookError
from screener.rulebook.load import load_rulebook
from screener.rulebook.locate import rules_folder
from screener.workbench.check import logic as lint_logic
from screener.workbench.check import names as lint_names
from screener.workbench.check import topics as lint_topics
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
    found = [
        problem for lint in (lint_logic, lint_names, lint_topics, lint_words) for problem in lint.lint(book, places)
    ]
    return sorted(set(found))
