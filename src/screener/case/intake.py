"""What a case may say: the intake model, its limits, and errors that say what would be right.

A field that is absent and a field that is null mean the same: a yes/no question is *unknown*, a number was *not
reported*, `medicines` is unknown (an empty list means none). Nothing is coerced: what is not one of the allowed
forms is refused with the field, the value and what would be right.

To add a field, add one line to `Intake` here and one question to `rules/questionnaire.yaml`.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from screener.case.answers import (
    BARE_MAGNESIUM_LIMIT,
    LONGEST_NAME,
    MAGNESIUM_LEVELS,
    MONTHS,
    MOST_MEDICINES,
    SEXES,
    UNLIKELY_MAGNESIUM,
    YES_NO_WORDS,
    Choice,
    Egfr,
    Kind,
    Lab,
    Medicine,
    Medicines,
    Number,
    Text,
    YesNo,
)
from screener.case.units import CALCIUM, MAGNESIUM, POTASSIUM
from screener.errors import CaseError, FieldProblem, did_you_mean, echo

__all__ = [
    "BARE_MAGNESIUM_LIMIT", "FIELDS", "LONGEST_NAME", "MONTHS", "MOST_MEDICINES", "SEXES", "YES_NO_WORDS", "Choice",
    "Egfr", "Intake", "Lab", "Medicine", "Medicines", "Number", "Text", "YesNo", "explain", "in_own_units",
    "with_units", "written",
]  # fmt: skip

Answer: TypeAlias = Annotated[bool | None, YesNo()]
Days: TypeAlias = Annotated[int | None, Number(0, 14, "days", whole=True)]


class Intake(BaseModel):
    """One person's answers. Every field is optional; see the module for what absence means.

    Raises:
        CaseError: from `Intake.read`, when anything is wrong; the plain constructor raises pydantic's own error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, title="Screener case")

    case_id: Annotated[str | None, Text()] = None
    # about the person
    age: Annotated[int | None, Number(0, 120, "years", whole=True)] = None
    sex: Annotated[Literal["female", "male", "not said"] | None, Choice(SEXES)] = None
    pregnant: Answer = None
    # urgent signs
    chest_pain: Answer = None
    fainted: Answer = None
    breathless: Answer = None
    heart_racing_now: Answer = None
    seizure: Answer = None
    confused: Answer = None
    cannot_stand: Answer = None
    muscle_spasm: Answer = None
    # symptoms
    fatigue: Answer = None
    muscle_weakness: Answer = None
    muscle_cramps: Answer = None
    nausea: Answer = None
    anxiety: Answer = None
    irritability: Answer = None
    poor_sleep: Answer = None
    constipation: Answer = None
    palpitations: Answer = None
    abnormal_heart_rhythm: Answer = None
    heart_rhythm_checked_months: Annotated[float | None, Number(0, 600, "months")] = None
    tingling: Answer = None
    blackout_recently: Answer = None
    # stomach and gut
    vomiting: Answer = None
    vomiting_days: Days = None
    diarrhea: Answer = None
    diarrhea_days: Days = None
    cannot_keep_fluids_down: Answer = None
    gi_disease: Answer = None
    # health conditions
    type_2_diabetes: Answer = None
    heart_disease: Answer = None
    kidney_disease: Answer = None
    ckd_stage: Annotated[int | None, Number(1, 5, "", whole=True, unknown_word=True)] = None
    dialysis: Answer = None
    high_blood_pressure: Answer = None
    eating_disorder: Answer = None
    inherited_salt_loss: Answer = None
    little_food_days: Annotated[int | None, Number(0, 60, "days", whole=True)] = None
    recent_weight_loss: Answer = None
    weight_loss_percent: Annotated[float | None, Number(0, 60, "of 100")] = None
    neck_surgery_recently: Answer = None
    bmi: Annotated[float | None, Number(8, 100, "kg/m2")] = None
    # food, drink and exercise
    poor_diet: Answer = None
    heavy_alcohol_use: Answer = None
    alcohol_stopped_recently: Answer = None
    intense_exercise: Answer = None
    # medicines
    diuretic: Answer = None
    diuretic_months: Annotated[float | None, MONTHS] = None
    other_medicine: Answer = None
    medicines: Annotated[tuple[Medicine, ...] | None, Medicines()] = None
    frequent_laxatives: Answer = None
    licorice: Answer = None
    # supplements
    potassium_supplement: Answer = None
    magnesium_supplement: Answer = None
    considering_supplement: Answer = None
    salt_substitute: Answer = None
    epsom_salts: Answer = None
    # blood tests
    told_low_potassium: Answer = None
    potassium_prescribed: Answer = None
    potassium_prescribed_weeks: Annotated[float | None, Number(0, 520, "weeks")] = None
    potassium_doses_missed: Answer = None
    potassium_still_low: Answer = None
    magnesium_measured: Answer = None
    told_low_magnesium: Answer = None
    potassium: Annotated[float | None, Lab(1.0, 10.0, "mmol/L", analyte=POTASSIUM)] = None
    magnesium: Annotated[
        float | None,
        Lab(0.05, 10.0, "mmol/L", False, False, MAGNESIUM, BARE_MAGNESIUM_LIMIT, UNLIKELY_MAGNESIUM, MAGNESIUM_LEVELS),
    ] = None
    calcium: Annotated[float | None, Lab(0.8, 5.0, "mmol/L", analyte=CALCIUM)] = None
    egfr: Annotated[float | None, Egfr(1, 200, "mL/min/1.73 m2")] = None
    blood_test_days_ago: Annotated[int | None, Number(0, 3650, "days", whole=True)] = None

    @classmethod
    def read(cls, answers: Any, where: str = "") -> Intake:
        """Validate the answers of one case.

        Args:
            answers: field names to values, as decoded from JSON.
            where: the file (and line) they came from, for messages.

        Raises:
            CaseError: naming every wrong field, its value and what would be right.
        """
        if not isinstance(answers, dict):
            raise CaseError([FieldProblem("", f"a case is an object of fields, not {echo(answers)}")], where=where)
        try:
            return cls.model_validate(answers)
        except ValidationError as error:
            case_id = answers.get("case_id")
            raise CaseError(
                [explain(detail) for detail in error.errors(include_url=False)],
                case_id if isinstance(case_id, str) else None,
                where,
            ) from None

    def answers(self) -> dict[str, Any]:
        """The fields that were given, as a case file writes them (labs in mmol/L); `read` gives the same case again."""
        return {name: written(name, value) for name, value in self.stored().items()}

    def stored(self) -> dict[str, Any]:
        """The fields that were given, as plain data: every lab value a number in mmol/L."""
        return {name: _plain(value) for name, value in self if value is not None}


