"""A quiz about one case: predict what the rules conclude, then see what they did.

The questions are made from the case alone and are the same each time. Flags whose text a stronger flag keeps back are
not asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from screener.explain.chain import chain_to
from screener.explain.goal import kind_of
from screener.explain.smallest.supports import supports
from screener.explain.what_if import in_words
from screener.report.build import ReportBuilder
from screener.report.page import label
from screener.report.words import kind_word
from screener.saying import replies, say

MOST: Final = {"raised": 3, "ruled-out": 2, "possible": 2}
MOST_ANSWERS: Final = 2  # questions about which answer matters
STATUS_PLACE: Final = {"raised": 0, "ruled-out": 1, "possible": 2}
LETTERS: Final = "abcd"


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
        asked += _some([name for name in flags if case.outcome.status(name) == status], most)
    questions = [status_question(case, name) for name in _some(asked, len(asked))]
    raised = _some([name for name in flags if case.outcome.status(name) == "raised"], len(flags))
    which = (question for name in raised if (question := answer_question(case, name)) is not None)
    return (*questions, *[question for _, question in zip(range(MOST_ANSWERS), which, strict=False)])


def given_answers(case: ReportBuilder) -> list[str]:
    """The answers of the case in words, to predict from; what was answered with no comes together."""
    book, intake = case.book, case.intake
    given = [name for name in book.questions if getattr(intake, name, None) is not None]
    told = [in_words(book, name, getattr(intake, name)) for name in given if getattr(intake, name) is not False]
    denied = [label(book, name) for name in given if getattr(intake, name) is False]
    return [*told, *([say("no to: {answers}", answers=", ".join(denied))] if denied else [])]


def _some(names: Iterable[str], most: int) -> list[str]:
    """Some of the names, mixed the same way each time."""
    return sorted(names, key=lambda name: crc32(name.encode()))[:most]


def status_question(case: ReportBuilder, name: str) -> QuizQuestion:
    """Does a flag or finding come up?"""
    status = case.outcome.status(name)
    kind = kind_word(kind_of(case.book, name))
    ask = say("Does this {kind} come up: {title} ({id})?", kind=kind, title=case.book.title(name), id=name)
    return QuizQuestion(ask, statuses(), STATUS_PLACE[status], _because(case, name, status))


def _because(case: ReportBuilder, name: str, status: str) -> str:
    if status == "raised":
        return supports_in_words(case, name)
    if status == "ruled-out":
        step = chain_to(case, name).steps[-1]
        words = [use.words for reason in step.reasons for use in reason.uses if not use.gate]
        why = "; ".join(dict.fromkeys(words)) or say("none of them is in use")
        return say("None of its rules can fire: {answers}.", answers=why)
    names = case.in_order(case.open_fields(name))
    return say("It waits for: {answers}.", answers=", ".join(label(case.book, field) for field in names[:4]))


def supports_in_words(case: ReportBuilder, name: str) -> str:
    """The shortest group of answers that is enough for a raised flag."""
    shortest = supports(case, name)[0]
    enough = "; ".join(words for _, words in shortest.answers) or say("no answer at all")
    return say("Enough for it: {answers}.", answers=enough)


def answer_question(case: ReportBuilder, name: str) -> QuizQuestion | None:
    """Which answer does a flag need? None when each of its answers could be spared."""
    groups = [dict(support.answers) for support in supports(case, name)]
    needed = [field for field in groups[0] if all(field in group for group in groups)]
    if not needed:
        return None
    used = {field for group in groups for field in group}
    others = [field for field in case.book.fields if getattr(case.intake, field) is not None and field not in used]
    wrong = [in_words(case.book, field, getattr(case.intake, field)) for field in _some(others, 3)]
    if not wrong:
        return None
    choices = sorted([groups[0][needed[0]], *wrong], key=lambda words: crc32((name + words).encode()))
    ask = say(
        "Without which of these answers would this {kind} not be certain: {title} ({id})?",
        kind=kind_word(kind_of(case.book, name)), title=case.book.title(name), id=name,
    )  # fmt: skip
    right = choices.index(groups[0][needed[0]])
    return QuizQuestion(ask, tuple(choices), right, say("It is part of every group of answers that is enough for it."))
