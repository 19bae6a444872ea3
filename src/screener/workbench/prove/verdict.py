"""What `prove` says: verdicts, and differences between Kleene's status and the exact one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """The answer to one question about one part of a rule book.

    Attributes:
        subject: the id of the rule, flag, field, level or text that it is about.
        holds: whether what was asked is so.
        message: what is wrong, on one line; what was found, when it holds.
        example: the smallest case that shows it, as a case file writes it.
    """

    subject: str
    holds: bool
    message: str = ""
    example: dict[str, Any] | None = None


@dataclass(frozen=True)
class Difference:
    """Answers for which Kleene's logic says "unknown" although every completion gives the same.

    Attributes:
        what: the conclusion, or the bound on the urgency.
        message: what it is for every completion.
        count: in how many answer patterns.
        patterns: of how many.
        example: the smallest case.
    """

    what: str
    message: str
    count: int
    patterns: int
    example: dict[str, Any]
