"""What the worker of a page talks to: one window's session, with the published rule book or one of its own.

Requests of the browser go to the application of `screener serve` and back without a server between them. Everything is
answered in this one process, by the reference engine. The answers of a visit are in its memory alone.
"""

from __future__ import annotations

import gc
import json
import logging
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote

from screener.errors import EngineFault, UsageError
from screener.rulebook import kept
from screener.rulebook.cache import take_ready
from screener.site.inside.books import Checked, Given, checked
from screener.web.app import create_app
from screener.web.desk.desk import TASKS
from screener.web.settings import Settings, host_of
from screener.web.under import Under
from screener.web.visits import COOKIE, Visits

if TYPE_CHECKING:
    from starlette.types import Message

OWN: Final = Path("/own")  # where a book that was dropped onto the page is unpacked
MAIN: Final = Path("/site/books")  # the published book, where it is not the program's own
TOLD: Final = "folder"  # the file that says which of the folders there it is
READY: Final = Path("/site/book.kept")  # the published book as it was read when the pages were made
Headers: TypeAlias = list[tuple[str, str]]
Buffer: TypeAlias = "bytes | memoryview"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages are published: the scheme and host of their address, and the folder, `/` or `/some/where/`."""

    scheme: str = "https"
    host: str = "localhost"
    root: str = "/"


@dataclass(frozen=True, slots=True)
class PageResponse:
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

    def __init__(self, settings: Settings, place: Address) -> None:
        logging.getLogger("screener").setLevel(logging.ERROR)  # that the reference engine runs is said on the pages
        self.place, self.folder = place, place.root.rstrip("/")
        try:
            self.host = host_of(place.host)
        except UsageError:  # one that the application cannot know is called this machine's own
            self.host = "localhost"
        self.visits = Visits(clock=lambda: 0.0)  # they end with the window, and not before
        named = Settings(settings.rules_folder, settings.packs, (self.host,))
        self.app = Under(create_app(named, visits=self.visits), self.folder)
        self.key = ""

    async def answer(self, method: str, target: str, headers: Sequence[Sequence[str]], body: Buffer) -> PageResponse:
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
            "scheme": self.place.scheme, "path": self.folder + unquote(path),
            "raw_path": (self.folder + path).encode(), "root_path": "", "query_string": query.encode(),
            "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in sent],
            "client": None, "server": (self.host, None),
        }  # fmt: skip
        begun: Message = {"status": 500, "headers": []}
        answer = bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.update(message)
            else:
                answer.extend(message.get("body", b""))

        await self.app(scope, receive, send)
        return PageResponse(begun["status"], self._shown(begun["headers"]), bytes(answer))

    def _shown(self, headers: Sequence[tuple[bytes, bytes]]) -> Headers:
        """The headers for the browser, which is not given the key of the visit: there is one visit in a window."""
        found: Headers = []
        for name, value in ((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in headers):
            if name == "set-cookie":
                morsel = SimpleCookie(value).get(COOKIE)
                self.key = morsel.value if morsel is not None else self.key
            elif name != "content-length":
                found.append((name, value))
        return found

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


class PageSession:
    """One window. Everything that it is told is gone with it.

    Args:
        place: where the pages are published.
        folder: the published rule book; the program's own when None.
        home: where a dropped book is unpacked.
    """

    def __init__(self, place: Address, folder: Path | None = None, home: Path = OWN) -> None:
        self.place = place
        self.folder = folder
        self.home = home
        self.room = 0  # in which of two rooms the files of a dropped book are: the next one goes into the other
        self.known = b""
        self.bridge = Bridge(Settings(folder), place)

    async def answer(self, method: str, target: str, headers: Sequence[Sequence[str]], body: Buffer) -> PageResponse:
        """What the application says to a request; see `Bridge.answer`."""
        return await self.bridge.answer(method, target, headers, body)

    def use(self, given: Given) -> Checked:
        """Check a rule book that was dropped onto the page, and use it from now on if it can be used.

        The answers given so far belong to the questions of another book: they are deleted.
        """
        other = 1 - self.room
        found = checked(given, self.home / str(other))
        if found.folder is not None:
            self.room = other
            self.bridge = Bridge(Settings(found.folder), self.place)
        return found

    def use_published(self) -> None:
        """Go back to the published rule book; the answers to the other one are deleted."""
        self.bridge = Bridge(Settings(self.folder), self.place)

    async def warm(self) -> str:
        """Get everything ready, so that a picture of the memory has it; the name of the engine that answers.

        Raises:
            EngineFault: a case without answers is not screened, or the first page is not made.
        """
        self.known = await self._screened()
        self.engine = str(json.loads(self.known)["engine"])
        for module in TASKS:
            import_module(f"screener.web.desk.{module}")
        if (await self.answer("GET", "/", [], b"")).status != HTTPStatus.OK:
            raise EngineFault("the first page is not made")
        gc.freeze()  # what is here stays; it need not be looked through again and again
        gc.enable()
        return self.engine

    async def go_on(self) -> None:
        """Go on from a picture of the memory: with a secret of its own, and only if the same case has the same report.

        Raises:
            EngineFault: the memory is not what it was.
        """
        self.bridge.visits.secret = Visits().secret
        if await self._screened() != self.known:
            raise EngineFault("the memory was not restored")

    async def _screened(self) -> bytes:
        """The report on a case without answers."""
        found = await self.answer("POST", "/v1/screen", [("content-type", "application/json")], b"{}")
        if found.status != HTTPStatus.OK:
            raise EngineFault(f"a case without answers is refused with {found.status}")
        return found.body


def published(home: Path = MAIN) -> Path | None:
    """The folder of the published rule book; None when it is the program's own."""
    told = home / TOLD
    return home / told.read_text(encoding="utf-8") if told.is_file() else None


def begin(place: Address, ready: Path = READY) -> PageSession:
    """The session of a window that was just opened, with the rule book as it was read when the pages were made."""
    folder = published()
    if ready.is_file():
        take_ready(folder, kept.thawed(ready.read_bytes()))
    return PageSession(place, folder)
