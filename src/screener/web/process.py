"""One worker's process, as the server sees it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from screener.web.settings import EDIT, Settings
from screener.web.wire import Answer, Job, Unpacker, pack

START_SECONDS: Final = 60.0
MOST_AT_ONCE: Final = 2  # jobs: one in work, one that waits at its door
SHORT: Final = frozenset({"screen"})  # tasks of some milliseconds, behind which another may wait
REAP_SECONDS: Final = 0.5  # between the end of the connection and the end of the process


class WorkerGoneError(Exception):
    """The worker's process ended before it answered."""


class NotBegunError(WorkerGoneError):
    """The worker's process ended before it came to this job, which can be given to another worker."""


class Worker(asyncio.Protocol):
    """One worker's process, as the server sees it.

    It does one job after the other. The next short one is already with it while it works, so that it need not wait for
    the server in between.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.unpacker = Unpacker(Answer)
        self.waiting: deque[asyncio.Future[Answer]] = deque()
        self.late: asyncio.TimerHandle | None = None
        self.load = 0  # jobs it has or is about to get
        self.short = True  # whether the last of them is short
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.process: subprocess.Popen[bytes] | None = None
        self.transport: asyncio.WriteTransport | None = None

    async def start(self) -> None:
        """Start the process and wait until it is ready.

        Raises:
            WorkerGoneError: it ended instead.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            self.process = subprocess.Popen(  # in a group of its own: Ctrl+C is for the server
                self.command(theirs.fileno()), pass_fds=[theirs.fileno()], env=environment(), process_group=0
            )
        ready: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append(ready)
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)
        async with asyncio.timeout(START_SECONDS):
            await ready

    def command(self, descriptor: int) -> list[str]:
        """How the process is started."""
        folder = str(self.settings.rules_folder or "")
        kind = EDIT if self.settings.edit else ""
        return [
            sys.executable,
            "-m",
            "screener.web.worker",
            str(descriptor),
            kind,
            folder,
            self.settings.records.text(),
            *self.settings.packs,
        ]

    def has_room(self, job: Job) -> bool:
        """Whether a job can be given to it: it is idle, or has only short ones and will do this one next."""
        if self.gone.done():
            return False
        return not self.load or (self.load < MOST_AT_ONCE and self.short and job.task in SHORT)

    def reserve(self, job: Job) -> None:
        """Count a job that it is about to get."""
        self.load += 1
        self.short = job.task in SHORT

    async def ask(self, job: Job) -> Answer:
        """Do one job.

        Raises:
            WorkerGoneError: the process ended.
            NotBegunError: it ended before it came to this job.
            TimeoutError: it took too long.
        """
        if self.gone.done() or self.transport is None:
            raise NotBegunError
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append(waiter)
        if len(self.waiting) == 1:
            self.watch()
        self.transport.write(pack(job))
        return await waiter

    def watch(self) -> None:
        """Give the job that is begun now its time."""
        if self.late is not None:
            self.late.cancel()
            self.late = None
        if self.waiting:
            loop = asyncio.get_running_loop()
            self.late = loop.call_later(self.settings.job_seconds, fail, self.waiting[0], TimeoutError())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's own class is no subclass of asyncio's

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        for answer in self.unpacker.feed(data):
            waiter = self.waiting.popleft()
            if not waiter.done():
                waiter.set_result(answer)
            self.watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's protocol."""
        error: type[Exception] = WorkerGoneError
        for waiter in self.waiting:  # jobs are done one after the other: it is the first that was begun
            fail(waiter, error())
            error = NotBegunError
        self.waiting.clear()
        self.watch()
        if not self.gone.done():
            self.gone.set_result(None)

    def end(self) -> str:
        """End the process, if it has not ended by itself; how it ended, in words."""
        if self.transport is not None:
            self.transport.abort()
        if self.process is None:
            return "did not start"
        how = "did not answer"
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(REAP_SECONDS if self.gone.done() else 0)
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        self.process.kill()
        self.process.wait()
        return how


def fail(waiter: asyncio.Future[Any], error: Exception) -> None:
    """End the wait for an answer, if there still is one."""
    if not waiter.done():
        waiter.set_exception(error)


def environment() -> dict[str, str]:
    """The environment of a worker, in which this same program can be imported."""
    import screener

    home = str(Path(screener.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])}
