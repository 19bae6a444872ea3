"""Blood test values by LOINC code, converted exactly from the unit that stands beside them.

A unit is never guessed. Values after dialysis, in red cells and in urine are not interpreted. Of several values on one
day, serum or plasma comes before whole blood, then the later one before the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from screener.case.answers import Kind, Lab, Measured, Number, OneUnitLab
from screener.case.bound import Bound
from screener.case.units import plain_unit
from screener.errors import echo
from screener.records.codes import Codes, Concept
from screener.records.fhir.resources import Observation, Quantity
from screener.records.gathered import Gathered
from screener.records.when import When

USABLE: Final = frozenset({"final", "amended", "corrected"})
RANKS: Final = {"preferred": 0, "serum": 1, "": 1, "blood": 2}
REVISED: Final = {"final": 0, "amended": 1, "corrected": 1}
UCUM: Final = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class LabValue:
    """One value.

    Attributes:
        field: the intake field it answers.
        value: in mmol/L (eGFR in mL/min/1.73 m2, BMI in kg/m2); None when it can not be read.
        when: when the sample was taken, or the result issued.
        rank: 0 before 1 before 2 on the same day (corrected or preferred, serum, whole blood).
        revised: whether this is a corrected result.
        source: the observation.
        comparator: `<` or `>` where only a bound was reported, or empty.
    """

    field: str
    value: float | None
    when: When
    rank: int
    revised: int
    source: str
    comparator: str = ""

    @property
    def order(self) -> tuple[int, float, int]:
        """Sorts the values of one day, the one that counts last."""
        return (-self.rank, self.when.clock or 0.0, self.revised)


def lab_values(
    observations: Iterable[Observation], codes: Codes, as_of: date | None, found: Gathered
) -> list[LabValue]:
    """Every usable value up to the day; what can not be read is a problem, and stays in the list without a value."""
    values: list[LabValue] = []
    for observation in observations:
        if observation.status in USABLE:
            values += _values(observation, codes, as_of, found)
    return values


def _values(observation: Observation, codes: Codes, as_of: date | None, found: Gathered) -> Iterator[LabValue]:
    source = f"Observation/{observation.id}"
    for part in (observation, *observation.component):
        concept = _lab(part, codes)
        if concept is None or part.dataAbsentReason is not None:
            continue
        if part.valueQuantity is None and part.valueString is None and part.valueInteger is None:
            continue
        when = sampled(observation)
        if when is None:
            found.problem(source, "has no date, so it can not be placed in time; left out")
            continue
        if as_of is not None and when.first > as_of:
            continue
        name = concept.fields[0][0]
        value, comparator = _read(name, part, source, found)
        revised = REVISED[observation.status]
        yield LabValue(name, value, when, RANKS[concept.use], revised, source, comparator)


def _lab(part: Any, codes: Codes) -> Concept | None:
    """The lab that this part reports; None when it is none of ours or one that is never interpreted."""
    found = [codes.find(c.system, c.code) for c in part.code.coding if c.system and c.code]
    labs = [concept for concept in found if concept is not None and concept.kind == "lab" and concept.fields]
    if not labs or any(concept.use == "ignore" for concept in labs):
        return None
    return labs[0] if len({concept.fields for concept in labs}) == 1 else None


def sampled(observation: Observation) -> When | None:
    """When the sample was taken; the day of the result where that is all that is known."""
    period = observation.effectivePeriod
    of_period = (period.end or period.start) if period else None
    return observation.effectiveDateTime or observation.effectiveInstant or of_period or observation.issued


def _read(name: str, part: Any, source: str, found: Gathered) -> tuple[float | None, str]:
    """The value in the field's unit and its comparator; None with a problem noted when it can not be read."""
    kind = found.fields[name]
    try:
        if part.valueQuantity is None:
            text = part.valueString if part.valueString is not None else str(part.valueInteger)
            return within(kind, from_text(kind, text), text), ""
        quantity = part.valueQuantity
        if quantity.value is None:
            return None, ""
        value = convert(name, kind, quantity)
        return within(kind, value, f"{quantity.value:g} {quantity.unit or quantity.code}"), _bound(kind, quantity)
    except ValueError as error:
        found.problem(f"{source}.{'valueQuantity' if part.valueQuantity else 'value'}", f"{error}; left out")
        return None, ""


