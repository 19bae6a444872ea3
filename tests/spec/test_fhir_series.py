"""What a series of potassium values and prescriptions says: each row is a record and the three answers it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fhirs import BLOOD, POTASSIUM_TABLETS, SERUM, Resource, condition, imported, lab, request, statement, until
from screener.rulebook.book import RuleBook

Row = tuple[str, list[Resource], tuple[bool | None, bool | None, bool | None]]
KIDNEY_STONE = {"reasonCode": [{"coding": [{"system": "http://snomed.info/sct", "code": "95570007"}]}]}
LOW_POTASSIUM = {"reasonCode": [{"coding": [{"system": "http://snomed.info/sct", "code": "43339004"}]}]}
UNNAMED: dict[str, Any] = {"medicationCodeableConcept": None}


def k(day: str, value: float, **more: Any) -> Resource:
    return lab(f"k-{day}-{value}", value, f"2024-{day}", **more)


def tablets(day: str, status: str = "active", name: str = POTASSIUM_TABLETS, **more: Any) -> Resource:
    return request(f"rx-{day}", name, f"2024-{day}", status, **more)


def coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


DRIPS = (
    "potassium chloride injection",
    "Potassium Chloride 2 MEQ/ML Injectable Solution",
    "potassium chloride 20 mEq in 100 mL IV bag",
    "Potassium Chl 20 mEq / 1000 mL NS",
    "potassium chloride 40 mmol in 1000 ml sodium chloride 0.9% intravenous infusion",
    "1000 ML Potassium Chloride 0.02 MEQ/ML / Sodium Chloride 9 MG/ML Injection",
    "KCl in D5W",
    "Kaliumchlorid Infusion",
    "potassium acetate 2 MEQ/ML",
    "potassium phosphate 3 MMOL/ML Injectable Solution",
)
SWALLOWED = (
    "potassium chloride 20 mEq",
    "Potassium Chloride 2 MEQ/ML Oral Solution",
    "potassium chloride powder sachet",
)
DRIP_ROUTES: tuple[Resource, ...] = (
    coded("http://snomed.info/sct", "47625008"),
    coded("http://snomed.info/sct", "418114005"),
    coded("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "IVINJ"),
    coded("http://terminology.hl7.org/CodeSystem/v2-0162", "IV"),
    coded("http://standardterms.edqm.eu", "20045000"),
    coded("urn:oid:0.4.0.127.0.16.1.1.2.1", "20045000"),
    {"text": "IV DRIP"},
    {"text": "i.v."},
    {"text": "intravenous infusion"},
    {"coding": [{"system": "http://lab.example/routes", "code": "7", "display": "Intravenous"}]},
)
SWALLOWED_ROUTES: tuple[Resource, ...] = (
    coded("http://snomed.info/sct", "26643006"),
    coded("http://snomed.info/sct", "127492001"),
    {"text": "PO/NG"},
    {"text": "p.o."},
    {"text": "as told"},
)
DRIP_FORMS: tuple[Resource, ...] = (
    coded("http://snomed.info/sct", "385219001"),
    coded("http://standardterms.edqm.eu", "11210000"),
    {"text": "concentrate for solution for infusion"},
)


def by_route(way: Resource) -> Resource:
    return tablets("01-02", name="potassium chloride 20 mEq", dosageInstruction=[{"route": way}])


def by_form(way: Resource) -> Resource:
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "potassium chloride 20 mEq"}, "form": way}
    order = tablets("01-02", contained=[medicine], medicationReference={"reference": "#m"})
    return {key: value for key, value in order.items() if key != "medicationCodeableConcept"}


ROWS: list[Row] = [
    ("no value", [], (None, None, None)),
    ("normal values only", [k("01-01", 3.5), k("02-01", 4.0)], (None, None, None)),
    ("one low value", [k("01-01", 3.4)], (True, None, None)),
    ("low, potassium, still low", [k("01-01", 3.1), tablets("01-02"), k("02-01", 3.2)], (True, True, True)),
    ("potassium begins after the last low", [k("01-01", 3.1), k("01-20", 3.2), tablets("02-01")], (True, True, None)),
    ("low on the day it begins is the trigger", [k("01-01", 3.1), tablets("01-01")], (True, True, None)),
    ("low on its first day, low later", [k("01-01", 3.1), tablets("01-01"), k("01-09", 3.3)], (True, True, True)),
    ("it worked", [k("01-01", 3.1), tablets("01-02"), k("02-01", 4.2)], (True, True, False)),
    (
        "low at first, then it worked",
        [k("01-01", 3.1), tablets("01-02"), k("01-06", 3.3), k("02-01", 4.2)],
        (True, True, False),
    ),
    (
        "normal for a while, low again while still on it",
        [k("01-01", 3.1), tablets("01-02"), k("02-01", 4.2), k("03-01", 3.3)],
        (True, True, True),
    ),
    (
        "normal on the day of the last low, later in the day",
        [
            k("01-01", 3.1),
            tablets("01-02"),
            k("02-01T07:00:00Z", 3.4),
            k("02-01T15:00:00Z", 3.9),
        ],
        (True, True, False),
    ),
    (
        "low later on the same day",
        [k("01-01", 3.1), tablets("01-02"), k("02-01T07:00:00Z", 3.9), k("02-01T15:00:00Z", 3.4)],
        (True, True, True),
    ),
    (
        "whole blood low, serum of the same day normal",
        [k("01-01", 3.1), tablets("01-02"), k("02-01", 3.3, code=BLOOD), k("02-01", 3.9, code=SERUM)],
        (True, True, False),
    ),
    ("whole blood low, serum normal, nothing else", [k("01-01", 3.3, code=BLOOD), k("01-01", 4.0)], (None, None, None)),
    ("whole blood alone counts", [k("01-01", 3.3, code=BLOOD)], (True, None, None)),
    (
        "ended before the later low",
        [k("01-01", 3.1), tablets("01-02", "completed", **until("2024-01-31")), k("03-01", 3.2)],
        (True, None, None),
    ),
    (
        "ended, and low while on it",
        [k("01-01", 3.1), tablets("01-02", "completed", **until("2024-01-31")), k("01-20", 3.2)],
        (True, True, True),
    ),
    (
        "ended, low while on it, normal since",
        [k("01-01", 3.1), tablets("01-02", "completed", **until("2024-01-31")), k("01-20", 3.2), k("03-01", 4.0)],
        (True, None, False),
    ),
    (
        "stopped on a day that is not known",
        [k("01-01", 3.1), tablets("01-02", "stopped"), k("02-01", 3.2)],
        (True, None, None),
    ),
    (
        "stopped before its planned end",
        [k("01-01", 3.1), tablets("01-02", "stopped", **until("2024-04-01")), k("02-01", 3.2)],
        (True, None, None),
    ),
    ("entered in error", [k("01-01", 3.1), tablets("01-02", "entered-in-error"), k("02-01", 3.2)], (True, None, None)),
    ("cancelled", [k("01-01", 3.1), tablets("01-02", "cancelled"), k("02-01", 3.2)], (True, None, None)),
    ("only a plan", [k("01-01", 3.1), tablets("01-02", intent="plan"), k("02-01", 3.2)], (True, None, None)),
    ("not to be given", [k("01-01", 3.1), tablets("01-02", doNotPerform=True), k("02-01", 3.2)], (True, None, None)),
    ("low value entered in error", [k("01-01", 3.1, status="entered-in-error"), tablets("01-02")], (None, None, None)),
    ("low value not final", [k("01-01", 3.1, status="preliminary")], (None, None, None)),
    (
        "the second low not final",
        [k("01-01", 3.1), tablets("01-02"), k("02-01", 3.2, status="preliminary")],
        (True, True, None),
    ),
    ("potassium without a low value", [tablets("01-02"), k("02-01", 4.2)], (None, None, None)),
    ("begun before the first low", [tablets("01-01"), k("02-01", 3.2)], (True, True, None)),
    ("for another reason", [k("01-01", 3.1), tablets("01-02", **KIDNEY_STONE), k("02-01", 3.2)], (True, None, None)),
    (
        "for low potassium, as coded",
        [k("01-01", 3.1), tablets("01-02", **LOW_POTASSIUM), k("02-01", 3.2)],
        (True, True, True),
    ),
    (
        "for another condition of the record",
        [
            condition("stone", "snomed", "95570007"),
            *(k("01-01", 3.1), tablets("01-02", reasonReference=[{"reference": "Condition/stone"}]), k("02-01", 3.2)),
        ],
        (True, None, None),
    ),
    (
        "for low potassium, a condition of the record",
        [
            condition("low", "snomed", "43339004"),
            *(k("01-01", 3.1), tablets("01-02", reasonReference=[{"reference": "urn:uuid:low"}]), k("02-01", 3.2)),
        ],
        (True, True, True),
    ),
    (
        "by the name in a reference",
        [
            k("01-01", 3.1),
            tablets("01-02", medicationReference={"display": POTASSIUM_TABLETS}, **UNNAMED),
            k("02-01", 3.2),
        ],
        (True, True, True),
    ),
    (
        "no supplement",
        [k("01-01", 3.1), tablets("01-02", name="Penicillin V Potassium 500 MG Oral Tablet"), k("02-01", 3.2)],
        (True, None, None),
    ),
    (
        "a salt of another medicine",
        [k("01-01", 3.1), tablets("01-02", name="losartan potassium 50 MG"), k("02-01", 3.2)],
        (True, None, None),
    ),
    (
        "part of an infusion",
        [
            k("01-01", 3.1),
            tablets("01-02", name="Potassium Chloride 0.02 MEQ/ML / Glucose 50 MG/ML Injectable Solution"),
            k("02-01", 3.2),
        ],
        (True, None, None),
    ),
    *(
        (f"no course: {name}", [k("01-01", 3.1), tablets("01-02", name=name), k("02-01", 3.2)], (True, None, None))
        for name in DRIPS
    ),
    *(
        (f"a course: {name}", [k("01-01", 3.1), tablets("01-02", name=name), k("02-01", 3.2)], (True, True, True))
        for name in SWALLOWED
    ),
    *(
        (f"no course by its route: {way}", [k("01-01", 3.1), by_route(way), k("02-01", 3.2)], (True, None, None))
        for way in DRIP_ROUTES
    ),
    *(
        (f"a course by its route: {way}", [k("01-01", 3.1), by_route(way), k("02-01", 3.2)], (True, True, True))
        for way in SWALLOWED_ROUTES
    ),
    *(
        (f"no course by its form: {way}", [k("01-01", 3.1), by_form(way), k("02-01", 3.2)], (True, None, None))
        for way in DRIP_FORMS
    ),
    ("a course by its form", [k("01-01", 3.1), by_form({"text": "tablet"}), k("02-01", 3.2)], (True, True, True)),
    (
        "taken, not prescribed",
        [k("01-01", 3.1), statement("s", POTASSIUM_TABLETS, effectivePeriod={"start": "2024-01-02"}), k("02-01", 3.2)],
        (True, None, True),
    ),
    ("mg/dL: 15 is normal", [k("01-01", 15, unit="mg/dL", code="22760-3")], (None, None, None)),
    ("mg/dL: 12 is low", [k("01-01", 12, unit="mg/dL", code="22760-3")], (True, None, None)),
    ("mEq/L", [k("01-01", 3.4, unit="mEq/L")], (True, None, None)),
    ("after dialysis", [k("01-01", 3.0, code="29349-8")], (None, None, None)),
    ("in urine", [k("01-01", 3.0, code="2828-2")], (None, None, None)),
    ("without a unit", [k("01-01", 3.0, unit=None)], (None, None, None)),
    ("implausible", [k("01-01", 0.4)], (None, None, None)),
    ("only a month is known", [lab("k1", 3.1, "2024-01"), tablets("01-15"), k("02-01", 3.2)], (True, True, None)),
    (
        "low potassium as a condition, then potassium, then low",
        [condition("c", "snomed", "43339004", onsetDateTime="2024-01-01"), tablets("01-02"), k("02-01", 3.2)],
        (True, True, True),
    ),
    (
        "a supply of 30 days, low long after",
        [
            k("01-01", 3.1),
            tablets("01-02", dispenseRequest={"expectedSupplyDuration": {"value": 30, "code": "d"}}),
            k("06-01", 3.2),
        ],
        (True, None, None),
    ),
    (
        "a supply of 30 days with 5 repeats",
        [
            k("01-01", 3.1),
            tablets(
                "01-02",
                dispenseRequest={"expectedSupplyDuration": {"value": 30, "code": "d"}, "numberOfRepeatsAllowed": 5},
            ),
            k("06-01", 3.2),
        ],
        (True, True, True),
    ),
    (
        "a course of 5 days",
        [
            k("01-01", 3.1),
            tablets("01-02", dosageInstruction=[{"timing": {"repeat": {"boundsDuration": {"value": 5, "code": "d"}}}}]),
            k("02-01", 3.2),
        ],
        (True, None, None),
    ),
    (
        "renewed: the old one ended, the new one goes on",
        [k("01-01", 3.1), tablets("01-02", "completed", **until("2024-02-01")), tablets("02-02"), k("03-01", 3.2)],
        (True, True, True),
    ),
]


@pytest.mark.parametrize(("resources", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in ROWS])
def test_three_answers(
    resources: list[Resource], expected: tuple[bool | None, ...], book: RuleBook, tmp_path: Path
) -> None:
    case = imported(tmp_path, book, *resources)
    assert not case.refused
    names = ("told_low_potassium", "potassium_prescribed", "potassium_still_low")
    assert tuple(case.answers.get(name) for name in names) == expected
    case.intake()


@pytest.mark.parametrize(("resources", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in ROWS])
def test_order_in_the_bundle_does_not_matter(
    resources: list[Resource], expected: tuple[bool | None, ...], book: RuleBook, tmp_path: Path
) -> None:
    forwards = imported(tmp_path, book, *resources)
    backwards = imported(tmp_path, book, *reversed(resources))
    assert forwards.answers.get("potassium_still_low") == backwards.answers.get("potassium_still_low") == expected[2]
    assert forwards.answers.get("potassium") == backwards.answers.get("potassium")


def test_each_answer_names_its_resources(book: RuleBook, tmp_path: Path) -> None:
    case = imported(tmp_path, book, k("01-01", 3.1), tablets("01-02"), k("02-01", 3.2))
    assert case.provenance["potassium_still_low"] == [
        "Observation/k-01-01-3.1",
        "MedicationRequest/rx-01-02",
        "Observation/k-02-01-3.2",
    ]
    assert case.provenance["potassium_prescribed"] == ["MedicationRequest/rx-01-02"]


def test_an_earlier_day_is_asked_about(book: RuleBook, tmp_path: Path) -> None:
    from datetime import date

    resources = [k("01-01", 3.1), tablets("01-02"), k("02-01", 3.2)]
    before = imported(tmp_path, book, *resources, as_of=date(2024, 1, 15))
    assert before.answers["potassium"] == 3.1
    assert "potassium_still_low" not in before.answers
    assert imported(tmp_path, book, *resources, as_of=date(2023, 12, 31)).answers.get("told_low_potassium") is None


@pytest.mark.parametrize(
    ("values", "measured", "low"),
    [
        ([("2601-3", 0.69, "mmol/L")], True, True),
        ([("2601-3", 0.70, "mmol/L")], True, None),
        ([("2601-3", 1.6, "meq/L")], True, None),
        ([("2601-3", 1.3, "meq/L")], True, True),
        ([("19123-9", 1.6, "mg/dL")], True, True),
        ([("19123-9", 1.8, "mg/dL")], True, None),
        ([("2597-3", 0.5, "mmol/L")], None, None),
        ([("19124-7", 0.5, "mg/dL")], None, None),
        ([("19123-9", 1.6, None)], True, None),
        ([], None, None),
    ],
)
def test_magnesium(
    values: list[tuple[str, float, str | None]], measured: bool | None, low: bool | None, book: RuleBook, tmp_path: Path
) -> None:
    labs = [lab(f"mg{n}", value, "2024-01-01", code, unit) for n, (code, value, unit) in enumerate(values)]
    answers = imported(tmp_path, book, *labs).answers
    assert (answers.get("magnesium_measured"), answers.get("told_low_magnesium")) == (measured, low)
