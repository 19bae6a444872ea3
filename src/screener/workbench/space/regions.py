"""Where conditions cut a number into regions: all values within one region are the same to every rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

from screener.case.answers import Number
from screener.logic.condition import Atom, Compare, Operator

Cut: TypeAlias = tuple[float, bool]  # a limit, and whether only what lies above it (not the limit itself) is beyond


def cut_of(kind: Number, operator: Operator, limit: float) -> tuple[Cut, bool]:
    """The cut that a comparison reads, and whether it holds beyond it (`>`, `>=`) or short of it.

    For whole numbers `> 17` and `>= 18` are the same cut.
    """
    above = operator in (">", "<=")
    if kind.whole:
        limit, above = (floor(limit) + 1 if above else ceil(limit)), False
    return (float(limit), above), operator in (">", ">=")


@dataclass(frozen=True)
class Regions:
    """A number field cut by every limit that conditions compare it with.

    Region 0 lies short of the first cut, region `i` between cut `i - 1` and cut `i`.
    """

    kind: Number
    cuts: tuple[Cut, ...]

    @classmethod
    def of(cls, name: str, kind: Number, atoms: Iterable[Atom]) -> Regions:
        """The regions of a field by the comparisons among these atoms, without cuts that no answer can lie beyond."""
        cuts = {
            cut_of(kind, atom.operator, atom.limit)[0]
            for atom in atoms
            if isinstance(atom, Compare) and atom.field == name
        }
        inside = {cut for cut in cuts if (kind.low, False) < cut and cut < (kind.high, True)}
        return cls(kind, tuple(sorted(inside)))

    def reached(self, cut: Cut) -> int | bool:
        """The number of the cut; or whether every reported value lies beyond it."""
        if cut in self.cuts:
            return self.cuts.index(cut)
        return cut <= (self.kind.low, False)

    def example(self, region: int) -> float | int | str:
        """A plain value in a region, as a case file writes it."""
        value = self._value(region)
        shown: float | int | str = self.kind.written(int(value) if float(value).is_integer() else value)
        return shown

    def _value(self, region: int) -> float:
        """A value of a region: one step beyond the limit below it (or short of the one above it), if that is in it."""
        kind, small = self.kind, self.kind.smallest
        if not self.cuts:
            return max(kind.low, min(1.0, kind.high))
        if region == 0:
            limit, above = self.cuts[0]
            value = max(kind.low, round(limit - small, 6))
            return limit if above else value if value < limit else (kind.low + limit) / 2
        limit, above = self.cuts[region - 1]
        if not above:
            return limit
        following, included = self.cuts[region] if region < len(self.cuts) else (kind.high, True)
        value = round(limit + small, 6)
        inside = limit < value < following or (included and value == following)
        return value if inside else (limit + following) / 2
