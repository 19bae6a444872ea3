"""Who is told what: the share of each urgency and flag in made-up people (SCREENER_PEOPLE, default 20,000; seed 1).

SCREENER_BEFORE names the folder of another rule book, such as an older one, to compare with this one. The people are
invented. The assumptions are the tables below: round figures of ours for adults who might fill in such a form, answers
independent of each other but for follow-ups and water tablets. So the shares are no rates of any real people; they show
what a change of the rules does to everybody at once.

The second table asks about people with *one* long-known thing and nothing else: how many are told "soon" or more?
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from screener.case.answers import YesNo
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import LEVELS

# how often a question is answered with yes; those that are not here: never
YES: Final = {
    "fatigue": 0.20, "muscle_weakness": 0.06, "muscle_cramps": 0.15, "nausea": 0.06, "anxiety": 0.12,
    "irritability": 0.10, "poor_sleep": 0.20, "constipation": 0.08, "palpitations": 0.05, "abnormal_heart_rhythm": 0.03,
    "tingling": 0.05, "vomiting": 0.03, "diarrhea": 0.05, "gi_disease": 0.03, "type_2_diabetes": 0.07,
    "heart_disease": 0.05, "kidney_disease": 0.03, "high_blood_pressure": 0.25, "eating_disorder": 0.01,
    "recent_weight_loss": 0.02, "poor_diet": 0.20, "heavy_alcohol_use": 0.07, "intense_exercise": 0.08,
    "licorice": 0.01, "frequent_laxatives": 0.02, "potassium_supplement": 0.02, "magnesium_supplement": 0.08,
    "considering_supplement": 0.15, "salt_substitute": 0.02, "epsom_salts": 0.03, "told_low_potassium": 0.02,
    "told_low_magnesium": 0.01, "magnesium_measured": 0.10, "blackout_recently": 0.003, "muscle_spasm": 0.002,
    "chest_pain": 0.002, "breathless": 0.002, "neck_surgery_recently": 0.001,
}  # fmt: skip
FOLLOW_UPS: Final = {"alcohol_stopped_recently": 0.05, "cannot_keep_fluids_down": 0.1, "dialysis": 0.03}
MEDICINES: Final = {
    "amlodipine": 0.08, "ramipril": 0.08, "losartan": 0.05, "indapamide": 0.04, "furosemide": 0.02,
    "spironolactone": 0.01, "omeprazole": 0.10, "salbutamol": 0.05, "metformin": 0.06, "citalopram": 0.04,
    "naproxen": 0.05, "digoxin": 0.004, "dapagliflozin": 0.01, "prednisolone": 0.01, "lithium": 0.002,
    "trimethoprim": 0.003, "insulin glargine": 0.015,
}  # fmt: skip
WATER_TABLETS: Final = {"indapamide", "furosemide", "spironolactone"}
TESTED: Final = 0.15  # how many give a potassium result; its mean and spread follow
POTASSIUM: Final = (4.2, 0.4)
# one long-known thing each, with what usually goes with it
LONG_KNOWN: Final[dict[str, dict[str, Any]]] = {
    "a rhythm problem, checked half a year ago": {"abnormal_heart_rhythm": True, "heart_rhythm_checked_months": 6},
    "palpitations at times": {"palpitations": True},
    "low potassium once, normal since": {"told_low_potassium": True, "potassium": 4.3, "blood_test_days_ago": 20},
    "low magnesium once, normal since": {"told_low_magnesium": True, "magnesium": 0.86, "blood_test_days_ago": 20},
    "high blood pressure": {"high_blood_pressure": True},
    "a heart problem": {"heart_disease": True},
    "type 2 diabetes": {"type_2_diabetes": True},
    "kidney disease, eGFR 50": {"kidney_disease": True, "egfr": 50},
    "a water tablet for years": {"diuretic": True, "medicines": [{"name": "indapamide", "months": 60}]},
    "a heartburn tablet for years": {"medicines": [{"name": "omeprazole", "months": 60}]},
    "a reliever inhaler": {"medicines": ["salbutamol"]},
}


def people(book: RuleBook, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many people; without what an older book does not ask for."""
    pick = random.Random(seed)
    for _ in range(count):
        found: dict[str, Any] = {name: False for name, kind in book.fields.items() if isinstance(kind, YesNo)}
        found |= {name: pick.random() < share for name, share in YES.items()}
        taken = [name for name, share in MEDICINES.items() if pick.random() < share]
        found |= {"age": pick.randint(18, 90), "sex": pick.choice(("female", "male")), "diuretic": False}
        found["medicines"] = [{"name": name, "months": pick.choice((1, 12, 48))} for name in taken]
        found["other_medicine"] = bool(taken)
        found["diuretic"] = bool(WATER_TABLETS & set(taken))
        found |= _follow_ups(pick, found)
        if pick.random() < TESTED:
            found["potassium"] = round(min(max(pick.gauss(*POTASSIUM), 2.0), 7.0), 1)
            found["blood_test_days_ago"] = pick.randint(1, 120)
        yield {name: value for name, value in found.items() if name in book.fields}


