"""Files of a record set whose resources belong together: Bulk Data, with one resource a line, and pages of bundles.

What is about one patient is in different files, far apart. What is relevant is first distributed over parts by a
hash of the patient, on disk where there is much of it, and a part that is still too large is divided again; then each
part is read whole. Medication resources, which patients share, stay in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias
from zlib import crc32

from screener.errors import CaseError, FieldProblem, echo
from screener.private import open_private
from screener.records.fhir import decode
from screener.records.fhir.bundle import Opened, opened
from screener.records.fhir.case import import_days
from screener.records.fhir.dates import DATED, PERIODS
from screener.records.fhir.elements import id_of, is_about_a_patient, names_of, subject_of
from screener.records.fhir.record import Record, is_read
from screener.records.fhir.resources import Medication, named, read
from screener.records.files import LINES, content, ending, unpacked
from screener.records.imported import ImportedCase
from screener.records.options import Options

WHOLE: Final = 16_000_000  # bytes that are held in memory at once
PARTS: Final = 64
DEEPEST: Final = 4
FORM: Final = "QuestionnaireResponse"
OF_A_FORM: Final = ("id", "questionnaire", "resourceType")  # to another questionnaire
DATED_BUNDLE: Final = "Bundle"  # means a document among the lines
KEPT: Final = (
    *DATED, *PERIODS, "status", "intent", "reportedBoolean", "reportedReference", "reported", "code", "contained", "id",
)  # fmt: skip

Line: TypeAlias = tuple[str, int, str]  # the patient, the number of the file, and the relevant part of a resource
Found: TypeAlias = Iterator[tuple[str, str]]  # the patient, and that part as JSON


@dataclass
class SetReading:
    """What one reading of a record set needs and collects.

    Attributes:
        options: how records are read.
        files: those of the set.
        medications: by every name a reference may use.
        apart: cases that need no second look: forms, broken lines.
        contents: what bundles and servers say of the set.
        has_conditions: whether a file of conditions is among them.
    """

    options: Options
    files: list[Path]
    medications: dict[str, Medication] = field(default_factory=dict)
    apart: list[ImportedCase] = field(default_factory=list)
    contents: Opened = field(default_factory=lambda: Opened(""))
    has_conditions: bool = False

    def refuse(self, problems: Iterable[FieldProblem], where: str, case_id: str | None = None) -> None:
        """Note why something was not read."""
        self.apart.append(ImportedCase(case_id, refused=tuple(problems), where=where))

    def taken(self) -> list[ImportedCase]:
        """What came apart so far; it is handed out once."""
        found, self.apart = self.apart, []
        return found

    def relevant(self) -> Iterator[Line]:
        """Each relevant resource with the patient it is about; everything else goes where it belongs."""
        for number, path in enumerate(self.files):
            for patient, text in self.lines_of(path) if ending(path) == LINES else self.bundle_of(path):
                yield patient, number, text

    def lines_of(self, path: Path) -> Found:
        """The resources of a file with one a line; a file that is none is passed over or refused as a whole."""
        with unpacked(path) as file:
            begun = False
            for number, raw in enumerate(file, start=1):
                if not raw.strip():
                    continue
                where = f"{path}:{number}"
                try:
                    data = decode.decode_resource(raw, where, "line")
                    if not begun and not isinstance(data.get("resourceType"), str):
                        self.no_resources(data, path, where)
                        return
                    begun = True
                    if older := decode.older_version(data):
                        self.refuse([FieldProblem("", f"this is {older}; {decode.READ_HERE}")], str(path))
                        return
                    self.has_conditions = self.has_conditions or data.get("resourceType") == "Condition"
                    yield from self.of_line(data, where)
                except CaseError as error:
                    self.refuse(error.problems, error.where, error.case_id)

    def no_resources(self, data: dict[str, Any], path: Path, where: str) -> None:
        """What becomes of a file whose first line is no resource: a log of the export, or another kind of file."""
        if "exportId" in data or "eventId" in data:
            self.options.say(f"{path.name} is the log of an export: passed over.")
        else:
            self.refuse([FieldProblem("resourceType", "is missing or no text; the file is not read")], where)

    def of_line(self, data: dict[str, Any], where: str) -> Found:
        """The resource of a line, or those of a bundle in it."""
        kind = data.get("resourceType")
        if not isinstance(kind, str):
            self.refuse([FieldProblem("resourceType", "is missing or no text")], where)
        elif kind in ("Bundle", "OperationOutcome"):
            yield from self.inside(opened(data, where), where)
        else:
            yield from self.resource(None, data, where, {})

    def bundle_of(self, path: Path) -> Found:
        """The resources of a file with one bundle."""
        where = str(path)
        try:
            found = opened(decode.decode_resource(content(path), where), where)
            decode.check_versions((resource for _, resource in found.resources), where)
            yield from self.inside(found, where)
        except CaseError as error:
            self.refuse(error.problems, error.where, error.case_id)

    def inside(self, found: Opened, where: str) -> Found:
        """The resources of a bundle; references by `fullUrl` lead to the patient's id."""
        self.contents.pages += found.pages
        self.contents.flaws += found.flaws
        people = {
            name: resource["id"]
            for url, resource in found.resources
            if resource["resourceType"] == "Patient" and isinstance(resource.get("id"), str)
            for name in names_of(url, resource)
        }
        for time in found.dated:
            for person in dict.fromkeys(people.values()):
                yield person, decode.as_text({"resourceType": DATED_BUNDLE, "timestamp": time})
        for url, resource in found.resources:
            if resource["resourceType"] != "OperationOutcome":
                yield from self.resource(url, resource, where, people)

    def resource(self, url: str | None, data: dict[str, Any], where: str, people: dict[str, str]) -> Found:
        """A resource: kept where all patients share it, else with whom it is about."""
        kind = data["resourceType"]
        if kind == "Medication":
            found = read(Medication, data)
            if isinstance(found, list):
                self.refuse(found, where)
            else:
                self.medications.update(dict.fromkeys(names_of(url, data), found))
        elif kind == FORM:
            yield from self.form(data, where, people)
        elif kind != "Patient":
            yield from self.about(data, where, people)
        elif isinstance(identity := data.get("id"), str):
            yield identity, decode.as_text(data)
        else:
            self.refuse([FieldProblem(f"{named(data)}.id", "is missing or no text")], where)

    def form(self, data: dict[str, Any], where: str, people: dict[str, str]) -> Found:
        """A form that was answered: a case of its own, or answers to another questionnaire, listed with its person."""
        from screener.records.fhir.response import is_ours, read_response

        reference = subject_of(data)
        if is_ours(data, self.options.book) or reference is None:
            self.apart.append(read_response(data, self.options.book, where))
        else:
            kept = {key: value for key, value in data.items() if key in OF_A_FORM}
            yield people.get(reference) or id_of(reference), decode.as_text(kept)

    def about(self, data: dict[str, Any], where: str, people: dict[str, str]) -> Found:
        """A resource about a patient, without the parts that nobody reads."""
        kind, reference = data["resourceType"], subject_of(data)
        wanted = is_read(data, self.options.codes)
        if reference is None:
            if wanted and data.get("status") != "entered-in-error":
                self.refuse([FieldProblem(f"{named(data)}.subject", "is missing; whom is it about")], where)
        elif is_about_a_patient(reference):
            kept = data if wanted else {key: data[key] for key in KEPT if key in data}
            yield people.get(reference) or id_of(reference), decode.as_text({**kept, "resourceType": kind})


