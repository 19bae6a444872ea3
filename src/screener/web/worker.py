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
from typing import TYPE_CHECKING

from screener.web.settings import Settings
from screener.web.wire import Answer, Job, Unpacker, pack

if TYPE_CHECKING:
    from screener.web.desk.desk import Desk

READY = Answer(204, "", b"")
CHUNK = 1 << 16  # bytes; for more at once the system gives and takes back memory each time


def work(connection: socket.socket, desk: Desk) -> None:
    """Do jobs until the other end closes."""
    unpacker = Unpacker(Job)
    connection.sendall(pack(READY))
    while data := connection.recv(CHUNK):
        for job in unpacker.feed(data):
            connection.sendall(pack(desk.do(job)))


def main(arguments: list[str]) -> None:
    """Run a worker: file descriptor, rules folder (or empty), then the packs."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they are for the server, which then closes the connection
    from screener.web.desk.desk import Desk

    descriptor, folder, *packs = arguments
    settings = Settings(Path(folder) if folder else None, tuple(packs))
    with socket.socket(fileno=int(descriptor)) as connection:
        try:
            desk = Desk(settings).warm()
            gc.freeze()  # the rule book and the engine stay; they need not be looked through again and again
            work(connection, desk)
        except (BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(sys.argv[1:])
