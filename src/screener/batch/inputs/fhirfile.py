"""Cutting FHIR records into chunks of cases: one for each patient or answered form, in the order they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from screener.batch.chunk import Chunk
from screener.records.fhir.read import Options, cases

CASES: Final = 2000  # in one chunk


def fhir_chunks(name: str, file: int, options: Options | None = None, most: int = CASES) -> Iterator[Chunk]:
    """The chunks of a bundle, a single resource, a bulk data file or folder; `-` is standard input.

    A case's line is its place among the patients, from 1. A broken record is a chunk of its own, so that it ends
    in the rejects with what is wrong. What a record holds but could not be read (`screener fhir import` lists it) is
    left out of the case.

    Args:
        name: of the file or folder.
        file: the place of the input among the inputs.
        options: how records are read.
        most: cases in one chunk.

    Raises:
        FileError: it can not be read.
    """
    waiting: list[bytes] = []
    number, line = 0, 1
    for case in cases(name, options=options):
        if not case.refused:
            waiting.append(json.dumps(case.with_units(), ensure_ascii=False).encode())
        if waiting and (case.refused or len(waiting) == most):
            yield Chunk(file, number, line, len(waiting), pieces=tuple(waiting))
            number, line, waiting = number + 1, line + len(waiting), []
        if case.refused:
            who = f"{case.case_id}: " if case.case_id else ""
            where = f"{case.where}: " if case.where and case.where != name else ""
            message = where + who + "; ".join(str(problem) for problem in case.refused)
            yield Chunk(file, number, line, 1, broken=message)
            number, line = number + 1, line + 1
    if waiting:
        yield Chunk(file, number, line, len(waiting), pieces=tuple(waiting))
