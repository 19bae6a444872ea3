"""Folders of tables, read by several processes: each makes the cases of some parts, in the order of the parts."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from screener.batch.forking import LARGE, running_context
from screener.errors import EngineFault
from screener.records.coverage import Coverage, Part, Seen
from screener.records.fhir.imported import ImportedCase
from screener.records.options import Options, silent
from screener.records.tables.cases import run_of, table_cases
from screener.records.tables.persons import PartMaker

AHEAD: Final = 2  # parts for each process that are begun before those in front of them are given on


@dataclass
class Made:
    """What a process made of one part.

    Attributes:
        cases: as a batch needs them: without what stands beside the answers.
        counts: what the records held.
        persons: by how many persons.
        rows: rows of persons who are not in the table of persons.
        people: how many such persons.
        used: persons for whom days were asked for, and who were found.
        without_day: persons without a day.
    """

    cases: list[ImportedCase]
    counts: Counter[Seen]
    persons: Counter[Seen]
    rows: int
    people: int
    used: set[str]
    without_day: int


def cases_of_tables(name: str, form: str, options: Options) -> Iterator[ImportedCase]:
    """The cases of a folder of tables, by as many processes as the options say.

    Raises:
        UsageError: the mapping is wrong, or a column is not there.
        FileError: a table cannot be read.
        EngineFault: a process died.
    """
    if options.workers < 2 or _size(Path(name)) < LARGE:
        yield from table_cases(name, form, options)
        return
    counts, run = options.coverage.begin(name), run_of(name, form, options)
    with run.split() as (maker, parts):
        for made in _made(_alone(maker), parts, options.workers):
            counts.counts.update(made.counts)
            counts.persons.update(made.persons)
            run.without_person += made.rows
            run.unknown_people += made.people
            options.used |= made.used
            options.without_day += made.without_day
            yield from made.cases


def _size(folder: Path) -> int:
    """The bytes of the files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _alone(maker: PartMaker) -> PartMaker:
    """The same for another process, which tells nobody anything."""
    options = replace(maker.persons.options, coverage=Coverage(), say=silent, used=set(), without_day=0, kept=set())
    return PartMaker(replace(maker.reader, options=options), replace(maker.persons, options=options))


def _made(maker: PartMaker, parts: int, workers: int) -> Iterator[Made]:
    """What is made of each part, in order."""
    with ProcessPoolExecutor(workers, running_context(), _begin, (maker,)) as pool:
        waiting: deque[Future[Made]] = deque()
        coming = iter(range(parts))
        try:
            while True:
                while len(waiting) < AHEAD * workers and (part := next(coming, None)) is not None:
                    waiting.append(pool.submit(_make, part))
                if not waiting:
                    return
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise EngineFault("a process that read tables died; is there enough memory?") from None
        finally:
            for future in waiting:
                future.cancel()


_makers: list[PartMaker] = []  # of this process, when it is one that makes cases


def _begin(maker: PartMaker) -> None:
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    gc.freeze()
    gc.set_threshold(50_000)  # most objects live as long as the part
    _makers[:] = [maker]


def _make(part: int) -> Made:
    (maker,) = _makers
    options = maker.persons.options
    options.used.clear()
    options.without_day = 0
    done, counts = maker.make(part), Part()
    cases = []
    for case in done.cases:
        counts.add(case.seen)
        cases.append(_plain(case))
    return Made(cases, counts.counts, counts.persons, done.rows, done.people, set(options.used), options.without_day)


def _plain(case: ImportedCase) -> ImportedCase:
    """A case with nothing beside its answers."""
    return replace(case, answers=case.with_units(), provenance={}, problems=(), notes=(), fields=None, seen={})
