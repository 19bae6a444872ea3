"""A rule book: what it knows, and the way from the files under `rules/` to it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from screener.collector import paused
from screener.errors import RuleBookError, RuleProblem
from screener.rulebook.contents import check_folder, rules_folder
from screener.rulebook.knowledge import Knowledge


class RuleBook(Knowledge):
    """Everything declarative under `rules/`. Every mistake in it is collected, not only the first."""

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Read and check the rule book in a folder.

        Args:
            folder: where its files are; the program's own rule book when None.

        Raises:
            RuleBookError: listing everything that is wrong, each as `file:line:column: message`.
            UsageError: this is not a path.
        """
        from screener.rulebook.assemble import Assembling

        check_folder(folder)
        folder = folder or rules_folder()
        if not (folder / "rulebook.yaml").is_file():
            raise RuleBookError([RuleProblem(str(folder), 0, 0, "no rule book here: `rulebook.yaml` is missing")])
        with paused():
            return Assembling(folder).book(cls)
