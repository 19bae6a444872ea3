"""Running the server: the socket, the workers, and a clean end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from screener.errors import FileError, UsageError
from screener.web.app import create_app
from screener.web.guard import Guard
from screener.web.http import Http
from screener.web.pool import Pool
from screener.web.settings import Settings, bracketed

MOST_CONNECTIONS: Final = 1000
KEEP_ALIVE_SECONDS: Final = 15
SHUTDOWN_SECONDS: Final = 5
BACKLOG: Final = 512


def serve(host: str, port: int, workers: int, settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        host: the address to listen on, without a port.
        port: 0 lets the system choose one.
        workers: how many processes do the reasoning.
        announce: called with the server's address once it is ready.

    Raises:
        FileError: the port can not be used.
        UsageError: the host is not an address of this machine.
        EngineFault: a worker did not start.
    """
    logging.getLogger("screener.web").addHandler(_log_handler())
    with listen(host, port) as listener:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stopped)
        try:
            with runner() as loop:
                loop.run(_serve(listener, host, workers, settings, announce))
        except _StoppedError:
            return


class _StoppedError(BaseException):
    """Somebody asked the server to stop while it was starting, or uvicorn has stopped and passes the signal on."""


def _stopped(number: int, frame: object) -> None:
    raise _StoppedError


async def _serve(
    listener: socket.socket, host: str, workers: int, settings: Settings, announce: Callable[[str], None]
) -> None:
    pool = Pool(settings, workers)
    server = uvicorn.Server(config(create_app(settings, pool)))
    await pool.start()
    try:
        announce(address(host, listener.getsockname()[1]))
        await server.serve(sockets=[listener])
    finally:
        await pool.stop()


def runner() -> asyncio.Runner:
    """What runs the server: uvloop where there is one, Python's own event loop elsewhere."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=new_event_loop)


def config(app: Guard) -> uvicorn.Config:
    """How uvicorn serves an application."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # an address holds no answer, but nobody needs a record of who asked when
        server_header=False,
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
        http=Http,
        ws="none",
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        FileError: the port is taken or not allowed.
        UsageError: the host is not an address of this machine.
    """
    bare = host.strip("[]")
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):
        raise UsageError(f"`{host}` is not an address of this machine; use 127.0.0.1 or localhost") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(f"can not listen on {address(host, port)}: {reason}; choose another --port") from None
    return listener


def address(host: str, port: int) -> str:
    """The server's address for a browser."""
    return f"http://{bracketed(host)}:{port}/"


def _log_handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
