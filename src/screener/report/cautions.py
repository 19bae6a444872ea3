"""Cautions that are shown because an answer is missing: several about one thing are told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from screener.report.parts import FlagReport
from screener.rulebook.book import RuleBook


def told_once(flags: Iterable[FlagReport], book: RuleBook) -> Iterator[FlagReport]:
    """The flags; where a topic has words for several that are merely possible, one speaks for all of them."""
    flags = list(flags)
    groups = [topic.while_possible for topic in book.complete_topics.values() if topic.while_possible]
    told: set[str] = set()
    for flag in flags:
        group = next((group for group in groups if flag.fail_safe and flag.id in group.flags), None)
        if group is None:
            yield flag
        elif group.title not in told:
            told.add(group.title)
            these = [one for one in flags if one.fail_safe and one.id in group.flags]
            yield replace(
                flag,
                title=group.title,
                explanation=group.text,
                sources=list(group.sources),
                ask_your_clinician=list(dict.fromkeys(ask for one in these for ask in one.ask_your_clinician or ())),
            )
