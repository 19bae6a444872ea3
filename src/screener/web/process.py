"""One worker's process, as the server sees it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from screener.web.settings import Settings
from screener.web.wire import Answer, Job, Unpacker, pack

START_SECONDS: Final = 60.0
REAP_SECONDS: Final = 0.5  # between the end of the connection and the end of the process


class WorkerGoneError(Exception):
    """The worker's process ended before it answered."""


class Worker(asyncio.Protocol):
    """One worker's process, as the server sees it. It does one job at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.unpacker = Unpacker(Answer)
        self.waiting: asyncio.Future[Answer] | None = None
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
            self.process = subprocess.Popen(
                self.command(theirs.fileno()), pass_fds=[theirs.fileno()], env=environment()
            )
        self.waiting = asyncio.get_running_loop().create_future()
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)
        async with asyncio.timeout(START_SECONDS):
            await self.waiting
        self.waiting = None

    def command(self, descriptor: int) -> list[str]:
        """How the process is started."""
        folder = str(self.settings.rules_folder or "")
        return [sys.executable, "-m", "screener.web.worker", str(descriptor), folder, *self.settings.packs]

    async def ask(self, job: Job) -> Answer:
        """Do one job.

        Raises:
            WorkerGoneError: the process ended.
            TimeoutError: it took too long.
        """
        if self.gone.done() or self.transport is None:
            raise WorkerGoneError
        loop = asyncio.get_running_loop()
        self.waiting = loop.create_future()
        late = loop.call_later(self.settings.job_seconds, self.fail, TimeoutError())
        try:
            self.transport.write(pack(job))
            return await self.waiting
        finally:
            late.cancel()
            self.waiting = None

    def fail(self, error: Exception) -> None:
        """End the wait for an answer."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's own class is no subclass of asyncio's

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        for answer in self.unpacker.feed(data):
            if self.waiting is not None and not self.waiting.done():
                self.waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's protocol."""
        self.fail(WorkerGoneError())
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


def environment() -> dict[str, str]:
    """The environment of a worker, in which this same program can be imported."""
    import screener

    home = str(Path(screener.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])}
