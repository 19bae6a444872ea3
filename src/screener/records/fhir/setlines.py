"""The resources of a record set, file by file: each relevant one with the patient that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from screener.errors import CaseError, FieldProblem
from screener.records.fhir.bundle import is_about_a_patient, local, names_of, subject_of
from screener.records.fhir.dates import DATED, PERIODS
from screener.records.fhir.decode import as_text, decode_bundle, decode_line
from screener.records.fhir.files import LINES, content, ending, unpacked
from screener.records.fhir.opened import Opened, opened
from screener.records.fhir.record import Record
from screener.records.fhir.resources import MODELS, Medication, named, read
from screener.records.fhir.versions import READ_HERE, check_versions, older_version
from screener.records.imported import ImportedCase
from screener.records.options import Options

FORM: Final = "QuestionnaireResponse"
OF_A_FORM: Final = ("id", "questionnaire", "resourceType")  # to another questionnaire
DATED_BUNDLE: Final = "Bundle"  # means a document among the lines
KEPT: Final = (
    *DATED,
    *PERIODS,
    "status",
    "intent",
    "reportedBoolean",
    "reportedReference",
    "reported",
    "code",
    "contained",
    "id",
)


@dataclass
class SetReading:
    """What one reading of a record set needs and collects."""

    options: Options
    files: list[str] = field(default_factory=list)
    medications: dict[str, Medication] = field(default_factory=dict)
    apart: list[ImportedCase] = field(default_factory=list)  # cases that need no second look: forms, broken lines
    contents: Opened = field(default_factory=lambda: Opened(""))
    has_conditions: bool = False  # whether a file of conditions is among them
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.probe = Record("", self.options.codes)

    def refuse(self, problems: Iterable[FieldProblem], where: str, case_id: str | None = None) -> None:
        """Note why something was not read."""
        self.apart.append(ImportedCase(case_id, refused=tuple(problems), where=where))

    def taken(self) -> list[ImportedCase]:
        """What came apart so far; it is handed out once."""
        found, self.apart = self.apart, []
        return found


Line = tuple[str, int, str]  # the patient, the number of the file, and the relevant part of a resource as JSON


def relevant(paths: list[Path], reading: SetReading) -> Iterator[Line]:
    """Each relevant resource with the patient it is about; everything else goes where it belongs in `reading`."""
    for number, path in enumerate(paths):
        reader = _lines_of if ending(path) == LINES else _bundle_of
        for patient, text in reader(path, reading):
            yield patient, number, text


def _lines_of(path: Path, reading: SetReading) -> Iterator[tuple[str, str]]:
    """The resources of a file with one a line; a file that is none is passed over or refused as a whole."""
    with unpacked(path) as file:
        begun = False
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            where = f"{path}:{number}"
            try:
                data = decode_line(raw, where)
            except CaseError as error:
                reading.refuse(error.problems, error.where, error.case_id)
                continue
            if not begun and not isinstance(data.get("resourceType"), str):
                _no_resources(data, path, where, reading)
                return
            begun = True
            if older := older_version(data):
                reading.refuse([FieldProblem("", f"this is {older}; {READ_HERE}")], str(path))
                return
            reading.has_conditions = reading.has_conditions or data.get("resourceType") == "Condition"
            yield from _guarded(data, where, reading)


def _no_resources(data: dict[str, Any], path: Path, where: str, reading: SetReading) -> None:
    """What becomes of a file whose first line is no resource: a log of the export, or another kind of file."""
    if "exportId" in data or "eventId" in data:
        note = f"{path.name} is the log of an export: passed over."
        reading.notes.append(note)
        reading.options.say(note)
    else:
        problem = FieldProblem("resourceType", "is missing or no text; the file is not read")
        reading.refuse([problem], where)


def _guarded(data: dict[str, Any], where: str, reading: SetReading) -> Iterator[tuple[str, str]]:
    try:
        yield from _resource(data, where, reading)
    except CaseError as error:
        reading.refuse(error.problems, error.where, error.case_id)


def _resource(data: dict[str, Any], where: str, reading: SetReading) -> Iterator[tuple[str, str]]:
    kind = data.get("resourceType")
    if not isinstance(kind, str):
        reading.refuse([FieldProblem("resourceType", "is missing or no text")], where)
    elif kind == "Bundle":
        yield from _opened(opened(data, where), where, reading)
    elif kind == FORM:
        yield from _form(data, where, reading, {})
    elif kind == "Medication":
        _medication(None, data, where, reading)
    elif kind == "OperationOutcome":
        reading.contents.add(data)
    else:
        yield from _about(data, where, reading, {})


def _bundle_of(path: Path, reading: SetReading) -> Iterator[tuple[str, str]]:
    """The resources of a file with one bundle."""
    where = str(path)
    try:
        data = decode_bundle(content(path), where)
        found = opened(data, where)
        check_versions((resource for _, resource in found.resources), where)
        yield from _opened(found, where, reading)
    except CaseError as error:
        reading.refuse(error.problems, error.where, error.case_id)


def _opened(found: Opened, where: str, reading: SetReading) -> Iterator[tuple[str, str]]:
    """The resources of a bundle; references by `fullUrl` lead to the patient's id."""
    reading.contents.pages += found.pages
    reading.contents.flaws += found.flaws
    people = {
        name: resource["id"]
        for url, resource in found.resources
        if resource["resourceType"] == "Patient" and isinstance(resource.get("id"), str)
        for name in names_of(url, resource)
    }
    for time in found.dated:
        for person in dict.fromkeys(people.values()):
            yield person, as_text({"resourceType": DATED_BUNDLE, "timestamp": time})
    for url, resource in found.resources:
        if resource["resourceType"] == "Medication":
            _medication(url, resource, where, reading)
        elif resource["resourceType"] == FORM:
            yield from _form(resource, where, reading, people)
        elif resource["resourceType"] != "OperationOutcome":
            yield from _about(resource, where, reading, people)


