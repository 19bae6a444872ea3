from __future__ import annotations

from typing import Any

import pytest

from screener.case.answers import Medicine
from screener.case.bound import Bound
from screener.case.intake import Intake
from screener.errors import CaseError

FIELDS = Intake.fields


def problems(answers: Any) -> list[str]:
    with pytest.raises(CaseError) as caught:
        Intake.read(answers)
    return caught.value.lines()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (True, True), (False, False), (None, None), ("yes", True), ("No", False), ("UNKNOWN", None), ("YES", True),
    ],
)  # fmt: skip
def test_yes_no(given: Any, stored: bool | None) -> None:
    assert Intake.read({"fatigue": given}).fatigue is stored


@pytest.mark.parametrize("given", [1, 0, 1.0, "y", "true", "", "maybe", [], {}, "yes "])
def test_what_is_no_answer(given: Any) -> None:
    (line,) = problems({"fatigue": given})
    assert line.startswith("fatigue: `")
    assert line.endswith("is not an answer; use yes, no or unknown (or true, false, null)")


def test_absent_and_null_are_the_same() -> None:
    assert Intake.read(dict.fromkeys(FIELDS)) == Intake.read({})


@pytest.mark.parametrize(
    ("field", "given", "stored"),
    [
        ("age", 30, 30), ("age", 30.0, 30), ("age", 0, 0), ("age", 120, 120),
        ("potassium", 3.1, 3.1), ("potassium", 4, 4.0), ("potassium", "3.1 mEq/L", 3.1),
        ("magnesium", 0.7, 0.7), ("magnesium", 1.05, 1.05), ("magnesium", "1.6 mEq/L", 0.8),
        ("calcium", 2.2, 2.2), ("egfr", 22, 22.0), ("egfr", ">60", Bound(">", 60.0)),
        ("ckd_stage", 3, 3), ("ckd_stage", "Unknown", None),
        ("sex", "Female", "female"), ("sex", "not said", "not said"),
        ("diuretic_months", 0.5, 0.5), ("little_food_days", 60, 60),
    ],
)  # fmt: skip
def test_values(field: str, given: Any, stored: Any) -> None:
    found = getattr(Intake.read({field: given}), field)
    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"potassium": 41}, "potassium: `41` is out of range; use a number from 1 to 10 mmol/L, or text with a unit"),
        ({"potassium": "3.1"}, "potassium: `3.1` has no unit"),
        ({"magnesium": 1.6}, 'magnesium: `1.6` has no unit and is more likely mg/dL or mEq/L than mmol/L'),
        ({"magnesium": 1.2}, "magnesium: `1.2` has no unit; 1.2 mg/dL is very low, 1.2 mmol/L is high: write the unit"),
        ({"magnesium": 1.06}, "magnesium: `1.06` has no unit; 1.06 mg/dL is very low, 1.06 mmol/L is high"),
        ({"magnesium": 1.5}, "magnesium: `1.5` has no unit; 1.5 mg/dL is low, 1.5 mmol/L is high: write the unit"),
        ({"magnesium": 20}, "magnesium: `20` is out of range; use a number from 0.05 to 10 mmol/L"),
        ({"magnesium": "0.1 mg/dL"}, "magnesium: `0.1 mg/dL` is out of range"),
        ({"calcium": 0.7}, "calcium: `0.7` is out of range; use a number from 0.8 to 5 mmol/L"),
        ({"age": 30.5}, "age: `30.5` is not a whole number; use a whole number from 0 to 120 years"),
        ({"age": True}, "age: `true` is not a number"),
        ({"age": "30"}, "age: `30` is text; use a whole number from 0 to 120 years, without quotation marks"),
        ({"age": -1}, "age: `-1` is out of range"),
        ({"vomiting_days": 15}, "vomiting_days: `15` is out of range; use a whole number from 0 to 14 days"),
        ({"egfr": float("nan")}, "egfr: `nan` is not a finite number"),
        ({"bmi": float("inf")}, "bmi: `inf` is not a finite number"),
        ({"age": 10**400}, "age: `1000"),
        ({"sex": "f"}, "sex: `f` is not a choice; use `female` or `male` or `not said`"),
        ({"fatige": True}, "fatige: there is no such field, did you mean `fatigue`?"),
        ({"Fatigue": True}, "Fatigue: there is no such field, did you mean `fatigue`?"),
        ({"qqqq": 1}, "qqqq: there is no such field"),
        ({"case_id": 7}, "case_id: `7` is not text"),
        ({"medicines": "omeprazole"}, "medicines: `omeprazole` is not a list"),
        ({"medicines": [""]}, "medicines: entry 1 has the name ``"),
        ({"medicines": [{"months": 2}]}, "medicines: entry 1 has no `name`"),
        ({"medicines": ["a", {"name": "b", "dose": 1}]}, "medicines: entry 2 has `dose`; only `name` and `months`"),
        ({"medicines": [{"name": "b", "months": -1}]}, "medicines: entry 1, `months`: `-1` is out of range"),
        ({"medicines": [{"name": "b", "months": "2"}]}, "medicines: entry 1, `months`: `2` is text"),
        ({"medicines": [7]}, "medicines: entry 1 is `7`"),
        ({"medicines": ["x"] * 201}, "medicines: `201` medicines are too many"),
        ([], "a case is an object of fields, not `[…]`"),
        (None, "a case is an object of fields, not `null`"),
    ],
)  # fmt: skip
def test_refusals_say_what_would_be_right(answers: Any, message: str) -> None:
    (line,) = problems(answers)
    assert message in line
    assert "\n" not in line


def test_every_problem_is_listed() -> None:
    lines = problems({"age": 500, "fatige": 1, "potassium": 41, "case_id": "c-1"})
    assert [line.split(":")[0] for line in lines] == ["age", "potassium", "fatige"]


def test_medicines_keep_names_and_months() -> None:
    intake = Intake.read({"medicines": ["omeprazole", {"name": "Lasix", "months": 3}, {"name": "x", "months": None}]})
    assert intake.medicines == (Medicine("omeprazole"), Medicine("Lasix", 3.0), Medicine("x"))
    assert intake.answers() == {"medicines": ["omeprazole", {"name": "Lasix", "months": 3.0}, "x"]}


def test_an_empty_list_is_not_unknown() -> None:
    assert Intake.read({"medicines": []}).medicines == ()
    assert Intake.read({}).medicines is None


@pytest.mark.parametrize("given", ["4.0 mg/dL", "9.99 mmol/L", "1.06 mmol/L", 1.05, 0.05, "2.123 mEq/L"])
def test_what_is_written_reads_back(given: Any) -> None:
    intake = Intake.read({"magnesium": given, "age": 40, "medicines": ["a", {"name": "b", "months": 2}]})
    assert Intake.read(intake.answers()) == intake


def test_a_bare_magnesium_never_reads_as_high() -> None:
    """`1.2` is very low where mg/dL is meant: the number alone says neither."""
    assert Intake.read({"magnesium": 1.05}).magnesium == 1.05
    for value in (1.051, 1.2, 1.5, 1.6, 2, 10):
        (line,) = problems({"magnesium": value})
        assert "has no unit" in line
        assert "mg/dL" in line
        assert "mmol/L" in line
    number = FIELDS["magnesium"].schema()["anyOf"][0]
    assert number["maximum"] == 1.05
    assert FIELDS.in_own_units({"magnesium": 1.2, "potassium": 4, "fatigue": True}) == {
        "magnesium": "1.2 mmol/L", "potassium": 4, "fatigue": True,
    }  # fmt: skip
