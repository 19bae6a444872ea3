"""Problem lists and recorded conditions, by code, to yes/no answers.

A condition counts while it is active (also as recurrence or relapse) and neither refuted nor entered in error. A status
describes the day the record was made; where dates show that the condition began later than the day asked for, or ended
before it, the dates decide. Urgent signs are questions about now, so they count only on the day itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from screener.records.codes import Codes, Concept
from screener.records.fhir.resources import Condition
from screener.records.gathered import Gathered
from screener.records.when import When

ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
ONE_DAY: Final = timedelta(days=1)


def began(condition: Condition) -> When | None:
    """When it began, or was recorded where that is all that is known."""
    period = condition.onsetPeriod.start if condition.onsetPeriod else None
    return condition.onsetDateTime or period or condition.recordedDate


def ended(condition: Condition) -> When | None:
    """When it ended, if a date is recorded."""
    period = condition.abatementPeriod.end if condition.abatementPeriod else None
    return condition.abatementDateTime or period


def is_true(condition: Condition) -> bool:
    """Whether the record stands by it."""
    return condition.verificationStatus is None or not condition.verificationStatus.codes() & NOT_TRUE


def is_active(condition: Condition, as_of: date | None) -> bool | None:
    """Whether it was active on the day; None when the record does not say."""
    start, end = began(condition), ended(condition)
    if as_of is not None and start is not None and start.first > as_of:
        return False
    if end is not None:
        return as_of is not None and end.first > as_of
    if any((condition.abatementString, condition.abatementAge, condition.abatementRange)):
        return False
    if condition.clinicalStatus is None or not condition.clinicalStatus.codes():
        return None
    return bool(condition.clinicalStatus.codes() & ACTIVE)


def concepts(condition: Condition, codes: Codes) -> list[Concept]:
    """What its codes mean in the table."""
    codings = condition.code.coding if condition.code else []
    found = (codes.find(c.system, c.code) for c in codings if c.system and c.code)
    return [concept for concept in found if concept is not None and concept.fields]


def read_conditions(conditions: list[Condition], codes: Codes, as_of: date | None, found: Gathered) -> set[str]:
    """Say yes to what is active; returns the fields of conditions whose state the record leaves open."""
    left_open: set[str] = set()
    for condition in conditions:
        if not is_true(condition):
            continue
        for concept in concepts(condition, codes):
            active = is_active(condition, as_of)
            if active is None:
                left_open |= {name for name, _ in concept.fields}
                found.note(
                    f"Condition/{condition.id} ({concept.concept}) has no clinical status: it counts neither as yes "
                    "nor as no."
                )
            elif active and (concept.kind != "urgent" or _is_now(condition, as_of, concept, found)):
                _say(concept, f"Condition/{condition.id}", found)
    return left_open


def _say(concept: Concept, source: str, found: Gathered) -> None:
    for name, value in concept.fields:
        if value is not True and found.answers.get(name, 0) > value:
            continue  # of several stages the highest counts
        if value is not True and found.answers.get(name) != value:
            found.sources.pop(name, None)
        found.say(name, value, [source])


def _is_now(condition: Condition, as_of: date | None, concept: Concept, found: Gathered) -> bool:
    start: Any = began(condition)
    if as_of is not None and start is not None and start.exact and as_of - start.first <= ONE_DAY:
        return True
    found.note(
        f"Condition/{condition.id} ({concept.concept}) is not from the day itself, and the question is about now."
    )
    return False


def absent_means_no(codes: Codes, left_open: set[str], found: Gathered) -> None:
    """Answer no for every long-term condition that the record does not list."""
    added = sorted(codes.fields_of_kind("problem") - left_open - set(found.answers))
    for name in added:
        found.say(name, False, ["not on the problem list"])
    if added:
        found.note(f"Counted as no because the problem list does not have them: {', '.join(added)}.")
