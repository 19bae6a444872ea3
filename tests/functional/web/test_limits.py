"""Connections that are silent, drip or do not read are closed, too many are turned away, and who left is not served."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.requests import ClientDisconnect

from screener.web.app import create_app
from screener.web.http import LINGER_SECONDS
from screener.web.pool import Pool
from screener.web.serve import config, listen
from screener.web.settings import Settings
from screener.web.wire import Answer, Job
from screener.web.worker import Inline
from waiting import LONG, until

SHORT = Settings(head_seconds=0.6, idle_seconds=0.9, body_seconds=0.6, job_seconds=0.3, connections=5)
SLACK = 2.5  # seconds, on a busy machine
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Type: %b\r\nContent-Length: 100\r\n\r\n"


@contextmanager
def server(settings: Settings, workforce: Any = None) -> Iterator[int]:
    """A server in a thread of this process; gives its port."""
    listener = listen("127.0.0.1", 0)
    running = uvicorn.Server(config(create_app(settings, workforce or Inline(settings)), settings))
    running.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listener])))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        running.should_exit = True
        thread.join(LONG)
        listener.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with server(SHORT) as port:
        yield port


@pytest.fixture
def line(port: int) -> Iterator[Line]:
    begun = time.monotonic()  # before the server's clock can run
    with connected(port) as connection:
        yield Line(connection, begun)


@dataclass
class Line:
    """A connection, and when it was begun."""

    socket: socket.socket
    begun: float


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LONG)


def until_closed(line: socket.socket, begun: float, drip: bytes = b"") -> tuple[bytes, float]:
    """What still came, and after how many seconds the server closed; while waiting, bytes are sent one by one."""
    came = b""
    line.settimeout(0.1)
    while time.monotonic() - begun < LONG:
        try:
            data = line.recv(1 << 16)
            if not data:
                return came, time.monotonic() - begun
            came += data
        except TimeoutError:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(drip)
        except ConnectionResetError:
            return came, time.monotonic() - begun
    raise AssertionError("it is still open")


def test_a_silent_connection_is_closed(line: Line) -> None:
    came, seconds = until_closed(line.socket, line.begun)
    assert came == b""
    assert SHORT.idle_seconds - 0.1 < seconds < SHORT.idle_seconds + SLACK


def test_an_answered_connection_that_falls_silent_is_closed(line: Line) -> None:
    line.socket.sendall(GET)
    came, seconds = until_closed(line.socket, line.begun)
    assert came.startswith(b"HTTP/1.1 200")
    assert SHORT.idle_seconds - 0.1 < seconds < SHORT.idle_seconds + SLACK


@pytest.mark.parametrize(
    "begun", [b"GET /", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", GET + b"GET /healthz HTTP/1.1\r\nX:"]
)
def test_a_head_that_drips_is_not_waited_for(begun: bytes, line: Line) -> None:
    line.socket.sendall(begun)
    came, seconds = until_closed(line.socket, line.begun, b"G")
    assert b"HTTP/1.1 408" in came
    assert seconds < SHORT.head_seconds + SLACK


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        (b"/v1/screen", b"application/json", b"408"),
        (b"/questions", b"application/x-www-form-urlencoded", b"408"),
        (b"/cds-services/screener-magnesium-potassium", b"application/json", b"408"),
        (b"/v1/screen", b"text/plain", b"415"),
        (b"/nowhere", b"text/plain", b"404"),
        (b"/healthz", b"text/plain", b"405"),
    ],
)
def test_a_body_that_drips_is_not_waited_for(path: bytes, kind: bytes, status: bytes, line: Line) -> None:
    line.socket.sendall(POST % (path, kind))
    came, seconds = until_closed(line.socket, line.begun, b" ")
    assert came.startswith(b"HTTP/1.1 " + status)
    assert seconds < SHORT.body_seconds + LINGER_SECONDS + SLACK


def test_a_client_that_does_not_read_is_not_waited_for(port: int) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", port))
        line.settimeout(1)
        begun = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):  # noqa: PT012
            while time.monotonic() - begun < LONG:
                with suppress(TimeoutError):
                    line.sendall(GET.replace(b"/healthz", b"/v1/rulebook"))


def test_more_connections_than_may_be_are_turned_away_and_the_others_are_served() -> None:
    with server(Settings(connections=5, head_seconds=LONG, idle_seconds=LONG)) as port:
        lines = [connected(port) for _ in range(5)]
        try:
            begun = time.monotonic()
            with connected(port) as one_more:
                came, _ = until_closed(one_more, begun)
                assert came.startswith(b"HTTP/1.1 503")
            lines[0].sendall(GET)
            assert lines[0].recv(100).startswith(b"HTTP/1.1 200")
        finally:
            for line in lines:
                line.close()

        def served() -> bool:
            with connected(port) as later:
                later.sendall(GET)
                return later.recv(100).startswith(b"HTTP/1.1 200")

        until(served)


# clients that left


class Waiting(Inline):
    """A workforce that is busy for ever; counts who waits and who left."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.asked = self.dropped = 0

    async def ask(self, job: Job) -> Answer:
        self.asked += 1
        await job.left()
        self.dropped += 1
        raise ClientDisconnect


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/rulebook HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /cds-services HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"HEAD /rulebook HTTP/1.1\r\nHost: localhost\r\n\r\n",
        POST % (b"/v1/screen", b"application/json") + b" " * 98 + b"{}",
        POST % (b"/result", b"application/x-www-form-urlencoded") + b"x" * 100,
    ],
)
def test_the_workers_are_told_when_a_client_leaves(sent: bytes) -> None:
    workforce = Waiting(Settings())
    with server(Settings(), workforce) as port:
        with connected(port) as line:
            line.sendall(sent)
            until(lambda: workforce.asked == 1)
            assert workforce.dropped == 0
        until(lambda: workforce.dropped == 1)


def test_a_job_whose_client_left_is_dropped_before_it_runs_and_leaves_room() -> None:
    async def scenario() -> None:
        pool = Pool(Settings(job_seconds=LONG), 1)
        await pool.start()
        try:
            (worker,) = pool.workers
            assert worker.process.pid is not None
            os.kill(worker.process.pid, signal.SIGSTOP)
            first = asyncio.create_task(pool.ask(Job("rulebook")))
            gone = asyncio.Event()

            async def left() -> None:
                await gone.wait()

            waiting = [asyncio.create_task(pool.ask(Job("rulebook", left=left))) for _ in range(40)]
            stayed = asyncio.create_task(pool.ask(Job("screen", {}, json.dumps({"case_id": "me"}).encode())))
            async with asyncio.timeout(LONG):
                while len(pool.queue) < 41:
                    await asyncio.sleep(0.02)
            gone.set()
            results = await asyncio.gather(*waiting, return_exceptions=True)
            assert {type(result) for result in results} == {ClientDisconnect}
            assert len(pool.queue) == 1
            os.kill(worker.process.pid, signal.SIGCONT)
            assert (await first).status == 200
            assert json.loads((await stayed).body)["case_id"] == "me"
            assert {one.process.pid for one in pool.workers} == {worker.process.pid}
        finally:
            await pool.stop()

    asyncio.run(scenario())
