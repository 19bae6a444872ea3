"""Lint of topics: flags that no topic names, questions and words that no topic uses."""

from __future__ import annotations

from collections.abc import Iterator

from screener.rulebook.book import RuleBook
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is odd about the topics; a book without them is fine: each flag is then a topic of its own."""
    topics = book.topics
    if not topics.topics:
        return
    spoken = {flag for topic in topics.topics.values() for flag in topic.speaks_for}
    for flag in book.flags:
        if flag not in spoken:
            message = f"no topic speaks for `{flag}`, so it is a topic of its own; name it in `topics.yaml`"
            yield problem(places.at("flags", flag, "id"), message, "topic", "warning")
    lines = [line for topic in topics.topics.values() for line in (*topic.lines, *topic.then)]
    filled = {name for line in lines for name in line.placeholders}
    asked = {name for topic in topics.topics.values() for name in topic.ask}
    asked |= {name for flag in book.flags.values() for name in flag.ask}
    for name in topics.asks:
        if name not in asked:
            yield problem(places.at("asks", name, "id"), f"no topic and no flag asks `{name}`", "topic", "warning")
    for name in topics.words:
        if name not in filled:
            yield problem(
                places.at("topics", next(iter(topics.topics)), "id"), f"no line uses {{{name}}}", "topic", "warning"
            )
