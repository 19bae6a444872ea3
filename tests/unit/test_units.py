from __future__ import annotations

import pytest

from screener.case.intake import CALCIUM, EGFR, MAGNESIUM, POTASSIUM
from screener.case.units import Analyte, bound_or_value, in_own_unit


@pytest.mark.parametrize(
    ("text", "analyte", "expected"),
    [
        # values of the UCUM library of the US National Library of Medicine (ucum-lhc 7.1)
        ("2.0 mg/dL", MAGNESIUM, 0.82288),
        ("1.5 meq/L", MAGNESIUM, 0.75),
        ("15 mg/dL", POTASSIUM, 3.83648),
        ("1.6 mg/dL", MAGNESIUM, 0.65830),
        ("1.6 mEq/L", MAGNESIUM, 0.8),
        ("1.6 mmol/L", MAGNESIUM, 1.6),
        ("4.1 mEq/L", POTASSIUM, 4.1),
        ("4.1 mmol/l", POTASSIUM, 4.1),
        ("8.8 mg/dL", CALCIUM, 2.19572),
        ("2.3MMOL/L", CALCIUM, 2.3),
        ("  2.3   mmol / L ", CALCIUM, 2.3),
    ],
)
def test_conversion(text: str, analyte: Analyte, expected: float) -> None:
    assert in_own_unit(text, analyte) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("text", ["0.70 mmol/L", "1.40 mEq/L"])
def test_conversion_is_exact_at_a_limit(text: str) -> None:
    assert in_own_unit(text, MAGNESIUM) == 0.70


@pytest.mark.parametrize(
    ("text", "analyte", "message"),
    [
        ("3.1", POTASSIUM, "`3.1` has no unit; write it with mmol/L, mEq/L or mg/dL"),
        ("3,1 mmol/L", POTASSIUM, "is not a number with a unit"),
        ("-3.1 mmol/L", POTASSIUM, "is not a number with a unit"),
        ("1e3 mmol/L", POTASSIUM, "is not a unit"),
        ("3.1 umol/L", POTASSIUM, "`umol/L` is not a unit of potassium here; use mmol/L, mEq/L or mg/dL"),
        ("9 mEq/L", CALCIUM, "`mEq/L` is not a unit of calcium here"),
        ("low", MAGNESIUM, "`low` is not a number with a unit"),
        ("", MAGNESIUM, "is not a number with a unit"),
    ],
)
def test_refusals(text: str, analyte: Analyte, message: str) -> None:
    with pytest.raises(ValueError, match=r"`") as caught:
        in_own_unit(text, analyte)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(">60", 60.0), ("> 90", 90.0), (">=60", 60.0), ("≥60", 60.0), ("45 mL/min/1.73 m2", 45.0), (">60 ml/min", 60.0)],
)
def test_egfr(text: str, expected: float) -> None:
    assert bound_or_value(text, EGFR) == expected


@pytest.mark.parametrize("text", ["<15", "60", "sixty", "60-90", ">", "60 mmol/L"])
def test_egfr_refusals(text: str) -> None:
    with pytest.raises(ValueError, match=r"kidney function|is text"):
        bound_or_value(text, EGFR)
