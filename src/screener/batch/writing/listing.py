"""The result of a batch, case by case: urgency, and the ids that are raised, possible, suppressed, and that fired.

Many cases share the same lists, so a list that is written as text is put together once for each pattern of bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screener.engine.columnar.engine import Outcomes
from screener.logic.planes import Plane, by_case
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import Levels

STATUSES: Final = ("raised", "possible", "suppressed")
MOST_PATTERNS: Final = 200_000  # texts of lists that are kept


@dataclass
class IdList:
    """A list of ids for each case.

    Attributes:
        ids: the ids that may stand in a list, in the order in which they do.
        bits: one row for each case, one bit for each id, padded to a power of two of bytes, eight at least.
    """

    ids: Sequence[str]
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, ids: Sequence[str], planes: Sequence[Plane], count: int) -> IdList:
        """From one plane for each id."""
        rows = by_case(planes, count)
        padded = np.zeros((count, max(8, 1 << (max(1, rows.shape[1]) - 1).bit_length())), np.uint8)
        padded[:, : rows.shape[1]] = rows
        return cls(ids, padded)

    def arrow(self) -> pa.Array:
        """As a list column over a dictionary of the ids."""
        flat = np.unpackbits(self.bits.ravel(), bitorder="little").view(np.bool_)
        places = (np.flatnonzero(flat) & (self.bits.shape[1] * 8 - 1)).astype(np.int16)
        ends = np.zeros(len(self.bits) + 1, np.int32)
        np.cumsum(self.counts(), out=ends[1:])
        ids = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(self.ids, pa.string()), safe=False)
        return pa.ListArray.from_arrays(pa.array(ends), ids)

    def counts(self) -> NDArray[np.int64]:
        """How many ids each list has."""
        words = np.bitwise_count(self.bits.view(np.uint64))
        total = words[:, 0].astype(np.int64)
        for place in range(1, words.shape[1]):
            total += words[:, place]
        return total

    def texts(self, cache: PatternTexts) -> list[str]:
        """As text; `cache` must be used for lists of the same ids only."""
        patterns: list[Any] = np.ascontiguousarray(self.bits).view(f"S{self.bits.shape[1]}").ravel().tolist()
        return [cache[pattern] for pattern in patterns]


class PatternTexts(dict[bytes, str]):
    """The text of a list for each pattern of bits (without the zero bytes at its end).

    Args:
        ids: the ids that the bits stand for.
        write: makes the text of a list.
    """

    def __init__(self, ids: Sequence[str], write: Callable[[list[str]], str]) -> None:
        super().__init__()
        self.ids = ids
        self.write = write

    def __missing__(self, pattern: bytes) -> str:
        if len(self) >= MOST_PATTERNS:
            self.clear()
        bits = np.unpackbits(np.frombuffer(pattern, np.uint8), bitorder="little")
        text = self[pattern] = self.write([self.ids[place] for place in np.flatnonzero(bits).tolist()])
        return text


@dataclass
class Listing:
    """The lists of all cases of a chunk."""

    urgency: NDArray[np.uint8]
    levels: Levels
    lists: dict[str, IdList] = field(default_factory=dict)

    @classmethod
    def of(cls, outcomes: Outcomes) -> Listing:
        """What an engine concluded, as lists."""
        names, rules = list_ids(outcomes.book)
        n = outcomes.count
        lists = {
            "raised": IdList.of(names, [outcomes.raised(name) for name in names], n),
            "possible": IdList.of(names, [outcomes.possible(name) for name in names], n),
            "suppressed": IdList.of(names, [outcomes.suppressed(name) for name in names], n),
            "rules": IdList.of(rules, [outcomes.fired[name] for name in rules], n),
        }
        return cls(outcomes.urgency, outcomes.book.levels, lists)

    def urgency_arrow(self) -> pa.Array:
        """The urgency as a dictionary column."""
        return pa.DictionaryArray.from_arrays(
            pa.array(self.urgency.astype(np.int8)), pa.array(list(self.levels), pa.string())
        )


def list_ids(book: RuleBook) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The findings and flags, and the rules, in the order in which lists name them: that of the book."""
    return (*book.findings, *book.flags), tuple(rule.id for rule in book.rules)
