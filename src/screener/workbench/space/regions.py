"""Where conditions cut a number into regions: all values within one region are the same to every rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final, TypeAlias

from screener.case.intake import FIELDS, Number, written
from screener.logic.condition import Atom, Compare, Operator

Cut: TypeAlias = tuple[float, bool]  # a limit, and whether only what lies above it (not the limit itself) is beyond

STEPS: Final = {"magnesium": 0.01, "calcium": 0.01}  # the smallest step that a result is printed with
STEP: Final = 0.1


def step(name: str) -> float:
    """The smallest difference between two answers that people write, in the field's unit."""
    kind = FIELDS.get(name)
    if name == "medicines" or (isinstance(kind, Number) and kind.whole) or name == "egfr":
        return 1.0
    return STEPS.get(name, STEP)


def cut_of(name: str, operator: Operator, limit: float) -> tuple[Cut, bool]:
    """The cut that a comparison reads, and whether it holds beyond it (`>`, `>=`) or short of it.

    For whole numbers `> 17` and `>= 18` are the same cut.
    """
    above = operator in (">", "<=")
    if getattr(FIELDS.get(name), "whole", False):
        limit, above = (floor(limit) + 1 if above else ceil(limit)), False
    return (float(limit), above), operator in (">", ">=")


@dataclass(frozen=True)
class Regions:
    """A number field cut by every limit that conditions compare it with.

    Region 0 lies short of the first cut, region `i` between cut `i - 1` and cut `i`.
    """

    field: str
    cuts: tuple[Cut, ...]

    @classmethod
    def of(cls, name: str, atoms: Iterable[Atom]) -> Regions:
        """The regions of a field by the comparisons among these atoms, without cuts that no answer can lie beyond."""
        kind = FIELDS[name]
        assert isinstance(kind, Number)
        cuts = {
            cut_of(name, atom.operator, atom.limit)[0]
            for atom in atoms
            if isinstance(atom, Compare) and atom.field == name
        }
        inside = {cut for cut in cuts if (kind.low, False) < cut and cut < (kind.high, True)}
        return cls(name, tuple(sorted(inside)))

    def reached(self, cut: Cut) -> int | bool:
        """The number of the cut; or whether every reported value lies beyond it."""
        if cut in self.cuts:
            return self.cuts.index(cut)
        kind = FIELDS[self.field]
        assert isinstance(kind, Number)
        return cut <= (kind.low, False)

    def example(self, region: int) -> float | int | str:
        """A plain value in a region, as a case file writes it."""
        value = self._value(region)
        shown: float | int | str = written(self.field, int(value) if float(value).is_integer() else value)
        return shown

    def _value(self, region: int) -> float:
        kind = FIELDS[self.field]
        assert isinstance(kind, Number)
        small = step(self.field)
        if region == 0:
            if not self.cuts:
                return kind.low if kind.low > 1 else max(kind.low, 1.0)
            limit, above = self.cuts[0]
            return limit if above else max(kind.low, round(limit - small, 6))
        limit, above = self.cuts[region - 1]
        if not above:
            return limit
        following = self.cuts[region][0] if region < len(self.cuts) else kind.high
        value = round(limit + small, 6)
        return value if value < following or following == kind.high else (limit + following) / 2
