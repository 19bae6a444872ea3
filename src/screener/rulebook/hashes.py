"""`article/sentences.csv`: for each proposition, the hash of a sentence that it rests on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from screener.errors import RuleBookError, RuleProblem, echo
from screener.rulebook.medicine.rows import Rows, read_sheet

FILE: Final = "article/sentences.csv"
COLUMNS: Final = ("source", "sha256")
_HASH: Final = re.compile(r"[0-9a-f]{64}")


def read_hashes(path: Path, shown_as: str) -> Rows:
    """The rows of the file, each with its line.

    Raises:
        RuleBookError: it is not such a table, or something in it is not a hash.
    """
    rows = read_sheet(path, shown_as, COLUMNS, COLUMNS)
    wrong = [(line, row["sha256"]) for line, row in rows if not _HASH.fullmatch(row["sha256"])]
    if wrong:
        said = "is no SHA-256, which has 64 digits from 0 to f"
        raise RuleBookError([RuleProblem(shown_as, line, 1, f"{echo(given)} {said}") for line, given in wrong])
    return rows


def wrong_hashes(path: Path, shown_as: str) -> list[RuleProblem]:
    """What is wrong with a file of a rule book, if it is this one."""
    if not path.as_posix().endswith(f"/{FILE}"):
        return []
    try:
        read_hashes(path, shown_as)
    except RuleBookError as error:
        return list(error.problems)
    return []
