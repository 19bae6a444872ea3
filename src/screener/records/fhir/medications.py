"""Prescriptions, statements, doses given and supplies handed over, as courses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias

from screener.memo import memo
from screener.records import coverage
from screener.records.codes import Coding, seen_as
from screener.records.courses import Course, Namer, by_time
from screener.records.fhir import resources
from screener.records.fhir.elements import Backbone, CodeableConcept, codes_of, codings_of, local
from screener.records.fhir.medicine import after, days, medicine_of, route_of, supply_end, unknown_units
from screener.records.fhir.record import Record
from screener.records.imported import Gathered
from screener.records.when import When

ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
NEVER_TAKEN: Final = frozenset({"entered-in-error", "draft", "cancelled", "not-taken", "intended", "unknown"})
OPEN: Final = frozenset({"active", "recorded"})
NOT_TAKING: Final = frozenset({"not-taking", "unknown"})  # R5: adherence
PAUSED: Final = ("on-hold", "stopped")
DONE: Final = frozenset({"completed", "in-progress"})  # of doses and supplies
SAME_COURSE: Final = timedelta(days=2)  # between doses of one medicine that are one course

Dose: TypeAlias = tuple[When, When, Course]  # from, to, and of what


class Pharmacy:
    """Turns a record's medication resources into courses."""

    def __init__(self, record: Record, namer: Namer, found: Gathered) -> None:
        self.record = record
        self.namer = namer
        self.found = found
        self.unread = False  # whether an entry was skipped that may be a medicine taken

    def courses(self) -> tuple[list[Course], bool]:
        """Every course of a medicine taken, in order of time; and whether an entry that may be one is not read."""
        requested = ((item.id, self.request(item)) for item in self.record.of(resources.MedicationRequest))
        orders = {name: course for name, course in requested if course is not None}
        stated = filter(None, map(self.statement, self.record.of(resources.MedicationStatement)))
        supplied = list(self.dispensed(orders))  # those of a prescription join it
        found = sorted([*orders.values(), *stated, *supplied, *self.administered()], key=by_time)
        return found, self.unread

    @memo
    def conditions(self) -> dict[str, resources.Condition]:
        """The conditions of the record, by their names."""
        return {condition.name: condition for condition in self.record.of(resources.Condition)}

    # each kind of resource

    def request(self, item: resources.MedicationRequest) -> Course | None:
        """The course that a prescription describes."""
        reported = item.intent not in ORDERS and is_reported(item)
        named = self.named(item, not_taken(item), item.dosageInstruction, item.dispenseRequest)
        if named is None:
            return None
        end, units = supply_end(item), unknown_units(item)
        if units:
            self.found.note(f"{item.name} lasts for a time in `{units[0]}`, which is not known here.")
            self.leave_out(item, coverage.NO_UNIT)
        return named._replace(
            prescribed=not reported,
            start=item.authoredOn,
            end=end,
            end_known=item.status in ("active", "completed", "ended"),
            open=item.status in OPEN,
            begins=not reported,
        )

    def statement(self, item: resources.MedicationStatement) -> Course | None:
        """The course that a statement describes."""
        how = codes_of(item.adherence.code if item.adherence else None)
        why = coverage.STATUS if item.status in NEVER_TAKEN or how & NOT_TAKING else ""
        goes_on = item.status in OPEN and not any(code.startswith(PAUSED) for code in how)
        named = self.named(item, why, item.dosage)
        if named is None:
            return None
        period = item.effectivePeriod
        end = period.end.last if period and period.end else None
        return named._replace(
            prescribed=False,
            start=(period.start if period else None) or item.effectiveDateTime,
            end=end,
            open=goes_on,
            begins=period is not None and period.start is not None,
        )

    def dispensed(self, orders: dict[str, Course]) -> Iterator[Course]:
        """The courses of what was handed over without a prescription in the record; the others join theirs."""
        for item in self.record.of(resources.MedicationDispense):
            named = self.named(item, _not_done(item.status), item.dosageInstruction)
            if named is None:
                continue
            ids = [
                local(one.reference or "").removeprefix("MedicationRequest/") for one in item.authorizingPrescription
            ]
            order = next((one for one in ids if one in orders), None)
            if order is not None:
                orders[order] = orders[order]._replace(sources=(*orders[order].sources, item.name))
                continue
            start, number = item.whenHandedOver or item.whenPrepared, days(item.daysSupply)
            if item.daysSupply is not None and number is None:
                self.found.note(f"{item.name} lasts for a time in a unit that is not known here.")
                self.leave_out(item, coverage.NO_UNIT)
            end = after(start.last, number) if start is not None and number is not None else None
            yield named._replace(start=start, end=end, open=False)

    def administered(self) -> Iterator[Course]:
        """The courses that doses make: those of one medicine, with no more than two days between them."""
        doses: dict[tuple[Any, ...], list[Dose]] = {}
        for item in self.record.of(resources.MedicationAdministration):
            when = given(item)
            why = _not_done(item.status) or ("" if when else coverage.NO_DATE)
            named = self.named(item, why, (item.dosage,) if item.dosage else ())
            if named is not None and when is not None:
                entries = tuple(entry.generic for entry in named.entries) or (named.name.lower(),)
                doses.setdefault((entries, named.routes), []).append((*when, named))
            elif why == coverage.NO_DATE:
                self.found.problem(item.name, "has no date, so it cannot be placed in time; left out")
                self.unread = True
        for same in doses.values():
            yield from courses_of(sorted(same, key=lambda dose: (dose[0].first, dose[0].clock or 0.0, dose[2].source)))

    # what they share

    def named(
        self,
        item: resources.Medicated,
        why_not: str,
        dosages: Sequence[resources.Dosage | resources.Administered],
        supply: Backbone | None = None,
    ) -> Course | None:
        """The course without times; None when nothing says which medicine it is, or its meaning may be another.

        Args:
            item: the prescription, statement, dose or supply.
            why_not: why it is not a medicine that is taken; empty when it is one.
            dosages: its own.
            supply: what it says of that.
        """
        if why_not:
            self.leave_out(item, why_not)
            return None
        modifier = item.modifier or next((one.modifier for one in (*dosages, supply) if one and one.modifier), "")
        medicine = None if modifier else medicine_of(item, self.record.medications, self.found)
        modifier = modifier or (medicine.modifier if medicine is not None else "")
        if modifier:
            self.found.problem(item.name, f"has {modifier}, which may change what it means; left out")
            self.unread = True
            self.leave_out(item, coverage.MODIFIER)
            return None
        if medicine is None:
            self.found.seen[seen_as(item.kind, (), coverage.NO_NAME)] += 1
            return None
        concept = medicine.code or CodeableConcept()
        route = route_of((*(one.route for one in dosages), medicine.form, medicine.doseForm), self.namer)
        course, seen = self.namer.named(concept.text, codings_of(concept), route)
        self.found.seen[seen._replace(resource=item.kind)] += 1
        return course._replace(sources=(item.name,), reasons=self.reasons(item))

    def leave_out(self, item: resources.Medicated, reason: str) -> None:
        """Count an entry that is not read, or something in it."""
        codings = codings_of(item.medicationCodeableConcept)
        self.found.seen[seen_as(item.kind, codings, reason)] += 1

    def reasons(self, item: resources.Medicated) -> tuple[tuple[Coding, ...], ...]:
        """The codes of what a medicine was given for."""
        by_id = self.conditions if item.reasonReference else {}
        found = [codings_of(reason) for reason in item.reasonCode]
        for reference in item.reasonReference:
            target = local(reference.reference or "").removeprefix("urn:uuid:")
            condition = by_id.get(target) or by_id.get(f"Condition/{target}")
            if condition is not None and condition.code is not None:
                found.append(codings_of(condition.code))
        return tuple(found)