def _follow_ups(pick: random.Random, given: dict[str, Any]) -> dict[str, Any]:
    parents = {"alcohol_stopped_recently": "heavy_alcohol_use", "cannot_keep_fluids_down": "vomiting"}
    parents["dialysis"] = "kidney_disease"
    found = {name: given[parents[name]] and pick.random() < share for name, share in FOLLOW_UPS.items()}
    for sign in ("vomiting", "diarrhea"):
        if given[sign]:
            found[f"{sign}_days"] = pick.choice((1, 1, 2, 3, 7))
    if given["abnormal_heart_rhythm"] and pick.random() < 0.7:
        found["heart_rhythm_checked_months"] = pick.choice((3, 6, 12, 36))
    return found


def shares(book: RuleBook, count: int) -> tuple[Counter[str], Counter[str]]:
    """How many people have each urgency, and each raised flag."""
    levels: Counter[str] = Counter()
    flags: Counter[str] = Counter()
    for answers in people(book, count, seed=1):
        outcome = reference.infer(book, facts_of(book.intake.read(answers), book))
        levels[outcome.urgency] += 1
        flags.update(name for name in book.flags if outcome.status(name) == "raised")
    return levels, flags


def alone(book: RuleBook, answers: dict[str, Any]) -> str:
    """What somebody of 50 with one long-known thing, and otherwise no, is told."""
    plain = {name: False for name, kind in book.fields.items() if isinstance(kind, YesNo)}
    given = {**plain, "age": 50, "medicines": [], **answers}
    kept = {name: value for name, value in given.items() if name in book.fields}
    return reference.infer(book, facts_of(book.intake.read(kept), book)).urgency


def main() -> None:
    count = int(os.environ.get("SCREENER_PEOPLE", "20000"))
    books = [RuleBook.load()]
    if before := os.environ.get("SCREENER_BEFORE"):
        books.insert(0, RuleBook.load(Path(before)))
    found = [shares(book, count) for book in books]
    heads = "".join(f"{book.version:>10}" for book in books)
    print(f"{count:,} made-up people{'':20}{heads}")
    for level in LEVELS:
        print(f"{level:40}" + "".join(f"{100 * levels[level] / count:9.1f}%" for levels, _ in found))
    for name in books[-1].flags:
        print(f"  {name:38}" + "".join(f"{100 * flags[name] / count:9.1f}%" for _, flags in found))
    print("one long-known thing, and nothing else")
    for words, answers in LONG_KNOWN.items():
        print(f"  {words:44}" + "".join(f"{alone(book, answers):>12}" for book in books))
    high = [sum(LEVELS.index(alone(book, a)) >= 2 for a in LONG_KNOWN.values()) for book in books]
    print(f"  told soon or more, of {len(LONG_KNOWN)}:" + "".join(f"{each:>6}" for each in high))
