"""How health records are read, whatever their form, and what is learnt about a run on the way."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from screener.errors import UsageError, as_file_error, echo, echo_path
from screener.memo import memo
from screener.records.codes import Codes
from screener.records.courses import Namer
from screener.records.coverage import Coverage
from screener.records.when import WINDOW, Window, limit
from screener.rulebook.book import RuleBook


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
        kept: the inputs whose cases are in `cases_file`.
        workers: how many processes may read tables.
        source_names: of OMOP results without a concept that we know: what the names of the source mean.
        condition_system: of OMOP: the code system of what the source called a diagnosis.
        explains: whether anybody reads the notes on how each record was read.
        told_apart: limits, by field, that matter for this run besides those of the rule book.
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
    explains: bool = True
    told_apart: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @memo
    def namer(self) -> Namer:
        """Finds what the names of medicines mean."""
        return Namer(self.book.medicines, self.codes)

    def window(self, day: date | None) -> Window:
        """The time before a day in which results answer something."""
        return Window(day, None if self.look_back == 0 else self.look_back or int(limit(self.book, WINDOW)))

    def description(self) -> list[Any]:
        """What must be the same when a stopped run is resumed."""
        days = sorted((name, [day.isoformat() for day in found]) for name, found in (self.days or {}).items())
        mapping = sha256(self.mapping.read_bytes()).hexdigest() if self.mapping else ""
        sources, names = [list(source) for source in self.codes.sources], sorted((self.source_names or {}).items())
        ways = [str(self.as_of), self.absent_means_no, self.look_back, self.computed_egfr, self.each_file]
        return [mapping, *ways, days, sources, names, self.condition_system]

    def days_of(self, person: str) -> tuple[date | None, ...]:
        """The days that the cases of a person are about; a day that is None is found in the record."""
        if self.days is None:
            return (None,)
        self.used.add(person)
        found = self.days.get(person, ())
        self.without_day += not found
        return found


def read_days(path: Path) -> dict[str, tuple[date, ...]]:
    """Each person's days, from a CSV file with the columns `case_id,as_of`.

    Raises:
        UsageError: the file is not such a table; with the line.
        FileError: it cannot be read.
    """
    shown = echo_path(str(path))
    try:
        with as_file_error(f"{shown} cannot be read"):
            lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{shown} is not UTF-8 text") from None
    reader = csv.DictReader(lines)
    missing = [name for name in ("case_id", "as_of") if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(f"{shown}:1: column `{missing[0]}` is missing; the columns are case_id,as_of")
    found: dict[str, set[date]] = {}
    for row in reader:
        name, text = (row["case_id"] or "").strip(), (row["as_of"] or "").strip()
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{shown}:{reader.line_num}: {echo(text)} is not a day such as `2024-05-31`") from None
        if not name:
            raise UsageError(f"{shown}:{reader.line_num}: `case_id` is empty")
        found.setdefault(name, set()).add(day)
    return {name: tuple(sorted(days)) for name, days in found.items()}
