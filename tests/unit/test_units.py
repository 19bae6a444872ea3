from __future__ import annotations

import re
from itertools import product
from operator import ge, gt, le, lt

import pytest

from screener.case.bound import SIGNS, Bound
from screener.case.intake import CALCIUM, EGFR, MAGNESIUM, POTASSIUM, Intake
from screener.case.units import Analyte, in_its_unit, in_own_unit
from screener.errors import CaseError

FIELDS = Intake.fields


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


EGFR_KIND = FIELDS["egfr"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">60", Bound(">", 60.0)), ("> 10", Bound(">", 10.0)), (">=60", Bound(">=", 60.0)), ("≥60", Bound(">=", 60.0)),
        ("45 mL/min/1.73 m2", 45.0), (">60 ml/min", Bound(">", 60.0)),
    ],
)  # fmt: skip
def test_egfr(text: str, expected: float | Bound) -> None:
    assert EGFR_KIND.check(text) == expected


@pytest.mark.parametrize("text", ["60", "sixty", "60-90", ">", "60 mmol/L", "<", "<15 mmol/L"])
def test_egfr_refusals(text: str) -> None:
    with pytest.raises(ValueError, match=r"kidney function|is text"):
        EGFR_KIND.check(text)


def test_a_unit_may_be_left_out_behind_a_sign() -> None:
    assert in_its_unit("15", EGFR, bare=True) == in_its_unit("15 mL/min", EGFR, bare=False) == 15


@pytest.mark.parametrize(
    ("field", "text", "stored", "written"),
    [
        ("potassium", "> 7 mmol/L", Bound(">", 7.0), "> 7.0 mmol/L"),
        ("potassium", ">7.0mEq/L", Bound(">", 7.0), "> 7.0 mmol/L"),
        ("potassium", " <= 2.0 mEq/L", Bound("<=", 2.0), "<= 2.0 mmol/L"),
        ("magnesium", "≥2.431 mEq/L", Bound(">=", 1.2155), ">= 1.2155 mmol/L"),
        ("magnesium", "≤ 1 mmol/L", Bound("<=", 1.0), "<= 1.0 mmol/L"),
        ("egfr", "<15", Bound("<", 15.0), "< 15.0 mL/min/1.73 m2"),
        ("egfr", "≤ 15 mL/min", Bound("<=", 15.0), "<= 15.0 mL/min/1.73 m2"),
    ],
)
def test_bounds(field: str, text: str, stored: Bound, written: str) -> None:
    intake = Intake.read({field: text})
    assert getattr(intake, field) == stored
    assert intake.answers() == intake.stored() == {field: written}
    assert Intake.read(intake.answers()) == Intake.read({field: stored}) == intake


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("potassium", "> 7", "`7` has no unit"),
        ("potassium", "> 12 mmol/L", "`> 12 mmol/L` is out of range"),
        ("potassium", "> seven mmol/L", "is not a number with a unit"),
        ("potassium", ">> 7 mmol/L", "is not a number with a unit"),
        ("magnesium", "> 1.2", "`1.2` has no unit"),
        ("egfr", "<0.5", "`<0.5` is out of range"),
        ("age", "> 60", "`> 60` is text"),
        ("bmi", "> 60", "`> 60` is text"),
    ],
)
def test_what_is_no_bound(field: str, text: str, says: str) -> None:
    with pytest.raises(CaseError, match=re.escape(says)):
        Intake.read({field: text})


def test_a_bound_is_compared_as_all_its_numbers_are() -> None:
    """True when every number of the interval satisfies the comparison, false when none does, otherwise unknown."""
    compare = {"<": lt, "<=": le, ">": gt, ">=": ge}
    for sign, limit, operator, other in product(SIGNS, (1, 2, 3), SIGNS, (1, 2, 3)):
        interval = [x / 4 for x in range(-40, 80) if compare[sign](x / 4, limit)]
        truths = {compare[operator](x, other) for x in interval}
        expected = truths.pop() if len(truths) == 1 else None
        assert Bound(sign, limit).compared(operator, other) is expected, (sign, limit, operator, other)
