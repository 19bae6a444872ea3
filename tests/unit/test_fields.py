"""Fields are data of the rule book: each kind of field, its errors, and the intake that they make."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

import ownbook
from screener import Intake, RuleBook, screen
from screener.case.answers import Choice, Lab, Number, OneUnitLab, YesNo
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.errors import CaseError, RuleBookError
from screener.workbench.typed_intake import typed_intake
from shippedbook import BOOK

ROOT = Path(__file__).parents[2]
TEXTS = BOOK.texts


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return RuleBook.load(ownbook.write(tmp_path_factory.mktemp("plants"), TEXTS))


def test_the_typed_intake_is_that_of_the_shipped_book(book: RuleBook) -> None:
    assert book.intake is Intake
    source = (ROOT / "src/screener/case/intake.py").read_text(encoding="utf-8")
    assert source == typed_intake(book), "make it again: screener rules export --format python -o FILE"


def test_an_own_book_has_its_own_fields(plants: RuleBook) -> None:
    kinds = {name: type(kind) for name, kind in plants.fields.items()}
    assert kinds == {
        "dry_soil": YesNo, "leaves": Number, "light": Choice, "height": Number, "ferritin": OneUnitLab, "hb": Lab,
    }  # fmt: skip
    assert plants.intake.read({"leaves": 3.0, "light": "south", "height": 0.25}).stored() == {
        "leaves": 3, "light": "South", "height": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        ({"ferritin": 12}, 12.0), ({"ferritin": "12 ng/mL"}, 12.0), ({"ferritin": "> 500 μg/l"}, "> 500.0 µg/L"),
        ({"hb": 120}, 120.0), ({"hb": "13.5 g/dL"}, 135.0), ({"hb": "8.38 mmol/L"}, 135.03532),
    ],
)  # fmt: skip
def test_labs_are_kept_in_their_own_unit(answers: dict[str, Any], stored: float | str, plants: RuleBook) -> None:
    assert list(plants.intake.read(answers).stored().values()) == [stored]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"fatigue": True}, "fatigue: there is no such field"),
        ({"dry_sail": True}, "dry_sail: there is no such field, did you mean `dry_soil`?"),
        ({"leaves": 2.5}, "leaves: `2.5` is not a whole number; use a whole number from 0 to 500"),
        ({"height": 12}, "height: `12` is out of range; use a number from 0 to 9 m"),
        ({"light": "West"}, "light: `West` is not a choice; use `North` or `South`"),
        ({"hb": "13.5 mg/dL"}, "hb: `mg/dL` is not a unit of haemoglobin here; use g/L, g/dL or mmol/L"),
        ({"ferritin": "12 g/L"}, "ferritin: `12 g/L` is not a ferritin result; write a number such as 30"),
    ],
)
def test_errors_are_those_of_the_shipped_book(answers: dict[str, Any], message: str, plants: RuleBook) -> None:
    with pytest.raises(CaseError) as caught:
        plants.intake.read(answers)
    assert message in str(caught.value)


def test_a_case_of_one_book_is_not_lost_on_another(plants: RuleBook) -> None:
    with pytest.raises(CaseError, match="fatigue: there is no such field"):
        screen(Intake(fatigue=True), plants)
    report = screen(plants.intake.read({"dry_soil": True, "leaves": 5}), plants)
    assert [(flag.id, flag.status) for flag in report.flags] == [("water-it", "raised")]


def test_cases_and_fields_are_sent_between_processes(plants: RuleBook) -> None:
    case = plants.intake.read({"case_id": "p1", "hb": "13.5 g/dL", "light": "North"})
    again = pickle.loads(pickle.dumps(case))
    assert again.stored() == case.stored()
    assert again.fields == plants.fields
    assert pickle.loads(pickle.dumps(plants)) == plants


WRONG = [
    ("from: 0, to: 500", "from: 0", "a number needs its limits"),
    ("from: 0, to: 500", "from: 9, to: 2", "`from` (9) should be less than `to` (2)"),
    ("from: 0, to: 500", "from: 0.5, to: 500", "`from` and `to` of a whole number are whole numbers"),
    ("from: 0, to: 500", "from: 0, to: 500, choices: [a, b]", "`choices` belongs to `kind: choice`"),
    ("kind: whole, ", "", "`from` belongs to `kind: whole` or `kind: decimal` or `kind: lab`"),
    ("kind: whole", "kind: number", "`number` should be"),
    ("choices: [North, South]", "choices: [North]", "write at least two"),
    ("choices: [North, South]", "choices: [North, north]", "a choice is given twice"),
    ("analyte: haemoglobin", "analyte: hemoglobin", "no analyte `hemoglobin`, did you mean `haemoglobin`?"),
    ("step: 0.01", "step: 0", "`step` (0) is the smallest difference"),
    ("bare_up_to: 250", "unlikely_above: 250", "says why a number above `bare_up_to` is doubted"),
    ("field: dry_soil", "field: Dry-Soil", "is not a name for a field"),
    ("field: dry_soil", "field: urgency", "`urgency` is a word of the program"),
    ("field: dry_soil", "field: any", "`any` is a word of the program"),
    ("field: dry_soil", "field: stored", "`stored` is a word of the program"),
    ("field: dry_soil", "field: dry_soil, kind: medicines", "a list of medicines is always called `medicines`"),
    ("g/dL: 10", "g/dL: ten", "`ten` is not a factor; write a number such as 0.5, or two such as `10 / 39.0983`"),
    ("g/dL: 10", "g/dL: 10 / 0", "`10 / 0` is not a factor"),
    ("unit: g/L", "unit: kg/L", "`units` needs it with the factor 1"),
    ("ng/mL: 1", "μg/l: 1", "a unit is given twice"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_is_wrong_with_a_field_is_said_at_its_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    changed = {
        name: text.replace(old, new) for name, text in (("questionnaire", ownbook.QUESTIONS), ("units", ownbook.UNITS))
    }
    assert changed != {"questionnaire": ownbook.QUESTIONS, "units": ownbook.UNITS}
    with pytest.raises(RuleBookError) as caught:
        RuleBook.load(ownbook.write(tmp_path / "plants", TEXTS, **changed))
    found = [problem for problem in caught.value.problems if message in problem.message]
    assert found, caught.value
    assert found[0].file in ("plants/questionnaire.yaml", "plants/units.yaml")
    assert found[0].line > 1


def test_a_field_of_the_shipped_book_is_used_by_its_name_alone(tmp_path: Path) -> None:
    asked = ownbook.QUESTIONS + "  - {field: age, section: You, label: age, ask: How old are you?, why: Age.}\n"
    found = RuleBook.load(ownbook.write(tmp_path / "plants", TEXTS, questionnaire=asked))
    assert found.fields["age"] == Intake.fields["age"]


def test_the_class_of_a_case_lives_as_long_as_the_fields() -> None:
    fields = Fields({"a": YesNo()})
    first = intake_class(fields)
    others = [intake_class(Fields({f"other_{number}": YesNo()})) for number in range(20)]
    assert intake_class(fields) is first
    assert len(set(others)) == 20
    gone = ref(fields)
    del fields, first
    gc.collect()
    assert gone() is None


def test_the_order_of_fields_is_part_of_them() -> None:
    one, two = Fields({"a": YesNo(), "b": YesNo()}), Fields({"b": YesNo(), "a": YesNo()})
    assert one != two
    assert intake_class(one) is intake_class(one) is not intake_class(two)
