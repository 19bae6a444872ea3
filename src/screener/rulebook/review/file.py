"""`reviews.yaml`: its shape, and what must hold of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from screener.errors import echo
from screener.rulebook.document import Document
from screener.rulebook.entries import Entry
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.review.items import KINDS, hash_of, items_of
from screener.rulebook.review.status import Review, Reviews, Verdict, standing
from screener.rulebook.values import Words, is_day

MOST_NEEDED: Final = 9  # reviewers of one item

Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), WithJsonSchema({"type": "string", "format": "date"})
]
Hash: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Person: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


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


def check_reviews(file: ReviewsFile, document: Document, known: Mapping[str, tuple[str, ...]]) -> None:
    """Note what is wrong with the entries of a file.

    Args:
        known: wordings that are in the file of the book that this one extends.
    """
    said = {**known, **wordings(file.reviews)}
    first: dict[tuple[str, str, str], int] = {}
    for index, entry in enumerate(file.reviews):
        for key, message in _wrong(entry, said):
            document.problem(("reviews", index, key), message)
        found = (entry.hash, review_of(entry).reviewer, entry.date)
        if found in first:
            line = document.place(("reviews", first[found])).line
            message = f"{echo(entry.by)} has reviewed `{entry.item}` on {entry.date} twice (first on line {line})"
            document.problem(("reviews", index, "by"), message)
        first.setdefault(found, index)


def _wrong(entry: ReviewEntry, said: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    kind, _, name = entry.item.partition(" ")
    if kind not in KINDS or not name:
        yield (
            "item",
            f"{echo(entry.item)} is not an item; write its kind and id, such as `rule my-rule` ({', '.join(KINDS)})",
        )
    if not is_day(entry.date):
        yield "date", f"{echo(entry.date)} is not a day; write it as 2026-11-28"
    if entry.verdict != "accepted" and not entry.comment.strip():
        yield "verdict", f"`{entry.verdict}` needs a `comment` that says why"
    if entry.hash not in said:
        yield "hash", "no entry with this hash has `said`, so nobody can tell what was reviewed; take `said` back"
    elif (entry.said or said[entry.hash])[0] != entry.item:
        yield "item", f"what was reviewed under this hash is `{said[entry.hash][0]}`"
    if entry.said and hash_of(entry.said) != entry.hash:
        yield "said", f"this is not what was reviewed: its hash is {hash_of(entry.said)}"


def standings(book: Knowledge, found: Sequence[Entry]) -> Reviews:
    """The review status of every item of a book that somebody has reviewed; what is gone has none.

    Args:
        found: the files of reviews, those of the book that this one extends first; the last one says how many reviewers
            are needed. What is wrong is noted in their documents.
    """
    known: dict[str, tuple[str, ...]] = {}
    for whole in found:
        check_reviews(whole.data, whole.document, known)
        known |= wordings(whole.data.reviews)
    needs = found[-1].data.needs
    by_item: dict[str, list[Review]] = {}
    for review in (review_of(entry) for whole in found for entry in whole.data.reviews):
        by_item.setdefault(review.item, []).append(review)
    items = items_of(book) if by_item else {}
    return Reviews(needs, {name: standing(items[name].hash, by_item[name], needs) for name in items if name in by_item})
