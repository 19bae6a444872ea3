"""One patient's record: the resources that say something about a case, checked, with everything else passed over.

What is relevant is decided by code before a resource is checked, so that a broken part that nobody reads refuses
nothing, while a broken part that would have been read refuses the case by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from screener.errors import FieldProblem
from screener.records import coverage
from screener.records.codes import Codes, Coding
from screener.records.fhir.dates import OBSERVED, latest_of
from screener.records.fhir.elements import fields_of, items_of, text_of
from screener.records.fhir.resources import MODELS, Medication, Model, Patient, named, read

CODED: Final = frozenset({"Observation", "Condition"})
REPORT: Final = "DiagnosticReport"
SAMPLED: Final = (*OBSERVED, "effectivePeriod")
# of a report: its results are no better than that
NO_RESULTS: Final = frozenset({"registered", "preliminary", "cancelled", "unknown"})


@dataclass
class Record:
    """What was read about one patient.

    Attributes:
        case_id: the patient's id.
        patient: None when the resource is broken (then `refused` says how).
        medications: by every name a reference may use, of the whole bundle or folder.
        refused: what is broken; any entry refuses the case.
        latest: the latest day on which something had happened or was recorded.
        seen: what was held and passed over, for the coverage.
        kinds: of the resources of which nothing is read, how many of each.
        not_whole: why entries may be missing.
        notes: what is to be said about how it was read.
    """

    case_id: str
    codes: Codes
    patient: Patient | None = None
    medications: Mapping[str, Medication] = field(default_factory=dict)
    refused: list[FieldProblem] = field(default_factory=list)
    latest: date | None = None
    seen: Counter[coverage.Seen] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    not_whole: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    twice: bool = False  # two different people have this id
    _held: dict[str, list[Any]] = field(default_factory=dict)
    _latest: str = ""
    _patient_version: str = ""
    _seen: dict[tuple[str, str], tuple[str, Any]] = field(default_factory=dict)

    def add_patient(self, data: Mapping[str, Any]) -> None:
        """The Patient resource itself; of several versions the newest."""
        found = read(Patient, data)
        version = updated(data)
        if isinstance(found, list):
            self.refused += found
        elif found.modifier:
            message = f"has {found.modifier}, which may change what it means"
            self.refused.append(FieldProblem(named(data), message))
        elif self.patient is None or version > self._patient_version:
            self.patient, self._patient_version, self.twice = found, version, False
        elif self.patient != found and version == self._patient_version:
            self.twice = True

    def add(self, data: Mapping[str, Any]) -> None:
        """Any other resource of the patient."""
        kind = data.get("resourceType")
        if (day := latest_of(data)) > self._latest:
            self.note_time(day)
        if "contained" in data:
            self.add_inside(data)
        if kind not in MODELS:
            self.kinds[str(kind)] += 1
        elif data.get("status") == "entered-in-error":
            self.seen[passed_over(data, self.codes, coverage.STATUS)] += 1
        elif kind == "Observation" and (seen := self.passed(data)) is not None:
            self.seen[seen] += 1
        else:
            self.add_read(kind, data)

    def add_read(self, kind: str, data: Mapping[str, Any], source: str = "") -> None:
        """A resource of a kind that is read."""
        found = read(MODELS[kind], data)
        if isinstance(found, list):
            self.refused += found
        elif self.is_new(kind, source or found.id, data):
            self._held.setdefault(kind, []).append(found.model_copy(update={"source": source}) if source else found)

    def add_inside(self, data: Mapping[str, Any]) -> None:
        """The results inside a report that its `result` points to; other resources inside another are only counted."""
        if data.get("status") == "entered-in-error":
            return
        results = items_of(data.get("result")) if data.get("resourceType") == REPORT else ()
        pointed = [reference.get("reference") for reference in map(fields_of, results)]
        for part in map(fields_of, items_of(data.get("contained"))):
            kind, place = str(part.get("resourceType")), f"#{part.get('id')}"
            if kind == "Observation" and place in pointed:
                if is_wanted(part, self.codes) and part.get("status") != "entered-in-error":
                    self.add_read("Observation", of_report(part, data), f"{REPORT}/{data.get('id')}{place}")
                else:
                    self.seen[passed_over(part, self.codes)] += 1
            elif kind in MODELS:
                self.seen[passed_over(part, self.codes, coverage.CONTAINED)] += 1
                if kind == "Condition":
                    self.not_whole.append(f"{named(data)} contains a condition that is not read")

    def held(self) -> Counter[coverage.Seen]:
        """What was held and passed over, the kinds of which nothing is read too."""
        found = Counter(self.seen)
        for kind, count in self.kinds.items():
            found[coverage.Seen(kind[: coverage.LONGEST], "", "", "", coverage.NOT_READ, coverage.KIND)] += count
        return found

    def has_clinical_data(self) -> bool:
        """Whether anything but the patient was read, or something is broken."""
        return bool(self.refused or any(self._held.values()))

    def of(self, model: type[Model]) -> list[Model]:
        """The resources of a kind."""
        return self._held.setdefault(model.__name__, [])

    def is_new(self, kind: str, identity: str, data: Mapping[str, Any]) -> bool:
        """False for a repeat; an older version gives way to a newer one, and a contradiction refuses the case."""
        version = updated(data)
        known = self._seen.get((kind, identity))
        if known is None:
            self._seen[kind, identity] = (version, data)
            return True
        if known[1] == data:
            return False
        contradiction = FieldProblem(named(data), "is given twice with different content")
        if version == known[0]:
            self.refused.append(contradiction)
            return False
        if version < known[0]:
            return False
        self.refused[:] = [problem for problem in self.refused if problem != contradiction]  # of older versions
        self._seen[kind, identity] = (version, data)
        self._held[kind] = [item for item in self._held.get(kind, ()) if item.id != identity]
        return True

    def passed(self, data: Mapping[str, Any]) -> coverage.Seen | None:
        """What is counted of an observation that is not wanted; None of one that is."""
        coding = None if "component" in data else one_code(data.get("code"))
        if coding is None:
            return None if is_wanted(data, self.codes) else passed_over(data, self.codes)
        return self.codes.seen_unless_lab("Observation", coding)  # as most have one code, and are many

    def note_time(self, text: str) -> None:
        """A day, or a moment of it, on which something had happened."""
        day = text[:10]
        if day > self._latest:
            try:
                self.latest, self._latest = date.fromisoformat(day), day
            except ValueError:
                return


def is_read(data: Mapping[str, Any], codes: Codes) -> bool:
    """Whether a resource is of a kind that is read; an observation only by its code."""
    kind = data["resourceType"]
    return kind in MODELS and (kind != "Observation" or is_wanted(data, codes))


def is_wanted(data: Mapping[str, Any], codes: Codes) -> bool:
    """Whether an observation, or a component of one, has a code that some field reads (or a broken code)."""
    if "component" not in data:
        return is_lab(data, codes)
    components = data["component"]
    parts = components if isinstance(components, list) else [] if components is None else [None]
    return any(is_lab(part, codes) for part in (data, *parts))


def is_lab(part: Any, codes: Codes) -> bool:
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
        elif (concept := codes.find(system, value)) is not None and concept.kind == "lab" and concept.fields:
            return True
    return False


def updated(data: Mapping[str, Any]) -> str:
    """When this version of a resource was made, or empty."""
    return text_of(fields_of(data.get("meta")).get("lastUpdated"))


def passed_over(data: Mapping[str, Any], codes: Codes, reason: str = "") -> coverage.Seen:
    """What is counted of a resource that is not read.

    Args:
        data: the resource, of a clinical kind.
        codes: the code table: an observation that it knows, and that is about none of our fields, is understood.
        reason: why it is not read; found from its code when empty.
    """
    kind = str(data.get("resourceType"))
    found = tuple(raw_codings(data.get("code" if kind in CODED else "medicationCodeableConcept")))
    return codes.seen(kind, found, reason)


def one_code(concept: Any) -> Coding | None:
    """The system, code and display of a concept with one code that is as it should be; None of any other."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    if isinstance(codings, list) and len(codings) == 1 and isinstance(codings[0], dict):
        get = codings[0].get
        system, code, display = get("system", ""), get("code"), get("display", "")
        if isinstance(system, str) and isinstance(code, str) and isinstance(display, str):
            return system, code, display
    return None


def raw_codings(concept: Any) -> Iterator[Coding]:
    """The codes of a concept that nobody checked."""
    for coding in map(fields_of, items_of(fields_of(concept).get("coding"))):
        if isinstance(code := coding.get("code"), str):
            yield text_of(coding.get("system")), code, text_of(coding.get("display"))


def of_report(part: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """A result inside a report as one of its own: about the same person, by default of the same time and status."""
    found = {**part, "subject": None}
    if not any(name in part for name in SAMPLED):
        found |= {name: report[name] for name in SAMPLED if name in report}
    if report.get("status") in NO_RESULTS:
        found["status"] = report["status"]
    return found
