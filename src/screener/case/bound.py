"""A result of which a report says only beyond which number it lies: `> 7 mmol/L`, `<15`."""

from __future__ import annotations

import re
from typing import Final

from screener.data import dataclass

SIGNS: Final = ("<", "<=", ">", ">=")
_SIGN: Final = re.compile(r"\s*(<=?|>=?|≤|≥)\s*")
_WRITTEN: Final = {"≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Bound:
    """All numbers on one side of a limit.

    Attributes:
        sign: one of `SIGNS`; with `<=` and `>=` the limit is one of the numbers.
        limit: in the field's own unit.
    """

    sign: str
    limit: float

    def compared(self, operator: str, limit: float) -> bool | None:
        """Whether a comparison holds: true for all numbers, false for all, or None: it depends on the number."""
        outward = operator[0] == self.sign[0]  # it can only be certain, or the opposite certainly false
        inside = self.limit > limit if self.sign[0] == ">" else self.limit < limit
        touching = self.limit == limit and not (self.sign[-1] == "=" and (operator[-1] == "=") is not outward)
        return outward if inside or touching else None

    def has(self, number: float) -> bool:
        """Whether a number may be the one that was measured."""
        beyond = number > self.limit if self.sign[0] == ">" else number < self.limit
        return beyond or (number == self.limit and self.sign[-1] == "=")

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:.4g}"


def sign_of(text: str) -> tuple[str, str]:
    """The sign that a text begins with, or nothing, and the rest."""
    found = _SIGN.match(text)
    return (_WRITTEN.get(found.group(1), found.group(1)), text[found.end() :]) if found else ("", text)
