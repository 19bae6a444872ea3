"""What a case may say under the rule book, with types for editors and type checkers.

Made from the rule book by `screener rules export --format python`: change its questionnaire.yaml and units.yaml, and
make this file again.
"""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from screener.case.answers import Choice, Lab, Medicine, Medicines, Number, OneUnitLab, YesNo
from screener.case.bound import Bound
from screener.case.model import BaseIntake
from screener.case.units import Analyte

Answer: TypeAlias = Annotated[bool | None, YesNo()]
POTASSIUM = Analyte(
    "potassium",
    "mmol/L",
    {"mmol/L": Decimal("1"), "mEq/L": Decimal("1"), "mg/dL": Decimal("0.2557655959466268354378579120")},
    "4.1 mmol/L",
)
CALCIUM = Analyte(
    "calcium",
    "mmol/L",
    {"mmol/L": Decimal("1"), "mg/dL": Decimal("0.2495134487748889665152951744")},
    "2.3 mmol/L",
)
EGFR = Analyte(
    "kidney function",
    "mL/min/1.73 m2",
    {"mL/min/1.73 m2": Decimal("1"), "mL/min/{1.73_m2}": Decimal("1"), "mL/min": Decimal("1")},
    "72",
)
MAGNESIUM = Analyte(
    "magnesium",
    "mmol/L",
    {"mmol/L": Decimal("1"), "mEq/L": Decimal("0.5"), "mg/dL": Decimal("0.4114379757251594322155934993")},
    "1.9 mg/dL",
)


class Intake(BaseIntake):
    """One person's answers. Every field is optional: a yes/no question without an answer is unknown, a number was not
    reported.
    """

    chest_pain: Answer = None
    fainted: Answer = None
    breathless: Answer = None
    heart_racing_now: Answer = None
    seizure: Answer = None
    confused: Answer = None
    cannot_stand: Answer = None
    muscle_spasm: Answer = None
    age: Annotated[int | None, Number(0, 120, "years", whole=True)] = None
    sex: Annotated[Literal["female", "male", "not said"] | None, Choice(("female", "male", "not said"))] = None
    fatigue: Answer = None
    muscle_weakness: Answer = None
    muscle_cramps: Answer = None
    nausea: Answer = None
    anxiety: Answer = None
    irritability: Answer = None
    poor_sleep: Answer = None
    constipation: Answer = None
    palpitations: Answer = None
    tingling: Answer = None
    blackout_recently: Answer = None
    abnormal_heart_rhythm: Answer = None
    told_low_potassium: Answer = None
    potassium_prescribed: Answer = None
    potassium_supplement: Answer = None
    magnesium_measured: Answer = None
    potassium: Annotated[float | Bound | None, Lab(1.0, 10.0, "mmol/L", analyte=POTASSIUM)] = None
    calcium: Annotated[float | Bound | None, Lab(0.8, 5.0, "mmol/L", step=0.01, analyte=CALCIUM)] = None
    egfr: Annotated[float | Bound | None, OneUnitLab(1, 200, "mL/min/1.73 m2", step=1.0, analyte=EGFR)] = None
    potassium_still_low: Answer = None
    potassium_prescribed_weeks: Annotated[float | None, Number(0, 520, "weeks")] = None
    potassium_doses_missed: Answer = None
    told_low_magnesium: Answer = None
    magnesium: Annotated[float | Bound | None, Lab(0.05, 10.0, "mmol/L", step=0.01, analyte=MAGNESIUM, bare_high=1.05, unlikely=1.5, levels=((0.5, "very low"), (0.7, "low"), (1.05, "normal"),))] = None
    blood_test_days_ago: Annotated[int | None, Number(0, 3650, "days", whole=True)] = None
    diuretic: Answer = None
    other_medicine: Answer = None
    frequent_laxatives: Answer = None
    diuretic_months: Annotated[float | None, Number(0, 720, "months")] = None
    medicines: Annotated[tuple[Medicine, ...] | None, Medicines()] = None
    pregnant: Answer = None
    kidney_disease: Answer = None
    heart_disease: Answer = None
    type_2_diabetes: Answer = None
    high_blood_pressure: Answer = None
    inherited_salt_loss: Answer = None
    neck_surgery_recently: Answer = None
    eating_disorder: Answer = None
    recent_weight_loss: Answer = None
    bmi: Annotated[float | None, Number(8, 100, "kg/m2")] = None
    vomiting: Answer = None
    diarrhea: Answer = None
    gi_disease: Answer = None
    little_food_days: Annotated[int | None, Number(0, 60, "days", whole=True)] = None
    poor_diet: Answer = None
    heavy_alcohol_use: Answer = None
    intense_exercise: Answer = None
    licorice: Answer = None
    magnesium_supplement: Answer = None
    considering_supplement: Answer = None
    salt_substitute: Answer = None
    epsom_salts: Answer = None
    vomiting_days: Annotated[int | None, Number(0, 14, "days", whole=True)] = None
    cannot_keep_fluids_down: Answer = None
    diarrhea_days: Annotated[int | None, Number(0, 14, "days", whole=True)] = None
    alcohol_stopped_recently: Answer = None
    ckd_stage: Annotated[int | None, Number(1, 5, "", whole=True, unknown_word=True)] = None
    dialysis: Answer = None
    heart_rhythm_checked_months: Annotated[float | None, Number(0, 600, "months")] = None
    weight_loss_percent: Annotated[float | None, Number(0, 60, "of 100")] = None
