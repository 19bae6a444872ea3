"""What a learner predicted, and how much of it was right: the same for the terminal and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from screener.report.build import ReportBuilder


@dataclass(frozen=True, slots=True)
class Prediction:
    """One thing that was asked.

    Attributes:
        answer: what the learner said: a letter, or the id of a rule.
        right: what would have been right.
    """

    question: str
    answer: str
    right: str

    @property
    def is_right(self) -> bool:
        """Whether it was."""
        return self.answer == self.right


def right_of(told: Sequence[Prediction]) -> int:
    """How many are right."""
    return sum(one.is_right for one in told)


def to_dict(case: ReportBuilder, goal: str | None, told: Sequence[Prediction]) -> dict[str, Any]:
    """The score with everything that was asked and answered, for a file.

    Args:
        goal: the conclusion that the questions were about; None for the whole case.
    """
    asked = [
        {"question": one.question, "answer": one.answer, "right": one.right, "is_right": one.is_right} for one in told
    ]
    texts = {key.replace("-", "_"): case.book.texts.get(key, "") for key in ("disclaimer", "safety-net")}
    return {
        "case_id": case.intake.case_id, "goal": goal, "right": right_of(told), "asked": len(told),
        "questions": asked, **texts,
    }  # fmt: skip