def _form(data: dict[str, Any], where: str, reading: SetReading, people: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A form that was answered: a case of its own, or answers to another questionnaire, listed with its person."""
    from screener.records.fhir.response import is_ours, read_response

    reference = subject_of(data)
    if is_ours(data, reading.options.book) or reference is None:
        reading.apart.append(read_response(data, reading.options.book, where))
    else:
        kept = {key: value for key, value in data.items() if key in OF_A_FORM}
        yield _person(reference, people), as_text(kept)


def _person(reference: str, people: dict[str, str]) -> str:
    """The id of the patient that a reference leads to."""
    return people.get(reference) or local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:")


def _medication(url: str | None, data: dict[str, Any], where: str, reading: SetReading) -> None:
    found = read(Medication, data)
    if isinstance(found, list):
        reading.refuse(found, where)
    else:
        reading.medications.update(dict.fromkeys(names_of(url, data), found))


def _about(data: dict[str, Any], where: str, reading: SetReading, people: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A resource about a patient, without the parts that nobody reads."""
    kind = data["resourceType"]
    if kind == "Patient":
        identity = data.get("id")
        if isinstance(identity, str):
            yield identity, as_text(data)
        else:
            reading.refuse([FieldProblem(f"{named(data)}.id", "is missing or no text")], where)
        return
    wanted = kind in MODELS and (kind != "Observation" or reading.probe.is_wanted(data))
    reference = subject_of(data)
    if reference is None:
        if wanted and data.get("status") != "entered-in-error":
            reading.refuse([FieldProblem(f"{named(data)}.subject", "is missing; whom is it about")], where)
    elif is_about_a_patient(reference):
        kept = data if wanted else {key: data[key] for key in KEPT if key in data}
        yield _person(reference, people), as_text({**kept, "resourceType": kind})
