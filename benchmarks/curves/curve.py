"""A curve of what is measured, and how fast it grows: the exponent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]  # how large, and what it takes in seconds


@dataclass(frozen=True)
class Curve:
    """What is measured for sizes that grow.

    Attributes:
        points: smallest size first.
        beyond: a point that is not measured but continues the last two, or None.
    """

    name: str
    points: tuple[Point, ...]
    beyond: Point | None = None

    @property
    def exponent(self) -> float | None:
        """The slope of the upper half of the points; None for fewer than two points."""
        return slope(upper_half(self.points))

    @property
    def at_the_end(self) -> float | None:
        """The slope between the last two points; None for fewer than two points."""
        return slope(self.points[-2:])

    def to(self, size: float) -> Curve:
        """The same with a point for a larger size, where it is continued as between the last two points."""
        if self.at_the_end is None:
            return self
        last, seconds = self.points[-1]
        return Curve(self.name, self.points, (size, seconds * (size / last) ** self.at_the_end))


def upper_half(points: Sequence[Point]) -> Sequence[Point]:
    """The larger half of the points; of an odd number the middle one, too; at least two."""
    return points[-max(2, (len(points) + 1) // 2) :]


def slope(points: Sequence[Point]) -> float | None:
    """The slope of the least squares line through the logarithms: 1 for what doubles when the size doubles."""
    if len({size for size, _ in points}) < 2:
        return None
    places = [(log(size), log(seconds)) for size, seconds in points]
    x, y = (sum(some) / len(places) for some in zip(*places, strict=True))
    return float(sum((a - x) * (b - y) for a, b in places) / sum((a - x) ** 2 for a, _ in places))
