"""What the worker of a page talks to: one window's session, with the published rule book or one of its own."""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Final

from screener.errors import EngineFault
from screener.rulebook import kept
from screener.rulebook.cache import take_ready
from screener.site.inside.books import Checked, Given, checked
from screener.site.inside.bridge import Answered, Bridge, Buffer, Place
from screener.web.desk.desk import TASKS
from screener.web.settings import Settings
from screener.web.visits import Visits

OWN: Final = Path("/own")  # where a book that was dropped onto the page is unpacked
MAIN: Final = Path("/site/books")  # the published book, where it is not the program's own
TOLD: Final = "folder"  # the file that says which of the folders there it is
READY: Final = Path("/site/book.kept")  # the published book as it was read when the pages were made


class Session:
    """One window. Everything that it is told is gone with it.

    Args:
        place: where the pages are published.
        folder: the published rule book; the program's own when None.
        home: where a dropped book is unpacked.
    """

    def __init__(self, place: Place, folder: Path | None = None, home: Path = OWN) -> None:
        self.place = place
        self.folder = folder
        self.home = home
        self.room = 0  # in which of two rooms the files of a dropped book are: the next one goes into the other
        self.known = b""
        self.bridge = Bridge(Settings(folder), place)

    async def answer(self, method: str, target: str, headers: Sequence[Sequence[str]], body: Buffer) -> Answered:
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


def begin(place: Place, ready: Path = READY) -> Session:
    """The session of a window that was just opened, with the rule book as it was read when the pages were made."""
    folder = published()
    if ready.is_file():
        take_ready(folder, kept.thawed(ready.read_bytes()))
    return Session(place, folder)
