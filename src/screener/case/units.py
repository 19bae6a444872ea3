"""Laboratory units: one small exact table from what a report prints to mmol/L.

Molar masses (g/mol) are the IUPAC standard atomic weights; charge turns milliequivalents into millimoles.
The same conversions are listed in the evidence table under "Unit conversion".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from screener.errors import echo

DECILITRES: Final = Decimal(10)  # mg/dL times 10 is mg/L


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measured substance: `factors` maps a unit (lower case) to the exact factor that gives mmol/L."""

    name: str
    factors: dict[str, Decimal]
    units: str  # for messages and questions, the usual spelling


POTASSIUM: Final = Analyte(
    "potassium",
    {"mmol/l": Decimal(1), "meq/l": Decimal(1), "mg/dl": DECILITRES / Decimal("39.0983")},
    "mmol/L, mEq/L or mg/dL",
)
MAGNESIUM: Final = Analyte(
    "magnesium",
    {"mmol/l": Decimal(1), "meq/l": Decimal("0.5"), "mg/dl": DECILITRES / Decimal("24.305")},
    "mmol/L, mEq/L or mg/dL",
)
CALCIUM: Final = Analyte(
    "calcium",
    {"mmol/l": Decimal(1), "mg/dl": DECILITRES / Decimal("40.078")},
    "mmol/L or mg/dL",
)
EGFR_UNITS: Final = frozenset({"", "ml/min/1.73m2", "ml/min/1.73m²", "ml/min/{1.73_m2}", "ml/min"})

_QUANTITY: Final = re.compile(r"\s*([0-9]{1,6}(?:\.[0-9]{1,20})?)\s*([^\s0-9.,].*?)?\s*", re.DOTALL)


def to_mmol_per_litre(text: str, analyte: Analyte) -> float:
    """Read a lab value written with its unit, such as `1.6 mg/dL`.

    Args:
        text: a number (decimal point, no sign, no exponent) and a unit; case and spaces of the unit do not matter.
        analyte: which substance was measured.

    Returns:
        The value in mmol/L, computed exactly and rounded once to the nearest float.

    Raises:
        ValueError: the text is no number with a unit of this analyte; the message says what would be right.
    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(f"{echo(text)} is not a number with a unit; write for example `{_example(analyte)}`")
    number, unit = match.group(1), (match.group(2) or "")
    if not unit:
        raise ValueError(f"{echo(text)} has no unit; write it with {analyte.units}")
    factor = analyte.factors.get(re.sub(r"\s", "", unit).lower())
    if factor is None:
        raise ValueError(f"{echo(unit)} is not a unit of {analyte.name} here; use {analyte.units}")
    return float(_decimal(number) * factor)


def egfr_from_text(text: str) -> float:
    """Read a kidney function result as a report prints it: `45 mL/min/1.73 m2`, or `>60`, which reads as 60.

    Raises:
        ValueError: the text is neither.
    """
    body = text.strip()
    body = re.sub(r"^(>=?|≥)\s*", "", body)
    match = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,20})?)\s*(.*)", body, re.DOTALL)
    if not match or re.sub(r"\s", "", match.group(2)).lower() not in EGFR_UNITS:
        raise ValueError(
            f"{echo(text)} is not a kidney function result; write a number such as 72, or text such as `>60`"
        )
    if not match.group(2) and body == text.strip():
        raise ValueError(f"{echo(text)} is text; write the number without quotation marks")
    return float(_decimal(match.group(1)))


def _decimal(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only digits
        raise ValueError(f"{echo(number)} is not a number") from error


def _example(analyte: Analyte) -> str:
    return {"potassium": "4.1 mmol/L", "magnesium": "1.9 mg/dL", "calcium": "2.3 mmol/L"}[analyte.name]
