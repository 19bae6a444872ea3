"""Cutting health records into chunks of cases: one for each patient or answered form, in the order they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from screener.batch.chunk import Chunk
from screener.batch.inputs.caseread import CaseRead, case_read
from screener.printable import printable
from screener.private import open_private
from screener.records.fhir.read import cases
from screener.records.options import Options

if TYPE_CHECKING:
    from screener.batch.inputs.source import Input

CASES: Final = 2000  # in one chunk
TABLES: Final = ("long", "omop")  # forms of health records that are tables


def record_chunks(source: Input, file: int) -> Iterator[Chunk]:
    """The chunks of health records: FHIR files and folders, or folders of tables.

    A case's line is its place among the patients, from 1. A broken record is a chunk of its own, so that it ends
    in the rejects with what is wrong. What a record holds but could not be read (`screener fhir import` lists it) is
    missing from the case.

    Args:
        source: the input.
        file: its place among the inputs.

    Raises:
        FileError: it cannot be read.
    """
    waiting: list[CaseRead] = []
    number, line = 0, 1
    for case in _kept(source):
        if not case.refused:
            waiting.append(case)
        if waiting and (case.refused or len(waiting) == CASES):
            yield _chunk(waiting, file, number, line)
            number, line, waiting = number + 1, line + len(waiting), []
        if case.refused:
            yield Chunk(file, number, line, 1, broken=case.refused)
            number, line = number + 1, line + 1
    if waiting:
        yield _chunk(waiting, file, number, line)


def _chunk(cases: Sequence[CaseRead], file: int, number: int, line: int) -> Chunk:
    pieces, days, dates, _ = zip(*cases, strict=True)
    return Chunk(file, number, line, len(cases), pieces=pieces, dated=tuple(zip(days, dates, strict=True)))


def _kept(source: Input) -> Iterator[CaseRead]:
    """The cases of an input, each written out as well where that is asked for."""
    options = source.records
    if options is None or options.cases_file is None:
        yield from _cases(source, options)
        return
    with open_private(options.cases_file, "a" if options.kept else "w") as out:
        options.kept.add(source.name)
        for case in _cases(source, options):
            if not case.refused:
                out.write(printable(case.text.decode()) + "\n")
            yield case


def _cases(source: Input, options: Options | None) -> Iterator[CaseRead]:
    if source.form in TABLES and options is not None:
        from screener.batch.inputs.tables import cases_of_tables

        return cases_of_tables(source.name, source.form, options)
    return (case_read(case, source.name) for case in cases(source.name, options=options))
