"""What has become of the reviews of an item, and how many rules of a book are reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final, Literal, TypeAlias, get_args

from screener.data import dataclass

Verdict: TypeAlias = Literal["accepted", "change asked", "rejected"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
Status: TypeAlias = Literal["reviewed", "partly", "change asked", "rejected", "reopened", "open"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said of one wording of one item.

    Attributes:
        item: its name, such as `rule safety-emergency-chest-pain`.
        hash: of what was reviewed: its meaning and wording.
        by: the reviewer's name or initials.
        role: what the reviewer is, such as `pharmacist`.
        date: when, as `2026-11-28`.
        comment: what else was said; what should change.
    """

    item: str
    hash: str
    by: str
    role: str
    date: str
    verdict: Verdict
    comment: str = ""

    @property
    def reviewer(self) -> str:
        """The reviewer as compared: capitals and spaces do not make another person."""
        return " ".join(self.by.casefold().split())


@dataclass(frozen=True, slots=True)
class Standing:
    """The review status of one item.

    Attributes:
        reviews: the last of each reviewer for what the item says now, or, of a reopened one, for what it said before.
    """

    status: Status
    reviews: tuple[Review, ...] = ()

    @property
    def date(self) -> str:
        """Of the last of these reviews."""
        return max((review.date for review in self.reviews), default="")


@dataclass(frozen=True)
class Reviews:
    """The review status of the items of a book.

    Attributes:
        needs: how many different reviewers have to accept an item.
        standings: of each item that somebody has reviewed, by its name; every other one is open.
    """

    needs: int = 1
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, item: str) -> Standing:
        """The review status of an item."""
        return self.standings.get(item, OPEN)

    def are_reviewed(self, items: Iterable[str]) -> bool:
        """Whether each of these is reviewed."""
        return all(self.of(item).status == "reviewed" for item in items)


OPEN: Final = Standing("open")


def standing(hash: str, reviews: Iterable[Review], needs: int) -> Standing:
    """The review status of an item.

    Args:
        hash: of what it says now.
        reviews: all of it, in the order of the file.
        needs: how many different reviewers have to accept it.
    """
    found = list(reviews)
    now = _last(review for review in found if review.hash == hash)
    if not now:
        before = sorted(found, key=lambda review: review.date)[-1:]
        return Standing("reopened", _last(r for r in found if r.hash == before[0].hash)) if before else OPEN
    said = {review.verdict for review in now}
    if "rejected" in said:
        return Standing("rejected", now)
    if "change asked" in said:
        return Standing("change asked", now)
    return Standing("reviewed" if len(now) >= needs else "partly", now)


def _last(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """The last review of each reviewer."""
    found = {review.reviewer: review for review in sorted(reviews, key=lambda review: review.date)}
    return tuple(found.values())
