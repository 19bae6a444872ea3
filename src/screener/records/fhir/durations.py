"""Lengths of time, and the days on which prescriptions end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from screener.records.fhir.elements import Duration
from screener.records.fhir.resources import MedicationRequest

UCUM_DAYS: Final = {
    "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25,
}  # fmt: skip
DAYS: Final = {
    "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25, "yr": 365.25,
}  # fmt: skip


def days(duration: Duration | None) -> float | None:
    """A length of time in days; None when there is none, or its unit is not known."""
    if duration is None or duration.value is None:
        return None
    factor = UCUM_DAYS.get(duration.code or "") or _written(duration.unit) or _written(duration.code)
    if factor is None:
        factor = UCUM_DAYS.get(duration.unit or "")
    return None if factor is None else duration.value * factor


def _written(unit: str | None) -> float | None:
    word = (unit or "").strip().lower()
    return DAYS.get(word) or DAYS.get(word.removesuffix("s"))


def is_unknown(duration: Duration | None) -> bool:
    """Whether there is a length of time whose unit is not known."""
    return duration is not None and duration.value is not None and days(duration) is None


def after(start: date, number: float) -> date:
    """The day so many days later."""
    try:
        return start + timedelta(days=number)
    except OverflowError:
        return date.max


def unknown_units(item: MedicationRequest) -> list[str]:
    """The units of a prescription's lengths of time that are not known."""
    found = [item.dispenseRequest.expectedSupplyDuration] if item.dispenseRequest else []
    found += [d.timing.repeat.boundsDuration for d in item.dosageInstruction if d.timing and d.timing.repeat]
    return [one.code or one.unit or "no unit" for one in found if one is not None and is_unknown(one)]


def supply_end(item: MedicationRequest) -> date | None:
    """The last day that a prescription covers, by its validity, its bounds or its supply; None when it is open."""
    ends: list[date] = []
    dispense = item.dispenseRequest
    if dispense and dispense.validityPeriod and dispense.validityPeriod.end:
        ends.append(dispense.validityPeriod.end.last)
    repeats = [d.timing.repeat for d in item.dosageInstruction if d.timing and d.timing.repeat]
    bounded = [repeat.boundsPeriod.end.last for repeat in repeats if repeat.boundsPeriod and repeat.boundsPeriod.end]
    if item.authoredOn is not None:
        start = item.authoredOn.last
        known = [days(repeat.boundsDuration) for repeat in repeats]
        bounded += [after(start, number) for number in known if number is not None]
        supply = days(dispense.expectedSupplyDuration) if dispense else None
        if dispense and supply is not None:
            ends.append(after(start, supply * (1 + (dispense.numberOfRepeatsAllowed or 0))))
    if bounded and len(bounded) == len(item.dosageInstruction):
        ends.append(max(bounded))
    return min(ends) if ends else None
