"""HTTP as uvicorn speaks it with httptools, made as careful as its slower sister with h11.

The length of a head is limited, and a client that offers another protocol, as Java's does with every request, keeps
the body of its request.
"""

from __future__ import annotations

import sys
from typing import Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD: Final = 32_768  # bytes of a request's head, or of what follows the last piece of a body


class Http(HttpToolsProtocol):
    """One connection."""

    data = b""  # what arrived last
    offered = False  # another protocol, by the request that is read once more
    unread = 0  # bytes since something was complete: a head, a piece of a body, a request

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        self.data = data
        self.unread += len(data)
        super().data_received(data)
        self.data = b""
        if self.unread > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"A request's head may have at most {LONGEST_HEAD} bytes.")

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        self.unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self.unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.unread = 0
        super().on_message_complete()

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
