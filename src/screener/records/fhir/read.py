"""Reading FHIR files, one case at a time: bundles, single resources, folders of them or of Bulk Data, form answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from json import JSONDecoder
from pathlib import Path
from typing import Any, Final

from screener.errors import CaseError, FileError, echo
from screener.records.codes import Codes
from screener.records.codetable import book_codes
from screener.records.fhir.bundle import Bundle, opened
from screener.records.fhir.case import import_days
from screener.records.fhir.decode import check_versions, decode_resource
from screener.records.fhir.elements import id_of, is_about_a_patient, subject_of, text_of
from screener.records.fhir.record import Record
from screener.records.files import LINES, content, ending, records_in
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook

PATIENT: Final = b'"Patient"'
KIND: Final = re.compile(rb'\{\s*"resourceType"\s*:\s*$')
REFERENCE: Final = re.compile(rb'Patient/([A-Za-z0-9.-]{1,64})(?:/_history/[^"]*)?"')
HELD: Final = 64_000_000  # bytes of files that are kept in memory
NEAR: Final = 60  # bytes before the kind of a resource, in which its object begins
LONGEST: Final = 200_000  # bytes of a Patient resource that are looked at


def cases(
    path: str | Path,
    as_of: date | None = None,
    absent_means_no: bool = False,
    book: RuleBook | None = None,
    codes: Codes | None = None,
    options: Options | None = None,
) -> Iterator[ImportedCase]:
    """Every case in a file or folder, one after the other; memory does not grow with the number of patients.

    Args:
        path: a bundle, a single resource or an NDJSON file, also packed (.gz, .zst); a folder of bundles or of Bulk
            Data NDJSON files, which is one record set; `-` is standard input.
        as_of: the day the answers are about; the latest date in each record when None.
        absent_means_no: count long-term conditions that a record does not list as no.
        book: the rule book; the program's own when None.
        codes: the code table; the program's own when None.
        options: all of these, and more.

    Yields:
        One case for each patient or form answered; a broken one is yielded with what is wrong in `refused`.

    Raises:
        FileError: the file or folder cannot be read.
    """
    if options is None:
        book = book or cached_rulebook()
        options = Options(book, codes or book_codes(book), as_of, absent_means_no)
    counts = options.coverage.begin(str(path))
    for case in _cases(path, options):
        counts.add(case.seen)
        yield case


def _cases(path: str | Path, options: Options) -> Iterator[ImportedCase]:
    if str(path) == "-":
        yield from _guarded(sys.stdin.buffer.read(), "<stdin>", options)
        return
    kept: dict[Path, bytes] = {}
    for files in _sets(Path(path), options, kept):
        if len(files) > 1 or ending(files[0]) == LINES:
            from screener.records.fhir.ndjson import set_cases

            yield from set_cases(files, options)
        else:
            raw = kept.pop(files[0]) if files[0] in kept else content(files[0])
            yield from _guarded(raw, str(files[0]), options)


def _sets(path: Path, options: Options, kept: dict[Path, bytes]) -> list[list[Path]]:
    """The files that are read together; a person whose resources are in several files of a folder makes one case."""
    if not path.exists():
        raise FileError(f"{echo(str(path))} cannot be read: there is no such file or folder")
    if not path.is_dir():
        return [[path]]
    paths = records_in(path, options.say)
    if options.each_file:
        return [[one] for one in paths]
    return [paths] if any(ending(one) == LINES for one in paths) else groups(paths, kept)


def _guarded(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of one file; a file that is not FHIR becomes one refused case."""
    try:
        yield from _file(raw, where, options)
    except CaseError as error:
        yield ImportedCase(error.case_id, refused=error.problems, where=error.where)


def _file(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    found = opened(decode_resource(raw, where), where)
    resources = [resource for _, resource in found.resources]
    check_versions(resources, where)
    forms = [resource for resource in resources if resource["resourceType"] == "QuestionnaireResponse"]
    bundle = Bundle(found, options.codes)
    records = list(bundle.records())
    clinical = [record for record in records if record.has_clinical_data()]
    answered = list(_responses(forms, where, options, records if clinical else [])) if forms else []
    yield from answered
    if not records and not answered:
        raise bundle.nobody()
    if forms and not clinical:
        return
    for record in records:
        yield from import_days(record, options, where, found.not_whole)


def _responses(
    forms: list[dict[str, Any]], where: str, options: Options, records: list[Record]
) -> Iterator[ImportedCase]:
    """The cases that forms make; answers to another questionnaire are listed where a record comes with them."""
    from screener.records.fhir.response import is_ours, note_foreign, read_response

    for resource in forms:
        if is_ours(resource, options.book) or not records:
            yield read_response(resource, options.book, where)
        else:
            note_foreign(resource, records)


def groups(paths: Iterable[Path], kept: dict[Path, bytes]) -> list[list[Path]]:
    """Files that share a person together, each other file alone; in order of their names.

    What cannot be read is a group of its own: what is wrong with it is said when it is read.

    Args:
        paths: the files.
        kept: gets the content of the first ones, as much as may be held, so that they need not be read twice.
    """
    room = HELD
    group_of: dict[str, int] = {}
    found: dict[int, list[Path]] = {}
    for number, path in enumerate(paths):
        raw = b""
        with suppress(FileError):
            raw = content(path)
        if raw and len(raw) <= room:
            kept[path] = raw
            room -= len(raw)
        names = set(_people(raw, path))
        first, *others = sorted({number, *(group_of[name] for name in names if name in group_of)})
        files = found.setdefault(first, [])
        for other in others:
            files += found.pop(other, [])
            for name, group in group_of.items():
                if group == other:
                    group_of[name] = first
        files.append(path)
        group_of.update(dict.fromkeys(names, first))
    return [sorted(files) for _, files in sorted(found.items())]


def _people(raw: bytes, path: Path) -> Iterable[str]:
    """Whom a file is about: the ids of its patients, and those that only others of the folder can hold."""
    try:
        found = _patients_in(raw)
        if not found:
            return _all_in(raw, str(path))
        return found | {name.decode() for name in set(REFERENCE.findall(raw))}
    except CaseError:
        return ()


def _patients_in(raw: bytes) -> set[str]:
    """The ids of the Patient resources in a file, as they are nearly always written; empty when they are not so."""
    found: set[str] = set()
    at = raw.find(PATIENT)
    while at >= 0:
        before = KIND.search(raw[max(0, at - NEAR) : at])
        if before is not None:
            identity = _id_at(raw, max(0, at - NEAR) + before.start())
            if not identity:
                return set()
            found.add(identity)
        at = raw.find(PATIENT, at + 1)
    return found


def _id_at(raw: bytes, start: int) -> str:
    """The id of the resource whose object begins at a place; empty when it cannot be told."""
    try:
        text = raw[start : start + LONGEST].decode("utf-8", "ignore")
        data, _ = JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    return text_of(data.get("id"))


def _all_in(raw: bytes, where: str) -> set[str]:
    """The same by reading the whole file."""
    found: set[str] = set()
    for _, resource in opened(decode_resource(raw, where), where).resources:
        if resource["resourceType"] == "Patient" and isinstance(resource.get("id"), str):
            found.add(resource["id"])
        reference = subject_of(resource)
        if reference and is_about_a_patient(reference):
            found.add(id_of(reference))
    return found
