"""Prescriptions and recorded medicines as courses: what the table calls them, since when, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from screener.case.answers import LONGEST_NAME
from screener.records.codes import ATC, RXNORM, Codes, system_name
from screener.records.fhir.bundle import local
from screener.records.fhir.record import Record
from screener.records.fhir.resources import (
    Coding,
    Concept,
    Dosage,
    Duration,
    Medication,
    MedicationRequest,
    MedicationStatement,
    read,
)
from screener.records.gathered import Gathered
from screener.records.routes import route_of
from screener.records.when import When
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine import Match, MedicineEntry, MedicineTable, NotCounted

ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
NEVER_TAKEN: Final = frozenset({"entered-in-error", "draft", "cancelled", "not-taken", "intended", "unknown"})
OPEN: Final = frozenset({"active", "recorded"})
DAYS: Final = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25, "day": 1.0, "days": 1.0, "week": 7.0, "weeks": 7.0,
               "month": 30.4375, "months": 30.4375, "year": 365.25, "years": 365.25}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """One prescription or statement of one medicine.

    Attributes:
        name: what the case file calls it.
        entries: what the medicine table recognises in it.
        classes: the classes of those entries, or of its ATC group.
        whole: whether the table recognises all of it.
        prescribed: a prescription, rather than a statement that it is taken.
        start: when it began, if recorded.
        end: the last day it can have been taken, if recorded.
        end_known: False when it ended on a day that is not recorded.
        open: whether its status says that it goes on.
        reasons: the codes and texts it was given for.
        source: the resource.
        routes: how what is recognised in it gets into the body, such as `oral` or `iv_bag`.
    """

    name: str
    entries: tuple[MedicineEntry, ...]
    classes: frozenset[str]
    whole: bool
    prescribed: bool
    start: When | None
    end: date | None
    end_known: bool
    open: bool
    reasons: tuple[Concept, ...]
    source: str
    routes: frozenset[str] = frozenset()

    def taken_on(self, day: date | None) -> bool:
        """Whether the record shows that it was taken on the day."""
        if day is None:
            return self.open
        if self.start is not None and self.start.last > day:
            return False
        if self.end is not None:
            return self.end >= day and (self.open or self.end_known)
        return self.open


class Pharmacy:
    """Turns a record's medication resources into courses."""

    def __init__(self, record: Record, book: RuleBook, codes: Codes, found: Gathered) -> None:
        self.record = record
        self.table: MedicineTable = book.medicines
        self.codes = codes
        self.found = found

    def courses(self) -> list[Course]:
        """Every prescription and statement that stands for a medicine actually taken."""
        made = [self.request(item) for item in self.record.requests if is_order(item)]
        made += [self.statement(item) for item in self.record.statements if item.status not in NEVER_TAKEN]
        return [course for course in made if course is not None]

    def request(self, item: MedicationRequest) -> Course | None:
        """The course that a prescription stands for."""
        source = f"MedicationRequest/{item.id}"
        medicine = self.medicine(item, source)
        if medicine is None:
            return None
        end = supply_end(item)
        known = item.status in ("active", "completed", "ended") and end is not None
        return self.course(
            medicine,
            item.dosageInstruction,
            source,
            prescribed=True,
            start=item.authoredOn,
            end=end,
            end_known=known or item.status == "active",
            open=item.status in OPEN,
            reasons=tuple(item.reasonCode) + self.reasons(item.reasonReference),
        )

    def statement(self, item: MedicationStatement) -> Course | None:
        """The course that a statement stands for."""
        source = f"MedicationStatement/{item.id}"
        medicine = self.medicine(item, source)
        if medicine is None:
            return None
        period = item.effectivePeriod
        end = period.end.last if period and period.end else None
        return self.course(
            medicine,
            item.dosage,
            source,
            prescribed=False,
            start=(period.start if period else None) or item.effectiveDateTime,
            end=end,
            end_known=end is not None or item.status in OPEN,
            open=item.status in OPEN,
            reasons=tuple(item.reasonCode) + self.reasons(item.reasonReference),
        )

    def course(self, medicine: Medication, dosages: Iterable[Dosage], source: str, **rest: Any) -> Course:
        """A course with its name and classes."""
        concept = medicine.code or Concept()
        ways = (*(dosage.route for dosage in dosages), medicine.form, medicine.doseForm)
        name, match = self.name(concept)
        match = self.table.by_route(match, route_of(ways, self.codes, self.table))
        nothing_known = not match.entries and not any(isinstance(result, NotCounted) for result in match.results)
        classes = self.group(concept) if nothing_known else match.classes
        whole = bool(match.entries) and not match.unrecognized
        routes = frozenset(result.route for result in match.recognised)
        return Course(
            name=name, entries=match.entries, classes=classes, whole=whole, source=source, routes=routes, **rest
        )

    def medicine(self, item: MedicationRequest | MedicationStatement, source: str) -> Medication | None:
        """The medicine itself: written in place, contained, or in a resource of its own."""
        here = item.medicationCodeableConcept or (item.medication.concept if item.medication else None)
        if here is not None and (here.coding or here.text):
            return _named(here)
        reference = item.medicationReference or (item.medication.reference if item.medication else None)
        if reference is None or reference.reference is None:
            if reference is not None and reference.display:
                return _named(Concept(text=reference.display))
            self.found.problem(source, "names no medicine; left out")
            return None
        pointed = self.resolve(reference.reference, item.contained)
        if pointed is not None and pointed.code is not None:
            return pointed
        if reference.display:
            return _named(Concept(text=reference.display))
        self.found.problem(source, f"points to `{reference.reference}`, which is not in the record; left out")
        return None

    def resolve(self, reference: str, contained: Iterable[Mapping[str, Any]]) -> Medication | None:
        """The Medication that a reference points to."""
        if reference.startswith("#"):
            inside = next((part for part in contained if part.get("id") == reference[1:]), None)
            found = read(Medication, inside) if inside is not None else None
            return None if isinstance(found, list) else found
        return self.record.medications.get(reference) or self.record.medications.get(local(reference))

    def reasons(self, references: Iterable[Any]) -> tuple[Concept, ...]:
        """The conditions of the record that a prescription was given for."""
        by_id = {f"Condition/{c.id}": c for c in self.record.conditions}
        found: list[Concept] = []
        for reference in references:
            target = local(reference.reference or "").removeprefix("urn:uuid:")
            condition = by_id.get(target) or by_id.get(f"Condition/{target}")
            if condition is not None and condition.code is not None:
                found.append(condition.code)
        return tuple(found)

    def name(self, concept: Concept) -> tuple[str, Match]:
        """What to call the medicine, and what the table recognises in it.

        A code says which medicine it is; a text beside it that names the same one says more: its form, or `stopped`.
        """
        texts = [text for text in (concept.text, *(c.display for c in concept.coding)) if text and text.strip()]
        matches = [(text[:LONGEST_NAME], self.table.match(text[:LONGEST_NAME])) for text in texts]
        entry = next((entry for coding in concept.coding if (entry := self.by_code(coding))), None)
        if entry is not None:
            same = (found for found in matches if entry.generic in _generics(found[1]) and not found[1].unrecognized)
            return next(same, (entry.generic, self.table.match(entry.generic)))
        for found in sorted(matches, key=lambda item: (not item[1].entries, bool(item[1].unrecognized))):
            return found
        codes = [f"{system_name(c.system or 'code')} {c.code}" for c in concept.coding if c.code]
        return (codes or ["medicine without a name"])[0][:LONGEST_NAME], Match(())

    def by_code(self, coding: Coding) -> MedicineEntry | None:
        """The entry with this RxNorm ingredient or ATC substance code, when it is the only one."""
        system = system_name(coding.system or "")
        if system not in (RXNORM, ATC) or not coding.code:
            return None
        column = "rxcui" if system == RXNORM else "atc"
        entries = [entry for entry in self.table.entries if getattr(entry, column) == coding.code]
        return entries[0] if len(entries) == 1 else None

    def group(self, concept: Concept) -> frozenset[str]:
        """The classes of the ATC group, for a medicine that is not in the table by itself."""
        found = (self.codes.find(c.system, c.code) for c in concept.coding if c.system and c.code)
        named = (name for known in found if known is not None for name, _ in known.fields)
        return frozenset(name.removeprefix("class:") for name in named if name.startswith("class:"))


