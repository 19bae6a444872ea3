"""Every finding, flag and urgency level written once more as a formula, straight from the sources of the rule book.

The rule book says the same in many small rules, each with its reason. Here nothing is explained: this is what the rules
must add up to. `&`, `|` and `~` are Kleene's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from screener.case.bound import Bound
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
    "XANTHINE",
    "STEROID",
    "MINERALOCORTICOID",
    "MINERALOCORTICOID_EXCESS",
    "LAXATIVE_STIM",
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
A: Final = ["ACEI", "ARB", "ARNI", "DRI"]
B: Final = ["MRA", "KSPARING"]
MACROLIDES: Final = ["name:clarithromycin", "name:erythromycin", "name:azithromycin"]
HEART_TABLETS: Final = ["name:amiodarone", "name:dronedarone", "name:quinidine"]
QT_PARTNERS: Final = ["THIAZIDE", "LOOP", "AMPHOTERICIN", "PLATINUM", "LAXATIVE_STIM", "FOSCARNET"]


def _bounded(value: Bound, low: float | None, below: float | None, over: float | None) -> K:
    """The same for all the numbers that a bound such as `> 7` leaves: each part certain, impossible, or unknown."""
    limit, touches = value.limit, value.sign[-1] == "="
    found = K(True)
    if value.sign[0] == ">":
        if low is not None:
            found = found & K(limit >= low or None)
        if below is not None:
            found = found & K(False if limit >= below else None)
        if over is not None:
            found = found & K(limit > over or (limit == over and not touches) or None)
    else:
        if low is not None:
            found = found & K(False if limit < low or (limit == low and not touches) else None)
        if below is not None:
            found = found & K(limit < below or (limit == below and not touches) or None)
        if over is not None:
            found = found & K(False if limit <= over else None)
    return found


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
            for taken in self.facts.marks.get(mark, ()):
                if months is None or (taken is not None and taken >= months):
                    found = found | K(True)
                elif taken is None:
                    found = found | K(None)
        return found

    def number(self, name: str, low: float | None = None, below: float | None = None, over: float | None = None) -> K:
        value = self.facts.values.get(name)
        if value is None:
            return K(False)
        if isinstance(value, Bound):
            return _bounded(value, low, below, over)
        inside = (low is None or value >= low) and (below is None or value < below) and (over is None or value > over)
        return K(inside)

    def long_or_unknown(self, name: str, months: float) -> K:
        """A medicine of this class for so long, or for a time that was not given."""
        if self.facts.marks is None:
            return K(None)
        return K(any(taken is None or taken >= months for taken in self.facts.marks.get(f"class:{name}", ())))

    def upto(self, name: str, most: float, low: float | None = None) -> K:
        return self.number(name, low=low) & ~self.number(name, over=most) & self.reported(name)

    def reported(self, name: str) -> K:
        return K(self.facts.values.get(name) is not None)


def two_of(*parts: K) -> K:
    return at_least(2, *parts)


def at_least(count: int, *parts: K) -> K:
    values = [part.value for part in parts]
    if values.count(True) >= count:
        return K(True)
    return K(False) if len(values) - values.count(False) < count else K(None)


class Shared:
    """The short names that the formulas use."""

    def __init__(self, p: Person) -> None:
        self.gut_loss = p.yes("vomiting", "diarrhea")
        self.severe = p.yes("dialysis") | p.number("egfr", below=30) | p.number("ckd_stage", low=4)
        self.weak = (
            p.yes("dialysis")
            | p.number("egfr", below=60)
            | p.number("ckd_stage", low=3)
            | (p.yes("kidney_disease") & ~p.reported("egfr") & ~p.reported("ckd_stage"))
        )
        of_two_classes = two_of(*(p.takes(name) for name in A))
        self.letters = [
            p.takes(*A), p.takes(*B), p.takes("TRIMETHOPRIM"), p.takes("NSAID"), p.takes("CNI"), p.takes("HEPARIN"),
            of_two_classes, p.takes("MRA") & p.takes("KSPARING"),
        ]  # fmt: skip
        old = p.number("blood_test_days_ago", over=90)
        self.normal_potassium = p.number("potassium", low=3.5, below=5.5) & ~old
        self.normal_magnesium = p.number("magnesium", low=0.70) & ~old
        self.calm_potassium = p.upto("potassium", 5.0) & ~old
        self.long_ppi = p.long_or_unknown("PPI", 3)
        self.weight_lost = p.number("weight_loss_percent", over=10) | (
            p.yes("recent_weight_loss") & ~p.reported("weight_loss_percent")
        )
        self.drink_or_drug = p.yes("heavy_alcohol_use", "alcohol_stopped_recently", "diuretic") | p.takes(
            "INSULIN", "THIAZIDE", "LOOP", "PLATINUM", "EGFR_MAB"
        )
        self.main = p.yes("diuretic") | p.takes(*A, "THIAZIDE", "LOOP", *B)


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
        p.yes("told_low_potassium")
        & (p.yes("potassium_prescribed") | (more & (p.yes("potassium_supplement") | p.takes("K_PRODUCT"))))
        & p.yes("potassium_still_low")
    )
    c["suspect-magnesium"] = (
        ((c["risk-of-both"] | c["magnesium-loss-cause"]) & c["magnesium-symptom"])
        | c["refractory-potassium"]
        | (lowers_magnesium & (c["magnesium-symptom"] | low_potassium))
    )
    c["suspect-potassium"] = ((c["risk-of-both"] | c["potassium-loss-cause"]) & c["potassium-symptom"]) | (
        ((more & p.yes("licorice")) | lowers_potassium) & c["potassium-symptom"]
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
    s = Shared(p)
    e["medicine-lowers-magnesium"] = medicine_lowers_magnesium(p)
    e["medicine-lowers-potassium"] = p.takes(*LOWERS_POTASSIUM)
    e["medicine-raises-potassium"] = p.takes(*RAISES_POTASSIUM)
    e["medicine-shifts-potassium"] = p.takes("BETA2", "INSULIN")
    e["potassium-sparing-only"] = p.takes("KSPARING", "MRA") & ~p.takes("THIAZIDE", "LOOP", "CAI")
    moderate = ~s.severe & (
        p.number("egfr", low=30, below=60)
        | p.number("ckd_stage", low=3, below=4)
        | (p.yes("kidney_disease") & ~p.reported("egfr") & ~p.reported("ckd_stage"))
    )
    supplement = p.yes(
        "potassium_supplement", "magnesium_supplement", "considering_supplement", "potassium_prescribed",
        "salt_substitute",
    ) | p.takes("K_PRODUCT", "MG_PRODUCT")  # fmt: skip
    e["kidney-failure-no-supplements"] = s.severe & supplement
    e["kidney-disease-supplement-caution"] = moderate & supplement
    e["potassium-supplement-danger"] = (
        p.yes("potassium_supplement", "potassium_prescribed", "salt_substitute", "considering_supplement")
        | p.takes("K_PRODUCT")
    ) & (e["medicine-raises-potassium"] | s.weak | p.number("potassium", low=5.5))
    e["high-potassium"] = p.number("potassium", low=5.5)
    e["borderline-magnesium"] = p.number("magnesium", low=0.70, below=0.75)
    e["high-magnesium"] = p.number("magnesium", over=1.05)
    e["low-calcium"] = p.number("calcium", below=2.20)
    e["high-calcium"] = p.number("calcium", over=2.60)
    e["recent-normal-potassium"] = (
        p.upto("potassium", 5.0, low=3.6)
        & p.upto("blood_test_days_ago", 30)
        & ~p.yes("vomiting", "diarrhea", "potassium_still_low", "frequent_laxatives", "eating_disorder")
        & ~p.number("little_food_days", over=5)
    )
    e["results-conflict"] = p.yes("potassium_still_low") & p.number("potassium", low=3.5, below=5.5)
    e["normal-magnesium-caveat"] = (
        c["refractory-potassium"] & p.number("magnesium", low=0.70) & ~p.number("magnesium", over=1.05)
    )
    suspected = low_or_suspected(c, e)
    e["qt-medicine-combination"] = p.marks(["qt:known"]) & (
        suspected | p.takes(*QT_PARTNERS) | p.number("calcium", below=2.20)
    )
    e["digoxin-combination"] = p.takes("DIGOXIN") & (
        suspected
        | p.takes(*QT_PARTNERS)
        | e["medicine-lowers-magnesium"]
        | s.weak
        | p.marks([*MACROLIDES, *HEART_TABLETS])
        | e["high-potassium"]
        | p.number("calcium", over=2.60)
    )
    e["potassium-raising-combination"] = two_of(*s.letters)
    e["fluid-loss-medicines"] = s.gut_loss & (s.main | p.takes("NSAID", "METFORMIN", "SGLT2", "LITHIUM"))
    e["ppi-with-diuretic"] = s.long_ppi & p.takes("THIAZIDE", "LOOP")
    e["eating-disorder-care"] = p.yes("eating_disorder")
    e["alcohol-withdrawal-care"] = p.yes("alcohol_stopped_recently")
    e["refeeding-risk"] = (
        p.number("little_food_days", over=10)
        | p.number("bmi", below=16)
        | p.number("weight_loss_percent", over=15)
        | two_of(p.number("bmi", below=18.5), s.weight_lost, p.number("little_food_days", over=5), s.drink_or_drug)
        | (
            (p.number("potassium", below=3.5) | p.number("magnesium", below=0.70))
            & (p.number("bmi", below=18.5) | s.weight_lost | p.number("little_food_days", over=5))
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
        & ~(e["medicine-lowers-potassium"] | e["medicine-lowers-magnesium"])
        & ~p.yes("licorice", "high_blood_pressure")
        & ~p.number("little_food_days", over=5)
        & ~s.weight_lost
    )
    e["liquorice-care"] = p.yes("licorice") & (
        c["low-potassium-reported"]
        | p.yes("high_blood_pressure", "diuretic")
        | c["potassium-symptom"]
        | e["medicine-lowers-potassium"]
    )
    e["high-blood-pressure-low-potassium"] = p.yes("high_blood_pressure") & c["low-potassium-reported"] & ~water_tablet
    e["older-adult"] = p.number("age", low=65)
    return e


def low_or_suspected(c: dict[str, K], e: dict[str, K]) -> K:
    none = K(False)
    return (
        (c["suspect-magnesium"] & ~e.get("high-magnesium", none))
        | (c["suspect-potassium"] & ~e.get("high-potassium", none) & ~e.get("recent-normal-potassium", none))
        | c["low-potassium-reported"]
        | c["low-magnesium-reported"]
    )


def outside_the_article(p: Person, c: dict[str, K]) -> K:
    """What matters for another reason than the article's."""
    return c["nothing-matched"] & (
        p.yes(
            "kidney_disease", "dialysis", "heart_disease", "high_blood_pressure", "recent_weight_loss", "licorice",
            "frequent_laxatives", "tingling", "muscle_spasm", "eating_disorder", "inherited_salt_loss",
            "salt_substitute", "blackout_recently", "neck_surgery_recently",
        )
        | p.number("ckd_stage", low=3)
        | p.number("egfr", below=60)
        | p.number("little_food_days", over=2)
        | p.number("weight_loss_percent", over=5)
        | p.number("bmi", below=18.5)
        | p.number("calcium", below=2.20)
        | p.number("calcium", over=2.60)
        | p.number("potassium", below=3.6)
        | p.number("potassium", over=5.0)
        | p.number("magnesium", below=0.75)
        | p.number("magnesium", over=1.05)
    )  # fmt: skip


