"""What travels between the process that speaks HTTP and its workers: a job one way, an answer the other.

It imports no processes: in a browser there are none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
HTML: Final = "text/html; charset=utf-8"

Left: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


async def stays() -> None:
    """A client that never leaves."""
    await asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class Job:
    """One thing for a worker to do.

    Attributes:
        task: its name, see `screener.web.desk.desk.TASKS`.
        options: what was in the address (never an answer of a person).
        body: the body of the request as it came.
        left: comes back when the client has left; it does not travel.
    """

    task: str
    options: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""
    left: Left = field(default=stays, compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client.

    Attributes:
        headers: besides the content type.
        kept: for a page of questions the fields that show it again, and the answers so far; they stay in this process.
    """

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, str] | None = None


class Workforce(Protocol):
    """What the routes know of those who do jobs: a pool of processes, or the same process in a browser and in tests."""

    async def ask(self, job: Job) -> Answer:
        """Do a job; a fault becomes a problem, never an exception.

        Raises:
            ClientDisconnect: the client left before the job was begun, and it was dropped.
        """

    def ready(self) -> int:
        """How many can do a job now."""
