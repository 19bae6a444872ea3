"""The levels that `rulebook.yaml` names: what is wrong with them, and their words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from screener.rulebook.entries import Entry
from screener.rulebook.levels import LEVELS, USUAL, Levels

TEXTS = {"title": "title", "text": "urgency", "brief": "brief"}  # of an entry, and how the texts of a level begin


def levels_of(entries: Sequence[Entry]) -> Levels:
    """The levels of a book; the program's own five where it names none. What is wrong is noted on the entries."""
    if not entries:
        return LEVELS
    first = entries[0]
    if first.data.like != USUAL[0]:
        first.problem(f"the first level says that nothing is urgent: `like: {USUAL[0]}`", "like")
    if len(entries) < 2:
        first.problem("a book with levels has at least two; without `levels` it has the program's own", "id")
    for before, entry in pairwise(entries):
        if entry.data.like == USUAL[0]:
            entry.problem(f"only the first level is like `{USUAL[0]}`", "like")
        elif USUAL.index(entry.data.like) < USUAL.index(before.data.like):
            above = f"`{before.name}` before it is like `{before.data.like}`"
            entry.problem(f"the least urgent level comes first, and {above}", "like")
    for entry in entries:
        if entry.name in USUAL and entry.name != entry.data.like:
            entry.problem(f"`{entry.name}` is a level of the program; call yours something else", "id")
    return Levels({entry.name: entry.data.like for entry in entries})


def words_of(entries: Iterable[Entry], texts: Mapping[str, str]) -> dict[str, str]:
    """The words of the levels as texts of the book, such as `title-today`.

    Args:
        entries: the levels.
        texts: of `texts.yaml`; a text that is in both is noted.
    """
    found: dict[str, str] = {}
    for entry in entries:
        for key, kind in TEXTS.items():
            if words := " ".join(getattr(entry.data, key).split()):
                name = f"{kind}-{entry.name}"
                if name in texts:
                    entry.problem(f"`{name}` is in `texts.yaml`, too; say it in one place", key)
                found[name] = words
    return found
