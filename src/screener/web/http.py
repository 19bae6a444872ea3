"""HTTP as uvicorn speaks it with httptools, made as careful as the slower one with h11.

The length of a head is limited, a client that offers another protocol, as Java's does with every request, keeps the
body of its request, and no connection is kept for a client that is silent, drips or does not read.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from screener.web.settings import Settings

LONGEST_HEAD: Final = 32_768  # bytes of a request's head, or of what follows the last piece of a body
LINGER_SECONDS: Final = 1.0  # for a last answer to be read, and between the application's limit of a body and ours

# what a connection waits for: a request, the rest of its head, the rest of its body, our answer to be made and read
Waiting: TypeAlias = Literal["request", "head", "body", "answer"]


class Http(HttpToolsProtocol):
    """One connection."""

    settings: Settings
    seconds: Mapping[Waiting, float]
    data = b""  # what arrived last
    offered = False  # another protocol, by the request that is read once more
    unread = 0  # bytes since something was complete: a head, a piece of a body, a request
    waiting: Waiting = "request"
    until = 0.0  # when the wait ends, by the loop's clock
    clock: asyncio.TimerHandle | None = None

    @classmethod
    def limited(cls, settings: Settings) -> type[Http]:
        """Connections with the limits of one server."""
        seconds = {
            "request": settings.idle_seconds,
            "head": settings.head_seconds,
            "body": settings.body_seconds + LINGER_SECONDS,  # the application answers before
            "answer": 2 * settings.job_seconds + settings.idle_seconds,  # its place in the queue, the work, the reading
        }
        return type("LimitedHttp", (cls,), {"settings": settings, "seconds": seconds})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Part of asyncio's protocol."""
        super().connection_made(transport)
        self.wait_for("request")
        if len(self.connections) > self.settings.connections:
            self.refuse(503, "Too many connections; try again later.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's protocol."""
        if self.clock is not None:
            self.clock.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        if self.transport.is_closing():
            return
        self.data = data
        self.unread += len(data)
        if self.waiting == "request" or (self.waiting == "answer" and self.unread == len(data)):
            self.wait_for("head")
        super().data_received(data)
        self.data = b""
        if self.unread > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"A request's head may have at most {LONGEST_HEAD} bytes.")

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.unread = 0
        self.wait_for("body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self.unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.unread = 0
        super().on_message_complete()
        answered = self.cycle is None or self.cycle.response_complete
        self.wait_for("request" if answered else "answer")

    def on_response_complete(self) -> None:
        """Called by the request that was answered."""
        super().on_response_complete()
        if self.waiting == "answer":
            self.wait_for("request" if self.cycle.response_complete else "answer")

    # time

    def wait_for(self, what: Waiting) -> None:
        """Wait for something, for as long as it may take."""
        self.waiting = what
        self.until = self.loop.time() + self.seconds[what]
        if self.clock is None or self.clock.when() > self.until:
            self.set_clock()

    def set_clock(self) -> None:
        """Look again when the wait ends."""
        if self.clock is not None:
            self.clock.cancel()
        self.clock = self.loop.call_at(self.until, self.look)

    def look(self) -> None:
        """End the connection if the wait is over; what is sent or waited for since has set another end."""
        self.clock = None
        if self.transport.is_closing():
            self.transport.abort()
        elif self.loop.time() < self.until:
            self.set_clock()
        elif self.waiting == "head":
            self.refuse(408, f"The request did not arrive within {self.settings.head_seconds:g} seconds.")
        else:
            self.close()

    def refuse(self, status: int, message: str) -> None:
        """Say why, and close the connection."""
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        if self.cycle is None or self.cycle.response_complete:  # not in the middle of an answer
            self.transport.write(STATUS_LINE[status] + head % len(message) + message.encode())
        self.close()

    def close(self) -> None:
        """Close the connection, soon also for a client that does not read."""
        self.transport.close()
        self.until = self.loop.time() + LINGER_SECONDS
        self.set_clock()

    # other protocols

    def _should_upgrade(self) -> bool:
        return True  # to what comes next

    def handle_websocket_upgrade(self) -> None:
        """Called when another protocol was offered: the same request is read once more, without the offer."""
        error = sys.exception()
        method = self.parser.get_method()
        if self.offered or method == b"CONNECT" or not isinstance(error, httptools.HttpParserUpgrade):
            self.send_400_response("Invalid HTTP request received.")
            return
        head = [b"%b %b HTTP/1.1\r\n" % (method, self.url)]
        head += [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.offered = True
        self.data_received(b"".join([*head, b"\r\n", self.data[error.args[0] :]]))
        self.offered = False