def emergencies(p: Person, s: Shared) -> K:
    qt, digoxin = p.marks(["qt:known"]), p.takes("DIGOXIN")
    signs_of_high_magnesium = p.yes("muscle_weakness", "nausea", "vomiting", "palpitations") | s.severe
    return (
        p.yes("chest_pain", "fainted", "breathless", "seizure", "confused", "cannot_stand", "heart_racing_now")
        | (
            p.number("potassium", below=2.5)
            & (
                p.yes("palpitations", "muscle_weakness", "heart_disease", "abnormal_heart_rhythm", "blackout_recently")
                | digoxin
                | qt
            )
        )
        | p.number("potassium", below=2.0)
        | p.number("potassium", low=6.5)
        | (
            p.number("potassium", low=6.0)
            & p.yes("muscle_weakness", "palpitations", "vomiting", "diarrhea", "blackout_recently")
        )
        | (
            p.number("calcium", below=1.9)
            & p.yes("tingling", "muscle_spasm", "muscle_cramps", "palpitations", "blackout_recently")
        )
        | (p.number("calcium", below=2.20) & p.yes("muscle_spasm"))
        | p.number("calcium", over=3.5)
        | p.number("magnesium", low=2.5)
        | (p.number("magnesium", low=2.0) & signs_of_high_magnesium)
        | (p.number("magnesium", below=0.50) & p.yes("palpitations", "muscle_spasm", "blackout_recently"))
        | (p.yes("neck_surgery_recently") & p.yes("muscle_spasm"))
    )


