"""Condition resources to diagnoses."""

from __future__ import annotations

from typing import Final

from screener.records.diagnoses import VISIT, Diagnosis
from screener.records.fhir.resources import Condition, codings_of

ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
OF_A_STAY: Final = "encounter-diagnosis"


def diagnosis(condition: Condition) -> Diagnosis:
    """What a Condition says, without what its codes mean."""
    onset, abated = condition.onsetPeriod, condition.abatementPeriod
    status = condition.clinicalStatus.codes() if condition.clinicalStatus else frozenset()
    truth = condition.verificationStatus.codes() if condition.verificationStatus else frozenset()
    categories = {code for category in condition.category for code in category.codes()}
    return Diagnosis(
        f"Condition/{condition.id}",
        tuple(codings_of(condition.code)),
        true=not truth & NOT_TRUE,
        status=bool(status & ACTIVE) if status else None,
        start=condition.onsetDateTime or (onset.start if onset else None) or condition.recordedDate,
        end=condition.abatementDateTime or (abated.end if abated else None),
        ended=any((condition.abatementString, condition.abatementAge, condition.abatementRange)),
        event=VISIT if categories == {OF_A_STAY} else "",
        modifier=condition.modifier,
    )
