"""Folders of tables, read by several processes: each makes the cases of some parts, in the order of the parts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from screener.batch.forking import LARGE, running_context
from screener.batch.inputs.caseread import CaseRead, case_read
from screener.errors import EngineFault
from screener.records.coverage import Coverage, Part
from screener.records.options import Options, silent
from screener.records.tables.cases import run_of, table_cases
from screener.records.tables.parts import PartCases, PartReader
from screener.workers import Crew, GoneError

AHEAD: Final = 2  # parts for each process that are begun before those in front of them are given on


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
    counts: Part
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
    if options.workers < 2 or _size(Path(name)) < LARGE:
        for case in table_cases(name, form, options):
            yield case_read(case, name)
        return
    counts, run = options.coverage.begin(name), run_of(name, form, options)
    with run.split() as (reader, parts):
        for made in _made(_alone(reader), parts, options.workers):
            counts.merge(made.counts)
            run.count(made.strangers)
            options.used |= made.used
            options.without_day += made.without_day
            yield from made.cases


def _size(folder: Path) -> int:
    """The bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _alone(reader: PartReader) -> PartReader:
    """The same for another process, which tells nobody anything."""
    options = replace(reader.options, coverage=Coverage(), say=silent, used=set(), without_day=0, kept=set())
    return replace(reader, options=options)


def _made(reader: PartReader, parts: int, workers: int) -> Iterator[Made]:
    """What is made of each part, in order."""
    crew = Crew(workers, running_context, _making, reader)
    waiting: deque[Future[Made]] = deque()
    coming = iter(range(parts))
    try:
        while True:
            while len(waiting) < AHEAD * workers and (part := next(coming, None)) is not None:
                waiting.append(crew.threads.submit(crew.ask, part))
            if not waiting:
                return
            yield waiting.popleft().result()
    except GoneError:
        raise EngineFault("a process that read tables died; is there enough memory?") from None
    finally:
        crew.close()


def _making(reader: PartReader) -> Callable[[int], Made]:
    """What makes the cases of parts; called in a worker's process."""
    import gc

    gc.freeze()
    gc.set_threshold(50_000)  # most objects live as long as the part
    options = reader.options

    def make(part: int) -> Made:
        options.used.clear()
        options.without_day = 0
        done, counts = PartCases(reader, reader.read(part)), Part()
        cases = []
        for case in done.cases():
            counts.add(case.seen)
            cases.append(case_read(case, reader.where))
        counts.merge(done.seen())
        return Made(cases, counts, done.rows.strangers, set(options.used), options.without_day)

    return make
