"""The ranges that the limits of the rules cut a number into, each with a value inside it and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import floor
from typing import TypeAlias

from screener.case.answers import Number
from screener.data import dataclass
from screener.logic.condition import Compare
from screener.saying import say

# A cut lies just before a number (n, 0) or just after it (n, 1); None is an open end.
Cut: TypeAlias = "tuple[float, int] | None"


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that no rule tells apart.

    Attributes:
        start: the cut below.
        end: the cut above.
        inside: a number in between, within the limits of the field.
    """

    start: Cut
    end: Cut
    inside: float

    def joined(self, after: Range) -> Range:
        """This range and the one that follows it."""
        return Range(self.start, after.end, self.inside)

    def words(self, unit: str) -> str:
        """The range in words, such as `from 2.5 to below 3 mmol/L`."""
        start, end = self.start, self.end
        low = f"{say('above') if start[1] else say('from')} {start[0]:g}" if start else ""
        high = f"{say('up to') if end[1] else say('below')} {end[0]:g}" if end else ""
        if not low and not high:
            return say("any number")
        if low and end and not end[1]:
            high = f"{say('to below')} {end[0]:g}"
        words = " ".join(filter(None, [low, high]))
        return f"{words} {unit}".strip()


def ranges(atoms: Iterable[Compare], kind: Number) -> Iterator[Range]:
    """The ranges of a field's plausible values between the limits that conditions compare it with.

    Args:
        atoms: comparisons on the field.
        kind: its type, with the smallest and largest plausible value.
    """
    cuts = sorted({(atom.limit, 1 if atom.operator in ("<=", ">") else 0) for atom in atoms})
    ends: list[Cut] = [None, *cuts, None]
    for start, end in pairwise(ends):
        inside = _inside(start or (kind.low, 0), end or (kind.high, 1), kind)
        if inside is not None:
            yield Range(start, end, inside)


def _inside(start: tuple[float, int], end: tuple[float, int], kind: Number) -> float | None:
    """A value between two cuts, or None when there is none."""
    if start < (kind.low, 0):
        start = (kind.low, 0)
    if end > (kind.high, 1):
        end = (kind.high, 1)
    if kind.whole:
        low = floor(start[0]) + (1 if start[1] or start[0] != floor(start[0]) else 0)
        return low if (low, 0) >= start and (low, 1) <= end else None
    if start[1] == 0 and start[0] <= kind.high and (start[0], 1) <= end:
        return start[0]
    return (start[0] + end[0]) / 2 if start[0] < end[0] else None
