"""Reading FHIR files, one case at a time: bundles, single resources, folders of them or of Bulk Data, form answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from screener.errors import CaseError, FileError, echo
from screener.records.codes import Codes
from screener.records.codetable import book_codes, code_table
from screener.records.coverage import Coverage
from screener.records.fhir.bundle import Bundle
from screener.records.fhir.decode import decode_bundle
from screener.records.fhir.files import LINES, content, ending, records_in
from screener.records.fhir.imported import ImportedCase, import_record
from screener.records.fhir.opened import opened
from screener.records.fhir.record import Record
from screener.records.fhir.versions import check_versions
from screener.records.reading import Ways
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook


def silent(_: str) -> None:
    """Nobody listens."""


@dataclass
class Options:
    """How records are read, and what is learnt about the run on the way.

    Attributes:
        book: the rule book.
        codes: its code table, with the lists of the user.
        as_of: the day that answers are about; the latest date in each record when None.
        absent_means_no: whether long-term conditions that a record does not list count as no.
        look_back: for how many months before the day results answer something; None: as the rule book says, 0: however
            old.
        computed_egfr: whether eGFR is computed from creatinine where none was reported.
        each_file: whether each file of a folder is read alone.
        mapping: of tables, which columns say what.
        cases_file: gets the cases as they are read.
        days: for each person the days that their cases are about, instead of `as_of`.
        coverage: gets what the records held.
        say: gets what is to be said about the run, such as a file that is passed over.
        used: the persons of `days` that were found.
        without_day: persons who have no day, so no case.
        rows_without_person: rows of tables of persons who are not in the table of persons, by input.
        kept: the inputs whose cases stand in `cases_file`.
        workers: how many processes may read tables.
        source_names: of OMOP results without a concept that we know: what the names of the source mean.
        condition_system: of OMOP: the code system of what the source called a diagnosis.
    """

    book: RuleBook
    codes: Codes
    as_of: date | None = None
    absent_means_no: bool = False
    look_back: int | None = None
    computed_egfr: bool = True
    each_file: bool = False
    mapping: Path | None = None
    cases_file: Path | None = None
    days: Mapping[str, tuple[date, ...]] | None = None
    coverage: Coverage = field(default_factory=Coverage)
    say: Callable[[str], None] = silent
    used: set[str] = field(default_factory=set)
    without_day: int = 0
    rows_without_person: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    workers: int = 1
    source_names: Mapping[str, str] | None = None
    condition_system: str = ""

    @property
    def ways(self) -> Ways:
        """How records are read, whatever their form."""
        return Ways(self.book, self.codes, self.absent_means_no, self.look_back, self.computed_egfr)

    def description(self) -> list[Any]:
        """What must be the same when a stopped run is resumed."""
        days = sorted((name, [day.isoformat() for day in found]) for name, found in (self.days or {}).items())
        mapping = sha256(self.mapping.read_bytes()).hexdigest() if self.mapping else ""
        return [
            mapping,
            *(str(self.as_of), self.absent_means_no, self.look_back, self.computed_egfr, self.each_file),
            *(days, [list(source) for source in self.codes.sources]),
            *(sorted((self.source_names or {}).items()), self.condition_system),
        ]

    def imported(
        self, record: Record, where: str = "", not_whole: tuple[str, ...] = (), listed_elsewhere: bool = False
    ) -> Iterator[ImportedCase]:
        """The case of a record, or one for each of the person's days."""
        days = self.days_of(record.case_id)
        for day in days:
            case = import_record(record, self, where, not_whole, listed_elsewhere, day)
            yield case.named(f"{record.case_id}@{day}") if len(days) > 1 else case

    def days_of(self, person: str) -> tuple[date | None, ...]:
        """The days that the cases of a person are about; a day that is None is found in the record."""
        if self.days is None:
            return (None,)
        self.used.add(person)
        found = self.days.get(person, ())
        self.without_day += not found
        return found


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
        FileError: the file or folder can not be read.
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
        raise FileError(f"{echo(str(path))} can not be read: there is no such file or folder")
    if path.is_dir():
        yield from _folder(path, options)
    elif ending(path) == LINES:
        yield from _set([path], options)
    else:
        yield from _guarded(content(path), str(path), options)


def _folder(folder: Path, options: Options) -> Iterator[ImportedCase]:
    """A folder is one record set: a person whose resources stand in several files makes one case."""
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
        yield from options.imported(record, where, bundle.not_whole)


def _responses(
    forms: list[dict[str, Any]], where: str, options: Options, records: list[Record]
) -> Iterator[ImportedCase]:
    """The cases that forms make; answers to another questionnaire are listed where a record stands beside them."""
    from screener.records.fhir.response import is_ours, note_foreign, read_response

    for resource in forms:
        if is_ours(resource, options.book) or not records:
            yield read_response(resource, options.book, where)
        else:
            note_foreign(resource, records)
