"""Which items somebody wants to see, and whether something holds of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from screener.errors import UsageError, did_you_mean
from screener.rulebook.book import RuleBook
from screener.rulebook.review.items import KINDS
from screener.rulebook.review.status import STATUSES
from screener.workbench.review.rows import Row, rows


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen: any of the names of each kind; everything where there is none."""

    packs: Collection[str] = ()
    topics: Collection[str] = ()
    levels: Collection[str] = ()
    statuses: Collection[str] = ()
    kinds: Collection[str] = ()

    @property
    def is_narrow(self) -> bool:
        """Whether not everything is chosen."""
        return any((self.packs, self.topics, self.levels, self.statuses, self.kinds))

    def takes(self, row: Row) -> bool:
        """Whether an item is chosen."""
        return (
            _any((row.item.pack,), self.packs)
            and _any(row.topics, self.topics)
            and _any(row.urgency, self.levels)
            and _any((row.standing.status,), self.statuses)
            and _any((row.item.kind,), self.kinds)
        )


def chosen(book: RuleBook, folder: Path | None, choice: Choice) -> list[Row]:
    """The items that are chosen.

    Raises:
        UsageError: there is no such pack, topic, level, status or kind.
    """
    for what, names, known in (
        ("pack", choice.packs, book.packs), ("topic", choice.topics, book.complete_topics),
        ("level of urgency", choice.levels, book.levels), ("status", choice.statuses, STATUSES),
        ("kind", choice.kinds, KINDS),
    ):  # fmt: skip
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known) or f" ({', '.join(known)})"
                raise UsageError(f"there is no {what} `{name}`{hint}")
    return [row for row in rows(book, folder) if choice.takes(row)]


def failing(rows: Sequence[Row], requirement: str) -> list[Row]:
    """The items of which it does not hold: `reviewed`, or `none-reopened` (nor rejected, nor asked to change)."""
    wanted = {"reviewed"} if requirement == "reviewed" else {"reviewed", "partly", "open"}
    return [row for row in rows if row.standing.status not in wanted]


def _any(names: Iterable[str], wanted: Collection[str]) -> bool:
    return not wanted or any(name in wanted for name in names)
