"""Cutting health records into chunks of cases: one for each patient or answered form, in the order they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from screener.batch.chunk import Chunk
from screener.printable import printable
from screener.private import open_private
from screener.records.fhir.imported import ImportedCase
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
    left out of the case.

    Args:
        source: the input.
        file: its place among the inputs.

    Raises:
        FileError: it cannot be read.
    """
    waiting: list[bytes] = []
    beside: list[tuple[str, str]] = []
    number, line = 0, 1
    for case in _kept(source):
        if not case.refused:
            waiting.append(json.dumps(case.with_units(), ensure_ascii=False).encode())
            beside.append((case.as_of.isoformat() if case.as_of else "", json.dumps(dict(case.dates))))
        if waiting and (case.refused or len(waiting) == CASES):
            yield Chunk(file, number, line, len(waiting), pieces=tuple(waiting), beside=tuple(beside))
            number, line, waiting, beside = number + 1, line + len(waiting), [], []
        if case.refused:
            who = f"{case.case_id}: " if case.case_id else ""
            where = f"{case.where}: " if case.where and case.where != source.name else ""
            message = where + who + "; ".join(str(problem) for problem in case.refused)
            yield Chunk(file, number, line, 1, broken=message)
            number, line = number + 1, line + 1
    if waiting:
        yield Chunk(file, number, line, len(waiting), pieces=tuple(waiting), beside=tuple(beside))


def _kept(source: Input) -> Iterator[ImportedCase]:
    """The cases of an input, each written out as well where that is asked for."""
    options = source.records
    if options is None or options.cases_file is None:
        yield from _cases(source, options)
        return
    with open_private(options.cases_file, "a" if options.kept else "w") as out:
        options.kept.add(source.name)
        for case in _cases(source, options):
            if not case.refused:
                out.write(printable(json.dumps(case.with_units(), ensure_ascii=False)) + "\n")
            yield case


def _cases(source: Input, options: Options | None) -> Iterator[ImportedCase]:
    if source.form in TABLES and options is not None:
        from screener.batch.inputs.tables import cases_of_tables

        return cases_of_tables(source.name, source.form, options)
    return cases(source.name, options=options)
