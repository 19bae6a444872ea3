"""Cutting health records into chunks of cases: one for each patient or answered form, in the order they are read.

Folders of tables are read by several processes: each makes the cases of some parts, in the order of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from screener.batch.chunk import Chunk
from screener.batch.forking import LARGE, running_context
from screener.batch.inputs.source import TABLE_FORMS, Input
from screener.errors import EngineFault
from screener.printable import printable
from screener.private import open_private
from screener.records.coverage import Coverage, InputCounts
from screener.records.fhir.read import cases
from screener.records.imported import ImportedCase
from screener.records.options import Options, silent
from screener.workers import Crew, GoneError

if TYPE_CHECKING:
    from screener.records.tables.parts import PartReader

_json = msgspec.json.Encoder().encode

CASES: Final = 2000  # in one chunk


def record_chunks(source: Input) -> Iterator[Chunk]:
    """The chunks of health records, not numbered yet: FHIR files and folders, or folders of tables.

    A case's line is its place among the patients, from 1. A broken record is a chunk of its own, so that it ends
    in the rejects with what is wrong. What a record holds but could not be read (`screener fhir import` lists it) is
    missing from the case.

    Raises:
        FileError: it cannot be read.
    """
    for is_broken, found in groupby(_kept(source), lambda case: bool(case.refused)):
        if is_broken:
            yield from (Chunk(0, 0, 0, 1, broken=case.refused) for case in found)
        while some := list(islice(found, CASES)):
            pieces, days, dates, _ = zip(*some, strict=True)
            yield Chunk(0, 0, 0, len(some), pieces=pieces, dated=tuple(zip(days, dates, strict=True)))


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
    if source.form in TABLE_FORMS and options is not None:
        return cases_of_tables(source.name, source.form, options)
    return (case_read(case, source.name) for case in cases(source.name, options=options))


class CaseRead(NamedTuple):
    """A case, or a record that is refused.

    Attributes:
        text: the case as JSON.
        day: that it is about; empty when there is none.
        dates: of laboratory fields, the day of the result, as JSON.
        refused: what is wrong with the record; empty when there is a case.
    """

    text: bytes
    day: str
    dates: str
    refused: str


def case_read(case: ImportedCase, name: str) -> CaseRead:
    """A case as a batch takes it.

    Args:
        case: as it was read.
        name: of the input, which messages need not repeat.
    """
    if case.refused:
        who = f"{case.case_id}: " if case.case_id else ""
        where = f"{case.where}: " if case.where and case.where != name else ""
        return CaseRead(b"", "", "", where + who + "; ".join(map(str, case.refused)))
    day = case.as_of.isoformat() if case.as_of else ""
    return CaseRead(_json(case.with_units()), day, _json(case.dates).decode(), "")


@dataclass
class Made:
    """What a process made of one part.

    Attributes:
        cases: as a batch takes them.
        counts: what the records held.
        strangers: of each person who is not in the table of persons, how many rows there are.
        used: persons for whom days were asked for, and who were found.
        without_day: persons without a day.
    """

    cases: list[CaseRead]
    counts: InputCounts
    strangers: dict[str, int]
    used: set[str]
    without_day: int


def cases_of_tables(name: str, form: str, options: Options) -> Iterator[CaseRead]:
    """The cases of a folder of tables, by as many processes as the options say.

    Raises:
        UsageError: the mapping is wrong, or a column is not there.
        FileError: a table cannot be read.
        EngineFault: a process died.
    """
    from screener.records.tables.cases import split_folder, table_cases

    if options.workers < 2 or _size(Path(name)) < LARGE:
        for case in table_cases(name, form, options):
            yield case_read(case, name)
        return
    counts = options.coverage.begin(name)
    with split_folder(name, form, options) as (reader, parts):
        crew = Crew(options.workers, running_context, _making, _alone(reader))
        try:
            for _, made in crew.in_order(crew.ask, range(parts)):
                counts.merge(made.counts)
                reader.count(made.strangers)
                options.used |= made.used
                options.without_day += made.without_day
                yield from made.cases
        except GoneError:
            raise EngineFault("a process that read tables died; is there enough memory?") from None
        finally:
            crew.close()


def _size(folder: Path) -> int:
    """The bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _alone(reader: PartReader) -> PartReader:
    """The same for another process, which tells nobody anything."""
    options = replace(reader.options, coverage=Coverage(), say=silent, used=set(), without_day=0, kept=set())
    return replace(reader, options=options)


def _making(reader: PartReader) -> Callable[[int], Made]:
    """What makes the cases of parts; called in a worker's process."""
    import gc

    gc.freeze()
    gc.set_threshold(50_000)  # most objects live as long as the part
    options = reader.options

    def make(part: int) -> Made:
        options.used.clear()
        options.without_day = 0
        done, counts = reader.read(part), InputCounts()
        cases = []
        for case in done.cases():
            counts.add(case.seen)
            cases.append(case_read(case, reader.where))
        counts.merge(done.seen())
        return Made(cases, counts, done.strangers, set(options.used), options.without_day)

    return make
