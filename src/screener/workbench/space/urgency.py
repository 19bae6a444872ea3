"""Suppression and urgency over sets of answers or of cases: as `screener.engine.outcome` has them for one case."""

from __future__ import annotations

from collections.abc import Mapping

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY
from screener.workbench.space.pairs import Pair, S


def suppressing(book: RuleBook, name: str, found: Mapping[str, Pair[S]], nothing: S) -> S:
    """Where a finding or flag would be suppressed: where a flag that suppresses it is certain."""
    where = nothing
    for other in book.flags.values():
        if name in other.suppresses:
            where = where | found[other.id].proved
    if name in book.flags and book.flags[name].last_resort:
        for each in (
            *(other for other in book.flags if other != name),
            *(URGENCY + level for level in book.levels[1:]),
        ):
            where = where | found[each].proved
    return where


def at_least(book: RuleBook, level: str, found: Mapping[str, Pair[S]], nothing: S, could_be: bool = False) -> S:
    """Where the urgency is a level or a higher one: by a rule, or by a flag that is raised and not suppressed.

    Args:
        book: the rule book.
        level: the level.
        found: where each conclusion is proved and refuted.
        nothing: the empty set.
        could_be: whether what is only possible counts too.
    """

    def holds(name: str) -> S:
        return ~found[name].refuted if could_be else found[name].proved

    where = nothing
    high = book.levels[book.levels.index(level) :]
    for each in high:
        where = where | holds(URGENCY + each)
    for flag in book.urgent_flags:
        if flag.urgency in high:
            where = where | (holds(flag.id) & ~suppressing(book, flag.id, found, nothing))
    return where
