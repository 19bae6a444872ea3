"""Condition resources to diagnoses."""

from __future__ import annotations

from typing import Final

from screener.records.diagnoses import VISIT, Diagnosis
from screener.records.fhir.elements import codings_of
from screener.records.fhir.resources import Condition

ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_TRUE: Final = frozenset({"refuted", "entered-in-error"})
OF_A_STAY: Final = "encounter-diagnosis"
# how sure a diagnosis is in ICD-10-GM (`diagnosesicherheit`): A is ruled out, Z a state after it
CERTAINTY: Final = "icd-10-gm-diagnosesicherheit"
RULED_OUT, STATE_AFTER = "A", "Z"


def diagnosis(condition: Condition) -> Diagnosis:
    """What a Condition says, without what its codes mean."""
    onset, abated = condition.onsetPeriod, condition.abatementPeriod
    status = condition.clinicalStatus.codes() if condition.clinicalStatus else frozenset()
    truth = condition.verificationStatus.codes() if condition.verificationStatus else frozenset()
    sure = _certainty(condition)
    categories = {code for category in condition.category for code in category.codes()}
    return Diagnosis(
        f"Condition/{condition.id}",
        tuple(codings_of(condition.code)),
        true=not truth & NOT_TRUE and RULED_OUT not in sure,
        status=bool(status & ACTIVE) if status and STATE_AFTER not in sure else None,
        start=condition.onsetDateTime or (onset.start if onset else None) or condition.recordedDate,
        end=condition.abatementDateTime or (abated.end if abated else None),
        ended=any((condition.abatementString, condition.abatementAge, condition.abatementRange)),
        event=VISIT if categories == {OF_A_STAY} else "",
        modifier=condition.modifier,
    )


def _certainty(condition: Condition) -> set[str]:
    """How sure the codes of a condition are, where an extension says it."""
    codings = condition.code.coding if condition.code else []
    given = (one for coding in codings if isinstance(coding.extension, list) for one in coding.extension)
    mine = [one for one in given if isinstance(one, dict) and str(one.get("url", "")).lower().endswith(CERTAINTY)]
    values = [one.get("valueCoding") or {"code": one.get("valueCode")} for one in mine]
    return {str(value.get("code")) for value in values if isinstance(value, dict)}
