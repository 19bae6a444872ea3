"""A bundle taken apart: which resource belongs to which patient, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from screener.errors import CaseError, FieldProblem, echo
from screener.records.codes import Codes
from screener.records.fhir.record import ABOUT_PATIENTS, Record
from screener.records.fhir.resources import Medication, named, read


def resources_of(data: Mapping[str, Any], where: str) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Each resource of a file with its `fullUrl`; a resource that stands alone is its own bundle.

    Raises:
        CaseError: it is no FHIR resource, or an entry is broken.
    """
    if data.get("resourceType") != "Bundle":
        if not isinstance(data.get("resourceType"), str):
            problem = FieldProblem("resourceType", "is missing; a FHIR resource says what it is")
            raise CaseError([problem], where=where)
        yield None, dict(data)
        return
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        raise CaseError([FieldProblem("Bundle.entry", f"{echo(entries)} is not a list")], where=where)
    for number, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else entry
        if resource is None and isinstance(entry, dict):
            continue  # the answer of a transaction, or a deletion
        name = f"Bundle.entry[{number}]"
        if not isinstance(resource, dict):
            raise CaseError([FieldProblem(f"{name}.resource", f"{echo(resource)} is not an object")], where=where)
        if not isinstance(resource.get("resourceType"), str):
            message = "is missing or no text; a FHIR resource says what it is"
            raise CaseError([FieldProblem(f"{name}.resource.resourceType", message)], where=where)
        url = entry.get("fullUrl")
        yield url if isinstance(url, str) else None, resource


def names_of(url: str | None, resource: Mapping[str, Any]) -> Iterator[str]:
    """Every way in which a reference may name a resource."""
    if url:
        yield url
    if isinstance(identity := resource.get("id"), str):
        yield f"{resource['resourceType']}/{identity}"


def local(reference: str) -> str:
    """A reference without server and version: `Patient/1`."""
    if reference.startswith(("urn:", "#")):
        return reference
    parts = reference.split("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:])


def subject_of(resource: Mapping[str, Any]) -> str | None:
    """The reference to whom a resource is about; None when there is none that can be read."""
    subject = resource.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return reference if isinstance(reference, str) else None


class Bundle:
    """The records in one bundle.

    Args:
        data: the decoded bundle.
        where: its name for messages.
        codes: the code table.
    """

    def __init__(self, data: Mapping[str, Any], where: str, codes: Codes) -> None:
        self.where = where
        self.codes = codes
        self.patients: dict[str, Record] = {}
        self.medications: dict[str, Medication] = {}
        self.problems: list[FieldProblem] = []
        others: list[dict[str, Any]] = []
        for url, resource in resources_of(data, where):
            if resource["resourceType"] == "Patient":
                self.add_patient(url, resource)
            elif resource["resourceType"] == "Medication":
                self.add_medication(url, resource)
            else:
                others.append(resource)
        for resource in others:
            self.add(resource)

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
            if resource["resourceType"] in ABOUT_PATIENTS and resource.get("status") != "entered-in-error":
                self.without_subject(resource)
            return
        record = self.patients.get(reference) or self.patients.get(local(reference))
        if record is not None:
            record.add(resource)
        elif resource["resourceType"] in ABOUT_PATIENTS and not local(reference).startswith(("Group/", "Device/")):
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