def same_day(p: Person, s: Shared, c: dict[str, K]) -> K:
    qt, digoxin, trimethoprim = p.marks(["qt:known"]), p.takes("DIGOXIN"), p.takes("TRIMETHOPRIM")
    signs_of_high_magnesium = p.yes("muscle_weakness", "nausea", "vomiting", "palpitations") | s.severe
    high = p.number("potassium", low=5.5, below=6.0)
    a, b = p.takes(*A), p.takes(*B)
    results = (
        p.number("potassium", below=3.0)
        | (p.number("potassium", low=3.0, below=3.5) & p.yes("palpitations"))
        | p.number("potassium", low=6.0, below=6.5)
        | (high & p.yes("muscle_weakness", "palpitations", "vomiting", "diarrhea"))
        | (
            high
            & (
                trimethoprim
                | p.yes("potassium_supplement", "potassium_prescribed", "salt_substitute")
                | p.takes("K_PRODUCT")
            )
        )
        | p.number("magnesium", below=0.5)
        | (p.number("magnesium", low=0.5, below=0.70) & p.yes("palpitations", "muscle_spasm"))
        | p.number("magnesium", low=2.0)
        | (p.number("magnesium", low=1.5, below=2.0) & signs_of_high_magnesium)
        | p.number("calcium", below=1.9)
        | (
            p.number("calcium", below=2.20)
            & p.yes("tingling", "muscle_spasm", "muscle_cramps", "palpitations", "neck_surgery_recently")
        )
        | p.number("calcium", low=3.0)
        | (p.number("calcium", over=2.60) & (p.takes("DIGOXIN", "LITHIUM") | p.yes("vomiting")))
        | (p.number("calcium", over=2.80) & p.yes("muscle_weakness"))
    )
    medicines = (
        (trimethoprim & b & (a | p.number("age", low=65) | s.weak))
        | (trimethoprim & a & s.weak)
        | (trimethoprim & (a | b) & p.yes("muscle_weakness", "palpitations"))
        | (two_of(*s.letters) & s.severe & p.yes("muscle_weakness", "palpitations") & ~s.calm_potassium)
        | (digoxin & p.yes("nausea", "vomiting", "diarrhea"))
        | (digoxin & p.marks(MACROLIDES))
        | (digoxin & (p.number("potassium", low=5.5) | p.number("potassium", below=3.5)))
        | (p.yes("palpitations") & (p.yes("heart_disease") | s.long_ppi | digoxin | qt))
    )
    loss = (
        p.yes("cannot_keep_fluids_down")
        | (s.gut_loss & (p.yes("diuretic") | p.takes("THIAZIDE", "LOOP")) & c["potassium-symptom"])
        | (
            s.gut_loss
            & s.main
            & (
                p.yes("muscle_weakness", "palpitations")
                | p.number("vomiting_days", low=3)
                | p.number("diarrhea_days", low=3)
                | s.weak
                | c["potassium-raising-combination"]
            )
        )
        | (s.gut_loss & p.takes("LITHIUM"))
        | (p.takes("SGLT2") & (p.yes("vomiting") | p.number("little_food_days", low=2)))
    )
    kidneys = (
        (p.number("egfr", below=15) & ~p.number("ckd_stage", low=4))
        | (p.number("egfr", below=15) & p.yes("nausea", "vomiting", "muscle_weakness", "palpitations"))
        | (s.severe & (s.gut_loss | p.yes("palpitations")))
        | (p.yes("dialysis") & p.yes("muscle_weakness"))
        | (s.severe & p.yes("potassium_supplement", "salt_substitute") & (a | b | trimethoprim))
    )
    people = (
        p.yes("muscle_spasm")
        | (p.yes("eating_disorder") & p.yes("palpitations"))
        | (
            p.yes("alcohol_stopped_recently")
            & p.yes("anxiety", "irritability", "nausea", "vomiting", "poor_sleep", "palpitations", "blackout_recently")
        )
        | (
            p.yes("blackout_recently")
            & (
                p.yes("heart_disease", "abnormal_heart_rhythm", "palpitations", "eating_disorder")
                | qt
                | digoxin
                | p.number("age", low=65)
                | p.number("potassium", below=3.5)
                | p.number("potassium", low=5.5)
                | p.number("magnesium", below=0.70)
                | p.number("calcium", below=2.20)
            )
        )
        | (p.number("bmi", below=14) & ~p.number("age", below=12))
        | p.number("bmi", below=12)
        | (p.number("little_food_days", low=2) & p.number("age", below=18))
        | p.number("little_food_days", over=15)
        | (
            c["refeeding-risk"]
            & (
                p.yes("muscle_weakness", "palpitations", "blackout_recently")
                | p.number("potassium", below=3.0)
                | p.number("magnesium", below=0.50)
            )
        )
        | (p.yes("neck_surgery_recently") & p.yes("tingling", "muscle_cramps"))
    )
    return results | medicines | loss | kidneys | people


