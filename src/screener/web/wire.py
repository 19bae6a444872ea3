"""What travels between the process that speaks HTTP and its workers: a job one way, an answer the other."""

from __future__ import annotations

import asyncio
import pickle
import struct
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
HTML: Final = "text/html; charset=utf-8"

_LENGTH: Final = struct.Struct("!I")


Left: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


async def stays() -> None:
    """A client that never leaves."""
    await asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True)
class Job:
    """One thing for a worker to do.

    Attributes:
        task: its name, a key of `screener.web.desk.desk.TASKS`.
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


def pack(message: Job | Answer) -> bytes:
    """A message as bytes with its length in front."""
    if isinstance(message, Job):
        parts: tuple[Any, ...] = (message.task, message.options, message.body)
    else:
        parts = (message.status, message.media_type, message.body, message.headers, message.kept)
    content = pickle.dumps(parts, protocol=5)
    return _LENGTH.pack(len(content)) + content


class Unpacker:
    """Collects bytes as they arrive and gives back whole messages. Both ends are this program's own processes."""

    def __init__(self, kind: type[Job] | type[Answer]) -> None:
        self.kind = kind
        self.buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take more bytes; yield every message that is now complete."""
        self.buffer += data
        while len(self.buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self.buffer)
            end = _LENGTH.size + length
            if len(self.buffer) < end:
                return
            content = bytes(self.buffer[_LENGTH.size : end])
            del self.buffer[:end]
            yield self.kind(*pickle.loads(content))
