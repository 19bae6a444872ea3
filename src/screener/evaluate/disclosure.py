"""Which counts are not to be shown when a page is shared: small ones, and those from which they could be recomputed.

Counts from 1 to 7 are hidden and the others rounded to 5, as the Hospital Episode Statistics of England are published;
0 is shown. A hidden count must not follow from totals, so in every sum with hidden parts these are at least two, and
together at least 8; and no hidden count may follow from all the sums together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screener.batch.summary.summary import ROUNDED_TO
from screener.evaluate.counts import Counted
from screener.records.coverage import HIDDEN_BELOW

FEWEST_HIDDEN: Final = 2
ZERO: Final = 1e-9

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sum:
    """A total and its parts, as places in the list of counts."""

    total: int
    parts: tuple[int, ...]


@dataclass
class Protection:
    """Counts that belong together by sums, and which of them are hidden.

    Attributes:
        counts: the counts, totals among them.
        sums: how they belong together.
        hidden: those that are not shown, at first the small ones.
    """

    counts: Sequence[int]
    sums: Sequence[Sum]
    hidden: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hidden |= {place for place, count in enumerate(self.counts) if 0 < count < HIDDEN_BELOW}

    def protect(self) -> set[int]:
        """Hide others until no hidden count can be recomputed; returns all that are hidden."""
        while self.by_sums() or self.by_all():
            pass
        return self.hidden

    def by_sums(self) -> bool:
        """Hide one more in the first sum that gives a hidden count away."""
        for one in self.sums:
            parts = [place for place in one.parts if place in self.hidden]
            alone = one.total in self.hidden and not parts
            few = len(parts) < FEWEST_HIDDEN or sum(self.counts[place] for place in parts) < HIDDEN_BELOW
            if alone or (parts and one.total not in self.hidden and few):
                self.hidden.add(self.next_of(one))
                return True
        return False

    def next_of(self, one: Sum) -> int:
        """What is hidden next in a sum: the smallest part that is not 0, else one that is 0, else the total."""
        shown = [place for place in one.parts if place not in self.hidden]
        return min(shown, key=lambda place: (self.counts[place] == 0, self.counts[place])) if shown else one.total

    def by_all(self) -> bool:
        """Hide one more besides a hidden count that follows from all the sums together."""
        for place in self.determined():
            for one in self.sums:
                members = {one.total, *one.parts}
                if place in members and not members <= self.hidden:
                    self.hidden.add(self.next_of(one))
                    return True
        return False

    def determined(self) -> list[int]:
        """The hidden counts that have one value in all solutions of the sums."""
        places = sorted(self.hidden)
        if not places:
            return []
        matrix = np.zeros((len(self.sums), len(self.counts)))
        for row, one in zip(matrix, self.sums, strict=True):
            row[list(one.parts)], row[one.total] = 1, -1
        _, sizes, vectors = np.linalg.svd(matrix[:, places])
        free = vectors[int((sizes > ZERO).sum()) :]
        moves = np.abs(free).max(axis=0, initial=0)
        return [place for place, moved in zip(places, moves, strict=True) if moved < ZERO]


def people_hidden(people: Counted, divisions: Sequence[Sequence[int]]) -> Mask:
    """Which of the people are not shown, by group and truth; the last column is all people of the group."""
    whole = np.concatenate([people, people.sum(axis=1, keepdims=True)], axis=1)
    place = np.arange(whole.size).reshape(whole.shape)
    sums = _sums(place[:, -1], place[:, :-1])
    for division in divisions:
        sums += _sums(place[0], place[division].T)
    hidden = Protection(whole.ravel().tolist(), sums).protect()
    return _mask(hidden, whole.shape)


def cells_hidden(cells: Counted, people: Mask, divisions: Sequence[Sequence[int]]) -> Mask:
    """Which cells of one flag are not shown.

    Args:
        cells: by group, truth and what the rules say.
        people: what `people_hidden` says.
        divisions: the places of the groups of each division.
    """
    totals = cells.sum(axis=2)
    place = np.arange(cells.size).reshape(cells.shape)
    place_of_total = cells.size + np.arange(totals.size).reshape(totals.shape)
    sums = _sums(place_of_total, place)
    for division in divisions:
        sums += _sums(place[0], np.moveaxis(place[division], 0, -1))
    for division in divisions:
        sums += _sums(place_of_total[0], place_of_total[division].T)
    already = set(place_of_total[people[:, :-1]].tolist())
    hidden = Protection([*cells.ravel().tolist(), *totals.ravel().tolist()], sums, already).protect()
    return _mask(hidden, cells.shape)


def _sums(totals: Counted, parts: Counted) -> list[Sum]:
    """A sum for each total, whose parts are along the last axis."""
    return [
        Sum(int(total), tuple(some))
        for total, some in zip(totals.ravel(), parts.reshape(-1, parts.shape[-1]).tolist(), strict=True)
    ]


def _mask(hidden: set[int], shape: tuple[int, ...]) -> Mask:
    """The hidden ones in a table whose places are counted from 0."""
    return np.isin(np.arange(np.prod(shape)), list(hidden)).reshape(shape)


def rounded(counts: Counted) -> Counted:
    """Counts to the nearest 5."""
    return np.asarray(ROUNDED_TO * np.round(counts / ROUNDED_TO), np.int64)
