"""Running the server: the socket, the workers, and a clean end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil
from resource import RLIMIT_NOFILE, getrlimit
from typing import TYPE_CHECKING, Final

import uvicorn

from screener.errors import FileError, UsageError, echo, reason
from screener.web.app import create_app
from screener.web.http import Http
from screener.web.pool import Pool
from screener.web.settings import Settings
from screener.web.under import Under

if TYPE_CHECKING:
    from starlette.types import ASGIApp

SHUTDOWN_SECONDS: Final = 5
BACKLOG: Final = 512
OTHER_FILES: Final = 100  # that a server has open besides one for each connection: workers, libraries, templates
FEWEST: Final = 10  # connections, however few files may be open
STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


def serve(
    host: str,
    port: int,
    workers: int,
    settings: Settings,
    announce: Callable[[str, bool], None],
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        host: the address to listen on, without a port.
        port: 0 lets the system choose one.
        workers: how many processes do the reasoning.
        announce: called once the server is ready, with an address that works on this machine, and whether other
            machines can reach it under addresses of their own.
        ready: called as soon as the signals reach the server; what it raises ends it.

    Raises:
        FileError: the port cannot be used.
        UsageError: the host is not an address of this machine (or, for authors, not one that this machine alone can
            reach), or a name under which it is to answer can never match.
        EngineFault: a worker did not start.
    """
    logging.getLogger("screener.web").addHandler(logging.StreamHandler())
    settings = replace(settings, connections=affordable(settings.connections))

    async def until_stopped(listener: socket.socket) -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in STOPPING:  # while it starts; uvicorn then has handlers of its own, and passes them on at its end
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        ready()
        pool = Pool(settings, workers)
        app = create_app(settings, pool)
        server = uvicorn.Server(config(Under(app, settings.folder) if settings.folder else app, settings))
        try:
            await pool.start()
            announce(local_address(host, listener) + first_page(settings), bound(listener).is_unspecified)
            await server.serve(sockets=[listener])
        finally:
            await pool.stop()

    with listen(host, port) as listener:
        if settings.edit and not bound(listener).is_loopback:
            raise UsageError(f"`--edit` is for this machine alone: {echo(host)} can be reached from others")
        with suppress(asyncio.CancelledError), runner() as loop:
            loop.run(until_stopped(listener))


def bound(listener: socket.socket) -> IPv4Address | IPv6Address:
    """The address on which a socket listens."""
    return ip_address(listener.getsockname()[0].partition("%")[0])


def first_page(settings: Settings) -> str:
    """What an address goes on with for the first page: on that for authors, the key that lets a browser in."""
    return f"edit?key={settings.key}" if settings.edit else ""


def affordable(connections: int) -> int:
    """As many connections as this process may have files open for, at most so many."""
    return max(FEWEST, min(connections, getrlimit(RLIMIT_NOFILE)[0] - OTHER_FILES))


def runner() -> asyncio.Runner:
    """What runs the server: uvloop where there is one, Python's own event loop elsewhere."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=new_event_loop)


def config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves an application."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # an address holds no answer, but nobody needs a record of who asked when
        server_header=False,
        lifespan="off",
        timeout_keep_alive=ceil(settings.idle_seconds),
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        http=Http.limited(settings),
        ws="none",
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        FileError: the port is taken or not allowed.
        UsageError: the host is not an address of this machine.
    """
    bare = host.removeprefix("[").removesuffix("]")
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
        raise FileError(f"cannot listen on {address(host, port)}: {reason(error)}; choose another --port") from None
    return listener


def address(host: str, port: int) -> str:
    """The server's address for a browser."""
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}/"


def local_address(host: str, listener: socket.socket) -> str:
    """An address that works on this machine: one that means every address is none to go to."""
    if bound(listener).is_unspecified:
        host = "::1" if listener.family == socket.AF_INET6 else "127.0.0.1"
    return address(host, listener.getsockname()[1])