def _bound(kind: Kind, quantity: Quantity) -> str:
    comparator = quantity.comparator or ""
    if comparator == "ad":
        raise ValueError("the comparator `ad` makes this no value")
    if isinstance(kind, OneUnitLab) and comparator in (">", ">="):
        return ""  # a report's `>60` reads as 60
    return comparator.rstrip("=")


def from_text(kind: Kind, text: str) -> float:
    """A value written as text, read as the questionnaire reads it.

    Raises:
        ValueError: saying what would be right.
    """
    if not isinstance(kind, Measured):
        raise ValueError(f"{echo(text)} is text, not a number with a unit")
    value = kind.check(text)
    if isinstance(value, Bound):
        raise ValueError(f"{echo(text)} is only a bound")
    return float(value)


def convert(name: str, kind: Kind, quantity: Quantity) -> float:
    """A quantity in the field's unit, exactly.

    Raises:
        ValueError: the unit is missing, unknown, or contradicts itself.
    """
    assert quantity.value is not None
    factors = {_factor(kind, unit) for unit in (quantity.code, quantity.unit) if unit}
    known = factors - {None}
    if not factors:
        raise ValueError(f"{echo(quantity.value)} has no unit, and a unit is never guessed")
    if not known:
        raise ValueError(f"{echo(quantity.unit or quantity.code)} is not a unit of {name} that is read here")
    if len(known) > 1:
        raise ValueError(f"the units {echo(quantity.code)} and {echo(quantity.unit)} contradict each other")
    if quantity.code and quantity.system == UCUM and _factor(kind, quantity.code) is None:
        raise ValueError(f"{echo(quantity.code)} is not a unit of {name} that is read here")
    factor = known.pop()
    assert factor is not None
    return float(Decimal(repr(quantity.value)) * factor)


@lru_cache(maxsize=1024)
def _factor(kind: Kind, unit: str) -> Decimal | None:
    if isinstance(kind, Measured):
        return kind.analyte.factor(unit)
    return Decimal(1) if isinstance(kind, Number) and plain_unit(unit) == plain_unit(kind.unit) else None


def within(kind: Kind, value: float, given: str) -> float:
    """The value, if it is plausible.

    Raises:
        ValueError: it is not.
    """
    assert isinstance(kind, Number)
    if not kind.low <= value <= kind.high:
        raise ValueError(f"{echo(given)} is out of range ({kind.low:g} to {kind.high:g} {kind.unit})")
    return value


def read_latest(values: Iterable[LabValue], found: Gathered) -> None:
    """Answer each lab field with the value that counts of the latest day.

    When none of that day's values can be read, the field is left out: an older value is not the last one.
    """
    by_field: dict[str, list[LabValue]] = {}
    for value in values:
        by_field.setdefault(value.field, []).append(value)
    for name, candidates in by_field.items():
        day = max(value.when.last for value in candidates)
        readable = [v for v in candidates if v.when.last == day and v.value is not None]
        if not readable:
            continue
        best = max(reversed(readable), key=lambda value: value.order)
        ties = [value.source for value in readable if value.order == best.order and value.value != best.value]
        if ties:
            found.note(
                f"{best.source} differs from {', '.join(ties)} of the same moment; it is listed last, so it counts."
            )
        if best.comparator:
            found.problem(best.source, f"only a bound ({best.comparator} {best.value:g}) was reported; left out")
        else:
            assert best.value is not None
            found.say(name, case_value(found.fields[name], best.value), [best.source])


def case_value(kind: Kind, value: float | Bound) -> Any:
    """The value as a case file writes it; one that would look like another unit is written with its own."""
    if isinstance(value, Bound):
        return kind.written(value)
    if isinstance(kind, Lab) and value > kind.bare_high:
        return f"{value:.6f} {kind.analyte.unit}"
    return value
