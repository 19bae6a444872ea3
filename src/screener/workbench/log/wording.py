"""What two versions say in other words: the text before, and the text now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.workbench.diff.texts import TextChange, entries

# the parts of entries that people read
PARTS: Final = frozenset(
    {"title", "explanation", "ask", "because", "text", "label", "help", "why", "statement", "about", "hides_because",
     "strength", "disagreement", "meaning", "section"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """One text that is another one.

    Attributes:
        only: whether nothing else of the entry changed.
    """

    kind: str
    id: str
    part: str
    before: str
    after: str
    only: bool


def wordings(old: RuleBook, new: RuleBook, changes: Iterable[TextChange]) -> list[Wording]:
    """The texts that changed in entries that both versions have."""
    before, after = entries(old), entries(new)
    return [
        Wording(
            each.kind,
            each.id,
            part,
            _text(before[each.kind][each.id], part),
            _text(after[each.kind][each.id], part),
            set(each.parts) <= PARTS,
        )
        for each in changes
        if each.change == "changed"
        for part in each.parts
        if part in PARTS
    ]


def _text(entry: Any, part: str) -> str:
    found = entry if isinstance(entry, str) else getattr(entry, part)
    return " / ".join(map(str, found)) if isinstance(found, tuple) else " ".join(str(found).split())
