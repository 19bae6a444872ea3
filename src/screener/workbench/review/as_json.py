"""What is reviewed and what is not, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from json import dumps
from typing import Any

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place
from screener.workbench.review.rows import Row


def as_json(rows: Sequence[Row], book: RuleBook, gone: Mapping[str, Place]) -> str:
    """The chosen items with the status of each, and the reviews of what is gone."""
    data = {
        "rulebook": {"version": book.version, "sha256": book.sha256},
        "needs": book.reviews.needs,
        "rules": len(book.rules),
        "rules_reviewed": book.rules_reviewed,
        "items": [_row(row) for row in rows],
        "gone": [{"item": name, "file": place.file, "line": place.line} for name, place in gone.items()],
    }
    return dumps(data, indent=2, ensure_ascii=False)


def _row(row: Row) -> dict[str, Any]:
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
