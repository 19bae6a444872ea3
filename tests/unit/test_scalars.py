"""Values of NumPy, pandas, pyarrow and `decimal` are read as what they are, or refused with a reason."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from screener import Intake, Screener
from screener.case.kind import plain
from screener.errors import CaseError

MISSING = {
    "a masked value": np.ma.masked,
    "not a time": np.datetime64("NaT", "s"),
    "a null of pyarrow": pa.scalar(None, pa.bool_()),
}
UNDERSTOOD: list[tuple[str, Any, Any]] = [
    ("fatigue", np.bool_(True), True),
    ("fatigue", np.True_, True),
    ("fatigue", np.False_, False),
    ("fatigue", np.str_("No"), False),
    ("fatigue", np.array(True), True),
    ("fatigue", pa.scalar(True), True),
    ("age", np.int64(30), 30),
    ("age", np.uint8(30), 30),
    ("age", np.float64(30.0), 30),
    ("age", np.float16(30.0), 30),
    ("age", Decimal(30), 30),
    ("age", Decimal("30.0"), 30),
    ("age", pa.scalar(30), 30),
    ("potassium", np.float32(3.1), 3.1),
    ("potassium", np.float16(3.1), 3.1),
    ("potassium", np.float64(3.1), 3.1),
    ("potassium", np.longdouble("3.5"), 3.5),
    ("potassium", np.int32(4), 4.0),
    ("potassium", Decimal("3.1"), 3.1),
    ("potassium", pa.scalar(3.1), 3.1),
    ("potassium", np.str_("3.1 mEq/L"), 3.1),
    ("sex", np.str_("female"), "female"),
    ("medicines", np.array(["omeprazole"], dtype=object), ("omeprazole",)),
    ("medicines", np.array(["omeprazole"]), ("omeprazole",)),
    ("medicines", np.array([]), ()),
    ("medicines", pa.scalar(["omeprazole"]), ("omeprazole",)),
    ("medicines", [np.str_("omeprazole")], ("omeprazole",)),
]


@pytest.mark.parametrize(("field", "given", "stored"), UNDERSTOOD)
def test_what_is_understood(field: str, given: Any, stored: Any) -> None:
    for intake in (Intake.read({field: given}), Intake(**{field: given})):
        found = getattr(intake, field)
        if field == "medicines":
            found = tuple(medicine.name for medicine in found)
        assert found == stored
        assert type(found) is type(stored)


@pytest.mark.parametrize("what", MISSING)
@pytest.mark.parametrize("field", ["fatigue", "age", "potassium", "sex", "medicines", "case_id"])
def test_what_is_missing(field: str, what: str) -> None:
    assert Intake.read({field: MISSING[what]}) == Intake()


def test_months_of_a_medicine() -> None:
    medicines = [{"name": "omeprazole", "months": np.float32(0.1)}, {"name": "furosemide", "months": np.ma.masked}]
    assert [one.months for one in Intake.read({"medicines": medicines}).medicines or ()] == [0.1, None]


REFUSED: list[tuple[str, Any, str]] = [
    (
        "fatigue",
        float("nan"),
        "fatigue: `nan` is not an answer; use yes, no or unknown (or true, false, null); ",
    ),
    ("fatigue", np.float64("nan"), "what is missing is null (None)"),
    ("fatigue", np.int64(1), "fatigue: `1` is not an answer"),
    ("fatigue", Decimal(1), "fatigue: `1.0` is not an answer"),
    ("potassium", np.float32("nan"), "potassium: `nan` is not a finite number"),
    ("potassium", np.float32("inf"), "potassium: `inf` is not a finite number"),
    ("potassium", Decimal("NaN"), "what is missing is null (None)"),
    ("potassium", Decimal("sNaN"), "potassium: `nan` is not a finite number"),
    ("potassium", Decimal("1e999"), "potassium: `inf` is not a finite number"),
    ("potassium", np.bool_(True), "potassium: `true` is not a number"),
    ("potassium", np.complex128(3), "is not a number"),
    ("potassium", np.datetime64("2024-01-01"), "is not a number"),
    ("age", np.float32(30.5), "age: `30.5` is not a whole number"),
    ("age", np.int64(200), "age: `200` is out of range"),
    ("medicines", np.array([["omeprazole"]]), "is not a list"),
    ("medicines", np.array([1]), "entry 1 is `1`"),
]


@pytest.mark.parametrize(("field", "given", "message"), REFUSED)
def test_what_is_refused(field: str, given: Any, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        Intake.read({field: given})
    (line,) = caught.value.lines()
    assert message in line


def test_rows_of_a_data_frame(screener: Screener) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "fatigue": pd.array([True, None, False], dtype="boolean"),
            "diuretic": [True, False, True],
            "age": pd.array([30, None, 50], dtype="Int64"),
            "potassium": pd.array([3.1, 4.0, None], dtype="Float64"),
            "calcium": np.array([2.2, 2.3, 2.4], np.float32),
            "sex": pd.Categorical(["female", None, "male"]),
            "medicines": [["omeprazole"], np.array(["digoxin"]), pd.NA],
        }
    ).astype({"sex": object})
    frame["sex"] = frame["sex"].where(frame["sex"].notna(), None)
    plain_rows: list[dict[str, Any]] = [
        {"fatigue": True, "diuretic": True, "age": 30, "potassium": 3.1, "calcium": 2.2, "sex": "female",
         "medicines": ["omeprazole"]},
        {"diuretic": False, "potassium": 4.0, "calcium": 2.3, "medicines": ["digoxin"]},
        {"fatigue": False, "diuretic": True, "age": 50, "calcium": 2.4, "sex": "male"},
    ]  # fmt: skip
    for (_, row), expected in zip(frame.iterrows(), plain_rows, strict=True):
        assert screener.screen(Intake(**row.to_dict())) == screener.screen(Intake.read(expected))
    assert plain(pd.NaT) is None
    assert plain(pd.Series(["omeprazole"])) == ["omeprazole"]


def test_none_of_these_libraries_is_imported_for_it() -> None:
    program = (
        "import sys, decimal; from screener import Intake; Intake.read({'age': decimal.Decimal(30)});"
        "print({'numpy', 'pandas', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
