"""What the routes know of those who do the work. It imports no processes: in a browser there are none."""

from __future__ import annotations

from typing import Protocol

from screener.web.wire import Answer, Job


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
