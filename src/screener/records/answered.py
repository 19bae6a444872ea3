"""What results answer: the last value of each field, and what is worked out from others or left out because of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from screener.case.answers import Number
from screener.records.gathered import Gathered
from screener.records.labs import MG_DL_OF_CREATININE, LabValue, by_field, case_value, last_of, overruled
from screener.records.window import LOW_ALBUMIN, limit
from screener.rulebook.book import RuleBook

EGFR: Final = "egfr"
CALCIUM: Final = "calcium"
IONISED: Final = "ionised_calcium"
MAGNESIUM: Final = "magnesium"
STEADY_DAYS: Final = 7
STEADY: Final = 0.5  # two creatinines that differ by so much of the smaller are not steady
ADULT: Final = 18
ONE_DAY: Final = timedelta(days=1)
# CKD-EPI 2021: kappa, alpha and the factor, by sex
EQUATION: Final = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}

Age = Callable[[date], int | None]


def read_last(values: Iterable[LabValue], book: RuleBook, found: Gathered) -> None:
    """Answer each field with its last value."""
    fields = by_field(values)
    for name, candidates in fields.items():
        if name not in found.fields:
            continue
        best = last_of(candidates, found)
        if best is None or (name == CALCIUM and _needs_albumin(best, fields.get("albumin", []), book, found)):
            continue
        assert best.value is not None
        found.say(name, case_value(found.fields[name], best.value), [best.source])
    if IONISED in fields and CALCIUM in found.fields:
        sources = ", ".join(value.source for value in fields[IONISED])
        found.note(f"{sources}: ionised calcium is another measure than the calcium that is asked about.")


def _needs_albumin(best: LabValue, albumins: Iterable[LabValue], book: RuleBook, found: Gathered) -> bool:
    """Whether a low total calcium may only be low because albumin is; then it says nothing."""
    low = book.settings.get("calcium-low")
    if best.rank == 0 or low is None or not best.under(low.value):
        return False
    for albumin in albumins:
        near = abs(albumin.when.first - best.when.first) <= ONE_DAY and albumin.when.exact and best.when.exact
        if near and albumin.under(limit(book, LOW_ALBUMIN)):
            found.problem(
                best.source,
                f"total calcium is low and so is albumin ({albumin.source}): only a corrected or ionised calcium "
                "tells; left out",
            )
            return True
    return False


def compute_egfr(values: Iterable[LabValue], age_on: Age, found: Gathered) -> None:
    """Answer eGFR from the last creatinine where none was reported (CKD-EPI 2021, without race)."""
    fields = by_field(values)
    creatinines = fields.get("creatinine", [])
    field = found.fields.get(EGFR)
    if not creatinines or not isinstance(field, Number):
        return
    newest = max(value.when.last for value in creatinines)
    if any(value.when.last >= newest for value in fields.get(EGFR, [])):
        return
    best = last_of(creatinines, found)
    if best is None:
        return
    why = _no_egfr(best, creatinines, age_on, found)
    if why:
        found.note(f"eGFR is not computed from {best.source}: {why}.")
        return
    age, sex = age_on(best.when.first), found.answers["sex"]
    assert isinstance(best.value, float)
    assert age is not None
    value = round(ckd_epi_2021(best.value / float(MG_DL_OF_CREATININE), age, sex))
    if field.low <= value <= field.high:
        found.sources.pop(EGFR, None)  # an older one that was reported gives way
        found.say(EGFR, value, [best.source])
        found.note(f"eGFR {value} is computed from creatinine ({best.source}) with CKD-EPI 2021; none was reported.")
    else:
        found.note(f"eGFR is not computed from {best.source}: the result would be out of range.")


def _no_egfr(best: LabValue, creatinines: list[LabValue], age_on: Age, found: Gathered) -> str:
    """Why no eGFR can be computed; empty when it can."""
    age = age_on(best.when.first) if best.when.exact else None
    if not isinstance(best.value, float):
        return "only a bound was reported"
    if found.answers.get("sex") not in EQUATION:
        return "the sex is not known"
    if age is None:
        return "the age on the day of the sample is not known"
    if age < ADULT:
        return f"the equation is for adults, and the age was {age}"
    for name, what in (("dialysis", "dialysis"), ("pregnant", "pregnancy")):
        if found.answers.get(name) is True:
            return f"it says nothing in {what}"
    return "" if is_steady(creatinines) else "creatinine is not steady"


def is_steady(creatinines: Iterable[LabValue]) -> bool:
    """Whether no two values within 7 days differ by half or more of the smaller."""
    known = sorted(
        (value.when.first, value.value) for value in creatinines if value.when.exact and isinstance(value.value, float)
    )
    for place, (day, value) in enumerate(known):
        for other_day, other in known[place + 1 :]:
            if (other_day - day).days > STEADY_DAYS:
                break
            if abs(value - other) >= STEADY * min(value, other):
                return False
    return True


def ckd_epi_2021(creatinine: float, age: int, sex: str) -> float:
    """eGFR in mL/min/1.73 m2, by the creatinine equation of CKD-EPI 2021 (kidney.org).

    Args:
        creatinine: in mg/dL.
        age: in completed years.
        sex: `female` or `male`.
    """
    kappa, alpha, factor = EQUATION[sex]
    ratio = creatinine / kappa
    result: float = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.200 * 0.9938**age * factor
    return result


def read_magnesium(values: Iterable[LabValue], book: RuleBook, found: Gathered) -> None:
    """Whether magnesium was measured in the window, and whether it was low."""
    mine = [value for value in values if value.field == MAGNESIUM]
    if not mine:
        return
    found.say("magnesium_measured", True, [value.source for value in mine])
    limit_of_low = book.settings.get("magnesium-low")
    if limit_of_low is None:
        return
    low = [value for value in mine if value.under(limit_of_low.value) and not overruled(value, mine)]
    if low:
        found.say("told_low_magnesium", True, [value.source for value in low])