def soon(p: Person, s: Shared, c: dict[str, K]) -> K:
    products = p.yes("potassium_supplement", "potassium_prescribed", "salt_substitute") | p.takes("K_PRODUCT")
    any_product = products | p.yes("magnesium_supplement") | p.takes("MG_PRODUCT")
    trimethoprim = p.takes("TRIMETHOPRIM")
    return (
        c["refractory-potassium"]
        | p.number("potassium", below=3.5)
        | p.number("potassium", low=5.5, below=6.0)
        | p.number("magnesium", below=0.70)
        | p.number("magnesium", over=1.05)
        | p.number("calcium", below=2.20)
        | p.number("calcium", over=2.60)
        | (p.yes("told_low_potassium") & ~s.normal_potassium)
        | (p.yes("told_low_magnesium") & ~s.normal_magnesium)
        | p.number("vomiting_days", low=7)
        | p.number("diarrhea_days", low=7)
        | (p.yes("abnormal_heart_rhythm") & ~p.upto("heart_rhythm_checked_months", 12))
        | (
            p.yes("palpitations")
            & (
                c["risk-of-both"]
                | c["medicine-lowers-potassium"]
                | c["medicine-lowers-magnesium"]
                | c["medicine-raises-potassium"]
                | c["low-potassium-reported"]
                | c["low-magnesium-reported"]
                | p.yes(
                    "abnormal_heart_rhythm", "high_blood_pressure", "kidney_disease", "pregnant", "tingling",
                    "recent_weight_loss", "licorice",
                )
                | p.number("age", low=65)
                | p.number("egfr", below=60)
            )
        )
        | ((c["qt-medicine-combination"] | c["digoxin-combination"]) & low_or_suspected(c, c))
        | c["refeeding-risk"]
        | p.number("little_food_days", over=5)
        | p.yes("recent_weight_loss")
        | c["pregnancy-vomiting"]
        | p.yes("eating_disorder", "alcohol_stopped_recently", "blackout_recently")
        | (c["potassium-supplement-danger"] & products)
        | ((c["kidney-failure-no-supplements"] | c["kidney-disease-supplement-caution"]) & any_product)
        | (s.weak & any_product)
        | (trimethoprim & p.takes(*A, *B))
        | (trimethoprim & s.severe)
        | (two_of(*s.letters) & s.weak & ~s.calm_potassium)
        | (at_least(3, *s.letters) & ~s.calm_potassium)
        | (p.takes("DIGOXIN") & s.severe)
        | (s.gut_loss & (s.main | p.takes("SGLT2")))
        | (p.yes("vomiting") & p.takes("METFORMIN"))
        | (s.gut_loss & p.takes("METFORMIN", "NSAID") & s.weak)
        | (p.number("egfr", below=30) & ~p.number("ckd_stage", low=4))
        | (p.number("egfr", below=15) & ~p.number("ckd_stage", low=5))
        | (p.yes("licorice") & (c["low-potassium-reported"] | p.yes("high_blood_pressure")))
    )  # fmt: skip


