"""Naming what is to be explained: a flag, a finding or the urgency."""

from __future__ import annotations

from typing import Literal, TypeAlias

from screener.engine.outcome import flags_behind_urgency
from screener.errors import UsageError, did_you_mean
from screener.logic.order import Needs, after_what_it_needs
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import ALWAYS_ON, URGENCY
from screener.saying import say

Kind: TypeAlias = Literal["flag", "finding", "urgency"]

THE_URGENCY = "urgency"


def goal_of(builder: ReportBuilder, name: str) -> str:
    """The first of the conclusions that a name means: see `goals_of`."""
    return goals_of(builder, name)[0]


def goals_of(builder: ReportBuilder, name: str) -> tuple[str, ...]:
    """The conclusions that a name means: the id of a flag or finding, `urgency` or `urgency:LEVEL`.

    A level that no rule concludes, but a flag has by itself, means the flags: those that are raised, or else,
    besides the level itself, those that could come up.

    Raises:
        UsageError: nothing has this name; with the nearest one.
    """
    book, outcome = builder.book, builder.outcome
    if name == THE_URGENCY:
        name = URGENCY + (outcome.urgency if outcome.urgency != book.levels[0] else book.levels[1])
    if name not in book.conclusion_ids:
        raise UsageError(f"there is no flag or finding `{name}`{did_you_mean(name, book.conclusion_ids)}")
    if not name.startswith(URGENCY) or outcome.values[name] is True:
        return (name,)
    own = [flag.id for flag in book.urgent_flags if URGENCY + flag.urgency == name and flag.id not in book.reads(name)]
    raised = tuple(flag for flag in own if outcome.status(flag) == "raised")
    return raised or (name, *(flag for flag in own if outcome.values[flag] is None))


def urgent(case: ReportBuilder) -> str:
    """What is urgent, which comes before everything else; empty when nothing is."""
    level, texts = case.outcome.urgency, case.book.texts
    return f"{texts[f'title-{level}']}. {texts[f'urgency-{level}']}" if case.book.levels.is_urgent(level) else ""


def urgency_from(builder: ReportBuilder) -> str:
    """The flags that make the urgency what it is by themselves, on one line; nothing where rules conclude it."""
    flags = flags_behind_urgency(builder.book, builder.outcome)
    names = "; ".join(f"{title_of(builder, flag.id)} ({flag.id})" for flag in flags)
    return say("How soon to get help comes from: {names}.", names=names) if names else ""


def kind_of(book: RuleBook, goal: str) -> Kind:
    """What a conclusion is: `flag`, `finding` or `urgency`."""
    if goal.startswith(URGENCY):
        return "urgency"
    return "flag" if goal in book.flags else "finding"


def title_of(builder: ReportBuilder, goal: str) -> str:
    """What a conclusion is called; its id alone where a stronger flag keeps back what it says."""
    return goal if goal in builder.hidden else builder.book.title(goal)


def ancestors(book: RuleBook, goal: str, reads: Needs | None = None) -> tuple[str, ...]:
    """The conclusion and every conclusion that its rules read, directly or not; each after those it reads.

    Args:
        reads: what the rules of a conclusion read; with None, also that their packs apply.
    """
    needed = set(after_what_it_needs([goal], reads or book.reads))
    return tuple(name for name in book.order if name in needed)


def is_red(book: RuleBook, goal: str) -> bool:
    """Whether this is an urgent sign, for which no other answers are ever offered.

    These are the urgency levels, whatever the safety pack concludes, and the flags that their pack marks as red or that
    are urgent by themselves.
    """
    if goal.startswith(URGENCY):
        return True
    flag = book.flags.get(goal)
    return any(rule.pack == ALWAYS_ON for rule in book.rules_for[goal]) or (
        flag is not None and (flag.red_flag or flag.pack == ALWAYS_ON or book.levels.is_urgent(flag.urgency))
    )
