"""Laboratory units: from what a report prints to the unit in which a field keeps its values, exactly.

Which substances there are, their units and the factors are data of the rule book (`units.yaml`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import Final

from screener.data import dataclass
from screener.errors import echo
from screener.memo import memo
from screener.saying import say

_QUANTITY: Final = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,20})?)\s*([^\s0-9.,].*?)?\s*", re.DOTALL)
SIGNS_OF_UNITS: Final = dict.fromkeys(map(ord, "{}[]()_^*.,"))
_ONE_UNIT: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,20})?)\s*(.*)", re.DOTALL)

NO_QUANTITY: Final = "{given} is not a number with a unit; write for example {example}"
NO_UNIT: Final = "{unit} is not a unit of {analyte} here; use {units}"
NO_RESULT: Final = "{given} is not a {analyte} result; write a number such as {example}, or text such as `>60`"


@dataclass(frozen=True)
class Analyte:
    """Something that is measured.

    Attributes:
        name: for messages.
        unit: in which values are kept.
        factors: each unit as it is usually written, with the exact factor that gives `unit`.
        example: a value as a report prints it, for messages.
    """

    name: str
    unit: str
    factors: Mapping[str, Decimal] = field(hash=False)
    example: str = ""

    @property
    def units(self) -> str:
        """The units for messages and questions: `mmol/L, mEq/L or mg/dL`."""
        *others, last = self.factors
        return f"{', '.join(others)} {say('or')} {last}" if others else last

    @memo
    def others(self) -> tuple[str, ...]:
        """The units in which the same number means something else, the last of the book first."""
        return tuple(unit for unit, factor in self.factors.items() if factor != 1)[::-1]

    @memo
    def one_unit(self) -> bool:
        """Whether a number says all, because every unit means the same."""
        return not self.others

    @memo
    def _plain(self) -> dict[str, Decimal]:
        return {self._key(unit): factor for unit, factor in self.factors.items()}

    def factor(self, unit: str) -> Decimal | None:
        """The factor of a unit, however its letters and spaces are written; None when it is not known here."""
        return self._plain.get(self._key(unit))

    def _key(self, unit: str) -> str:
        """A unit as it is compared; where all units mean the same, `mL/min/{1.73_m2}` is `mL/min/1.73m2`."""
        return plain_unit(unit).translate(SIGNS_OF_UNITS) if self.one_unit else plain_unit(unit)


def plain_unit(unit: str) -> str:
    """A unit as it is compared: small letters, no spaces, one sign for micro, ² as 2."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", unit)).lower()


def in_own_unit(text: str, analyte: Analyte) -> float:
    """Read a lab value written with its unit, such as `1.6 mg/dL`.

    Args:
        text: a number (decimal point, no sign, no exponent) and a unit; case and spaces of the unit do not matter.
        analyte: what was measured.

    Returns:
        The value in the analyte's own unit, computed exactly and rounded once to the nearest float.

    Raises:
        ValueError: the text is not a number with a unit of this analyte; the message says what would be right.
    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(say(NO_QUANTITY, given=echo(text), example=f"`{analyte.example}`"))
    number, unit = match.group(1), (match.group(2) or "")
    if not unit:
        raise ValueError(say("{given} has no unit; write it with {units}", given=echo(text), units=analyte.units))
    factor = analyte.factor(unit)
    if factor is None:
        raise ValueError(say(NO_UNIT, unit=echo(unit), analyte=analyte.name, units=analyte.units))
    return float(Decimal(number) * factor)


def in_its_unit(text: str, analyte: Analyte, bare: bool) -> float:
    """Read a result whose units all mean the same: `45 mL/min/1.73 m2`.

    Args:
        text: a number and perhaps a unit.
        analyte: what was measured.
        bare: whether the unit may be missing, as after a sign: `<15`.

    Raises:
        ValueError: the text is none.
    """
    match = _ONE_UNIT.fullmatch(text.strip())
    if not match or (match.group(2) and analyte.factor(match.group(2)) is None):
        raise ValueError(say(NO_RESULT, given=echo(text), analyte=analyte.name, example=analyte.example))
    if not match.group(2) and not bare:
        raise ValueError(say("{given} is text; write the number without quotation marks", given=echo(text)))
    return float(Decimal(match.group(1)))