def _named(concept: Concept) -> Medication:
    """A medicine of which only the code or the name is known."""
    return Medication(id="-", code=concept)


def _generics(match: Match) -> set[str]:
    """The generic names in a match, without the form that a row can be about (`hydrocortisone cream`)."""
    named = {entry.generic for entry in match.entries}
    named |= {result.medicine for result in match.results if isinstance(result, NotCounted)}
    return named | {name.rpartition(" ")[0] for name in named}


def is_order(item: MedicationRequest) -> bool:
    """Whether a request is a real prescription."""
    return item.intent in ORDERS and item.status not in NEVER_TAKEN and not item.doNotPerform


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
        days = [_days(repeat.boundsDuration) for repeat in repeats]
        bounded += [_after(start, number) for number in days if number is not None]
        supply = _days(dispense.expectedSupplyDuration) if dispense else None
        if dispense and supply is not None:
            ends.append(_after(start, supply * (1 + (dispense.numberOfRepeatsAllowed or 0))))
    if bounded and len(bounded) == len(item.dosageInstruction):
        ends.append(max(bounded))
    return min(ends) if ends else None


def _days(duration: Duration | None) -> float | None:
    if duration is None or duration.value is None:
        return None
    factor = DAYS.get(duration.code or "") or DAYS.get(duration.unit or "")
    return None if factor is None else duration.value * factor


def _after(start: date, days: float) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return date.max
