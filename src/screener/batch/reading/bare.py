"""Columns of numbers without a unit: ranges in one comparison, units exactly."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from screener.batch.reading.checks import keep
from screener.batch.reading.notation import Notation
from screener.case.answers import Kind, Number
from screener.engine.columnar.columns import Floats


class BareNumbers:
    """From numbers as written in the data to the field's own unit.

    Args:
        notation: in which units they are.
    """

    def __init__(self, notation: Notation) -> None:
        self.fields = notation.fields
        factors = {name: notation.factor(name) for name in self.fields.numbers}
        self.refused = {name for name, factor in factors.items() if factor is None}
        self.tables = {name: _Exact(factor) for name, factor in factors.items() if factor is not None and factor != 1}

    def read(self, name: str, values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The values (NaN: not reported) in the field's own unit, and which of them the intake would refuse."""
        if name in self.refused:
            return values, ~np.isnan(values)
        if name in self.tables:
            values = self.tables[name].of(values)
        return values, out_of_place(self.fields[name], values)


class _Exact(dict[float, float]):
    """Values times a factor, each computed exactly and rounded once, as `screener.case.units` does it."""

    def __init__(self, factor: Decimal) -> None:
        super().__init__()
        self.factor = factor

    def of(self, values: Floats) -> Floats:
        different, places = np.unique(values, return_inverse=True)
        table: Floats = np.array([self[value] for value in different.tolist()], np.float64)
        return table[places]

    def __missing__(self, value: float) -> float:
        return keep(self, value, float(Decimal(repr(value)) * self.factor))


def out_of_place(kind: Kind, values: Floats) -> NDArray[np.bool_]:
    """Which reported numbers (NaN: not reported), in the field's own unit, are not plausible."""
    assert isinstance(kind, Number)
    bad = (values < kind.low) | (values > kind.high)
    if kind.whole:
        with np.errstate(invalid="ignore"):
            bad |= values != np.floor(values)
        bad &= ~np.isnan(values)
    return bad
