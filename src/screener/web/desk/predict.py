"""Predicting on the page of the lab: which rule fires next, and at the end the questions about the goal; with a score.

What was said first counts. It travels with the page, and counts for one case, strategy and goal: of another run nothing
was predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from json import dumps
from typing import Any

from screener.errors import CaseError, FieldProblem
from screener.explain.goal import goal_of
from screener.explain.lab.lab import Lab
from screener.explain.teaching.quiz import Prediction, QuizQuestion, aimed, quiz, right_of
from screener.saying import say
from screener.web.desk.form import Form
from screener.web.desk.reading import read_json


@dataclass
class Predictions:
    """What was predicted of one run.

    Attributes:
        goal: the conclusion that the questions are about; empty for the whole case.
        rules: the rule that was named for a step, by the step's number.
        letters: the answer to a question, by its number, counted from 0.
    """

    shown: Lab
    goal: str
    rules: dict[int, str] = field(default_factory=dict)
    letters: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Form, shown: Lab, goal: str) -> Predictions:
        """Those that the page brings along, and what was said on it.

        Raises:
            ProblemError, CaseError: they are none that the page sends.
        """
        found = cls(shown, goal)
        if form.text("load") or form.text("under") != found.under:
            return found
        found.rules, found.letters = _numbered(form, "rules"), _numbered(form, "letters")
        if form.text("guess"):
            found._guess(form)
        for number, question in enumerate(found.questions if form.text("check") else ()):
            if letter := question.read(form.text(f"q{number}")):
                found.letters.setdefault(number, letter)
        return found

    @property
    def under(self) -> str:
        """Of which run these are the predictions."""
        return f"{self.shown.run.strategy}/{self.shown.run.seed}/{self.goal}"

    def _guess(self, form: Form) -> None:
        """Take a guess that came with the way forward; one that was made before is kept."""
        asked, to = form.text("asked"), form.text("step")
        steps = self.shown.run.steps
        if not (asked.isdecimal() and to.isdecimal() and 0 < int(asked) <= min(int(to), len(steps))):
            return
        if any(one.rule == form.text("guess") for one in steps[int(asked) - 1].conflict):
            self.rules.setdefault(int(asked), form.text("guess"))

    @cached_property
    def questions(self) -> Sequence[QuizQuestion]:
        """What is asked after the last step."""
        case = self.shown.case
        return aimed(case, goal_of(case, self.goal)) if self.goal else quiz(case)

    def of_step(self, number: int) -> Prediction | None:
        """What was predicted for a step; None for nothing."""
        if number not in self.rules:
            return None
        right = self.shown.run.steps[number - 1].chosen.rule
        return Prediction(say("Step {number}: which rule fires?", number=number), self.rules[number], right)

    def of_question(self, number: int) -> Prediction | None:
        """What was answered to a question; None for nothing."""
        if number not in self.letters:
            return None
        return Prediction(self.questions[number].ask, self.letters[number], self.questions[number].letter)

    @property
    def told(self) -> list[Prediction]:
        """Everything that was predicted, in the order of the run."""
        steps = len(self.shown.run.steps)
        made = [self.of_step(number) for number in sorted(self.rules) if 0 < number <= steps]
        if self.letters:
            made += [self.of_question(number) for number in sorted(self.letters) if 0 <= number < len(self.questions)]
        return [one for one in made if one is not None]

    @property
    def right(self) -> int:
        """How many are right."""
        return right_of(self.told)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that carry them."""
        return {"under": self.under, "rules": dumps(self.rules), "letters": dumps(self.letters)}


def _numbered(form: Form, name: str) -> dict[int, str]:
    data: Any = read_json((form.text(name) or "{}").encode())
    if not isinstance(data, dict) or not all(
        key.isdecimal() and len(key) < 6 and isinstance(value, str) for key, value in data.items()
    ):
        raise CaseError([FieldProblem(name, "what was predicted is an object of texts, by the numbers of the steps")])
    return {int(key): value for key, value in data.items()}
