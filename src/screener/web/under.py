"""The pages in a folder of another server's addresses: `/questions` is `/screener/questions` outside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from screener.errors import UsageError, echo

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers: TypeAlias = list[tuple[bytes, bytes]]

# the addresses on a page that begin at the root of the server; text is escaped and cannot look like one
_ROOTED: Final = re.compile(rb'(\s(?:href|src|action|formaction)=")/(?![/"])|(\s(?:href|action|formaction)=")/(?=")')
_COOKIE_PATH: Final = re.compile(rb"(;\s*path=)/(?=;|$)", re.IGNORECASE)
_FOLDER: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


def folder_of(given: str) -> str:
    """A folder of addresses such as `/screener`, without a slash at its end; empty for the root.

    Raises:
        UsageError: it is none.
    """
    folder = given.rstrip("/")
    if folder and not _FOLDER.fullmatch(folder):
        raise UsageError(f"{echo(given)} is not a folder of addresses; write one such as `/screener`")
    return folder


def moved_page(page: bytes, folder: str) -> bytes:
    """An HTML page whose own addresses begin with a folder."""
    root = folder.encode() + b"/"
    return _ROOTED.sub(lambda match: (match[1] or match[2]) + root, page)


def moved_address(address: str, folder: str) -> str:
    """An address of this server as it is outside; one of another server as it is."""
    return folder + address if address.startswith("/") and not address.startswith("//") else address


class Under:
    """An ASGI application around another one, whose addresses begin with a folder.

    Requests are understood with the folder and without it: some proxies take it away, some do not.

    Args:
        folder: see `folder_of`; where that is empty, addresses stay as they are.
    """

    def __init__(self, app: ASGIApp, folder: str) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the folder from the request, and put it on what the response says."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head_only = scope["method"] == "HEAD"  # its length is that of the page as it is outside
        start: Message | None = None
        page = bytearray()  # it is held until it is whole

        async def outside(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                message = {**message, "headers": self.headers(message.get("headers", ()))}
                if _is_page(message["headers"]):
                    start = message
                    return
            elif start is not None:
                page.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                body = moved_page(bytes(page), self.folder)
                others = [header for header in start["headers"] if header[0].lower() != b"content-length"]
                await send({**start, "headers": [*others, (b"content-length", str(len(body)).encode())]})
                message = {"type": "http.response.body", "body": body}
            if head_only and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        inside = {**self.inside(scope), "method": "GET"} if head_only else self.inside(scope)
        await self.app(inside, receive, outside)

    def inside(self, scope: Scope) -> Scope:
        """The request as the application knows it."""
        path: str = scope["path"]
        if path != self.folder and not path.startswith(self.folder + "/"):
            return scope
        raw: bytes = scope.get("raw_path") or path.encode()
        return {
            **scope, "path": path.removeprefix(self.folder) or "/",
            "raw_path": raw.removeprefix(self.folder.encode()) or b"/",
        }  # fmt: skip

    def headers(self, given: Sequence[tuple[bytes, bytes]]) -> Headers:
        """What a response says, as it is outside."""
        return [(name, self.header(name.lower(), value)) for name, value in given]

    def header(self, name: bytes, value: bytes) -> bytes:
        """A header as it is outside; its name is in lower case."""
        if name == b"location":
            return moved_address(value.decode("latin-1"), self.folder).encode("latin-1")
        if name == b"set-cookie":
            return _COOKIE_PATH.sub(rb"\1" + self.folder.encode() + b"/", value)
        return value


def _is_page(headers: Headers) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
