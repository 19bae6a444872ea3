"""The latest day on which something had happened or was recorded: the day that a record's answers are about.

What is only planned, and the ends of supplies and periods, lie ahead and do not count; neither does the time at which a
server last touched a resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from screener.records.fhir.elements import text_of

OBSERVED: Final = ("effectiveDateTime", "effectiveInstant", "issued")
# for each kind: its dates, and the periods of which the start counts
DATES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "Observation": (OBSERVED, ("effectivePeriod",)),
    "DiagnosticReport": (OBSERVED, ("effectivePeriod",)),
    "Condition": (("onsetDateTime", "recordedDate"), ("onsetPeriod",)),
    "MedicationStatement": (("effectiveDateTime", "dateAsserted"), ("effectivePeriod",)),
    "MedicationRequest": (("authoredOn",), ()),
    "MedicationAdministration": (
        ("effectiveDateTime", "occurenceDateTime"), ("effectivePeriod", "occurencePeriod"),
    ),
    "MedicationDispense": (("whenHandedOver", "whenPrepared"), ()),
    "Immunization": (("occurrenceDateTime",), ()),
    "Procedure": (("performedDateTime", "occurrenceDateTime"), ("performedPeriod", "occurrencePeriod")),
    "Encounter": ((), ("period", "actualPeriod")),
    "QuestionnaireResponse": (("authored",), ()),
    "Composition": (("date",), ()),
}  # fmt: skip
DATED: Final = tuple(dict.fromkeys(name for names, _ in DATES.values() for name in names))
PERIODS: Final = tuple(dict.fromkeys(name for _, names in DATES.values() for name in names))
PLANNED: Final = frozenset(
    {"planned", "booked", "draft", "proposed", "preparation", "not-done", "intended", "entered-in-error"}
)
PLANS: Final = frozenset({"plan", "proposal", "option"})
OVER: Final = ("finished", "completed")
START: Final = ("start", "")
BOTH: Final = ("start", "end")
FIRST_DAY: Final = "-01-01"


def latest_of(data: Mapping[str, Any]) -> str:
    """The latest day on which a resource had happened or was recorded, as `2024-05-31`; empty when it has none."""
    get = data.get
    kind, status = get("resourceType"), get("status")
    found = DATES.get(kind) if isinstance(kind, str) else None
    if found is None or (isinstance(status, str) and status in PLANNED) or ("intent" in data and _is_plan(data)):
        return ""
    names, periods = found
    latest = ""
    for name in names:
        if isinstance(text := get(name), str) and text > latest:
            latest = text[:10] if len(text) >= 10 else day_of(text)
    for name in periods:
        if name in data and isinstance(period := data[name], dict):
            over = kind == "Encounter" and text_of(data.get("status")) in OVER
            latest = max(latest, *(day_of(text_of(period.get(end))) for end in (BOTH if over else START)))
    return latest


def _is_plan(data: Mapping[str, Any]) -> bool:
    reported = True in (data.get("reportedBoolean"), data.get("reported")) or "reportedReference" in data
    return text_of(data.get("intent")) in PLANS and not reported


def day_of(text: str) -> str:
    """The first day that a date may mean."""
    return text[:10] if len(text) >= 10 else text + FIRST_DAY[len(text) - 4 :] if len(text) in (4, 7) else text
