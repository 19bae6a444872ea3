"""Every finding, flag and urgency level written once more as a formula, straight from the sources of the rule book.

The rule book says the same in many small rules, each with its reason. Here nothing is explained: this is what the rules
must add up to. `&`, `|` and `~` are Kleene's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from screener.case.intake import Intake
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook


@dataclass(frozen=True)
class K:
    """A Kleene value."""

    value: bool | None

    def __and__(self, other: K) -> K:
        if self.value is False or other.value is False:
            return K(False)
        return K(None) if None in (self.value, other.value) else K(True)

    def __or__(self, other: K) -> K:
        return ~(~self & ~other)

    def __invert__(self) -> K:
        return K(None if self.value is None else not self.value)


LOWERS_MAGNESIUM: Final = [
    "THIAZIDE",
    "LOOP",
    "AMINOGLYCOSIDE",
    "AMPHOTERICIN",
    "PLATINUM",
    "CNI",
    "EGFR_MAB",
    "FOSCARNET",
    "PENTAMIDINE",
]
LOWERS_POTASSIUM: Final = [
    "THIAZIDE",
    "LOOP",
    "CAI",
    "BETA2",
    "XANTHINE",
    "STEROID",
    "MINERALOCORTICOID",
    "MINERALOCORTICOID_EXCESS",
    "LAXATIVE_STIM",
    "INSULIN",
    "AMPHOTERICIN",
    "AMINOGLYCOSIDE",
    "PLATINUM",
    "PENICILLIN_HIGH_DOSE",
    "FOSCARNET",
    "K_BINDER",
]
RAISES_POTASSIUM: Final = [
    "KSPARING",
    "MRA",
    "ACEI",
    "ARB",
    "ARNI",
    "DRI",
    "NSAID",
    "TRIMETHOPRIM",
    "HEPARIN",
    "CNI",
    "BETABLOCKER_NS",
    "PENTAMIDINE",
]
QT_PARTNERS: Final = ["THIAZIDE", "LOOP", "AMPHOTERICIN", "PLATINUM", "LAXATIVE_STIM", "FOSCARNET"]


class Person:
    """The answers of one case as formulas read them; `evidence` says whether the evidence pack is active."""

    def __init__(self, intake: Intake, book: RuleBook) -> None:
        self.facts = facts_of(intake, book)
        self.evidence = "evidence" in book.packs

    def yes(self, *names: str) -> K:
        found = K(False)
        for name in names:
            found = found | K(self.facts.values.get(name))
        return found

    def takes(self, *classes: str, months: float | None = None) -> K:
        return self.marks([f"class:{name}" for name in classes], months)

    def marks(self, marks: list[str], months: float | None = None) -> K:
        if self.facts.marks is None:
            return K(None)
        found = K(False)
        for mark in marks:
            duration = self.facts.marks.get(mark)
            if duration is None:
                continue
            if months is None or (duration.months is not None and duration.months >= months):
                found = found | K(True)
            elif duration.open:
                found = found | K(None)
        return found

    def number(self, name: str, low: float | None = None, below: float | None = None, over: float | None = None) -> K:
        value = self.facts.values.get(name)
        if value is None:
            return K(False)
        inside = (low is None or value >= low) and (below is None or value < below) and (over is None or value > over)
        return K(inside)

    def reported(self, name: str) -> K:
        return K(self.facts.values.get(name) is not None)


def article(p: Person) -> dict[str, K]:
    """The article's conclusions, with the evidence pack's additions to them when it is active."""
    more = K(p.evidence)
    c: dict[str, K] = {}
    c["risk-of-both"] = p.yes(
        "gi_disease", "vomiting", "diarrhea", "type_2_diabetes", "diuretic", "heavy_alcohol_use", "poor_diet",
        "intense_exercise",
    )  # fmt: skip
    c["magnesium-loss-cause"] = p.yes("poor_diet", "gi_disease", "heavy_alcohol_use", "diuretic")
    c["potassium-loss-cause"] = p.yes("poor_diet", "diuretic", "vomiting", "diarrhea")
    c["magnesium-symptom"] = p.yes(
        "fatigue", "muscle_weakness", "muscle_cramps", "nausea", "anxiety", "irritability", "poor_sleep",
        "abnormal_heart_rhythm",
    ) | (more & p.yes("muscle_spasm", "tingling"))  # fmt: skip
    c["potassium-symptom"] = p.yes(
        "fatigue", "muscle_weakness", "muscle_cramps", "constipation", "palpitations", "abnormal_heart_rhythm"
    )
    c["overlapping-symptoms"] = p.yes("fatigue", "muscle_weakness", "muscle_cramps", "abnormal_heart_rhythm") & ~p.yes(
        "nausea", "anxiety", "irritability", "poor_sleep", "constipation", "palpitations"
    )
    lowers_magnesium = more & medicine_lowers_magnesium(p)
    lowers_potassium = more & p.takes(*LOWERS_POTASSIUM)
    c["low-potassium-reported"] = p.yes("told_low_potassium") | (more & p.number("potassium", below=3.5))
    c["low-magnesium-reported"] = p.yes("told_low_magnesium") | (more & p.number("magnesium", below=0.70))
    low_potassium, low_magnesium = c["low-potassium-reported"], c["low-magnesium-reported"]
    c["refractory-potassium"] = (
        p.yes("told_low_potassium") & p.yes("potassium_prescribed") & p.yes("potassium_still_low")
    )
    c["suspect-magnesium"] = (
        ((c["risk-of-both"] | c["magnesium-loss-cause"]) & c["magnesium-symptom"])
        | c["refractory-potassium"]
        | (lowers_magnesium & (c["magnesium-symptom"] | low_potassium))
    )
    c["suspect-potassium"] = ((c["risk-of-both"] | c["potassium-loss-cause"]) & c["potassium-symptom"]) | (
        lowers_potassium & c["potassium-symptom"]
    )
    c["suspect-both"] = c["suspect-magnesium"] & c["suspect-potassium"]
    c["magnesium-not-checked"] = low_potassium & ~p.yes("magnesium_measured") & ~p.reported("magnesium")
    c["check-both"] = c["suspect-magnesium"] | c["suspect-potassium"] | low_potassium | low_magnesium
    c["heart-rhythm-care"] = p.yes("palpitations", "abnormal_heart_rhythm")
    c["heart-disease-caution"] = p.yes("heart_disease") & (
        p.yes("palpitations", "abnormal_heart_rhythm") | c["suspect-potassium"] | low_potassium
    )
    c["ask-before-supplements"] = p.yes("potassium_supplement", "magnesium_supplement", "considering_supplement")
    c["kidney-supplement-caution"] = p.yes("kidney_disease") & c["ask-before-supplements"]
    c["diet-note"] = p.yes("poor_diet")
    c["exercise-note"] = p.yes("intense_exercise")
    c["other-medicine-note"] = p.yes("other_medicine")
    c["epsom-note"] = p.yes("epsom_salts")
    c["nothing-matched"] = ~(
        c["risk-of-both"]
        | c["magnesium-symptom"]
        | c["potassium-symptom"]
        | p.yes("told_low_potassium", "potassium_prescribed", "potassium_still_low", "told_low_magnesium")
    )
    c["answers-conflict"] = ~p.yes("told_low_potassium") & p.yes("potassium_prescribed", "potassium_still_low")
    return c


def medicine_lowers_magnesium(p: Person) -> K:
    return p.takes(*LOWERS_MAGNESIUM) | p.marks(["name:patiromer"]) | p.takes("PPI", months=3)


def evidence(p: Person, c: dict[str, K]) -> dict[str, K]:
    """The evidence pack's own conclusions."""
    e: dict[str, K] = {}
    e["medicine-lowers-magnesium"] = medicine_lowers_magnesium(p)
    e["medicine-lowers-potassium"] = p.takes(*LOWERS_POTASSIUM)
    e["medicine-raises-potassium"] = p.takes(*RAISES_POTASSIUM)
    e["potassium-sparing-only"] = p.takes("KSPARING", "MRA") & ~p.takes("THIAZIDE", "LOOP", "CAI")
    severe = p.yes("dialysis") | p.number("egfr", below=30) | p.number("ckd_stage", low=4)
    moderate = ~severe & (
        p.number("egfr", low=30, below=60)
        | p.number("ckd_stage", low=3, below=4)
        | (p.yes("kidney_disease") & ~p.reported("egfr") & ~p.reported("ckd_stage"))
    )
    supplement = p.yes(
        "potassium_supplement", "magnesium_supplement", "considering_supplement", "potassium_prescribed",
        "salt_substitute",
    ) | p.takes("K_PRODUCT", "MG_PRODUCT")  # fmt: skip
    e["kidney-failure-no-supplements"] = severe & supplement
    e["kidney-disease-supplement-caution"] = moderate & supplement
    e["potassium-supplement-danger"] = (
        p.yes("potassium_supplement", "potassium_prescribed", "salt_substitute", "considering_supplement")
        | p.takes("K_PRODUCT")
    ) & (e["medicine-raises-potassium"] | severe | moderate | p.number("potassium", low=5.5))
    e["high-potassium"] = p.number("potassium", low=5.5)
    e["borderline-magnesium"] = p.number("magnesium", low=0.70, below=0.75)
    e["high-magnesium"] = p.number("magnesium", over=1.05)
    e["low-calcium"] = p.number("calcium", below=2.20)
    e["normal-magnesium-caveat"] = (
        c["refractory-potassium"] & p.number("magnesium", low=0.70) & ~p.number("magnesium", over=1.05)
    )
    suspected = low_or_suspected(c, e)
    e["qt-medicine-combination"] = p.marks(["qt:known"]) & (suspected | p.takes(*QT_PARTNERS))
    e["digoxin-combination"] = p.takes("DIGOXIN") & (suspected | p.takes(*QT_PARTNERS) | e["medicine-lowers-magnesium"])
    e["ppi-with-diuretic"] = p.takes("PPI") & p.takes("THIAZIDE", "LOOP")
    e["eating-disorder-care"] = p.yes("eating_disorder")
    e["refeeding-risk"] = (
        p.number("little_food_days", over=10)
        | p.number("bmi", below=16)
        | (
            p.number("little_food_days", over=5)
            & (
                p.yes("heavy_alcohol_use", "diuretic")
                | p.number("bmi", below=18.5)
                | p.takes("INSULIN", "PLATINUM", "EGFR_MAB")
            )
        )
    )
    e["pregnancy-vomiting"] = p.yes("pregnant") & p.yes("vomiting")
    water_tablet = p.yes("diuretic") | p.takes("THIAZIDE", "LOOP")
    e["inherited-salt-loss-hint"] = p.yes("inherited_salt_loss") | (
        c["low-potassium-reported"]
        & p.number("age", below=40)
        & ~water_tablet
        & ~p.yes("vomiting", "diarrhea", "frequent_laxatives", "heavy_alcohol_use", "eating_disorder", "gi_disease")
        & ~p.takes("LAXATIVE_STIM", "LAXATIVE_OSM", "PLATINUM")
    )
    e["high-blood-pressure-low-potassium"] = p.yes("high_blood_pressure") & c["low-potassium-reported"] & ~water_tablet
    e["older-adult"] = p.number("age", low=65)
    return e


