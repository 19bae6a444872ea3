"""The page for stepping through the rules: working memory, conflict set, strategy; and a goal backward next to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from json import dumps
from typing import Final

from screener.errors import CaseError, FieldProblem
from screener.explain.chain import because
from screener.explain.goal import goal_of
from screener.explain.lab import words
from screener.explain.lab.backward import Backward
from screener.explain.lab.forward import STRATEGIES, Strategy
from screener.explain.lab.lab import TeachingLab
from screener.explain.lab.lab import lab as run_lab
from screener.explain.teaching import quiz
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.reading import Form, encode
from screener.web.desk.result import saved
from screener.web.desk.written import as_written
from screener.web.render import page
from screener.web.wire import Answer

RECENT: Final = 8  # looks backward that are not folded


def lab(desk: Desk, body: bytes) -> Answer:
    """`GET /lab` and `POST /lab`.

    Raises:
        UsageError: there is no such flag.
        CaseError: a value is none that the page sends.
    """
    view = LabView(desk, Form.read(body))
    return page(
        "lab.html", here="/explore", texts=desk.book.said, examples=desk.examples, chosen=view.name,
        answers=encode(view.answers), given=quiz.given_answers(view.case), view=view, goal=view.goal, words=words,
        predicted=view.predicted, letters=quiz.LETTERS, recent=RECENT,
        strategies=[(one, words.strategy_word(one)) for one in STRATEGIES], strategy=view.run.strategy,
    )  # fmt: skip


def score(desk: Desk, body: bytes) -> Answer:
    """`POST /score.json`: what was predicted on the page, to be saved."""
    view = LabView(desk, Form.read(body))
    data = {**quiz.score_data(view.case, view.goal or None, view.predicted.told), "case_id": view.name}
    return saved("score.json", f"{dumps(data, indent=2, ensure_ascii=False)}\n".encode())


class LabView:
    """What the page is about, and what it shows: a case by its name, a run of it, a goal, what was predicted."""

    def __init__(self, desk: Desk, form: Form) -> None:
        self.desk, self.form = desk, form
        self.name = form.one_of("example", *desk.examples) or next(iter(desk.examples))
        is_example = form.one_of("load", "example") or not form.text("answers")
        self.answers = desk.examples[self.name][1] if is_example else form.answers()
        case = desk.screener().examine(desk.book.intake.read(self.answers))
        self.goal = form.text("goal") if not form.text("load") else ""
        strategy: Strategy = form.one_of("strategy", *STRATEGIES) or STRATEGIES[0]
        self.shown = run_lab(case, strategy, form.whole("seed") or 0, self.goal or None)
        self.predicted = Predictions(form, self.shown, self.goal)
        self.case, self.run = case, self.shown.run
        self.total = len(self.run.steps)
        self.seed = self.run.seed
        self.urgent = case.book.levels.is_urgent(case.outcome.urgency)
        self.urgency = case.title()

    @cached_property
    def step(self) -> int:
        """How many steps were taken."""
        return 0 if self.form.text("load") else min(self.form.whole("step") or 0, self.total)

    @cached_property
    def look(self) -> int:
        """Where the search backward has come to."""
        return 0 if self.form.text("load") else self.form.whole("look") or 0

    def written(self, rule: str) -> str:
        """The YAML that the author of a rule wrote."""
        return as_written(self.case.book.rule[rule], self.desk.folder)

    def reason(self, rule: str) -> str:
        """Why a rule is there."""
        return because(self.case, self.case.book.rule[rule])

    def stack(self, found: Backward) -> str:
        """The goals that are pursued where the search has come to."""
        return " > ".join(found.looks[min(self.look, len(found.looks) - 1)].stack)

    def goals(self) -> list[tuple[str, str]]:
        """The flags and findings, by id and title."""
        book = self.case.book
        return [(name, book.title(name)) for name in (*book.flags, *book.findings)]

    def said(self, found: Backward) -> list[str]:
        """The looks backward so far, in words."""
        return [words.look_words(self.case, look) for look in found.looks[: self.look + 1]]

    @property
    def looks(self) -> int:
        """How many looks the longest search backward takes, counted from 0."""
        return max((len(found.looks) - 1 for found in self.shown.backward), default=0)


class Predictions:
    """What was predicted of one run: what the page brings along, and what was said on it.

    Attributes:
        goal: the conclusion that the questions are about; empty for the whole case.
        rules: the rule that was named for a step, by the step's number.
        letters: the answer to a question, by its number, counted from 0.

    Raises:
        ProblemError, CaseError: they are none that the page sends.
    """

    def __init__(self, form: Form, shown: TeachingLab, goal: str) -> None:
        self.case, self.run, self.goal = shown.case, shown.run, goal
        self.rules: dict[int, str] = {}
        self.letters: dict[int, str] = {}
        if form.text("load") or form.text("under") != self.under:
            return
        self.rules, self.letters = _numbered(form, "rules"), _numbered(form, "letters")
        if form.text("guess"):
            self._guess(form)
        for number, question in enumerate(self.questions if form.text("check") else ()):
            if letter := question.read(form.text(f"q{number}")):
                self.letters.setdefault(number, letter)

    @property
    def under(self) -> str:
        """Of which run these are the predictions."""
        return f"{self.run.strategy}/{self.run.seed}/{self.goal}"

    def _guess(self, form: Form) -> None:
        """Take a guess that came with the way forward; one that was made before is kept."""
        asked, to = form.text("asked"), form.text("step")
        steps = self.run.steps
        if not (asked.isdecimal() and to.isdecimal() and 0 < int(asked) <= min(int(to), len(steps))):
            return
        if any(one.rule == form.text("guess") for one in steps[int(asked) - 1].conflict):
            self.rules.setdefault(int(asked), form.text("guess"))

    @cached_property
    def questions(self) -> Sequence[quiz.QuizQuestion]:
        """What is asked after the last step."""
        return quiz.aimed(self.case, goal_of(self.case, self.goal)) if self.goal else quiz.quiz(self.case)

    def of_step(self, number: int) -> quiz.Prediction | None:
        """What was predicted for a step; None for nothing."""
        if number not in self.rules:
            return None
        right = self.run.steps[number - 1].chosen.rule
        return quiz.Prediction(say("Step {number}: which rule fires?", number=number), self.rules[number], right)

    def of_question(self, number: int) -> quiz.Prediction | None:
        """What was answered to a question; None for nothing."""
        if number not in self.letters:
            return None
        return quiz.Prediction(self.questions[number].ask, self.letters[number], self.questions[number].letter)

    @property
    def told(self) -> list[quiz.Prediction]:
        """Everything that was predicted, in the order of the run."""
        steps = len(self.run.steps)
        made = [self.of_step(number) for number in sorted(self.rules) if 0 < number <= steps]
        if self.letters:
            made += [self.of_question(number) for number in sorted(self.letters) if 0 <= number < len(self.questions)]
        return [one for one in made if one is not None]

    @property
    def right(self) -> int:
        """How many are right."""
        return quiz.right_of(self.told)

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields that carry them."""
        return {"under": self.under, "rules": dumps(self.rules), "letters": dumps(self.letters)}


def _numbered(form: Form, name: str) -> dict[int, str]:
    data = form.object(name)
    if not isinstance(data, dict) or not all(
        key.isdecimal() and len(key) < 6 and isinstance(value, str) for key, value in data.items()
    ):
        raise CaseError([FieldProblem(name, "what was predicted is an object of texts, by the numbers of the steps")])
    return {int(key): value for key, value in data.items()}