def routine(p: Person, s: Shared, c: dict[str, K]) -> K:
    return (
        (c["suspect-magnesium"] & ~c["high-magnesium"])
        | (c["suspect-potassium"] & ~c["high-potassium"] & ~c["recent-normal-potassium"])
        | c["medicine-lowers-magnesium"]
        | c["medicine-lowers-potassium"]
        | c["qt-medicine-combination"]
        | c["digoxin-combination"]
        | c["potassium-supplement-danger"]
        | c["kidney-failure-no-supplements"]
        | c["kidney-disease-supplement-caution"]
        | c["potassium-raising-combination"]
        | c["fluid-loss-medicines"]
        | c["liquorice-care"]
        | p.yes("palpitations", "abnormal_heart_rhythm")
        | (p.yes("told_low_potassium") & s.normal_potassium)
        | (p.yes("told_low_magnesium") & s.normal_magnesium)
    )


def urgencies(p: Person, c: dict[str, K]) -> dict[str, K]:
    """The urgency levels, over whatever the active packs conclude."""
    s = Shared(p)
    levels = {
        "routine": routine(p, s, c),
        "soon": soon(p, s, c),
        "same-day": same_day(p, s, c),
        "emergency": emergencies(p, s),
    }
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
    found["outside-the-article"] = outside_the_article(p, found)
    found |= urgencies(p, found)
    return {name: value.value for name, value in found.items()}
