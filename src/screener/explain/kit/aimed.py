"""Questions about one conclusion: does it come up, which rule can fire first, which answer matters or is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zlib import crc32

from screener.explain.lab.backward import search
from screener.explain.lab.forward import run
from screener.explain.teaching.quiz import LETTERS, QuizQuestion, answer_question, status_question
from screener.logic.condition import conclusions
from screener.report.build import ReportBuilder
from screener.report.page import label
from screener.rulebook.book import RuleBook
from screener.saying import say

MOST_NEAR: Final = 3  # conclusions that a goal reads, and that are asked about along with it


def aimed(case: ReportBuilder, goal: str) -> tuple[QuizQuestion, ...]:
    """The questions about a conclusion and those that its rules read; the same each time."""
    read = _read(case.book, goal)
    names = [name for name in read if name in case.book.flags or name in case.book.findings]
    names = [name for name in names if name not in case.hidden and case.book.rules_for[name]]
    near = [name for name in names if name != goal][-MOST_NEAR:]
    questions = [status_question(case, name) for name in near]
    return (*questions, *(_about(case, goal) if goal in names else ()))


def _read(book: RuleBook, goal: str) -> list[str]:
    """The conclusion and every one that its rules read themselves; that a pack applies at all goes without saying."""
    needed, waiting = set[str](), [goal]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [one for rule in book.rules_for[name] for one in conclusions(rule.when)]
    return [name for name in book.order if name in needed]


def _about(case: ReportBuilder, goal: str) -> Iterator[QuizQuestion]:
    """The questions about the conclusion itself."""
    possible = (_next_rule(case, goal), status_question(case, goal), _missing(case, goal), _needed(case, goal))
    yield from (question for question in possible if question is not None)


def _needed(case: ReportBuilder, goal: str) -> QuizQuestion | None:
    return answer_question(case, goal) if case.outcome.status(goal) == "raised" else None


def _next_rule(case: ReportBuilder, goal: str) -> QuizQuestion | None:
    """Which rule behind the goal can fire from the answers alone; None where none can, or all can."""
    behind = _read(case.book, goal)
    near = [rule.id for name in behind for rule in case.book.rules_for[name]]
    steps = run(case.book, case.facts).steps
    able = [one.rule for one in steps[0].conflict if one.concludes in behind] if steps else []
    wrong = _mixed([rule for rule in near if rule not in able])[: len(LETTERS) - 1]
    if not able or not wrong:
        return None
    choices = tuple(_mixed([able[0], *wrong]))
    ask = say("Which of these rules can fire first, from the answers alone?")
    because = say("Its condition holds already; those of the others do not, or not yet.")
    return QuizQuestion(ask, choices, choices.index(able[0]), because)


def _missing(case: ReportBuilder, goal: str) -> QuizQuestion | None:
    """Which answer is missing, where the goal is open."""
    asks = search(case.book, case.facts, goal).asks
    open_fields = case.open_fields(goal)
    if asks is None or asks not in open_fields:
        return None
    others = [name for name in case.book.questions if name not in open_fields]
    wrong = [label(case.book, name) for name in _mixed(others)[: len(LETTERS) - 1]]
    if not wrong:
        return None
    right = label(case.book, asks)
    choices = tuple(_mixed([right, *wrong]))
    ask = say("Which of these answers could still settle this: {title} ({id})?", title=case.book.title(goal), id=goal)
    return QuizQuestion(ask, choices, choices.index(right), say("The others are in none of the rules that are open."))


def _mixed(names: list[str]) -> list[str]:
    """The names, each once, mixed the same way each time."""
    return sorted(dict.fromkeys(names), key=lambda name: crc32(name.encode()))
