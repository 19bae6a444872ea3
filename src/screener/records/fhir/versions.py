"""Which version of FHIR a file is written in, as far as it shows; only R4, R4B and R5 are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from screener.errors import CaseError, FieldProblem

STU3: Final = "FHIR STU3"
DSTU2: Final = "FHIR DSTU2"
HL7_V2: Final = b"MSH|"
READ_HERE: Final = "R4, R4B and R5 are read here"
# elements that only an older version has, by kind of resource
OLDER: Final = {
    "MedicationStatement": {"wasNotTaken": DSTU2, "taken": STU3},
    "MedicationAdministration": {"wasNotGiven": DSTU2, "notGiven": STU3},
    "MedicationDispense": {"notDone": STU3},
}
SHOWING: Final = frozenset({"Condition", "MedicationOrder", "Observation", *OLDER})
TEXTS: Final = ("clinicalStatus", "verificationStatus")  # of a Condition: text before R4


def check_versions(resources: Iterable[Mapping[str, Any]], where: str) -> None:
    """Refuse a file of an older version as a whole, in one line.

    Raises:
        CaseError: some resource shows it.
    """
    for resource in resources:
        kind = resource["resourceType"]
        if kind == "Observation" and "subject" in resource and "fhirVersion" not in resource:
            continue  # as most resources are
        found = older_version(resource) if kind in SHOWING or "fhirVersion" in resource else ""
        if found:
            raise CaseError([FieldProblem("", f"this is {found}; {READ_HERE}")], where=where)


def older_version(data: Mapping[str, Any]) -> str:
    """The older version of FHIR that a resource is written in, with what shows it; empty when nothing does."""
    kind = data.get("resourceType")
    if kind == "MedicationOrder":
        return f"{DSTU2} (MedicationOrder became MedicationRequest)"
    if kind in ("Observation", "Condition") and "patient" in data and "subject" not in data:
        return f"{DSTU2} ({kind}.patient became subject)"
    for name, its in OLDER.get(str(kind), {}).items():
        if name in data:
            return f"{its} ({kind}.{name})"
    if kind == "Condition":
        for name in TEXTS:
            if isinstance(data.get(name), str):
                return f"{STU3} (Condition.{name} is text)"
    version = data.get("fhirVersion")
    if isinstance(version, str) and version[:2] in ("1.", "3."):
        return f"{STU3 if version[0] == '3' else DSTU2} (fhirVersion is {version[:20]})"
    return ""


def check_no_xml(raw: bytes, where: str) -> None:
    """Refuse XML and HL7 v2, whatever the name of the file says.

    Raises:
        CaseError: the text is one of them.
    """
    start = raw[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(HL7_V2):
        raise CaseError(
            [FieldProblem("", f"this is an HL7 v2 message; export the record as FHIR ({READ_HERE})")], where=where
        )
    if not start.startswith(b"<"):
        return
    cda = re.search(rb"<(?:[A-Za-z0-9]+:)?ClinicalDocument\b", start) is not None
    what = "a CDA document in XML" if cda else "XML"
    how = "export the record as FHIR R4 in JSON" if cda else "FHIR is read as JSON; convert it, or ask for JSON"
    raise CaseError([FieldProblem("", f"this is {what}; {how}")], where=where)
