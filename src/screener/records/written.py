"""Imported cases written out: as case files, in words, or as reports that name the resources behind each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from json import dumps
from typing import IO

from screener.printable import on_one_line, printable
from screener.records.imported import ImportedCase
from screener.records.options import Options
from screener.report.model import Report
from screener.report.parts import Because, NoteReport
from screener.report.views import View
from screener.report.words import answer_in_words, label
from screener.rulebook.book import RuleBook


@dataclass
class Cases:
    """One case a line, as JSON."""

    out: IO[str]

    def add(self, case: ImportedCase) -> None:
        """Write a case."""
        self.out.write(printable(dumps(case.answers, ensure_ascii=False)) + "\n")

    def finish(self) -> None:
        """Nothing is left to write."""


@dataclass
class Explanations:
    """Where each answer came from, in words."""

    options: Options
    out: IO[str]

    def add(self, case: ImportedCase) -> None:
        """Write what was read about a case."""
        day = f", as of {case.as_of}" if case.as_of else ""
        self.say(f"Case {case.case_id or 'without an id'}{day}")
        given = dict(case.intake())
        for name in self.options.book.questions:
            if name in case.provenance:
                self.say(f"- {self.words(name, given[name])} ({', '.join(case.provenance[name])})")
        for problem in case.problems:
            self.say(f"- left out: {problem}")
        for note in case.notes:
            self.say(f"- {note}")

    def say(self, line: str) -> None:
        """One line."""
        self.out.write(on_one_line(line) + "\n")

    def words(self, name: str, value: object) -> str:
        """An answer in words; medicines by their names."""
        if isinstance(value, tuple):
            value = [item.name if item.months is None else f"{item.name} ({item.months:g} months)" for item in value]
        return answer_in_words(self.options.book, name, value)

    def finish(self) -> None:
        """What all records held, and what was not read."""
        for name, digest in self.options.codes.sources:
            self.say(f"Own codes: {name} (SHA-256 {digest})")
        for line in self.options.coverage.lines():
            self.say(line)


@dataclass
class Reports:
    """The report of each case, with the resources behind each answer."""

    book: RuleBook
    form: str
    out: IO[str]
    count: int = 0
    view: View = field(init=False)

    def __post_init__(self) -> None:
        from screener.screening import Screener

        self.view = View(self.book, self.form, "details")  # with the resources behind each answer
        self.screener = Screener(self.book, self.book.packs)

    def add(self, case: ImportedCase) -> None:
        """Screen a case and keep its report."""
        intake = case.intake()
        report = with_sources(self.screener.examine(intake).build(), case, self.book)
        self.view.add(report, intake)
        self.count += 1

    def finish(self) -> None:
        """Write all reports."""
        self.out.write(self.view.finish(several=self.count > 1))


MOST_NAMED = 6  # resources named for one answer in a note; the data names them all


def with_sources(report: Report, case: ImportedCase, book: RuleBook) -> Report:
    """The same report with the resources in its evidence, in its chain, and in notes for people."""
    known = case.provenance
    report.flags = [
        replace(flag, because=_sourced(flag.because, known)) if flag.because else flag for flag in report.flags
    ]
    report.urgency_because = _sourced(report.urgency_because, known)
    report.chain = [replace(step, resources=_of(step.from_, known) or None) for step in report.chain]
    report.notes = [*_notes(report, case, book), *report.notes]
    return report


def _sourced(reasons: Iterable[Because], known: Mapping[str, list[str]]) -> list[Because]:
    return [
        replace(because, evidence=[replace(item, resources=known.get(item.field)) for item in because.evidence])
        for because in reasons
    ]


def _of(fields: Iterable[str], known: Mapping[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(source for name in fields for source in known.get(name, ())))


def _notes(report: Report, case: ImportedCase, book: RuleBook) -> list[NoteReport]:
    """What was read from where, for the answers that counted; then how the record was read."""
    used = {name: None for step in report.chain for name in step.from_ if name in case.provenance}
    texts = [f"Read from the record: {label(book, name)}, from {_named(case.provenance[name])}." for name in used]
    texts += [f"{problem}." for problem in case.problems]
    if case.as_of is not None:
        texts.insert(0, f"Read from a health record, as of {case.as_of}.")
    return [
        NoteReport(id=f"record-{number}", text=text, sources=[], remark=True)
        for number, text in enumerate([*texts, *case.notes], start=1)
    ]


def _named(sources: list[str]) -> str:
    shown = ", ".join(sources[:MOST_NAMED])
    more = len(sources) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
