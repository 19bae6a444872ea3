"""From a request of the browser to the application of `screener serve` and back, without a server between them.

Everything is answered in this one process, by the reference engine. The answers of a visit are in its memory alone.
"""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from screener.errors import UsageError
from screener.web.app import create_app
from screener.web.hosts import host_of
from screener.web.settings import Settings
from screener.web.under import moved_address, moved_page
from screener.web.visits import COOKIE, Visits

if TYPE_CHECKING:
    from starlette.types import Message

Headers: TypeAlias = list[tuple[str, str]]
Buffer: TypeAlias = "bytes | memoryview"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages are published: the scheme and host of their address, and the folder, `/` or `/some/where/`."""

    scheme: str = "https"
    host: str = "localhost"
    root: str = "/"


@dataclass(frozen=True, slots=True)
class Answered:
    """A response; its pages have the addresses of the place where they are published."""

    status: int
    headers: Headers
    body: bytes


class Bridge:
    """The application for one rule book, with the visits of one window.

    Args:
        settings: which rule book.
        place: where the pages are published.
    """

    def __init__(self, settings: Settings, place: Place) -> None:
        logging.getLogger("screener").setLevel(logging.ERROR)  # that the reference engine runs is said on the pages
        self.place, self.folder = place, place.root.rstrip("/")
        self.host = _host(place.host)
        self.visits = Visits(clock=lambda: 0.0)  # they end with the window, and not before
        named = Settings(settings.rules_folder, settings.packs, (self.host,))
        self.app = create_app(named, visits=self.visits)
        self.key = ""

    async def answer(self, method: str, target: str, headers: Sequence[Sequence[str]], body: Buffer) -> Answered:
        """What the application says to a request.

        Args:
            target: path and query, counted from the folder in which the pages are published.
            headers: pairs; the browser's own cookies are not among them.
        """
        content = bytes(body)
        path, _, query = target.partition("?")
        kept = [(name.lower(), value) for name, value in headers if name.lower() not in ("host", "cookie")]
        sent = [*kept, ("host", self.host), ("content-length", str(len(content)))]
        if self.key:
            sent.append(("cookie", f"{COOKIE}={self.key}"))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": self.place.scheme, "path": unquote(path), "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in sent],
            "client": None, "server": (self.host, None),
        }  # fmt: skip
        collected = _Collected(content)
        await self.app(scope, collected.receive, collected.send)
        return self._read(collected)

    def _read(self, collected: _Collected) -> Answered:
        found: Headers = []
        for name, value in collected.headers:
            if name == "set-cookie":
                self._keep(value)
            elif name == "location":
                found.append((name, moved_address(value, self.folder)))
            elif name != "content-length":
                found.append((name, value))
        body = bytes(collected.body)
        if dict(found).get("content-type", "").startswith("text/html"):
            body = moved_page(body, self.folder)
        return Answered(collected.status, found, body)

    def _keep(self, cookie: str) -> None:
        """The key of the visit, which no browser is given: there is one visit in this window."""
        morsel = SimpleCookie(cookie).get(COOKIE)
        self.key = morsel.value if morsel is not None else self.key

    def state(self) -> bytes:
        """The visits as bytes, for the same window after it was loaded anew; nobody writes them down."""
        return pickle.dumps((self.key, *self.visits.held()), protocol=5)

    def answers(self) -> bool:
        """Whether anything was answered that ends with this window."""
        pages = (page for visit in self.visits.kept.values() for page in visit.pages.values())
        return any(json.loads(page.run.answers or "{}") for page in pages)

    def restore(self, state: bytes) -> None:
        """Go on with the visits of before."""
        self.key, secret, visits = pickle.loads(state)
        self.visits.take_over(secret, visits)


class _Collected:
    """One exchange: gives the body of the request, collects what is sent back."""

    def __init__(self, body: bytes) -> None:
        self.request = body
        self.status = 500
        self.headers: Headers = []
        self.body = bytearray()

    async def receive(self) -> Message:
        return {"type": "http.request", "body": self.request, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in message["headers"]]
        else:
            self.body += message.get("body", b"")


def _host(name: str) -> str:
    """The host under which the application answers; one that it cannot know is called this machine's own."""
    try:
        return host_of(name)
    except UsageError:
        return "localhost"
