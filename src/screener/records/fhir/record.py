"""One patient's record: the resources that say something about a case, checked, with everything else passed over.

What is relevant is decided by code before a resource is checked, so that a broken part that nobody reads refuses
nothing, while a broken part that would have been read refuses the case by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from screener.errors import FieldProblem
from screener.records.codes import Codes
from screener.records.fhir.resources import (
    Condition,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Patient,
    named,
    read,
)

MODELS: Final[dict[str, Any]] = {
    "Condition": Condition,
    "Observation": Observation,
    "MedicationRequest": MedicationRequest,
    "MedicationStatement": MedicationStatement,
}
ABOUT_PATIENTS: Final = frozenset(MODELS)
DATED: Final = (
    "effectiveDateTime", "effectiveInstant", "issued", "onsetDateTime", "recordedDate", "authoredOn", "dateAsserted",
    "abatementDateTime", "occurrenceDateTime", "performedDateTime",
)  # fmt: skip
PERIODS: Final = ("effectivePeriod", "onsetPeriod")


@dataclass
class Record:
    """What was read about one patient.

    Attributes:
        case_id: the patient's id.
        patient: None when the resource is broken (then `refused` says how).
        medications: by every name a reference may use, of the whole bundle or folder.
        refused: what is broken; any entry refuses the case.
        latest: the latest day on which something was recorded.
    """

    case_id: str
    codes: Codes
    patient: Patient | None = None
    conditions: list[Condition] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    requests: list[MedicationRequest] = field(default_factory=list)
    statements: list[MedicationStatement] = field(default_factory=list)
    medications: Mapping[str, Medication] = field(default_factory=dict)
    refused: list[FieldProblem] = field(default_factory=list)
    latest: date | None = None
    _latest: str = ""
    _seen: dict[tuple[str, str], tuple[str, Any]] = field(default_factory=dict)

    def add_patient(self, data: Mapping[str, Any]) -> None:
        """The Patient resource itself."""
        found = read(Patient, data)
        if isinstance(found, list):
            self.refused += found
        elif self.patient is not None and self.patient != found:
            self.refused.append(FieldProblem(named(data), "is given twice with different content"))
        else:
            self.patient = found

    def add(self, data: Mapping[str, Any]) -> None:
        """Any other resource of the patient."""
        if data.get("status") == "entered-in-error":
            return
        self.note_dates(data)
        kind = data.get("resourceType")
        if kind not in MODELS or (kind == "Observation" and not self.is_wanted(data)):
            return
        found = read(MODELS[kind], data)
        if isinstance(found, list):
            self.refused += found
        elif self.is_new(kind, found.id, data):
            self.list_of(kind).append(found)

    def has_clinical_data(self) -> bool:
        """Whether anything but the patient was read, or something is broken."""
        return bool(self.conditions or self.observations or self.requests or self.statements or self.refused)

    def list_of(self, kind: str) -> list[Any]:
        """The list that resources of a kind go to."""
        lists: dict[str, list[Any]] = {
            "Condition": self.conditions,
            "Observation": self.observations,
            "MedicationRequest": self.requests,
            "MedicationStatement": self.statements,
        }
        return lists[kind]

    def is_new(self, kind: str, identity: str, data: Mapping[str, Any]) -> bool:
        """False for a repeat; an older version gives way to a newer one, and a contradiction refuses the case."""
        version = updated(data)
        known = self._seen.get((kind, identity))
        if known is None:
            self._seen[kind, identity] = (version, data)
            return True
        if known[1] == data:
            return False
        if version == known[0]:
            self.refused.append(FieldProblem(named(data), "is given twice with different content"))
            return False
        if version < known[0]:
            return False
        self._seen[kind, identity] = (version, data)
        self.list_of(kind)[:] = [item for item in self.list_of(kind) if item.id != identity]
        return True

    def is_wanted(self, data: Mapping[str, Any]) -> bool:
        """Whether an observation, or a component of one, has a code that some field reads (or a broken code)."""
        components = data.get("component")
        parts = components if isinstance(components, list) else [] if components is None else [None]
        return any(self.is_lab(part) for part in (data, *parts))

    def is_lab(self, part: Any) -> bool:
        """Whether this part's code is that of a lab we read; what is broken counts, so that it is reported."""
        code = part.get("code") if isinstance(part, dict) else None
        if not isinstance(code, dict):
            return True
        codings = code.get("coding")
        if codings is None:
            return False
        if not isinstance(codings, list):
            return True
        for coding in codings:
            if not isinstance(coding, dict):
                return True
            system, value = coding.get("system"), coding.get("code")
            if not isinstance(system, str) or not isinstance(value, str):
                if system is not None and value is not None:
                    return True
            elif (concept := self.codes.find(system, value)) is not None and concept.kind == "lab" and concept.fields:
                return True
        return False

    def note_dates(self, data: Mapping[str, Any]) -> None:
        """Keep the latest day on which something happened or was recorded."""
        for key in DATED:
            if key in data and isinstance(text := data[key], str) and text > self._latest:
                self._note(text)
        for key in PERIODS:
            if key in data and isinstance(period := data[key], dict) and isinstance(text := period.get("start"), str):
                self._note(text)

    def _note(self, text: str) -> None:
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return
        if self.latest is None or day > self.latest:
            self.latest, self._latest = day, text[:10]


def updated(data: Mapping[str, Any]) -> str:
    """When this version of a resource was made, or empty."""
    meta = data.get("meta")
    text = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return text if isinstance(text, str) else ""
