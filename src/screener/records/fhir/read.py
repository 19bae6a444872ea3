"""Reading FHIR files, one case at a time: bundles, single resources, bulk data folders, form answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screener.errors import CaseError, FieldProblem, FileError, echo
from screener.records.codes import Codes, code_table
from screener.records.fhir.bundle import Bundle
from screener.records.fhir.decode import WITH_ITEMS, decode_bundle
from screener.records.fhir.imported import ImportedCase, import_record
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook


@dataclass(frozen=True)
class Options:
    """How records are read: the rule book, its code table, the day, and what absence means."""

    book: RuleBook
    codes: Codes
    as_of: date | None = None
    absent_means_no: bool = False


def cases(
    path: str | Path,
    as_of: date | None = None,
    absent_means_no: bool = False,
    book: RuleBook | None = None,
    codes: Codes | None = None,
) -> Iterator[ImportedCase]:
    """Every case in a file or folder, one after the other; memory does not grow with the number of patients.

    Args:
        path: a bundle, a single resource or an NDJSON file; a folder of bundles or of Bulk Data NDJSON files; `-` is
            standard input.
        as_of: the day the answers are about; the latest date in each record when None.
        absent_means_no: count long-term conditions that a record does not list as no.
        book: the rule book; the program's own when None.
        codes: the code table; the program's own when None.

    Yields:
        One case for each patient or form answered; a broken one is yielded with what is wrong in `refused`.

    Raises:
        FileError: the file or folder can not be read.
    """
    options = Options(
        book or cached_rulebook(), codes or code_table(None, book.fields if book else None), as_of, absent_means_no
    )
    if str(path) == "-":
        yield from _guarded(sys.stdin.buffer.read(), "<stdin>", options)
        return
    path = Path(path)
    if not path.exists():
        raise FileError(f"{echo(str(path))} can not be read: there is no such file or folder")
    if path.is_dir():
        yield from _folder(path, options)
    elif path.suffix == ".ndjson":
        from screener.records.fhir.ndjson import bulk_cases

        yield from bulk_cases([path], options)
    else:
        yield from _guarded(_bytes(path), str(path), options)


def _folder(folder: Path, options: Options) -> Iterator[ImportedCase]:
    lines = sorted(folder.glob("*.ndjson"))
    bundles = sorted(folder.glob("*.json"))
    if not lines and not bundles:
        raise FileError(f"{echo(str(folder))} has neither `*.json` bundles nor `*.ndjson` files")
    for path in bundles:
        yield from _guarded(_bytes(path), str(path), options)
    if lines:
        from screener.records.fhir.ndjson import bulk_cases

        yield from bulk_cases(lines, options)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{echo(str(path))} can not be read: {(error.strerror or 'unknown reason').lower()}") from None


def _guarded(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of one file; a file that is no FHIR becomes one refused case."""
    try:
        yield from _file(raw, where, options)
    except CaseError as error:
        yield ImportedCase(error.case_id, refused=error.problems, where=error.where)


def _file(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    data = decode_bundle(raw, where)
    if data.get("resourceType") == "Bundle" and not isinstance(data.get("entry", []), list):
        raise CaseError([FieldProblem("Bundle.entry", f"{echo(data['entry'])} is not a list")], where=where)
    answered = list(_responses(data, where, options)) if WITH_ITEMS in raw else []
    yield from answered
    bundle = Bundle(data, where, options.codes)
    records = list(bundle.records())
    if not records and not answered:
        problems = bundle.problems or [FieldProblem("Patient", "there is no Patient resource in this file")]
        raise CaseError(problems, where=where)
    if answered and all(not record.has_clinical_data() for record in records):
        return
    for record in records:
        yield import_record(record, options.book, options.as_of, options.absent_means_no, where)


def _responses(data: dict[str, Any], where: str, options: Options) -> Iterator[ImportedCase]:
    from screener.records.fhir.bundle import resources_of

    for _, resource in resources_of(data, where):
        if resource["resourceType"] == "QuestionnaireResponse":
            from screener.records.fhir.response import read_response

            yield read_response(resource, options.book, where)
