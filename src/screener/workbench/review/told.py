"""What is reviewed and what is not, as lines of text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from json import dumps
from typing import Any, Final

from screener.printable import on_one_line
from screener.rulebook.book import RuleBook
from screener.rulebook.review.items import KINDS
from screener.rulebook.review.status import STATUSES, Status
from screener.rulebook.rule import Place
from screener.workbench.review.rows import ItemRow
from screener.workbench.review.sheet import said

TOLD: Final[tuple[Status, ...]] = ("reopened", "rejected", "change asked", "partly")  # listed without being asked for


def text(rows: Sequence[ItemRow], book: RuleBook, gone: Mapping[str, Place], wanted: Collection[str]) -> Iterator[str]:
    """The counts of each kind, and what somebody has to look at.

    Args:
        rows: the chosen items.
        gone: items that were reviewed and are not in the book any more.
        wanted: the statuses that were asked for; without any, those that somebody has to look at are listed.
    """
    yield from _counts(rows)
    reviewers = "1 reviewer accepts" if book.reviews.needs == 1 else f"{book.reviews.needs} reviewers accept"
    yield f"an item is reviewed when {reviewers} it as it is now"
    yield f"{book.rules_reviewed} of {len(book.rules)} rules reviewed"
    for row in rows:
        if row.standing.status in (wanted or TOLD):
            yield from _row(row)
    for name, place in gone.items():
        yield f"{place.file}:{place.line}: gone: `{name}` was reviewed and is not in the rule book any more"


def _counts(rows: Sequence[ItemRow]) -> Iterator[str]:
    """A table: a line for each kind, a column for each status."""
    widths = [max(len(status), 5) for status in STATUSES]
    yield "  ".join([f"{'':<12}", *(f"{status:>{width}}" for status, width in zip(STATUSES, widths, strict=True))])
    found = Counter((row.item.kind, row.standing.status) for row in rows)
    for kind in KINDS:
        counts = [found[kind, status] for status in STATUSES]
        if any(counts):
            yield "  ".join(
                [f"{kind:<12}", *(f"{count:>{width}}" for count, width in zip(counts, widths, strict=True))]
            )


def _row(row: ItemRow) -> Iterator[str]:
    where = f"{row.place.file}:{row.place.line}: " if row.place else ""
    yield f"{where}{row.standing.status}: {row.item.name}"
    yield from (f"    {on_one_line(said(review))}" for review in row.standing.reviews)
    yield from (f"    {on_one_line(line)}" for line in row.change)


def as_json(rows: Sequence[ItemRow], book: RuleBook, gone: Mapping[str, Place]) -> str:
    """The chosen items with the status of each, and the reviews of what is gone."""
    data = {
        "rulebook": {"version": book.version, "sha256": book.sha256},
        "needs": book.reviews.needs,
        "rules": len(book.rules),
        "rules_reviewed": book.rules_reviewed,
        "items": [_data(row) for row in rows],
        "gone": [{"item": name, "file": place.file, "line": place.line} for name, place in gone.items()],
    }
    return dumps(data, indent=2, ensure_ascii=False)


def _data(row: ItemRow) -> dict[str, Any]:
    item = row.item
    return {
        "item": item.name,
        "hash": item.hash,
        "pack": item.pack,
        "topics": row.topics,
        "urgency": row.urgency,
        "status": row.standing.status,
        "file": row.place.file if row.place else None,
        "line": row.place.line if row.place else None,
        "reviews": [asdict(review) for review in row.standing.reviews],
        "change": row.change,
    }
