"""A quiz about one case: predict what the rules conclude, then see what they did, and how much was right.

The questions are made from the case alone and are the same each time: about the whole case, or about one conclusion.
Flags whose text a stronger flag keeps back are not asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final
from zlib import crc32

from screener.explain.chain import chain_to
from screener.explain.goal import ancestors, kind_of
from screener.explain.lab.backward import search
from screener.explain.lab.forward import run
from screener.explain.smallest.supports import supports
from screener.explain.what_if import in_words
from screener.logic.condition import conclusions
from screener.report.build import ReportBuilder
from screener.report.words import kind_word, label
from screener.rulebook.book import RuleBook
from screener.saying import replies, say

MOST: Final = {"raised": 3, "ruled-out": 2, "possible": 2}
MOST_ANSWERS: Final = 2  # questions about which answer matters
MOST_NEAR: Final = 3  # conclusions that a goal reads, and that are asked about along with it
STATUS_PLACE: Final = {"raised": 0, "ruled-out": 1, "possible": 2}
LETTERS: Final = "abcd"
MOST_WRONG: Final = len(LETTERS) - 1


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One thing to predict.

    Attributes:
        choices: what can be answered, lettered from `a`.
        right: the place of the right choice.
        because: why, shown afterwards.
    """

    ask: str
    choices: tuple[str, ...]
    right: int
    because: str

    @property
    def letter(self) -> str:
        """The letter of the right choice."""
        return LETTERS[self.right]

    def read(self, text: str) -> str | None:
        """The letter that a learner's line means, or None when it is none of the choices."""
        word = text.strip().lower()
        if self.choices == statuses():
            words = {"a": replies("yes"), "b": replies("no"), "c": {"open", say("open")}}
            word = next((letter for letter, known in words.items() if word in known), word)
        return word if len(word) == 1 and word in LETTERS[: len(self.choices)] else None


def statuses() -> tuple[str, str, str]:
    """The answers to whether a flag comes up."""
    return say("yes, for certain"), say("no, it is ruled out"), say("it is still open")


def quiz(case: ReportBuilder) -> tuple[QuizQuestion, ...]:
    """The questions about a case."""
    flags = [name for name in case.book.flags if name not in case.hidden and not case.book.flags[name].last_resort]
    asked: list[str] = []
    for status, most in MOST.items():
        asked += _mixed(name for name in flags if case.outcome.status(name) == status)[:most]
    questions = [status_question(case, name) for name in _mixed(asked)]
    raised = _mixed(name for name in flags if case.outcome.status(name) == "raised")
    which = (question for name in raised if (question := answer_question(case, name)) is not None)
    return (*questions, *islice(which, MOST_ANSWERS))


def aimed(case: ReportBuilder, goal: str) -> tuple[QuizQuestion, ...]:
    """The questions about a conclusion and those that its rules read; the same each time."""
    names = [name for name in _read(case.book, goal) if name in case.book.flags or name in case.book.findings]
    names = [name for name in names if name not in case.hidden and case.book.rules_for[name]]
    near = [name for name in names if name != goal][-MOST_NEAR:]
    questions: list[QuizQuestion | None] = [status_question(case, name) for name in near]
    if goal in names:
        questions += [_next_rule(case, goal), status_question(case, goal), _missing(case, goal)]
        if case.outcome.status(goal) == "raised":
            questions.append(answer_question(case, goal))
    return tuple(question for question in questions if question is not None)


def given_answers(case: ReportBuilder) -> list[str]:
    """The answers of the case in words, to predict from; what was answered with no comes together."""
    book, intake = case.book, case.intake
    given = [name for name in book.questions if getattr(intake, name, None) is not None]
    told = [in_words(book, name, getattr(intake, name)) for name in given if getattr(intake, name) is not False]
    denied = [label(book, name) for name in given if getattr(intake, name) is False]
    return [*told, *([say("no to: {answers}", answers=", ".join(denied))] if denied else [])]


def _mixed(names: Iterable[str], salt: str = "") -> list[str]:
    """The names, each once, mixed the same way each time."""
    return sorted(dict.fromkeys(names), key=lambda name: crc32((salt + name).encode()))


def _one_of(ask: str, right: str, wrong: list[str], because: str, salt: str = "") -> QuizQuestion | None:
    """A question with one right choice among others; None where there is no other."""
    choices = tuple(_mixed([right, *wrong], salt))
    return QuizQuestion(ask, choices, choices.index(right), because) if wrong else None


