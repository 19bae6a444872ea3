"""A load generator for one JSON address: a few connections, prepared requests, every answer compared byte by byte.

It shares the machine with what it measures, so it does as little as it can: no streams, no parsing of what it knows.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from screener.case.intake import Intake
from screener.screening import Screener
from screener.web.desk.api import compact
from screener.web.serve import runner

ROOT = Path(__file__).parents[1]
CONNECTIONS = 8
MARK = "@the-id@"
HEAD = b"POST /v1/screen HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: (\d+)")


@dataclass
class Plan:
    """What is sent and what must come back, each in two halves with the request's own id between them."""

    bodies: list[tuple[bytes, bytes]]
    answers: list[tuple[bytes, bytes]]

    @classmethod
    def of_examples(cls) -> Plan:
        screener, bodies, answers = Screener(), [], []
        for path in sorted((ROOT / "examples" / "vignettes").glob("*.json")):
            if path.name.startswith("V33"):
                continue  # it is refused
            case = {**json.loads(path.read_text()), "case_id": MARK}
            bodies.append(halves(json.dumps(case).encode()))
            answers.append(halves(compact(screener.screen(Intake.read(case)))))
        return cls(bodies, answers)

    def request(self, number: int) -> bytes:
        before, after = self.bodies[number % len(self.bodies)]
        middle = b"%d" % number
        return b"".join((HEAD % (len(before) + len(middle) + len(after)), before, middle, after))

    def answer(self, number: int) -> bytes:
        before, after = self.answers[number % len(self.answers)]
        return b"%b%d%b" % (before, number, after)


def halves(text: bytes) -> tuple[bytes, bytes]:
    before, after = text.split(MARK.encode())
    return before, after


@dataclass
class Run:
    """One run of requests: at a fixed rate, or as fast as answers come.

    Attributes:
        processor: processor time of this process, in seconds.
    """

    plan: Plan
    rate: float | None = None
    check: bool = True
    seconds: float = 0.0
    processor: float = 0.0
    wrong: int = 0
    latencies: list[float] = field(default_factory=list)

    async def send(self, port: int, numbers: range) -> Run:
        """Send every request and wait for every answer."""
        loop = asyncio.get_running_loop()
        start, spent, waiting = perf_counter(), process_time(), iter(numbers)
        clients = [Client(self, waiting, start - numbers.start / (self.rate or 1)) for _ in range(CONNECTIONS)]
        for client in clients:
            await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(client.done for client in clients))
        self.seconds, self.processor = perf_counter() - start, process_time() - spent
        self.wrong += len(numbers) - len(self.latencies)  # lost
        return self

    @property
    def throughput(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        return sorted(self.latencies)[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


class Client(asyncio.Protocol):
    """One connection: the next request is sent when the answer to the last one is here."""

    def __init__(self, run: Run, waiting: Iterator[int], start: float) -> None:
        self.run, self.waiting, self.start = run, waiting, start
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport  # uvloop's own is no subclass of asyncio's
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def next(self) -> None:
        """Take the next request and send it when it is due."""
        number = next(self.waiting, None)
        if number is None:
            self.transport.close()
            return
        self.number, self.received, self.size = number, b"", 0
        self.due = now = perf_counter()
        if self.run.rate:
            self.due = self.start + number / self.run.rate
        if self.due > now:
            self.loop.call_later(self.due - now, self.send)
        else:
            self.send()

    def send(self) -> None:
        self.transport.write(self.run.plan.request(self.number))

    def data_received(self, data: bytes) -> None:
        self.received = self.received + data if self.received else data
        if not self.size:
            end = self.received.find(END_OF_HEAD)
            if end < 0:
                return
            length = LENGTH.search(self.received, 0, end)
            assert length, self.received
            self.size = end + len(END_OF_HEAD) + int(length.group(1))
            self.head = end + len(END_OF_HEAD)
        if len(self.received) >= self.size:
            self.finish()

    def finish(self) -> None:
        """An answer is here in full."""
        run = self.run
        run.latencies.append(perf_counter() - self.due)  # from when it was due: a late start counts as well
        right = self.received.startswith(b"HTTP/1.1 200")
        if right and run.check:
            right = self.received[self.head :] == run.plan.answer(self.number)
        run.wrong += not right
        self.next()


def load(port: int, plan: Plan, numbers: range, rate: float | None = None, check: bool = True) -> Run:
    """One run.

    Args:
        rate: requests a second; as fast as answers come when None.
        check: compare the bodies with what the library says.
    """
    with runner() as loop:
        return loop.run(Run(plan, rate, check).send(port, numbers))