def low_or_suspected(c: dict[str, K], e: dict[str, K]) -> K:
    high = e.get("high-potassium", K(False))
    return (
        c["suspect-magnesium"]
        | (c["suspect-potassium"] & ~high)
        | c["low-potassium-reported"]
        | c["low-magnesium-reported"]
    )


def urgencies(p: Person, c: dict[str, K]) -> dict[str, K]:
    """The urgency levels, over whatever the active packs conclude."""
    low = p.number("potassium", below=2.5)
    digoxin, qt = p.takes("DIGOXIN"), p.marks(["qt:known"])
    products = p.yes("potassium_supplement", "potassium_prescribed", "salt_substitute") | p.takes("K_PRODUCT")
    kidney = c["kidney-failure-no-supplements"] | c["kidney-disease-supplement-caution"]
    emergency = (
        p.yes("chest_pain", "fainted", "breathless", "seizure", "confused", "cannot_stand", "heart_racing_now")
        | (low & (p.yes("palpitations", "muscle_weakness", "heart_disease") | digoxin))
        | p.number("potassium", low=6.5)
    )
    same_day = (
        low
        | (
            p.number("potassium", low=2.5, below=3.0)
            & (p.yes("heart_disease", "palpitations", "abnormal_heart_rhythm") | digoxin | qt)
        )
        | p.number("potassium", low=6.0, below=6.5)
        | p.number("magnesium", below=0.5)
        | (p.number("magnesium", low=0.5, below=0.70) & p.yes("palpitations", "muscle_spasm"))
        | p.yes("muscle_spasm")
        | (p.yes("palpitations") & (p.yes("heart_disease") | p.takes("PPI") | digoxin | qt))
        | p.yes("cannot_keep_fluids_down")
        | (p.yes("vomiting", "diarrhea") & (p.yes("diuretic") | p.takes("THIAZIDE", "LOOP")) & c["potassium-symptom"])
        | (p.yes("eating_disorder") & p.yes("palpitations"))
    )
    soon = (
        c["refractory-potassium"]
        | p.number("potassium", below=3.5)
        | p.number("potassium", low=5.5, below=6.0)
        | p.number("magnesium", below=0.70)
        | p.number("magnesium", over=1.05)
        | p.yes("told_low_potassium", "told_low_magnesium")
        | p.number("vomiting_days", low=7)
        | p.number("diarrhea_days", low=7)
        | c["heart-rhythm-care"]
        | ((c["qt-medicine-combination"] | c["digoxin-combination"]) & low_or_suspected(c, c))
        | c["refeeding-risk"]
        | c["pregnancy-vomiting"]
        | p.yes("eating_disorder")
        | (c["potassium-supplement-danger"] & products)
        | (kidney & (products | p.yes("magnesium_supplement") | p.takes("MG_PRODUCT")))
    )
    routine = (
        c["suspect-magnesium"]
        | (c["suspect-potassium"] & ~c["high-potassium"])
        | c["medicine-lowers-magnesium"]
        | c["medicine-lowers-potassium"]
        | c["qt-medicine-combination"]
        | c["digoxin-combination"]
        | c["potassium-supplement-danger"]
        | kidney
    )
    levels = {"routine": routine, "soon": soon, "same-day": same_day, "emergency": emergency}
    return {f"urgency:{level}": value for level, value in levels.items()}


def conclusions(intake: Intake, book: RuleBook) -> dict[str, bool | None]:
    """The value of every conclusion of the book, by the formulas."""
    p = Person(intake, book)
    minor = p.number("age", below=18)
    found = article(p)
    own = evidence(p, found)
    found |= own if p.evidence else dict.fromkeys(own, K(False))
    found = {name: value & ~minor for name, value in found.items()}
    found["adults-only"] = minor
    found |= urgencies(p, found)
    return {name: value.value for name, value in found.items()}
