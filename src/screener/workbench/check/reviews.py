"""Lint of reviews: what was reopened, refused or taken out since, and days that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem
from screener.workbench.review.rows import PLACED, Given, given, gone

TOLD: Final = {
    "reopened": "`{item}` is reopened: it was reviewed on {date} and means or says something else now",
    "rejected": "`{item}` is rejected by {by}: {comment}",
    "change asked": "{by} asks to change `{item}`: {comment}",
}


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What somebody has to look at; a book without reviews is fine."""
    found = given(places.folder)
    if not found.entries:
        return
    for name, standing in book.reviews.standings.items():
        if standing.status in TOLD:
            last = [review for review in standing.reviews if review.verdict == standing.status] or standing.reviews
            said = {"date": standing.date, "by": last[-1].by, "comment": last[-1].comment}
            message = TOLD[standing.status].format(item=name, **said)
            yield problem(_place(name, places, found), message, "review", "warning")
    for name, place in gone(book, found).items():
        yield problem(place, f"`{name}` was reviewed and is not in the rule book any more", "review", "warning")
    latest = (date.today() + timedelta(days=1)).isoformat()  # it is tomorrow already in other places
    for entry, place in found.entries:
        if entry.date > latest:
            yield problem(
                place, f"the review of `{entry.item}` is of a day that is still to come: {entry.date}", "review"
            )


def _place(name: str, places: Places, found: Given) -> Place:
    """Where the item is; if it has no place of its own, where its last review is."""
    kind, _, id = name.partition(" ")
    key = PLACED.get(kind, ""), id
    if key in places.entries:
        return places.at(*key)
    return [place for entry, place in found.entries if entry.item == name][-1]
