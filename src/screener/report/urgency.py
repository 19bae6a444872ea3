"""How soon to get help: in words, why so soon, and which urgent questions are open.

What is concluded is the engine's, and the texts are those of the rule book; which of them is said is decided here, and
in `heard.py` when it may be said that nothing is urgent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from screener.engine.outcome import flags_behind_urgency
from screener.logic.condition import Yes
from screener.report.blocks import Tone
from screener.report.examined import Examined
from screener.report.parts import Because, Summary, UrgentQuestion
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Flag, Rule, Urgency
from screener.rulebook.wording import fill
from screener.saying import say


def headline(case: Examined, some_are_open: bool) -> str:
    """The urgency in words; while urgent questions are open and nothing decides, that it cannot be said."""
    texts, urgency, title = case.book.texts, case.outcome.urgency, case.title()
    if not some_are_open or case.book.levels.is_warning(urgency):
        return title
    if urgency == case.book.levels[0]:
        return texts["title-open"]
    return f"{texts['title-open']}. {fill(texts['so-far'], title=title)}"


def how_soon(summary: Summary, book: RuleBook) -> Iterator[tuple[str, Tone]]:
    """What a page says of the urgency under the headline, with the reasons that decide it."""
    if book.levels.is_urgent(summary.urgency):
        yield book.texts[f"brief-{summary.urgency}"], "plain"
    if summary.because:
        yield " ".join(summary.because), "plain"
    if summary.open.urgent:
        yield fill(book.texts["brief-urgent-open"], count=len(summary.open.urgent)), "caution"
    elif summary.urgency == book.levels[0]:
        yield book.texts[f"brief-{summary.urgency}"], "plain"


def urgency_because(case: Examined) -> list[Because]:
    """The rules that conclude the level; where none does, the flags that have it by themselves, with their rules."""
    outcome, book = case.outcome, case.book
    if outcome.urgency == book.levels[0]:
        return []
    found = case.reasons(URGENCY + outcome.urgency)
    for flag in flags_behind_urgency(book, outcome):
        found += [_of_flag(case, flag, rule) for rule in book.rules_for[flag.id] if rule.id in case.proved]
    return found


def kept_back() -> str:
    """What is said instead of a reason that is not told."""
    return say("The reason is not shown: a stronger flag keeps it back.")


def _of_flag(case: Examined, flag: Flag, rule: Rule) -> Because:
    """A flag, with a rule that raised it, as a reason; a text that a stronger flag keeps back is not told."""
    because = case.reason(rule)
    findings = [flag.id, *because.findings]
    if {flag.id, rule.id} & case.hidden:
        return replace(because, text=f"{flag.id}: {kept_back()}", findings=findings, disagreement=None)
    return replace(because, text=f"{flag.title}. {because.text}", findings=findings)


def urgent_unanswered(case: Examined) -> list[UrgentQuestion]:
    """Red-flag questions without an answer, each with the urgency that a yes would mean."""
    found: dict[str, Urgency] = {}
    levels = case.book.levels
    for level in levels.urgent:
        if levels.index(level) <= levels.index(case.outcome.urgency):
            continue
        for name in (URGENCY + level, *_flags_that_count(case, level)):
            for rule in case.book.rules_for[name]:
                if isinstance(rule.when, Yes) and case.facts.truth(rule.when) is None:
                    found[rule.when.field] = level
    return [UrgentQuestion(field=name, could_be=found[name]) for name in case.in_order(frozenset(found))]


def _flags_that_count(case: Examined, level: str) -> list[str]:
    """The flags that have a level by themselves, without those that something certain suppresses."""
    book, values = case.book, case.outcome.values
    flags = [flag.id for flag in book.urgent_flags if flag.urgency == level]
    return [name for name in flags if not any(values[other] is True for other in book.suppressors[name])]
