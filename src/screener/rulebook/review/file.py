"""`reviews.yaml`: its shape, and what must hold of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from screener.errors import echo
from screener.rulebook.entries import Entry
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.review.items import KINDS, hash_of, items_of
from screener.rulebook.review.status import Review, Reviews, Verdict, standing
from screener.rulebook.values import Words, is_day

MOST_NEEDED: Final = 9  # reviewers of one item
LONGEST_NAME: Final = 100  # characters of a name or a role

Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), WithJsonSchema({"type": "string", "format": "date"})
]
Hash: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Person: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, strip_whitespace=True)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ReviewEntry(_File):
    """What one person said of one wording of one item."""

    item: Words
    hash: Hash
    by: Person
    role: Person
    date: Day
    verdict: Verdict
    comment: str = ""
    said: list[str] = []


class ReviewsFile(_File):
    """reviews.yaml"""

    needs: Annotated[int, Field(ge=1, le=MOST_NEEDED)] = 1
    reviews: list[ReviewEntry] = []


def review_of(entry: ReviewEntry) -> Review:
    """An entry as it is used."""
    return Review(
        entry.item, entry.hash, entry.by, entry.role, entry.date, entry.verdict, " ".join(entry.comment.split())
    )


def wordings(entries: Iterable[ReviewEntry]) -> dict[str, tuple[str, ...]]:
    """What was reviewed, by its hash: the first entry of each says it."""
    return {entry.hash: tuple(entry.said) for entry in entries if entry.said}


def check_reviews(file: Entry, known: Mapping[str, tuple[str, ...]]) -> None:
    """Note what is wrong with the entries of a file.

    Args:
        known: wordings that are in the file of the book that this one extends.
    """
    said = {**known, **wordings(file.data.reviews)}
    first: dict[tuple[str, str, str], int] = {}
    for entry in file.each("reviews"):
        _check(entry, said)
        review = review_of(entry.data)
        found = (review.hash, review.reviewer, review.date)
        if found in first:
            message = f"{echo(review.by)} has reviewed `{review.item}` on {review.date} twice"
            entry.problem(f"{message} (first on line {first[found]})", "by")
        first.setdefault(found, entry.document.place(entry.path).line)


def _check(entry: Entry, said: Mapping[str, tuple[str, ...]]) -> None:
    data: ReviewEntry = entry.data
    kind, _, name = data.item.partition(" ")
    if kind not in KINDS or not name:
        kinds = ", ".join(KINDS)
        message = f"{echo(data.item)} is not an item; write its kind and id, such as `rule my-rule` ({kinds})"
        entry.problem(message, "item")
    if not is_day(data.date):
        entry.problem(f"{echo(data.date)} is not a day; write it as 2026-11-28", "date")
    if data.verdict != "accepted" and not data.comment.strip():
        entry.problem(f"`{data.verdict}` needs a `comment` that says why", "verdict")
    if data.hash not in said:
        message = "no entry with this hash has `said`, so nobody can tell what was reviewed; take `said` back"
        entry.problem(message, "hash")
    elif (data.said or said[data.hash])[0] != data.item:
        entry.problem(f"what was reviewed under this hash is `{said[data.hash][0]}`", "item")
    if data.said and hash_of(data.said) != data.hash:
        entry.problem(f"this is not what was reviewed: its hash is {hash_of(data.said)}", "said")


def standings(book: Knowledge, found: Sequence[Entry]) -> Reviews:
    """The review status of every item of a book that somebody has reviewed; what is gone has none.

    Args:
        found: the files of reviews, those of the book that this one extends first; the last one says how many reviewers
            are needed. What is wrong is noted in their documents.
    """
    known: dict[str, tuple[str, ...]] = {}
    for whole in found:
        check_reviews(whole, known)
        known |= wordings(whole.data.reviews)
    needs = found[-1].data.needs
    by_item: dict[str, list[Review]] = {}
    for review in (review_of(entry) for whole in found for entry in whole.data.reviews):
        by_item.setdefault(review.item, []).append(review)
    items = items_of(book) if by_item else {}
    return Reviews(needs, {name: standing(items[name].hash, by_item[name], needs) for name in items if name in by_item})
