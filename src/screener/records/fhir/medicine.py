"""What a prescription or statement says of a medicine: which it is, how it gets into the body, and for how long.

A medicine is written in place, contained, or in a resource of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from screener.records.codes import marked
from screener.records.courses import Namer
from screener.records.fhir.elements import CodeableConcept, Duration, Reference, codings_of, local
from screener.records.fhir.resources import Ingredient, Medicated, Medication, MedicationRequest, read
from screener.records.imported import Gathered

Medications: TypeAlias = Mapping[str, Medication]
DEEPEST: Final = 4  # medicines made of medicines
UCUM_DAYS: Final = {
    "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25,
}  # fmt: skip
DAYS: Final = {
    "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25, "yr": 365.25,
}  # fmt: skip


def medicine_of(item: Medicated, medications: Medications, found: Gathered) -> Medication | None:
    """The medicine itself; None when nothing says which it is, which is said.

    Args:
        item: the prescription, statement, dose or supply.
        medications: by every name that a reference may use.
        found: gets what is to be said.
    """
    here = item.medicationCodeableConcept or (item.medication.concept if item.medication else None)
    if here is not None and (here.coding or here.text):
        return _named(here)
    reference = item.medicationReference or (item.medication.reference if item.medication else None)
    if reference is None or reference.reference is None:
        if reference is not None and reference.display:
            return _named(CodeableConcept(text=reference.display))
        found.problem(item.name, "names no medicine; left out")
        return None
    pointed = _resolved(reference.reference, item.contained, medications)
    if pointed is not None and pointed.status == "entered-in-error":
        found.problem(item.name, f"points to `{reference.reference}`, which was entered in error; left out")
        return None
    if pointed is not None and pointed.code is None and not pointed.modifier:
        made_of = _made_of(pointed, item.contained, medications)
        pointed = pointed.model_copy(update={"code": made_of}) if made_of else pointed
    if pointed is not None and (pointed.code is not None or pointed.modifier):
        return pointed
    if reference.display:
        return _named(CodeableConcept(text=reference.display))
    why = "is not in the record" if pointed is None else "names no medicine"
    found.problem(item.name, f"points to `{reference.reference}`, which {why}; left out")
    return None


def _resolved(reference: str, contained: Iterable[Mapping[str, Any]], medications: Medications) -> Medication | None:
    """The Medication that a reference points to."""
    if reference.startswith("#"):
        inside = next((part for part in contained if part.get("id") == reference[1:]), None)
        found = read(Medication, inside) if inside is not None else None
        return None if isinstance(found, list) else found
    return medications.get(reference) or medications.get(local(reference))


def _made_of(
    medicine: Medication, contained: Iterable[Mapping[str, Any]], medications: Medications, depth: int = 1
) -> CodeableConcept | None:
    """A medicine without a code by its ingredients: the code of the only one, or the names of all."""
    contained = list(contained)
    parts = [_ingredient(one, contained, medications, depth) for one in medicine.ingredient]
    if len(parts) == 1:
        return parts[0]
    names = [_name(part) if part is not None else "" for part in parts]
    return CodeableConcept(text=" / ".join(names)) if names and all(names) else None


def _ingredient(
    one: Ingredient, contained: list[Mapping[str, Any]], medications: Medications, depth: int
) -> CodeableConcept | None:
    here = one.itemCodeableConcept or (one.item.concept if one.item else None)
    if here is not None:
        return here
    reference: Reference | None = one.itemReference or (one.item.reference if one.item else None)
    if reference is None or reference.reference is None or depth > DEEPEST:
        return None
    pointed = _resolved(reference.reference, contained, medications)
    if pointed is None:
        return CodeableConcept(text=reference.display) if reference.display else None
    return pointed.code or _made_of(pointed, contained, medications, depth + 1)


def _name(concept: CodeableConcept) -> str:
    return concept.text or next((coding.display for coding in concept.coding if coding.display), "") or ""


def _named(concept: CodeableConcept) -> Medication:
    """A medicine of which only the code or the name is known."""
    return Medication(id="-", code=concept)


def route_of(concepts: Iterable[CodeableConcept | None], namer: Namer) -> str:
    """The route that codes or texts for a route or form say; empty when they say none.

    Args:
        concepts: routes before forms; the first that says one counts.
        namer: has the code table, with rows of kind `route`, and the medicine table, whose word lists know words such
            as `intravenous` and `tablet`.
    """
    return next(filter(None, _routes(concepts, namer)), "")


def _routes(concepts: Iterable[CodeableConcept | None], namer: Namer) -> Iterator[str]:
    for concept in concepts:
        if concept is not None:
            yield from marked(namer.codes.of_codings(codings_of(concept)), "route:")
            texts = (concept.text, *(coding.display for coding in concept.coding))
            yield from (namer.table.route(text) for text in texts if text)


def days(duration: Duration | None) -> float | None:
    """A length of time in days; None when there is none, or its unit is not known."""
    if duration is None or duration.value is None:
        return None
    factor = UCUM_DAYS.get(duration.code or "") or _worded(duration.unit) or _worded(duration.code)
    if factor is None:
        factor = UCUM_DAYS.get(duration.unit or "")
    return None if factor is None else duration.value * factor


def _worded(unit: str | None) -> float | None:
    word = (unit or "").strip().lower()
    return DAYS.get(word) or DAYS.get(word.removesuffix("s"))


def after(start: date, number: float) -> date:
    """The day so many days later."""
    try:
        return start + timedelta(days=number)
    except OverflowError:
        return date.max


def unknown_units(item: MedicationRequest) -> list[str]:
    """The units of a prescription's lengths of time that are not known."""
    found = [item.dispenseRequest.expectedSupplyDuration] if item.dispenseRequest else []
    found += [repeat.boundsDuration for repeat in item.repeats]
    return [one.code or one.unit or "no unit" for one in found if one and one.value is not None and days(one) is None]


def supply_end(item: MedicationRequest) -> date | None:
    """The last day that a prescription covers, by its validity, its bounds or its supply; None when it is open."""
    ends: list[date] = []
    dispense = item.dispenseRequest
    if dispense and dispense.validityPeriod and dispense.validityPeriod.end:
        ends.append(dispense.validityPeriod.end.last)
    bounded = [
        repeat.boundsPeriod.end.last for repeat in item.repeats if repeat.boundsPeriod and repeat.boundsPeriod.end
    ]
    if item.authoredOn is not None:
        start = item.authoredOn.last
        known = [days(repeat.boundsDuration) for repeat in item.repeats]
        bounded += [after(start, number) for number in known if number is not None]
        supply = days(dispense.expectedSupplyDuration) if dispense else None
        if dispense and supply is not None:
            ends.append(after(start, supply * (1 + (dispense.numberOfRepeatsAllowed or 0))))
    if bounded and len(bounded) == len(item.dosageInstruction):
        ends.append(max(bounded))
    return min(ends) if ends else None