def in_own_units(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a case in a rule file, whose bare numbers are in the field's own unit, as a case file has them."""
    return {name: written(name, value) for name, value in answers.items()}


def with_units(answers: dict[str, Any]) -> dict[str, Any]:
    """The same with the unit beside every number that needs one among other people's data."""
    return {name: f"{value!r} mmol/L" if _is_ambiguous(name, value) else value for name, value in answers.items()}


def _is_ambiguous(name: str, value: Any) -> bool:
    kind = FIELDS.get(name)
    return isinstance(kind, Lab) and math.isfinite(kind.bare_high) and type(value) in (int, float)


def written(name: str, value: Any) -> Any:
    """An answer in the field's own unit as a case file writes it: with the unit where a bare number is refused."""
    kind = FIELDS.get(name)
    doubtful = isinstance(kind, Lab) and type(value) in (int, float) and kind.bare_high < value <= kind.high
    return f"{value!r} mmol/L" if doubtful else value


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return [m.name if m.months is None else {"name": m.name, "months": m.months} for m in value]


def field_types() -> dict[str, Kind]:
    """Each field of the intake (without `case_id`) with its type, in the order of the model."""
    found: dict[str, Kind] = {}
    for name, info in Intake.model_fields.items():
        if name != "case_id":
            found[name] = next(item for item in info.metadata if isinstance(item, Kind))
    return found


FIELDS: Final = field_types()


def explain(detail: ErrorDetails) -> FieldProblem:
    """One of pydantic's errors in our words."""
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return FieldProblem(field, f"there is no such field{did_you_mean(field, Intake.model_fields)}")
    if detail["type"] == "value_error":
        return FieldProblem(field, str(detail["ctx"]["error"]))
    return FieldProblem(field, f"{echo(detail['input'])}: {detail['msg'].lower()}")
