"""A bundle taken apart: which resource belongs to which patient, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from screener.errors import CaseError, FieldProblem, echo
from screener.records.codes import Codes
from screener.records.fhir.opened import Opened, missing_pages
from screener.records.fhir.record import Record
from screener.records.fhir.resources import MODELS, Medication, named, read

NOT_PATIENTS: Final = ("Group/", "Device/", "Location/")


def names_of(url: Any, resource: Mapping[str, Any]) -> Iterator[str]:
    """Every way in which a reference may name a resource."""
    if isinstance(url, str) and url:
        yield url
    if isinstance(identity := resource.get("id"), str):
        yield f"{resource['resourceType']}/{identity}"


def local(reference: str) -> str:
    """A reference without server and version: `Patient/1`."""
    plain = reference.count("/") == 1 and not reference.endswith("/")  # as most are
    if plain or reference.startswith(("urn:", "#")):
        return reference
    parts = reference.split("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:])


def subject_of(resource: Mapping[str, Any]) -> str | None:
    """The reference to whom a resource is about; None when there is none that can be read."""
    for name in ("subject", "patient"):
        subject = resource.get(name)
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if isinstance(reference, str):
            return reference
    return None


def is_about_a_patient(reference: str) -> bool:
    """Whether a reference is not to a group, a device or a place."""
    return not local(reference).startswith(NOT_PATIENTS)


class Bundle:
    """The records in one file.

    Args:
        content: what is in it.
        codes: the code table.
    """

    def __init__(self, content: Opened, codes: Codes) -> None:
        self.content = content
        self.codes = codes
        self.patients: dict[str, Record] = {}
        self.medications: dict[str, Medication] = {}
        self.problems: list[FieldProblem] = []
        self.not_whole = tuple(dict.fromkeys([*self.content.flaws, *missing_pages(self.content.pages)]))
        others: list[dict[str, Any]] = []
        for url, resource in self.content.resources:
            if resource["resourceType"] == "Patient":
                self.add_patient(url, resource)
            elif resource["resourceType"] == "Medication":
                self.add_medication(url, resource)
            elif resource["resourceType"] != "QuestionnaireResponse":  # read apart
                others.append(resource)
        for resource in others:
            self.add(resource)
        for record in self.patients.values():
            for time in self.content.dated:
                record.note_time(time)

    def add_patient(self, url: str | None, resource: dict[str, Any]) -> None:
        """A patient, under every name that a reference may use."""
        identity = resource.get("id")
        names = list(names_of(url, resource))
        known = next((self.patients[name] for name in names if name in self.patients), None)
        record = known or Record(identity if isinstance(identity, str) else "", self.codes)
        record.medications = self.medications
        record.add_patient(resource)
        for name in names or [f"unnamed {len(self.patients)}"]:
            self.patients[name] = record

    def add_medication(self, url: str | None, resource: dict[str, Any]) -> None:
        """A medicine that requests point to."""
        found = read(Medication, resource)
        if isinstance(found, list):
            self.problems += found
            return
        for name in names_of(url, resource):
            self.medications[name] = found

    def add(self, resource: dict[str, Any]) -> None:
        """A resource about somebody."""
        reference = subject_of(resource)
        if reference is None:
            if resource["resourceType"] in MODELS and resource.get("status") != "entered-in-error":
                self.without_subject(resource)
            return
        record = self.patients.get(reference) or self.patients.get(local(reference))
        if record is not None:
            record.add(resource)
        elif resource["resourceType"] in MODELS and is_about_a_patient(reference):
            self.orphan(local(reference), resource)

    def without_subject(self, resource: dict[str, Any]) -> None:
        """A resource that does not say whom it is about."""
        probe = Record("", self.codes)
        if resource["resourceType"] != "Observation" or probe.is_wanted(resource):
            self.problems.append(FieldProblem(f"{named(resource)}.subject", "is missing; whom is it about"))

    def orphan(self, reference: str, resource: dict[str, Any]) -> None:
        """A resource about a patient who is not in the bundle: that case is refused, not forgotten."""
        record = Record(reference.rsplit("/", 1)[-1], self.codes, medications=self.medications)
        message = f"there is no {echo(reference)} in this file"
        record.refused.append(FieldProblem(f"{named(resource)}.subject", message))
        self.patients[reference] = record

    def records(self) -> Iterator[Record]:
        """Each patient's record, once."""
        seen: set[int] = set()
        for record in self.patients.values():
            if id(record) not in seen:
                seen.add(id(record))
                record.refused += self.problems
                yield record

    def nobody(self) -> CaseError:
        """That there is no patient in the file."""
        problems = self.problems or [FieldProblem("Patient", "there is no Patient resource in this file")]
        return CaseError(problems, where=self.content.where)
