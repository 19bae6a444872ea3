"""Files of a record set whose resources belong together: Bulk Data, with one resource a line, and pages of bundles.

What is about one patient is in different files, far apart. What is relevant is first distributed over parts by a
hash of the patient, on disk where there is much of it, and a part that is still too large is divided again; then each
part is read whole. Medication resources, which patients share, stay in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from zlib import crc32

from screener.errors import FieldProblem, echo
from screener.private import open_private
from screener.records.fhir.case import import_days
from screener.records.fhir.decode import of_text
from screener.records.fhir.opened import missing_pages
from screener.records.fhir.record import Record
from screener.records.fhir.setlines import DATED_BUNDLE, FORM, Line, SetReading, relevant
from screener.records.imported import ImportedCase
from screener.records.options import Options

WHOLE: Final = 16_000_000  # bytes that are held in memory at once
PARTS: Final = 64
DEEPEST: Final = 4
SEVERAL: Final = " and "  # joins the names of files


def set_cases(paths: list[Path], options: Options) -> Iterator[ImportedCase]:
    """The cases of a record set: forms and broken lines as they come, then one case for each patient.

    Raises:
        FileError: a file cannot be read.
    """
    reading = SetReading(options, [str(path) for path in paths])
    lines = relevant(paths, reading)
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


def _divide(lines: Iterable[Line], folder: Path, depth: int, reading: SetReading) -> Iterator[Path | ImportedCase]:
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


def _part_cases(part: Path, depth: int, reading: SetReading) -> Iterator[ImportedCase]:
    if part.stat().st_size > WHOLE and depth < DEEPEST:
        folder = part.with_suffix(".parts")
        folder.mkdir()
        for smaller in _divide(_read_part(part), folder, depth, reading):
            if isinstance(smaller, Path):
                yield from _part_cases(smaller, depth + 1, reading)
    else:
        yield from _cases(_read_part(part), reading)
    part.unlink()


def _cases(lines: Iterable[Line], reading: SetReading) -> Iterator[ImportedCase]:
    """The cases of patients whose lines are all here, in the order in which they first come up."""
    from screener.records.fhir.response import note_foreign

    grouped: dict[str, list[tuple[int, str]]] = {}
    for patient, number, text in lines:
        grouped.setdefault(patient, []).append((number, text))
    for patient, texts in grouped.items():
        record = Record(patient, reading.options.codes, medications=reading.medications)
        people: list[str] = []
        for number, text in texts:
            data = of_text(text)
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


def _imported(record: Record, people: list[str], files: list[str], reading: SetReading) -> Iterator[ImportedCase]:
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
