"""Files of a record set whose resources belong together: Bulk Data, with one resource a line, and pages of bundles.

What is about one patient stands in different files, far apart. What is relevant is first distributed over parts by a
hash of the patient, on disk where there is much of it, and a part that is still too large is divided again; then each
part is read whole. Medication resources, which patients share, stay in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from screener.errors import CaseError, FieldProblem, echo
from screener.private import open_private
from screener.records.fhir.bundle import is_about_a_patient, local, names_of, subject_of
from screener.records.fhir.dates import DATED, PERIODS
from screener.records.fhir.decode import decode_bundle, decode_line
from screener.records.fhir.files import LINES, content, ending, unpacked
from screener.records.fhir.imported import ImportedCase, import_days
from screener.records.fhir.opened import Opened, missing_pages, opened
from screener.records.fhir.record import ABOUT_PATIENTS, Record
from screener.records.fhir.resources import Medication, named, read
from screener.records.fhir.versions import READ_HERE, check_versions, older_version
from screener.records.options import Options

WHOLE: Final = 16_000_000  # bytes that are held in memory at once
PARTS: Final = 64
DEEPEST: Final = 4
FORM: Final = "QuestionnaireResponse"
DATED_BUNDLE: Final = "Bundle"  # stands for a document among the lines
SEVERAL: Final = " and "  # joins the names of files
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
class _Reading:
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
        self.apart.append(ImportedCase(case_id, refused=tuple(problems), where=where))

    def taken(self) -> list[ImportedCase]:
        found, self.apart = self.apart, []
        return found


Line = tuple[str, int, str]  # the patient, the number of the file, and the relevant part of a resource as JSON


def set_cases(paths: list[Path], options: Options) -> Iterator[ImportedCase]:
    """The cases of a record set: forms and broken lines as they come, then one case for each patient.

    Raises:
        FileError: a file cannot be read.
    """
    reading = _Reading(options, [str(path) for path in paths])
    lines = _relevant(paths, reading)
    if sum(path.stat().st_size for path in paths) <= WHOLE:
        kept = list(lines)
        yield from reading.taken()
        yield from _cases(kept, reading)
        return
    with tempfile.TemporaryDirectory(prefix="screener-") as folder:
        parts = []
        for part in _divide(lines, Path(folder), 0, reading):
            if isinstance(part, Path):
                parts.append(part)
            else:
                yield part
        for part in parts:
            yield from _part_cases(part, 1, reading)


def _relevant(paths: list[Path], reading: _Reading) -> Iterator[Line]:
    """Each relevant resource with the patient it is about; everything else goes where it belongs in `reading`."""
    for number, path in enumerate(paths):
        reader = _lines_of if ending(path) == LINES else _bundle_of
        for patient, text in reader(path, reading):
            yield patient, number, text


def _lines_of(path: Path, reading: _Reading) -> Iterator[tuple[str, str]]:
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


def _no_resources(data: dict[str, Any], path: Path, where: str, reading: _Reading) -> None:
    """What becomes of a file whose first line is no resource: a log of the export, or another kind of file."""
    if "exportId" in data or "eventId" in data:
        note = f"{path.name} is the log of an export: passed over."
        reading.notes.append(note)
        reading.options.say(note)
    else:
        problem = FieldProblem("resourceType", "is missing or no text; the file is not read")
        reading.refuse([problem], where)


def _guarded(data: dict[str, Any], where: str, reading: _Reading) -> Iterator[tuple[str, str]]:
    try:
        yield from _resource(data, where, reading)
    except CaseError as error:
        reading.refuse(error.problems, error.where, error.case_id)


def _resource(data: dict[str, Any], where: str, reading: _Reading) -> Iterator[tuple[str, str]]:
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


def _bundle_of(path: Path, reading: _Reading) -> Iterator[tuple[str, str]]:
    """The resources of a file with one bundle."""
    where = str(path)
    try:
        data = decode_bundle(content(path), where)
        found = opened(data, where)
        check_versions((resource for _, resource in found.resources), where)
        yield from _opened(found, where, reading)
    except CaseError as error:
        reading.refuse(error.problems, error.where, error.case_id)


def _opened(found: Opened, where: str, reading: _Reading) -> Iterator[tuple[str, str]]:
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
            yield person, dumps({"resourceType": DATED_BUNDLE, "timestamp": time})
    for url, resource in found.resources:
        if resource["resourceType"] == "Medication":
            _medication(url, resource, where, reading)
        elif resource["resourceType"] == FORM:
            yield from _form(resource, where, reading, people)
        elif resource["resourceType"] != "OperationOutcome":
            yield from _about(resource, where, reading, people)


def _form(data: dict[str, Any], where: str, reading: _Reading, people: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A form that was answered: a case of its own, or answers to another questionnaire, listed with its person."""
    from screener.records.fhir.response import is_ours, read_response

    reference = subject_of(data)
    if is_ours(data, reading.options.book) or reference is None:
        reading.apart.append(read_response(data, reading.options.book, where))
    else:
        kept = {key: data[key] for key in ("id", "questionnaire", "resourceType") if key in data}
        yield _person(reference, people), dumps(kept)


