"""A report in which every answer that was read from a record names the resources behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from screener.records.imported import ImportedCase
from screener.report.model import Report
from screener.report.parts import Because, NoteReport
from screener.report.words import label
from screener.rulebook.book import RuleBook

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
