"""A worker: a process of its own that does the reasoning, so that a fault in the rule engine takes down nothing else.

It is started by `pool.Pool` with a socket as a file descriptor, reads jobs from it and writes answers to it until the
other end closes.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
from pathlib import Path
from typing import Protocol

from screener.web.settings import EDIT, RecordSettings, Settings
from screener.web.wire import Answer, Job, Unpacker, pack

READY = Answer(204, "", b"")
CHUNK = 1 << 16  # bytes; for more at once the system gives and takes back memory each time


class Doer(Protocol):
    """Whatever does jobs."""

    def do(self, job: Job) -> Answer:
        """Do one job."""


def work(connection: socket.socket, desk: Doer) -> None:
    """Do jobs until the other end closes."""
    unpacker = Unpacker(Job)
    connection.sendall(pack(READY))
    while data := connection.recv(CHUNK):
        for job in unpacker.feed(data):
            connection.sendall(pack(desk.do(job)))


def desk_for(settings: Settings, warm: bool = True) -> Doer:
    """The desk that does what a server of this kind asks for.

    Args:
        warm: make the engine now, not when the first case comes.
    """
    if settings.edit:
        from screener.web.author.desk import AuthorDesk

        return AuthorDesk(settings)
    from screener.web.desk.desk import Desk

    desk = Desk(settings)
    return desk.warm() if warm else desk


def main(arguments: list[str]) -> None:
    """Run a worker: file descriptor, `edit` or nothing, rules folder (or empty), how records are read, the packs."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they are for the server, which then closes the connection
    descriptor, kind, folder, records, *packs = arguments
    read = RecordSettings.of(records)
    settings = Settings(Path(folder) if folder else None, tuple(packs), records=read, edit=kind == EDIT)
    with socket.socket(fileno=int(descriptor)) as connection:
        try:
            desk = desk_for(settings)
            gc.freeze()  # the rule book and the engine stay; they need not be looked through again and again
            work(connection, desk)
        except (BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(sys.argv[1:])