def _read(book: RuleBook, goal: str) -> tuple[str, ...]:
    """The conclusion and every one that its rules read themselves; that a pack applies at all goes without saying."""

    def needs(name: str) -> Iterator[str]:
        return (one for rule in book.rules_for[name] for one in conclusions(rule.when))

    return ancestors(book, goal, needs)


def status_question(case: ReportBuilder, name: str) -> QuizQuestion:
    """Does a flag or finding come up?"""
    status = case.outcome.status(name)
    kind = kind_word(kind_of(case.book, name))
    ask = say("Does this {kind} come up: {title} ({id})?", kind=kind, title=case.book.title(name), id=name)
    return QuizQuestion(ask, statuses(), STATUS_PLACE[status], _because(case, name, status))


def _because(case: ReportBuilder, name: str, status: str) -> str:
    if status == "raised":
        return say("Enough for it: {answers}.", answers=supports(case, name)[0].words)
    if status == "ruled-out":
        step = chain_to(case, name).steps[-1]
        words = [use.words for reason in step.reasons for use in reason.uses if not use.gate]
        why = "; ".join(dict.fromkeys(words)) or say("none of them is in use")
        return say("None of its rules can fire: {answers}.", answers=why)
    names = case.in_order(case.open_fields(name))
    return say("It waits for: {answers}.", answers=", ".join(label(case.book, field) for field in names[:4]))


def answer_question(case: ReportBuilder, name: str) -> QuizQuestion | None:
    """Which answer does a flag need? None when each of its answers could be spared."""
    groups = [dict(support.answers) for support in supports(case, name)]
    needed = [field for field in groups[0] if all(field in group for group in groups)]
    if not needed:
        return None
    used = {field for group in groups for field in group}
    others = [field for field in case.book.fields if getattr(case.intake, field) is not None and field not in used]
    wrong = [in_words(case.book, field, getattr(case.intake, field)) for field in _mixed(others)[:MOST_WRONG]]
    ask = say(
        "Without which of these answers would this {kind} not be certain: {title} ({id})?",
        kind=kind_word(kind_of(case.book, name)), title=case.book.title(name), id=name,
    )  # fmt: skip
    because = say("It is part of every group of answers that is enough for it.")
    return _one_of(ask, groups[0][needed[0]], wrong, because, salt=name)


def _next_rule(case: ReportBuilder, goal: str) -> QuizQuestion | None:
    """Which rule behind the goal can fire from the answers alone; None where none can, or all can."""
    behind = _read(case.book, goal)
    near = [rule.id for name in behind for rule in case.book.rules_for[name]]
    steps = run(case.book, case.facts).steps
    able = [one.rule for one in steps[0].conflict if one.concludes in behind] if steps else []
    if not able:
        return None
    wrong = _mixed(rule for rule in near if rule not in able)[:MOST_WRONG]
    ask = say("Which of these rules can fire first, from the answers alone?")
    return _one_of(ask, able[0], wrong, say("Its condition holds already; those of the others do not, or not yet."))


def _missing(case: ReportBuilder, goal: str) -> QuizQuestion | None:
    """Which answer is missing, where the goal is open."""
    asks = search(case.book, case.facts, goal).asks
    open_fields = case.open_fields(goal)
    if asks is None or asks not in open_fields:
        return None
    others = [name for name in case.book.questions if name not in open_fields]
    wrong = [label(case.book, name) for name in _mixed(others)[:MOST_WRONG]]
    ask = say("Which of these answers could still settle this: {title} ({id})?", title=case.book.title(goal), id=goal)
    return _one_of(ask, label(case.book, asks), wrong, say("The others are in none of the rules that are open."))


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


def score_data(case: ReportBuilder, goal: str | None, told: Sequence[Prediction]) -> dict[str, Any]:
    """The score with everything that was asked and answered, for a file.

    Args:
        goal: the conclusion that the questions were about; None for the whole case.
    """
    texts = case.book.texts
    return {
        "case_id": case.intake.case_id,
        "goal": goal,
        "right": right_of(told),
        "asked": len(told),
        "questions": [{**asdict(one), "is_right": one.is_right} for one in told],
        "disclaimer": texts.get("disclaimer", ""),
        "safety_net": texts.get("safety-net", ""),
    }