def courses_of(doses: Iterable[Dose]) -> Iterator[Course]:
    """The courses of one medicine's doses, in order of time."""
    groups: list[list[Dose]] = []
    for dose in doses:
        if groups and dose[0].first - max(last.last for _, last, _ in groups[-1]) <= SAME_COURSE:
            groups[-1].append(dose)
        else:
            groups.append([dose])
    for group in groups:
        sources = tuple(dose.source for _, _, dose in group)
        first, _, named = group[0]
        end = max(last.last for _, last, _ in group)
        yield named._replace(sources=sources, start=first, end=end, open=False, reasons=())


def not_taken(item: resources.MedicationRequest) -> str:
    """Why a request is not a medicine that is taken; empty when it is one."""
    if item.status in NEVER_TAKEN or item.doNotPerform:
        return coverage.STATUS
    return "" if item.intent in ORDERS or is_reported(item) else coverage.PLANNED


def _not_done(status: str) -> str:
    return "" if status in DONE else coverage.STATUS


def is_reported(item: resources.MedicationRequest) -> bool:
    """Whether a plan only says that somebody takes a medicine already, as US Core writes it."""
    reported = item.reportedBoolean is True or item.reported is True or item.reportedReference is not None
    return item.intent == "plan" and reported


def given(item: resources.MedicationAdministration) -> tuple[When, When] | None:
    """When a dose was given, from and to."""
    moment = item.effectiveDateTime or item.occurenceDateTime
    period = item.effectivePeriod or item.occurencePeriod
    if moment is None and period is not None:
        start = period.start or period.end
        return (start, period.end or start) if start is not None else None
    return (moment, moment) if moment is not None else None
