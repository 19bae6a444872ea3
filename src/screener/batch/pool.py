"""Worker processes over chunks. A worker that dies is replaced; what it died of is found and refused.

A thread for each worker gives it chunks, and the parts are given on in the order of the chunks. When a worker dies, its
chunk is tried once more by another; when that dies too, halves of the chunk are tried, down to the single case that
kills, which becomes a reject.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Final, cast

from screener.batch.chunk import Chunk
from screener.batch.forking import running_context
from screener.batch.work import ChunkWorker, Work
from screener.batch.writing.parts import Part
from screener.errors import EngineFault
from screener.workers import Crew, GoneError

TRIES: Final = 2  # a worker that dies once on something may have died by chance


def doing(work: Work) -> Callable[[Chunk, frozenset[int]], Part]:
    """What does chunks; called in a worker's process."""
    return ChunkWorker(work).do


class Pool:
    """Does the work of many chunks with worker processes.

    Args:
        work: what is to be done with each chunk.
        count: how many workers, at most; one is started when there is a chunk for it.
    """

    def __init__(self, work: Work, count: int) -> None:
        self.crew = Crew(count, running_context, doing, work)

    def part(self, chunk: Chunk) -> Part:
        """The part of a chunk, without the cases that kill; called in a thread.

        Raises:
            FileError: the input cannot be read.
            EngineFault: workers cannot be started, or it cannot be found out what kills them.
        """
        killers: frozenset[int] = frozenset()
        while True:
            for _ in range(TRIES):
                try:
                    return cast(Part, self.crew.ask(chunk, killers))
                except GoneError:
                    pass
            found = frozenset(self.killers(chunk, chunk.line, chunk.line + chunk.records))
            if found <= killers:
                where = f"the records from {chunk.line} on"
                raise EngineFault(f"worker processes die on {where}, and not for a single one of them")
            killers |= found

    def killers(self, chunk: Chunk, first: int, end: int) -> list[int]:
        """Which of some records kill a worker, by number."""
        if self.survives(chunk, first, end):
            return []
        if end - first > 1:
            middle = (first + end) // 2
            return [*self.killers(chunk, first, middle), *self.killers(chunk, middle, end)]
        return [] if self.survives(chunk, first, end) else [first]

    def survives(self, chunk: Chunk, first: int, end: int) -> bool:
        """Whether a worker lives on after some records without the others; what comes of them is not kept."""
        others = {*range(chunk.line, first), *range(end, chunk.line + chunk.records)}
        try:
            self.crew.ask(chunk, frozenset(others))
        except GoneError:
            return False
        return True


def parts_of(chunks: Iterator[Chunk], work: Work, count: int) -> Generator[tuple[Chunk, Part], None, None]:
    """The part of each chunk, in order.

    Args:
        chunks: what there is to do.
        work: what is to be done with each.
        count: how many worker processes, at most; none when it is 0.

    Raises:
        FileError: the input cannot be read.
        EngineFault: workers die again and again.
    """
    if not count:
        worker = ChunkWorker(work)
        for chunk in chunks:
            yield chunk, worker.do(chunk)
        return
    pool = Pool(work, count)
    with closing(pool.crew):  # soon even if a worker is stopped or hangs
        yield from pool.crew.in_order(pool.part, chunks)
