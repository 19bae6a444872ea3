"""From the files under `rules/` to a type-checked `RuleBook`.

Every mistake is collected, not only the first, and reported as `file:line:column: message`.
"""

from __future__ import annotations

from pathlib import Path

from screener.collector import paused
from screener.errors import RuleBookError, RuleProblem
from screener.rulebook.assemble import Assembling
from screener.rulebook.book import RuleBook
from screener.rulebook.locate import rules_folder


def load_rulebook(folder: Path | None = None) -> RuleBook:
    """Read and check a rule book.

    Args:
        folder: where its files are; the program's own rule book when None.

    Raises:
        RuleBookError: listing everything that is wrong, with its place.
    """
    folder = folder or rules_folder()
    if not (folder / "rulebook.yaml").is_file():
        raise RuleBookError([RuleProblem(str(folder), 0, 0, "no rule book here: `rulebook.yaml` is missing")])
    with paused():
        return Assembling(folder).book()
