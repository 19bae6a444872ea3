"""Resources that are not read: what the coverage counts of them, and what is inside others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from screener.records import coverage
from screener.records.codes import Codes, system_name
from screener.records.coverage import Seen, seen_as
from screener.records.diagnoses import why_not

CODED: Final = frozenset({"Observation", "Condition"})
MEDICATED: Final = frozenset(
    {"MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"}
)
CLINICAL: Final = CODED | MEDICATED
REPORT: Final = "DiagnosticReport"
SAMPLED: Final = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
# of a report: its results are no better than that
NO_RESULTS: Final = frozenset({"registered", "preliminary", "cancelled", "unknown"})


def passed_over(data: Mapping[str, Any], codes: Codes, reason: str = "") -> Seen:
    """What is counted of a resource that is not read.

    Args:
        data: the resource, of a clinical kind.
        codes: the code table: an observation that it knows, and that is about none of our fields, is understood.
        reason: why it is not read; found from its code when empty.
    """
    kind = str(data.get("resourceType"))
    found = _codings(data.get("code" if kind in CODED else "medicationCodeableConcept"))
    key = (kind, found, reason)
    if key not in codes.counted:
        codes.counted[key] = _counted(kind, found, codes, reason)
    return codes.counted[key]


def _counted(kind: str, found: Sequence[tuple[str, str, str]], codes: Codes, reason: str) -> Seen:
    known = [coding for coding in found if codes.find(coding[0], coding[1]) is not None]
    state = coverage.NOT_READ
    if not reason:
        state, reason = (coverage.UNDERSTOOD, "") if known else (state, why_not(found))
    return seen_as(kind, ((system_name(system), code, shown) for system, code, shown in known or found), state, reason)


def _codings(concept: Any) -> tuple[tuple[str, str, str], ...]:
    """The codes of a concept that nobody checked; quickly where there is one, as mostly."""
    found = one_code(concept)
    return (found,) if found is not None else tuple(raw_codings(concept))


def one_code(concept: Any) -> tuple[str, str, str] | None:
    """The system, code and display of a concept with one code that is as it should be; None of any other."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    if isinstance(codings, list) and len(codings) == 1 and isinstance(codings[0], dict):
        get = codings[0].get
        system, code, display = get("system", ""), get("code"), get("display", "")
        if isinstance(system, str) and isinstance(code, str) and isinstance(display, str):
            return system, code, display
    return None


def raw_codings(concept: Any) -> Iterator[tuple[str, str, str]]:
    """The codes of a concept that nobody checked."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and isinstance(code := coding.get("code"), str):
            system, display = coding.get("system"), coding.get("display")
            yield system if isinstance(system, str) else "", code, display if isinstance(display, str) else ""


def parts_inside(data: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The clinical resources inside another, each with the name by which it is read; empty when it is not.

    A report's results are read: those that its `result` points to.
    """
    inside = data.get("contained")
    if not isinstance(inside, list):
        return
    results = data.get("result") if data.get("resourceType") == REPORT else None
    found = results if isinstance(results, list) else ()
    pointed = [reference.get("reference") for reference in found if isinstance(reference, dict)]
    for part in inside:
        kind = part.get("resourceType") if isinstance(part, dict) else None
        if not isinstance(kind, str) or kind not in CLINICAL:
            continue
        name = f"{REPORT}/{data.get('id')}#{part.get('id')}" if f"#{part.get('id')}" in pointed else ""
        yield part, name


def of_report(part: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """A result inside a report as one of its own: about the same person, by default of the same time and status."""
    found = {**part, "subject": None}
    if not any(name in part for name in SAMPLED):
        found |= {name: report[name] for name in SAMPLED if name in report}
    if report.get("status") in NO_RESULTS:
        found["status"] = report["status"]
    return found
