"""The workers of one server: hands each job to one that is idle, replaces those that die or hang."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from starlette.requests import ClientDisconnect

from screener.errors import EngineFault, ScreenerError
from screener.web.problem import ProblemError, problem
from screener.web.settings import Settings
from screener.web.wire import Answer, Job, stays
from screener.web.worker import doing
from screener.workers import GoneError, NotBegunError, Worker, running_context

LOG: Final = logging.getLogger("screener.web")
PRELOADED: Final = ("screener.web.desk.api", "screener.web.desk.desk")
START_SECONDS: Final = 60.0
FIRST_PAUSE: Final = 0.2  # seconds before a worker that did not even start is tried again; doubles each time
LONGEST_PAUSE: Final = 10.0
MOST_WAITING: Final = 500  # jobs; more are turned away at once
GONE: Final = "the worker that had this request stopped; the case was not screened"
NOT_STARTED: Final = (GoneError, ScreenerError, OSError, EOFError)


class Pool:
    """A fixed number of workers, and a thread for each, which waits for its answers."""

    def __init__(self, settings: Settings, size: int) -> None:
        self.settings = settings
        self.size = size
        self.threads = ThreadPoolExecutor(size, "worker")
        self.begun: set[Worker] = set()  # every process that may be there
        self.workers: set[Worker] = set()  # those that do jobs
        self.idle: list[Worker] = []
        self.queue: deque[asyncio.Future[Worker]] = deque()
        self.tasks: set[asyncio.Task[None]] = set()
        self.stopping = False

    async def start(self) -> None:
        """Start every worker.

        Raises:
            EngineFault: one of them did not start.
        """
        try:
            running_context(PRELOADED, signal.SIGTERM)
            await asyncio.gather(*(self.hire() for _ in range(self.size)))
        except NOT_STARTED as error:
            await self.stop()
            why = f": {error}" if isinstance(error, ScreenerError) else ""
            raise EngineFault(f"a worker did not start{why}") from None

    async def hire(self) -> None:
        """Start one worker and give it to whoever waits."""
        worker = await asyncio.get_running_loop().run_in_executor(self.threads, self.begin)
        try:
            await self.wait_for(worker, START_SECONDS, worker.answer)
        except BaseException:
            self.end(worker)
            raise
        self.workers.add(worker)
        self.free(worker)

    def begin(self) -> Worker:
        """Start a worker's process; called in a thread, where it may go on when nobody waits for it any more."""
        worker = Worker(running_context(PRELOADED, signal.SIGTERM), doing, self.settings)
        self.begun.add(worker)
        if self.stopping:
            self.end(worker)
        return worker

    async def wait_for(self, worker: Worker, seconds: float, function: Callable[..., Any], *words: Any) -> Any:
        """Wait for a worker in a thread; it is ended when that takes too long."""
        loop = asyncio.get_running_loop()
        late = loop.call_later(seconds, worker.end)
        try:
            return await loop.run_in_executor(self.threads, function, *words)
        finally:
            late.cancel()

    def free(self, worker: Worker) -> None:
        """Give a worker to the one who waits longest; it is watched while nobody does."""
        while self.queue:
            waiter = self.queue.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self.idle.append(worker)
        asyncio.get_running_loop().add_reader(worker.process.sentinel, self.replace, worker)

    def take(self) -> Worker:
        """An idle worker."""
        worker = self.idle.pop()
        asyncio.get_running_loop().remove_reader(worker.process.sentinel)
        return worker

    def ready(self) -> int:
        """How many workers are there."""
        return len(self.workers)

    async def ask(self, job: Job) -> Answer:
        """Do a job; when its worker dies or hangs, the answer is a problem and the worker is replaced."""
        seconds, clock = self.settings.job_seconds, asyncio.get_running_loop().time
        while True:
            try:
                worker = await self.place(job)
            except (TimeoutError, ProblemError):
                return problem("busy", "all workers are busy; try again", headers=[("retry-after", "1")])
            end = clock() + seconds
            try:
                answer: Answer = await self.wait_for(worker, seconds, worker.ask, replace(job, left=stays))
            except GoneError as error:
                late = clock() >= end
                self.replace(worker, "did not answer" if late else "")
                if late:
                    return problem("busy", f"this took longer than {seconds:g} seconds and was stopped")
                if isinstance(error, NotBegunError):
                    continue
                return problem("engine-fault", GONE)
            except BaseException:
                self.replace(worker)  # it may still be busy with a job that nobody waits for
                raise
            self.free(worker)
            return answer

    async def place(self, job: Job) -> Worker:
        """A worker for a job, as soon as there is one.

        Raises:
            ClientDisconnect: the client left before.
            ProblemError: too many wait.
            TimeoutError: there was none for a long time.
        """
        if self.idle:
            return self.take()
        if len(self.queue) >= MOST_WAITING:
            raise ProblemError("busy", "too many requests wait")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self.queue.append(waiter)
        watch = asyncio.ensure_future(job.left())
        watch.add_done_callback(lambda _: None if waiter.done() else waiter.set_exception(ClientDisconnect()))
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
                self.queue.remove(waiter)

    def replace(self, worker: Worker, how: str = "") -> None:
        """End a worker and start another in its place."""
        if worker not in self.workers:
            return
        self.workers.discard(worker)
        if worker in self.idle:
            self.idle.remove(worker)
            asyncio.get_running_loop().remove_reader(worker.process.sentinel)
        how = how or worker.how()
        self.end(worker)
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
            except NOT_STARTED:
                LOG.error("a worker did not start; trying again in %g seconds", pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def end(self, worker: Worker) -> None:
        """End a worker's process."""
        worker.end()
        self.begun.discard(worker)

    async def stop(self) -> None:
        """End every worker."""
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        ended = list(self.begun)
        for worker in ended:
            self.end(worker)
        for worker in ended:
            worker.how()  # when this comes back, it is gone
        self.workers.clear()
        self.threads.shutdown(wait=False, cancel_futures=True)
