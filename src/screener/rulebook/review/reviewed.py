"""From the reviews in a book's files to the review status of each item."""

from __future__ import annotations

from collections.abc import Sequence

from screener.rulebook.document import Document
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.review.file import ReviewsFile, check_reviews, review_of, wordings
from screener.rulebook.review.items import items_of
from screener.rulebook.review.status import Review, Reviews, standing


def standings(book: Knowledge, found: Sequence[tuple[ReviewsFile, Document]]) -> Reviews:
    """The review status of every item of a book that somebody has reviewed; what is gone has none.

    Args:
        found: the reviews, those of the book that this one extends first; the last file says how many reviewers are
            needed. What is wrong is noted in the documents.
    """
    known: dict[str, tuple[str, ...]] = {}
    for file, document in found:
        check_reviews(file, document, known)
        known |= wordings(file.reviews)
    needs = found[-1][0].needs
    by_item: dict[str, list[Review]] = {}
    for review in (review_of(entry) for file, _ in found for entry in file.reviews):
        by_item.setdefault(review.item, []).append(review)
    items = items_of(book) if by_item else {}
    return Reviews(needs, {name: standing(items[name].hash, by_item[name], needs) for name in items if name in by_item})
