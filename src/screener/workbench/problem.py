"""What a check of the rule book finds, and how it is written: for people, for programs, for GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from json import dumps
from typing import Literal, TypeAlias

from screener.errors import RuleProblem
from screener.rulebook.rule import Place

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing found in the rule files.

    Attributes:
        file: the file, as shown to people.
        line: counted from 1; 0 when the problem is not at a line.
        column: counted from 1.
        message: one line: what is wrong, and what would be right.
        check: the short name of the check that found it.
        severity: an error makes the command fail, a warning does not.
    """

    file: str
    line: int
    column: int
    message: str
    check: str
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.severity}: {self.message} [{self.check}]"


def problem(place: Place, message: str, check: str, severity: Severity = "error") -> Problem:
    """A problem at a place."""
    return Problem(place.file, place.line, place.column, message, check, severity)


def of_loader(found: RuleProblem, check: str = "form") -> Problem:
    """What the loader said, as a problem."""
    return Problem(found.file, found.line, found.column, found.message, check)


def written(problems: Iterable[Problem], form: str) -> str:
    """The problems as lines of text, as a JSON list, or as GitHub annotations."""
    found = sorted(set(problems))
    if form == "json":
        return dumps([asdict(item) for item in found], indent=2, ensure_ascii=False) + "\n"
    line = _annotation if form == "github" else str
    return "".join(f"{line(item)}\n" for item in found)


def counted(number: int, word: str) -> str:
    """A number with its word: `1 error`, `2 errors`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _annotation(item: Problem) -> str:
    """A workflow command of GitHub Actions; the message is escaped as its documentation asks."""
    message = item.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = item.file.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{item.severity} file={file},line={item.line or 1},col={item.column or 1},title={item.check}::{message}"