def _person(reference: str, people: dict[str, str]) -> str:
    """The id of the patient that a reference leads to."""
    return people.get(reference) or local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:")


def _medication(url: str | None, data: dict[str, Any], where: str, reading: _Reading) -> None:
    found = read(Medication, data)
    if isinstance(found, list):
        reading.refuse(found, where)
    else:
        reading.medications.update(dict.fromkeys(names_of(url, data), found))


def _about(data: dict[str, Any], where: str, reading: _Reading, people: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A resource about a patient, without the parts that nobody reads."""
    kind = data["resourceType"]
    if kind == "Patient":
        identity = data.get("id")
        if isinstance(identity, str):
            yield identity, dumps(data)
        else:
            reading.refuse([FieldProblem(f"{named(data)}.id", "is missing or no text")], where)
        return
    wanted = kind in ABOUT_PATIENTS and (kind != "Observation" or reading.probe.is_wanted(data))
    reference = subject_of(data)
    if reference is None:
        if wanted and data.get("status") != "entered-in-error":
            reading.refuse([FieldProblem(f"{named(data)}.subject", "is missing; whom is it about")], where)
    elif is_about_a_patient(reference):
        kept = data if wanted else {key: data[key] for key in KEPT if key in data}
        yield _person(reference, people), dumps({**kept, "resourceType": kind})


def _divide(lines: Iterable[Line], folder: Path, depth: int, reading: _Reading) -> Iterator[Path | ImportedCase]:
    """Distribute lines over files by patient; yields cases that came up on the way, then the files."""
    paths = [folder / f"{depth}-{number}" for number in range(PARTS)]
    with ExitStack() as stack:
        files = [stack.enter_context(open_private(path, "w")) for path in paths]
        for patient, number, text in lines:
            files[crc32(f"{depth}{patient}".encode()) % PARTS].write(f"{patient}\t{number}\t{text}\n")
            yield from reading.taken()
    yield from reading.taken()
    yield from paths


def _read_part(part: Path) -> Iterator[Line]:
    with part.open(encoding="utf-8") as file:
        for line in file:
            patient, number, text = line.rstrip("\n").split("\t", 2)
            yield patient, int(number), text


def _part_cases(part: Path, depth: int, reading: _Reading) -> Iterator[ImportedCase]:
    if part.stat().st_size > WHOLE and depth < DEEPEST:
        folder = part.with_suffix(".parts")
        folder.mkdir()
        for smaller in _divide(_read_part(part), folder, depth, reading):
            if isinstance(smaller, Path):
                yield from _part_cases(smaller, depth + 1, reading)
    else:
        yield from _cases(_read_part(part), reading)
    part.unlink()


def _cases(lines: Iterable[Line], reading: _Reading) -> Iterator[ImportedCase]:
    """The cases of patients whose lines are all here, in the order in which they first come up."""
    from screener.records.fhir.response import note_foreign

    grouped: dict[str, list[tuple[int, str]]] = {}
    for patient, number, text in lines:
        grouped.setdefault(patient, []).append((number, text))
    for patient, texts in grouped.items():
        record = Record(patient, reading.options.codes, medications=reading.medications)
        people: list[str] = []
        for number, text in texts:
            data = loads(text)
            if data["resourceType"] == "Patient":
                record.add_patient(data)
                people.append(reading.files[number])
            elif data["resourceType"] == DATED_BUNDLE:
                record.note_time(data["timestamp"])
            elif data["resourceType"] == FORM:
                note_foreign(data, [record])
            else:
                record.add(data)
        if record.patient is not None or record.notes or record.has_clinical_data():
            yield from _imported(record, people, sorted({reading.files[number] for number, _ in texts}), reading)


def _imported(record: Record, people: list[str], files: list[str], reading: _Reading) -> Iterator[ImportedCase]:
    """The case of a person; two different people with one id are both refused."""
    options = reading.options
    if record.patient is None and not record.refused:
        record.refused.append(FieldProblem(f"Patient/{record.case_id}", "is not in these files"))
    if record.twice and len(set(people)) > 1:
        named_files = SEVERAL.join(echo(Path(name).name) for name in dict.fromkeys(people))
        message = f"is given twice with different content, in {named_files}"
        problem = FieldProblem(f"Patient/{record.case_id}", message)
        for name in dict.fromkeys(people):
            yield ImportedCase(record.case_id, refused=(problem,), where=name)
        return
    not_whole = tuple(dict.fromkeys([*reading.contents.flaws, *missing_pages(reading.contents.pages)]))
    where = files[0] if len(files) == 1 and len(reading.files) > 1 else ""
    yield from import_days(record, options, where, not_whole, reading.has_conditions)
