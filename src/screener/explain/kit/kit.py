"""Everything that slides, sheet and key are made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from screener.case.files import read_case
from screener.errors import UsageError, did_you_mean
from screener.explain.goal import THE_URGENCY, goal_of
from screener.explain.kit.lesson import Lesson
from screener.explain.lab.lab import TeachingLab, lab
from screener.explain.teaching.quiz import QuizQuestion, aimed, quiz
from screener.report.build import ReportBuilder
from screener.screening import Screener

FEWEST: Final = 3  # questions about the goal alone
MOST: Final = 6  # where others are added
_NAME: Final = re.compile(r"`([a-z0-9-]+)`")


@dataclass(frozen=True)
class Kit:
    """A lesson with what the rules make of its case.

    Attributes:
        shown: the run in the order of the rule book, with the lesson's goal backward; see `goal_in`.
        questions: what learners are asked, aimed at the goal, and where that gives few, about the whole case.
    """

    lesson: Lesson
    case: ReportBuilder
    shown: TeachingLab
    questions: tuple[QuizQuestion, ...]


def make_kit(lesson: Lesson, screener: Screener) -> Kit:
    """Run the case of a lesson.

    Raises:
        UsageError: the lesson names a goal that the rule book does not have.
        FileError, CaseError: its case cannot be read.
    """
    book = screener.book
    if lesson.goal and lesson.goal not in (THE_URGENCY, *book.conclusion_ids):
        hint = did_you_mean(lesson.goal, book.conclusion_ids)
        raise UsageError(f"the lesson is about `{lesson.goal}`, which the rule book does not have{hint}")
    case = screener.examine(read_case(str(lesson.case), book.fields))
    goal = lesson.goal or goal_in(lesson, case)
    shown = lab(case, goal=goal or None)
    asked = aimed(case, goal_of(case, goal)) if goal else ()
    if len(asked) < FEWEST:
        asked = tuple(dict.fromkeys((*asked, *quiz(case))))[:MOST]
    return Kit(lesson, case, shown, asked)


def goal_in(lesson: Lesson, case: ReportBuilder) -> str:
    """What a lesson is about that asks about no flag in its command: the first flag or finding that came up of those
    that its text names, else the last one that came up; empty where none did.
    """
    text = " ".join(lesson.parts[part] for part in ("Question", "Expected reasoning"))
    raised = case.outcome.having("raised", case.book)
    named = [name for name in _NAME.findall(text) if name in raised]
    return next(iter([*named, *raised[::-1]]), "")
