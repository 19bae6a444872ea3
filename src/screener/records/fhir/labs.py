"""Observations to values, by code; what cannot be read stays in the list without a value, and is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from screener.case.answers import Kind
from screener.case.bound import Bound
from screener.errors import echo
from screener.records import coverage
from screener.records.codes import Codes, Concept
from screener.records.fhir.elements import codings_of
from screener.records.fhir.resources import Observation
from screener.records.imported import Gathered
from screener.records.labs import RANKS, SEXES, LabValue, Values, by_field, from_number, from_text, is_unit
from screener.records.when import When, Window

USABLE: Final = frozenset({"final", "amended", "corrected"})
REVISED: Final = {"final": 0, "amended": 1, "corrected": 1}
UCUM: Final = "http://unitsofmeasure.org"
# values that say something, but no number
OTHER_VALUES: Final = (
    "valueCodeableConcept", "valueRange", "valueRatio", "valueSampledData", "valueBoolean", "valueTime",
    "valueDateTime", "valuePeriod",
)  # fmt: skip
RACE: Final = "race factor"


def lab_values(observations: Iterable[Observation], codes: Codes, window: Window, found: Gathered) -> Values:
    """Every value up to the day, however old."""
    return by_field(value for one in observations for value in _values(one, codes, window, found))


def _values(observation: Observation, codes: Codes, window: Window, found: Gathered) -> Iterator[LabValue]:
    source = observation.source or observation.name
    for part in (observation, *observation.component):
        concept, use = _lab(part, codes)
        if use == "ignore":
            _see(part, codes, found, coverage.RACE if concept and RACE in concept.concept else coverage.IGNORED)
        if concept is None or use == "ignore":
            continue
        reason, value = _value(observation, part, concept, source, window, found)
        _see(part, codes, found, reason)
        if value is not None:
            yield value


def _value(
    observation: Observation, part: Any, concept: Concept, source: str, window: Window, found: Gathered
) -> tuple[str, LabValue | None]:
    """Why a part is not read, or nothing; and its value, which may be none that can be read."""
    name = concept.fields[0][0]
    kind = found.recorded.get(name)
    if kind is None:
        return coverage.IGNORED, None
    if observation.status not in USABLE:
        return coverage.STATUS, None
    if concept.use in SEXES and found.answers.get("sex") != SEXES[concept.use]:
        found.note(f"{source} is a result that is read for {concept.use} only.")
        return coverage.OTHER_SEX, None
    if not _has_value(part):
        return coverage.NO_VALUE, None
    when = sampled(observation)
    if when is None:
        found.problem(source, "has no date, so it cannot be placed in time; left out")
        return coverage.NO_DATE, None
    if window.as_of is not None and when.first > window.as_of:
        return coverage.LATER, None
    reason, value = _read(name, kind, observation, part, source, found)
    found_value = LabValue(name, value, when, RANKS[concept.use], REVISED[observation.status], source)
    return (reason if window.has(when) else coverage.OLD), found_value


def _see(part: Any, codes: Codes, found: Gathered, reason: str) -> None:
    state = coverage.NOT_READ if reason else coverage.READ
    found.seen[codes.seen("Observation", codings_of(part.code), state, reason)] += 1


def _has_value(part: Any) -> bool:
    plain = (part.valueQuantity, part.valueString, part.valueInteger)
    return any(value is not None for value in plain) or any(getattr(part, name) is not None for name in OTHER_VALUES)


def _lab(part: Any, codes: Codes) -> tuple[Concept | None, str]:
    """The lab that this part reports and its use; None when it is none of ours, `ignore` when it is not interpreted."""
    found = codes.of_codings(codings_of(part.code))
    labs = [concept for concept in found if concept.kind == "lab" and concept.fields]
    if not labs:
        return None, ""
    if any(concept.use == "ignore" for concept in labs):
        return next(concept for concept in labs if concept.use == "ignore"), "ignore"
    return (labs[0], labs[0].use) if len({concept.fields for concept in labs}) == 1 else (None, "")


def sampled(observation: Observation) -> When | None:
    """When the sample was taken; the day of the result where that is all that is known."""
    period = observation.effectivePeriod
    of_period = (period.end or period.start) if period else None
    return observation.effectiveDateTime or observation.effectiveInstant or of_period or observation.issued


def _read(
    name: str, kind: Kind, observation: Observation, part: Any, source: str, found: Gathered
) -> tuple[str, float | Bound | None]:
    """Why the value cannot be read, or nothing; and the value."""
    modifier = observation.modifier or part.modifier
    element = "value"
    try:
        if modifier:
            raise ValueError(f"has {modifier}, which may change what it means")
        if part.dataAbsentReason is not None:
            raise ValueError("has both a value and a reason why there is none (dataAbsentReason)")
        if part.valueQuantity is not None:
            element = "valueQuantity"
            return "", _quantity(name, kind, part.valueQuantity)
        text = part.valueString if part.valueString is not None else part.valueInteger
        if text is None:
            raise ValueError(f"{name} is reported as something else than a number")
        value = from_text(kind, str(text))
    except ValueError as error:
        found.problem(source if modifier else f"{source}.{element}", f"{error}; left out")
        return coverage.MODIFIER if modifier else coverage.UNREADABLE, None
    return "", value


def _quantity(name: str, kind: Kind, quantity: Any) -> float | Bound:
    if quantity.value is None:
        raise ValueError("has no number")
    shown = f"{quantity.value:g}" + (f" {quantity.unit or quantity.code}" if quantity.unit or quantity.code else "")
    if quantity.code and quantity.system == UCUM and not is_unit(kind, quantity.code):
        raise ValueError(f"{echo(quantity.code)} is not a unit of {name} that is read here")
    units = [unit for unit in (quantity.code, quantity.unit) if unit]
    return from_number(name, kind, Decimal(repr(quantity.value)), quantity.comparator or "", units, shown)
