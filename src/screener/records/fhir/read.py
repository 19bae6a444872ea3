"""Reading FHIR files, one case at a time: bundles, single resources, folders of them or of Bulk Data, form answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from screener.errors import CaseError, FileError, echo
from screener.records.codes import Codes
from screener.records.codetable import book_codes, code_table
from screener.records.fhir.bundle import Bundle
from screener.records.fhir.case import import_days
from screener.records.fhir.decode import decode_bundle
from screener.records.fhir.files import LINES, content, ending, records_in
from screener.records.fhir.opened import opened
from screener.records.fhir.record import Record
from screener.records.fhir.versions import check_versions
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook


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
    chosen = options or Options(
        book or cached_rulebook(), codes or (book_codes(book) if book else code_table()), as_of, absent_means_no
    )
    counts = chosen.coverage.begin(str(path))
    for case in _cases(path, chosen):
        counts.add(case.seen)
        yield case


def _cases(path: str | Path, options: Options) -> Iterator[ImportedCase]:
    if str(path) == "-":
        yield from _guarded(sys.stdin.buffer.read(), "<stdin>", options)
        return
    path = Path(path)
    if not path.exists():
        raise FileError(f"{echo(str(path))} cannot be read: there is no such file or folder")
    if path.is_dir():
        yield from _folder(path, options)
    elif ending(path) == LINES:
        yield from _set([path], options)
    else:
        yield from _guarded(content(path), str(path), options)


def _folder(folder: Path, options: Options) -> Iterator[ImportedCase]:
    """A folder is one record set: a person whose resources are in several files makes one case."""
    from screener.records.fhir.grouping import groups

    paths = records_in(folder, options.say)
    lines = [path for path in paths if ending(path) == LINES]
    bundles = [path for path in paths if ending(path) != LINES]
    if lines and bundles and not options.each_file:
        yield from _set(paths, options)
        return
    kept: dict[Path, bytes] = {}
    together = [[path] for path in paths] if options.each_file else [lines] if lines else groups(bundles, kept)
    for files in together:
        if len(files) > 1 or ending(files[0]) == LINES:
            yield from _set(files, options)
        else:
            raw = kept.pop(files[0]) if files[0] in kept else content(files[0])
            yield from _guarded(raw, str(files[0]), options)


def _set(paths: list[Path], options: Options) -> Iterator[ImportedCase]:
    from screener.records.fhir.ndjson import set_cases

    return set_cases(paths, options)


def _guarded(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of one file; a file that is no FHIR becomes one refused case."""
    try:
        yield from _file(raw, where, options)
    except CaseError as error:
        yield ImportedCase(error.case_id, refused=error.problems, where=error.where)


def _file(raw: bytes, where: str, options: Options) -> Iterator[ImportedCase]:
    found = opened(decode_bundle(raw, where), where)
    resources = [resource for _, resource in found.resources]
    check_versions(resources, where)
    forms = [resource for resource in resources if resource["resourceType"] == "QuestionnaireResponse"]
    bundle = Bundle(found, where, options.codes)
    records = list(bundle.records())
    clinical = [record for record in records if record.has_clinical_data()]
    answered = list(_responses(forms, where, options, records if clinical or not forms else [])) if forms else []
    yield from answered
    if not records and not answered:
        raise bundle.nobody()
    if forms and not clinical:
        return
    for record in records:
        yield from import_days(record, options, where, bundle.not_whole)


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