def set_cases(paths: list[Path], options: Options) -> Iterator[ImportedCase]:
    """The cases of a record set: forms and broken lines as they come, then one case for each patient.

    Raises:
        FileError: a file cannot be read.
    """
    reading = SetReading(options, paths)
    yield from _distributed(reading.relevant(), sum(path.stat().st_size for path in paths), 0, reading)


def _distributed(lines: Iterable[Line], size: int, depth: int, reading: SetReading) -> Iterator[ImportedCase]:
    """The cases of some lines; if these are too large together, they are first distributed over files by patient."""
    if size <= WHOLE or depth == DEEPEST:
        yield from _cases(lines, reading)
        return
    with tempfile.TemporaryDirectory(prefix="screener-") as folder:
        parts = [Path(folder) / str(number) for number in range(PARTS)]
        with ExitStack() as stack:
            files = [stack.enter_context(open_private(part, "w")) for part in parts]
            for patient, number, text in lines:
                files[crc32(f"{depth}{patient}".encode()) % PARTS].write(f"{patient}\t{number}\t{text}\n")
                yield from reading.taken()
        for part in parts:
            yield from _distributed(_read_part(part), part.stat().st_size, depth + 1, reading)
            part.unlink()


def _read_part(part: Path) -> Iterator[Line]:
    with part.open(encoding="utf-8") as file:
        for line in file:
            patient, number, text = line.rstrip("\n").split("\t", 2)
            yield patient, int(number), text


def _cases(lines: Iterable[Line], reading: SetReading) -> Iterator[ImportedCase]:
    """The cases of patients whose lines are all here, in the order in which they first come up."""
    from screener.records.fhir.response import note_foreign

    grouped: dict[str, list[tuple[int, str]]] = {}
    for patient, number, text in lines:
        grouped.setdefault(patient, []).append((number, text))
    yield from reading.taken()
    for patient, texts in grouped.items():
        record = Record(patient, reading.options.codes, medications=reading.medications)
        people: list[str] = []
        for number, text in texts:
            data = decode.of_text(text)
            if data["resourceType"] == "Patient":
                record.add_patient(data)
                people.append(str(reading.files[number]))
            elif data["resourceType"] == DATED_BUNDLE:
                record.note_time(data["timestamp"])
            elif data["resourceType"] == FORM:
                note_foreign(data, [record])
            else:
                record.add(data)
        if record.patient is not None or record.notes or record.has_clinical_data():
            yield from _imported(record, people, {str(reading.files[number]) for number, _ in texts}, reading)


def _imported(record: Record, people: list[str], files: set[str], reading: SetReading) -> Iterator[ImportedCase]:
    """The case of a person; two different people with one id are both refused."""
    options = reading.options
    if record.patient is None and not record.refused:
        record.refused.append(FieldProblem(f"Patient/{record.case_id}", "is not in these files"))
    names = list(dict.fromkeys(people))
    if record.twice and len(names) > 1:
        message = f"is given twice with different content, in {' and '.join(echo(Path(name).name) for name in names)}"
        problem = FieldProblem(f"Patient/{record.case_id}", message)
        yield from (ImportedCase(record.case_id, refused=(problem,), where=name) for name in names)
        return
    where = next(iter(files)) if len(files) == 1 and len(reading.files) > 1 else ""
    yield from import_days(record, options, where, reading.contents.not_whole, reading.has_conditions)
