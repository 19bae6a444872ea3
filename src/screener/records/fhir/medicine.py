"""Which medicine a prescription or statement is about: written in place, contained, or in a resource of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from screener.records.fhir.bundle import local
from screener.records.fhir.elements import Concept, Reference
from screener.records.fhir.resources import (
    Ingredient,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    read,
)
from screener.records.imported import Gathered

Item: TypeAlias = MedicationRequest | MedicationStatement | MedicationAdministration | MedicationDispense
Medications: TypeAlias = Mapping[str, Medication]
DEEPEST: Final = 4  # medicines made of medicines


def medicine_of(item: Item, source: str, medications: Medications, found: Gathered) -> Medication | None:
    """The medicine itself; None when nothing says which it is, which is said.

    Args:
        item: the prescription, statement, dose or supply.
        source: its name.
        medications: by every name that a reference may use.
        found: gets what is to be said.
    """
    here = item.medicationCodeableConcept or (item.medication.concept if item.medication else None)
    if here is not None and (here.coding or here.text):
        return _named(here)
    reference = item.medicationReference or (item.medication.reference if item.medication else None)
    if reference is None or reference.reference is None:
        if reference is not None and reference.display:
            return _named(Concept(text=reference.display))
        found.problem(source, "names no medicine; left out")
        return None
    pointed = _resolved(reference.reference, item.contained, medications)
    if pointed is not None and pointed.status == "entered-in-error":
        found.problem(source, f"points to `{reference.reference}`, which was entered in error; left out")
        return None
    if pointed is not None and pointed.code is None and not pointed.modifier:
        made_of = _made_of(pointed, item.contained, medications)
        pointed = pointed.model_copy(update={"code": made_of}) if made_of else pointed
    if pointed is not None and (pointed.code is not None or pointed.modifier):
        return pointed
    if reference.display:
        return _named(Concept(text=reference.display))
    why = "is not in the record" if pointed is None else "names no medicine"
    found.problem(source, f"points to `{reference.reference}`, which {why}; left out")
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
) -> Concept | None:
    """A medicine without a code by its ingredients: the code of the only one, or the names of all."""
    contained = list(contained)
    parts = [_ingredient(one, contained, medications, depth) for one in medicine.ingredient]
    if len(parts) == 1:
        return parts[0]
    names = [_name(part) if part is not None else "" for part in parts]
    return Concept(text=" / ".join(names)) if names and all(names) else None


def _ingredient(
    one: Ingredient, contained: list[Mapping[str, Any]], medications: Medications, depth: int
) -> Concept | None:
    here = one.itemCodeableConcept or (one.item.concept if one.item else None)
    if here is not None:
        return here
    reference: Reference | None = one.itemReference or (one.item.reference if one.item else None)
    if reference is None or reference.reference is None or depth > DEEPEST:
        return None
    pointed = _resolved(reference.reference, contained, medications)
    if pointed is None:
        return Concept(text=reference.display) if reference.display else None
    return pointed.code or _made_of(pointed, contained, medications, depth + 1)


def _name(concept: Concept) -> str:
    return concept.text or next((coding.display for coding in concept.coding if coding.display), "") or ""


def _named(concept: Concept) -> Medication:
    """A medicine of which only the code or the name is known."""
    return Medication(id="-", code=concept)
