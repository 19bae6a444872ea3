"""Bulk Data: NDJSON files with one resource a line, in any order, to cases, in memory that stays flat.

The lines of one patient stand in different files, far apart. What is relevant in them is first distributed over parts
by a hash of the patient, on disk where there is much of it, and a part that is still too large is divided again; then
each part is read whole. Medication resources, which patients share, stay in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from screener.errors import CaseError, FieldProblem, FileError, echo
from screener.private import open_private
from screener.records.fhir.bundle import Bundle, local, names_of, subject_of
from screener.records.fhir.decode import decode_bundle, decode_line
from screener.records.fhir.imported import ImportedCase, import_record
from screener.records.fhir.record import ABOUT_PATIENTS, DATED, PERIODS, Record
from screener.records.fhir.resources import Medication, named, read

if TYPE_CHECKING:
    from screener.records.fhir.read import Options

WHOLE: Final = 16_000_000  # bytes that are held in memory at once
PARTS: Final = 64
DEEPEST: Final = 4
IGNORED: Final = ("Group/", "Device/", "Location/")


@dataclass
class _Reading:
    """What one reading of a folder needs and collects."""

    options: Options
    probe: Record
    medications: dict[str, Medication] = field(default_factory=dict)
    apart: list[ImportedCase] = field(default_factory=list)  # cases that need no second look: forms, broken lines

    def refuse(self, problems: Iterable[FieldProblem], where: str, case_id: str | None = None) -> None:
        self.apart.append(ImportedCase(case_id, refused=tuple(problems), where=where))


def bulk_cases(paths: list[Path], options: Options) -> Iterator[ImportedCase]:
    """The cases in NDJSON files: forms and broken lines as they come, then one case for each patient.

    Raises:
        FileError: a file can not be read.
    """
    reading = _Reading(options, Record("", options.codes))
    lines = _relevant(paths, reading)
    if sum(path.stat().st_size for path in paths) <= WHOLE:
        kept = list(lines)
        yield from reading.apart
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


Line = tuple[str, str]  # the patient and the relevant part of a resource, as JSON


def _relevant(paths: list[Path], reading: _Reading) -> Iterator[Line]:
    """Each relevant line with the patient it is about; everything else goes where it belongs in `reading`."""
    for path in paths:
        try:
            with path.open("rb") as file:
                for number, raw in enumerate(file, start=1):
                    if raw.strip():
                        yield from _line(raw, f"{path}:{number}", reading)
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise FileError(f"{echo(str(path))} can not be read: {reason}") from None


def _line(raw: bytes, where: str, reading: _Reading) -> Iterator[Line]:
    try:
        data = decode_line(raw, where)
        kind = data.get("resourceType")
        if not isinstance(kind, str):
            reading.refuse([FieldProblem("resourceType", "is missing or no text")], where)
        elif kind == "Bundle":
            bundle = Bundle(decode_bundle(raw, where), where, reading.options.codes)
            reading.apart += [_import(record, where, reading) for record in bundle.records()]
        elif kind == "QuestionnaireResponse":
            from screener.records.fhir.response import read_response

            reading.apart.append(read_response(data, reading.options.book, where))
        elif kind == "Medication":
            _medication(data, where, reading)
        else:
            yield from _about(data, where, reading)
    except CaseError as error:
        reading.refuse(error.problems, error.where, error.case_id)


def _medication(data: dict[str, Any], where: str, reading: _Reading) -> None:
    found = read(Medication, data)
    if isinstance(found, list):
        reading.refuse(found, where)
    else:
        reading.medications.update(dict.fromkeys(names_of(None, data), found))


def _about(data: dict[str, Any], where: str, reading: _Reading) -> Iterator[Line]:
    """The line of a resource about a patient, without the parts that nobody reads."""
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
    elif not local(reference).startswith(IGNORED):
        kept = data if wanted else {key: data[key] for key in (*DATED, *PERIODS, "status") if key in data}
        if kept:
            yield local(reference).rsplit("/", 1)[-1].removeprefix("urn:uuid:"), dumps({**kept, "resourceType": kind})


def _divide(lines: Iterable[Line], folder: Path, depth: int, reading: _Reading) -> Iterator[Path | ImportedCase]:
    """Distribute lines over files by patient; yields cases that came up on the way, then the files."""
    paths = [folder / f"{depth}-{number}" for number in range(PARTS)]
    with ExitStack() as stack:
        files = [stack.enter_context(open_private(path, "w")) for path in paths]
        for patient, text in lines:
            files[crc32(f"{depth}{patient}".encode()) % PARTS].write(f"{patient}\t{text}\n")
            yield from reading.apart
            reading.apart.clear()
    yield from reading.apart
    reading.apart.clear()
    yield from paths


def _read_part(part: Path) -> Iterator[Line]:
    with part.open(encoding="utf-8") as file:
        for line in file:
            patient, _, text = line.rstrip("\n").partition("\t")
            yield patient, text


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
    grouped: dict[str, list[str]] = {}
    for patient, text in lines:
        grouped.setdefault(patient, []).append(text)
    for patient, texts in grouped.items():
        record = Record(patient, reading.options.codes, medications=reading.medications)
        for text in texts:
            data = loads(text)
            if data["resourceType"] == "Patient":
                record.add_patient(data)
            elif "subject" in data:
                record.add(data)
            elif data.get("status") != "entered-in-error":
                record.note_dates(data)
        if record.patient is not None or record.has_clinical_data():
            yield _import(record, "", reading)


def _import(record: Record, where: str, reading: _Reading) -> ImportedCase:
    options = reading.options
    if record.patient is None and not record.refused:
        record.refused.append(FieldProblem(f"Patient/{record.case_id}", "is not in these files"))
    return import_record(record, options.book, options.as_of, options.absent_means_no, where)
