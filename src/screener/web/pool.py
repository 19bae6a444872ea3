"""The workers of one server: hands each job to one with room for it, replaces those that die or hang."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import Final, Protocol

from screener.errors import EngineFault
from screener.web.problem import KINDS, ProblemError, problem
from screener.web.process import NotBegunError, Worker, WorkerGoneError, fail
from screener.web.settings import Settings
from screener.web.wire import Answer, Job

LOG: Final = logging.getLogger("screener.web")
FIRST_PAUSE: Final = 0.2  # seconds before a worker that did not even start is tried again; doubles each time
LONGEST_PAUSE: Final = 10.0
MOST_WAITING: Final = 500  # jobs; more are turned away at once


class ClientLeftError(Exception):
    """Nobody waits for the answer any more."""


class Workforce(Protocol):
    """Whatever does jobs: a pool of processes, or the same process in tests."""

    async def start(self) -> None:
        """Get ready."""

    async def ask(self, job: Job) -> Answer:
        """Do a job; a fault becomes a problem, never an exception.

        Raises:
            ClientLeftError: the client left before the job was begun, and it was dropped.
        """

    def ready(self) -> int:
        """How many can do a job now."""

    async def stop(self) -> None:
        """Let go of everything."""


class Pool:
    """A fixed number of workers."""

    def __init__(self, settings: Settings, size: int) -> None:
        self.settings = settings
        self.size = size
        self.workers: set[Worker] = set()
        self.queue: deque[tuple[Job, asyncio.Future[Worker]]] = deque()
        self.tasks: set[asyncio.Task[None]] = set()
        self.stopping = False

    async def start(self) -> None:
        """Start every worker.

        Raises:
            EngineFault: one of them did not start.
        """
        try:
            await asyncio.gather(*(self.hire() for _ in range(self.size)))
        except (WorkerGoneError, TimeoutError):
            await self.stop()
            raise EngineFault("a worker did not start; see the message above it") from None

    async def hire(self) -> None:
        """Start one worker and give it to whoever waits."""
        worker = Worker(self.settings)
        try:
            await worker.start()
        except BaseException:
            worker.end()
            raise
        self.workers.add(worker)
        worker.gone.add_done_callback(lambda _: self.replace(worker))
        self.hand_out()

    def find(self, job: Job) -> Worker | None:
        """A place for a job, reserved: an idle worker, or else one that can do it next."""
        worker = min((one for one in self.workers if one.has_room(job)), key=lambda one: one.load, default=None)
        if worker is not None:
            worker.reserve(job)
        return worker

    def free(self, worker: Worker) -> None:
        """One job less for a worker."""
        worker.load -= 1
        self.hand_out()

    def hand_out(self) -> None:
        """Give places to those who wait, the one who waits longest first."""
        while self.queue:
            job, waiter = self.queue[0]
            if not waiter.done():
                worker = self.find(job)
                if worker is None:
                    return
                waiter.set_result(worker)
            self.queue.popleft()

    def ready(self) -> int:
        """How many workers are there."""
        return sum(not worker.gone.done() for worker in self.workers)

    async def ask(self, job: Job) -> Answer:
        """Do a job; when its worker dies or hangs, the answer is a problem and the worker is replaced."""
        while True:
            try:
                worker = await self.place(job)
            except (TimeoutError, ProblemError):
                return problem(KINDS["busy"], "all workers are busy; try again", headers=[("retry-after", "1")])
            try:
                answer = await worker.ask(job)
            except NotBegunError:
                continue
            except WorkerGoneError:
                self.replace(worker)
                return problem(
                    KINDS["engine-fault"], "the worker that had this request stopped; the case was not screened"
                )
            except TimeoutError:
                self.replace(worker)
                return problem(
                    KINDS["busy"], f"this took longer than {self.settings.job_seconds:g} seconds and was stopped"
                )
            except BaseException:
                self.replace(worker)  # it may still be busy with a job that nobody waits for
                raise
            self.free(worker)
            return answer

    async def place(self, job: Job) -> Worker:
        """A worker for a job, as soon as there is one.

        Raises:
            ClientLeftError: the client left before.
            ProblemError: too many wait.
            TimeoutError: there was none for a long time.
        """
        worker = None if self.queue else self.find(job)
        if worker is not None:
            return worker
        if len(self.queue) >= MOST_WAITING:
            raise ProblemError("busy", "too many requests wait")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self.queue.append((job, waiter))
        watch = asyncio.ensure_future(job.left())
        watch.add_done_callback(lambda _: fail(waiter, ClientLeftError()))
        try:
            async with asyncio.timeout(self.settings.job_seconds):
                return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.free(waiter.result())  # handed over at the very moment that waiting ended
            raise
        finally:
            watch.cancel()
            with suppress(ValueError):
                self.queue.remove((job, waiter))

    def replace(self, worker: Worker) -> None:
        """End a worker and start another in its place."""
        if worker not in self.workers:
            return
        self.workers.discard(worker)
        how = worker.end()
        if not self.stopping:
            LOG.warning("a worker %s and is replaced", how)
            task = asyncio.get_running_loop().create_task(self.rehire())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def rehire(self) -> None:
        """Start a worker, again and again until it works."""
        pause = FIRST_PAUSE
        while not self.stopping:
            try:
                await self.hire()
                return
            except (WorkerGoneError, TimeoutError, OSError):
                LOG.error("a worker did not start; trying again in %g seconds", pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def stop(self) -> None:
        """End every worker."""
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        for worker in self.workers:
            worker.end()
        self.workers.clear()
