"""Worker processes over chunks. A worker that dies is replaced; what it died of is found and refused.

The parent sends a chunk to each idle worker and gives the parts on in the order of the chunks. When a worker dies, its
chunk is tried once more by another; when that dies too, halves of the chunk are tried, down to the single case that
kills, which becomes a reject.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Final

from screener.batch.chunk import Chunk
from screener.batch.forking import continue_helpers, running_context
from screener.batch.part import Part
from screener.batch.work import Work, Worker
from screener.errors import EngineFault, ScreenerError

AHEAD: Final = 3  # chunks for each worker that may be begun before those in front of them are finished
READY_CHUNKS: Final = 2  # chunks that are cut before a worker asks for them
MOST_FALSE_STARTS: Final = 5  # workers that die before they are ready
READY: Final = "ready"
PATIENCE: Final = 0.5  # seconds in which a worker has to end by itself


@dataclass
class _Task:
    """A chunk on its way, or some of its records on trial.

    Attributes:
        order: its place among all chunks.
        killers: numbers of records that are refused.
        deaths: how many workers died on it, or on the single record on trial, so far.
        trials: ranges of records still to be tried, the next one last.
    """

    order: int
    chunk: Chunk
    killers: frozenset[int] = frozenset()
    deaths: int = 0
    trials: list[tuple[int, int]] = field(default_factory=list)
    rounds: int = 0

    def died(self) -> None:
        """A worker died on it: note what is to be tried next.

        Raises:
            EngineFault: it cannot be found out what kills the workers.
        """
        if self.trials and self.trials[-1][1] - self.trials[-1][0] > 1:
            first, end = self.trials.pop()
            self.trials += [((first + end) // 2, end), (first, (first + end) // 2)]
            return
        self.deaths += 1
        if self.deaths < 2:
            return  # it may have been chance
        self.deaths = 0
        if self.trials:
            self.killers |= {self.trials.pop()[0]}
            return
        if self.rounds and self.rounds > len(self.killers):
            where = f"the records from {self.chunk.line} on"
            raise EngineFault(f"worker processes die on {where}, and not for a single one of them")
        self.rounds += 1
        self.trials = [(self.chunk.line, self.chunk.line + self.chunk.records)]


def _serve(work: Work, pipe: Connection) -> None:
    """A worker process: do what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    try:
        worker = Worker(work)
        pipe.send(READY)
        while True:
            chunk, killers, trial = pipe.recv()
            try:
                if trial:
                    worker.try_some(chunk, *trial)
                pipe.send(None if trial else worker.do(chunk, killers))
            except ScreenerError as error:
                pipe.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except Exception as error:
        if os.environ.get("SCREENER_DEBUG"):
            raise
        with suppress(OSError):
            pipe.send(EngineFault(f"a worker process failed ({type(error).__name__}); the rest is kept for --resume"))


class _Process:
    """A worker process and what it is doing."""

    def __init__(self, work: Work) -> None:
        self.pipe, theirs = Pipe()
        for remaining in reversed(range(MOST_FALSE_STARTS)):
            try:
                self.process = running_context().Process(target=_serve, args=(work, theirs), daemon=True)
                self.process.start()
                break
            except (OSError, EOFError):  # the process that starts the others was killed: the next try makes a new one
                if not remaining:
                    raise EngineFault("worker processes cannot be started") from None
        theirs.close()
        self.task: _Task | None = None
        self.ready = False

    def give(self, task: _Task) -> None:
        self.task = task
        with suppress(OSError):  # when it is dead, that shows when its answer is read
            self.pipe.send((task.chunk, task.killers, task.trials[-1] if task.trials else None))

    def end(self) -> None:
        """Ask it to end; it may be stopped or hang."""
        self.pipe.close()
        self.process.terminate()

    def stop(self, deadline: float) -> None:
        """End it, with force from a moment on."""
        self.process.join(max(0.0, deadline - time.monotonic()))
        if self.process.is_alive():
            self.process.kill()
            self.process.join(PATIENCE)


class Pool:
    """Does the work of many chunks with worker processes.

    Args:
        work: what is to be done with each chunk.
        count: how many workers.
    """

    def __init__(self, work: Work, count: int) -> None:
        self.work = work
        self.workers: list[_Process] = []
        self.done: dict[int, tuple[Chunk, Part]] = {}
        self.waiting: list[_Task] = []
        self.false_starts = 0
        try:
            for _ in range(count):
                self.workers.append(_Process(work))
        except BaseException:
            self.close()
            raise

    def run(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Part]]:
        """The part of each chunk, in order.

        Raises:
            FileError: the input cannot be read.
            EngineFault: workers die again and again.
        """
        coming = (_Task(*found) for found in enumerate(chunks))
        given = 0
        most = AHEAD * len(self.workers)
        while True:
            self._give()
            while given in self.done:
                yield self.done.pop(given)
                given += 1
            while len(self.waiting) < READY_CHUNKS and self._open() < most and (task := next(coming, None)):
                self.waiting.append(task)
                self._give()
            busy = {worker.pipe: worker for worker in self.workers if worker.task is not None}
            if not busy:
                return
            for pipe in wait(list(busy)):
                self._collect(busy[pipe])  # type: ignore[index]

    def _open(self) -> int:
        """How many chunks have been begun and not given on."""
        return len(self.waiting) + sum(worker.task is not None for worker in self.workers) + len(self.done)

    def _give(self) -> None:
        """Give every idle worker what is waiting."""
        for worker in self.workers:
            if worker.task is None and self.waiting:
                worker.give(self.waiting.pop(0))

    def _collect(self, worker: _Process) -> None:
        """Take what a worker says, or note that it is dead."""
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if answer == READY:
            worker.ready = True
            self.false_starts = 0
            return
        if isinstance(answer, ScreenerError):
            raise answer
        task, worker.task = worker.task, None
        assert task is not None
        if task.trials:
            task.trials.pop()
            task.deaths = 0
            self.waiting.insert(0, task)
        else:
            self.done[task.order] = (task.chunk, answer)

    def _replace(self, worker: _Process) -> None:
        """Start another worker for one that died, and give what it was doing to the next that is idle."""
        worker.end()
        worker.stop(time.monotonic() + PATIENCE)
        if not worker.ready:
            self.false_starts += 1
            if self.false_starts >= MOST_FALSE_STARTS:
                raise EngineFault("the worker processes cannot be started; is there enough memory?")
        if worker.task is not None:
            if worker.ready:
                worker.task.died()
            self.waiting.insert(0, worker.task)
        self.workers[self.workers.index(worker)] = _Process(self.work)

    def close(self) -> None:
        """End all workers, soon even if one of them is stopped or hangs."""
        for worker in self.workers:
            worker.end()
        continue_helpers()
        deadline = time.monotonic() + PATIENCE
        for worker in self.workers:
            worker.stop(deadline)


def in_this_process(work: Work, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Part]]:
    """The part of each chunk, in order, without other processes."""
    worker = Worker(work)
    for chunk in chunks:
        yield chunk, worker.do(chunk)
