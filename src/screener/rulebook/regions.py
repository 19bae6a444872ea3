"""Numbers that no condition tells apart: the regions that the limits of comparisons cut out of a field."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, TypeAlias

from screener.case.answers import Number
from screener.data import dataclass
from screener.logic.condition import Compare

Cut: TypeAlias = tuple[float, bool]  # a limit, and whether the cut lies just above it (True) or just below it (False)
STEPS: Final = (0.1, 0.01, 0.001)  # from the end of a region to a round number inside it


@dataclass(frozen=True, slots=True)
class Region:
    """What can be answered between two cuts; where one of them is None, it goes on to the end of the field.

    Attributes:
        kind: of the field.
    """

    kind: Number
    start: Cut | None
    end: Cut | None

    @property
    def low(self) -> Cut:
        """The cut below, or the one below all that can be answered."""
        lowest = (self.kind.low, False)
        return max(self.start or lowest, lowest)

    @property
    def high(self) -> Cut:
        """The cut above, or the one above all that can be answered: without a unit, where nothing is cut."""
        highest = (self.kind.high, True)
        found = min(self.end or highest, highest)
        return (self.kind.bare_limit, True) if (self.low, found) == ((self.kind.low, False), highest) else found

    def __contains__(self, value: float) -> bool:
        return self.low <= (value, False) and (value, True) <= self.high

    @property
    def inside(self) -> float | int | None:
        """A value of the region: its lower end, or its upper one where nothing is below; None when it is empty."""
        return self.end_value(lower=self.low[0] != self.kind.low)

    def end_value(self, lower: bool) -> float | int | None:
        """The lower or upper end, or the roundest value just inside it; None when nothing is in it."""
        (end, _), sign = (self.low, 1) if lower else (self.high, -1)
        if self.kind.whole:
            start = math.ceil(end) if lower else math.floor(end)
            found = next((n for n in (start, start + sign) if n in self), None)
            return None if found is None else int(found)
        if end in self:
            return float(end)
        for step in STEPS:
            value = round(end + sign * step, 6)
            if value in self:
                return value
        value = math.nextafter(end, math.inf * sign)
        return value if value in self else None


def regions(kind: Number, compared: Iterable[Compare]) -> list[Region]:
    """The regions that the limits cut out of what can be answered, in order; there is a value in each.

    Args:
        kind: of the field.
        compared: comparisons on it.
    """
    cuts = sorted({(atom.limit, atom.operator in ("<=", ">")) for atom in compared})
    found = [Region(kind, start, end) for start, end in pairwise([None, *cuts, None])]
    return [region for region in found if region.inside is not None]
