"""The sheet that a reviewer fills in: a row for each item, with all that is needed to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from screener.rulebook.book import RuleBook
from screener.rulebook.review.items import Item
from screener.rulebook.review.status import Review
from screener.rulebook.rule import URGENCY, Rule
from screener.spreadsheet import cell
from screener.workbench.prove.prove import written
from screener.workbench.review.rows import Row
from screener.workbench.words import in_words

FILLED_IN: Final = ("verdict", "comment", "by", "role", "date")
COLUMNS: Final = (
    "item", "status", "in_words", "cases", "sources", "effect", *FILLED_IN, "reviews", "change", "pack", "topics",
    "urgency", "says", "hash",
)  # fmt: skip


class Sheet:
    """Makes the cells of each row.

    Args:
        book: with its rules' own cases.
        effect: says what a rule does for people.
    """

    def __init__(self, book: RuleBook, effect: Callable[[Rule], str]) -> None:
        self.book, self.effect = book, effect

    def cells(self, row: Row) -> dict[str, str]:
        """The cells of one row by their columns; those to fill in are empty."""
        item, rule = row.item, self.book.rule.get(row.item.id) if row.item.kind == "rule" else None
        return {
            **dict.fromkeys(COLUMNS, ""),
            "item": item.name,
            "status": row.standing.status,
            "in_words": self.in_words(item),
            "cases": "\n".join(f"{case.expect}: {written(case.answers)}" for case in rule.cases) if rule else "",
            "sources": "\n".join(self.sources(item)),
            "effect": self.effect(rule) if rule else "",
            "reviews": "\n".join(map(said, row.standing.reviews)),
            "change": "\n".join(row.change),
            "pack": item.pack,
            "topics": ", ".join(row.topics),
            "urgency": ", ".join(row.urgency),
            "says": "\n".join(item.lines),
            "hash": item.hash,
        }

    def in_words(self, item: Item) -> str:
        """What an item says, for somebody who does not read rule files."""
        book = self.book
        if item.kind == "rule":
            rule = book.rule[item.id]
            level = rule.concludes.startswith(URGENCY)
            what = (
                f"the urgency is at least {rule.concludes.removeprefix(URGENCY)}"
                if level
                else book.title(rule.concludes)
            )
            return f"When {in_words(book, rule.when)}: {what}. Because: {rule.said()}"
        if item.kind == "term":
            return in_words(book, book.terms[item.id].when, whole=True)
        if item.kind == "setting":
            setting = book.settings[item.id]
            return f"{setting.value:g} {setting.unit}: {setting.meaning}"
        parts = [line.partition(": ") for line in item.lines[1:]]
        read = [text for key, _, text in parts if key.rpartition(" ")[2] in READ and not key.startswith("asked ")]
        return " ".join(read) or "; ".join(item.lines[1:])

    def sources(self, item: Item) -> Iterator[str]:
        """What an item rests on."""
        for name in sorted({line.partition("sources: ")[2] for line in item.lines if "sources: " in line}):
            if source := self.book.sources.get(name):
                detail = ", ".join(filter(None, [source.detail, source.link]))
                yield f"{name}: {source.title}{f' ({detail})' if detail else ''}"


# the parts of other items that people read
READ: Final = frozenset({"title", "explanation", "text", "ask", "statement", "help", "why", "about", "meaning", "hint"})


def said(review: Review) -> str:
    """What one person said, in one line."""
    comment = f" ({review.comment})" if review.comment else ""
    return f"{review.by}, {review.role}, {review.date}: {review.verdict}{comment}"


def as_csv(rows: Iterable[dict[str, str]]) -> str:
    """The sheet; no cell is run by a spreadsheet."""
    lines = [COLUMNS, *(tuple(row[column] for column in COLUMNS) for row in rows)]
    return "".join(",".join(map(cell, line)) + "\n" for line in lines)
