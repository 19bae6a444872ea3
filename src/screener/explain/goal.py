"""Naming what is to be explained: a flag, a finding or the urgency."""

from __future__ import annotations

from screener.errors import UsageError, did_you_mean
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import LEVELS, URGENCY

THE_URGENCY = "urgency"


def goal_of(builder: ReportBuilder, name: str) -> str:
    """The conclusion that a name stands for: the id of a flag or finding, `urgency` or `urgency:LEVEL`.

    Raises:
        UsageError: nothing has this name; with the nearest one.
    """
    if name == THE_URGENCY:
        return URGENCY + (builder.outcome.urgency if builder.outcome.urgency != LEVELS[0] else LEVELS[1])
    known = builder.book.conclusion_ids
    if name not in known:
        raise UsageError(f"there is no flag or finding `{name}`{did_you_mean(name, known)}")
    return name


def kind_of(book: RuleBook, goal: str) -> str:
    """What a conclusion is: `flag`, `finding` or `urgency`."""
    if goal.startswith(URGENCY):
        return "urgency"
    return "flag" if goal in book.flags else "finding"


def title_of(builder: ReportBuilder, goal: str) -> str:
    """What a conclusion is called; its id alone where a stronger flag keeps back what it says."""
    return goal if goal in builder.hidden else builder.book.title(goal)


def ancestors(book: RuleBook, goal: str) -> tuple[str, ...]:
    """The conclusion and every conclusion that its rules read, directly or not; each after those it reads."""
    needed: set[str] = set()
    waiting = [goal]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(book.reads(name))
    return tuple(name for name in book.order if name in needed)


def is_red(book: RuleBook, goal: str) -> bool:
    """Whether this is an urgent sign, for which no other answers are ever offered.

    These are the urgency levels, whatever the safety pack concludes, and the flags that their pack marks as red.
    """
    if goal.startswith(URGENCY):
        return True
    flag = book.flags.get(goal)
    return any(rule.pack == "safety" for rule in book.rules_for[goal]) or (
        flag is not None and (flag.red_flag or flag.pack == "safety")
    )
