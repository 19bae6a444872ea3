"""The answers of visitors, in the memory of this process alone: so that Back, Forward and Reload work on every page.

A visitor's browser holds a random key in a cookie; all that is in an address is the number of a page and nothing else.
A page is kept as what shows it again, not as HTML. All is gone after `IDLE` seconds without a request, when the visitor
deletes it, and when the server ends; what was not used for longest goes first when there is too much.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import Final

COOKIE: Final = "visit"
IDLE: Final = 1800.0  # seconds
MOST_VISITS: Final = 10_000
MOST_PAGES: Final = 100  # of one visit; the oldest go first
MOST_BYTES: Final = 200_000_000  # of all visits together
OF_A_PAGE: Final = 300  # bytes that a page takes besides its fields


@dataclass
class VisitInterview:
    """One interview: its answers as the pages hold them. A visit has several when there are several windows."""

    answers: str = ""


@dataclass(frozen=True)
class Kept:
    """What shows a page again.

    Attributes:
        path: where the form was sent that leads to it.
        fields: the fields of that form but the answers, which are those of the run.
    """

    path: str
    fields: bytes
    run: VisitInterview


@dataclass
class Visit:
    """What one visitor's pages are."""

    touched: float
    pages: OrderedDict[int, Kept] = field(default_factory=OrderedDict)
    last: int = 0

    def add(self, page: Kept) -> int:
        """Keep a page; its number."""
        self.last += 1
        self.pages[self.last] = page
        while len(self.pages) > MOST_PAGES:
            self.pages.popitem(last=False)
        return self.last

    def size(self) -> int:
        """How many bytes it takes, about."""
        runs = {id(page.run): len(page.run.answers) for page in self.pages.values()}
        return sum(runs.values()) + sum(len(page.fields) + OF_A_PAGE for page in self.pages.values())


class Visits:
    """All visits, each reachable by its own key only.

    Args:
        clock: the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.secret = secrets.token_bytes(32)
        self.kept: OrderedDict[str, Visit] = OrderedDict()
        self.sizes: dict[str, int] = {}
        self.bytes = 0

    def new_key(self) -> str:
        """A key that nobody can guess, and that this server knows for its own."""
        name = secrets.token_hex(16)
        return name + self.mark(name)

    def is_key(self, key: str) -> bool:
        """Whether a key was made here: nobody can choose one for somebody else."""
        return key.isascii() and hmac.compare_digest(key[32:], self.mark(key[:32]))

    def mark(self, name: str) -> str:
        """What only this server can put behind the name in a key."""
        return hmac.new(self.secret, name.encode(), sha256).hexdigest()

    def get(self, key: str) -> Visit | None:
        """The visit of a key, if it is there; it counts as used now."""
        self.tidy()
        visit = self.kept.get(key) if self.is_key(key) else None
        if visit is not None:
            visit.touched = self.clock()
            self.kept.move_to_end(key)
        return visit

    def add(self, key: str, page: Kept) -> int:
        """Keep a page for a key that was made here; its number."""
        visit = self.get(key) or self.kept.setdefault(key, Visit(self.clock()))
        number = visit.add(page)
        size = visit.size()
        self.bytes += size - self.sizes.get(key, 0)
        self.sizes[key] = size
        self.tidy()
        return number

    def held(self) -> tuple[bytes, dict[str, Visit]]:
        """All that is held, for another process that goes on with it: the secret behind the keys, the visits by key."""
        self.tidy()
        return self.secret, dict(self.kept)

    def take_over(self, secret: bytes, visits: dict[str, Visit]) -> None:
        """Go on with what another process held; every visit counts as used now."""
        self.secret = secret
        for key, visit in visits.items():
            visit.touched = self.clock()
            self.kept[key] = visit
            self.sizes[key] = visit.size()
        self.bytes = sum(self.sizes.values())

    def forget(self, key: str) -> None:
        """Delete a visit now."""
        if self.kept.pop(key, None) is not None:
            self.bytes -= self.sizes.pop(key, 0)

    def tidy(self) -> None:
        """Delete what is too old, and what is too much."""
        old = self.clock() - IDLE
        while self.kept:
            key, visit = next(iter(self.kept.items()))
            if visit.touched > old and len(self.kept) <= MOST_VISITS and self.bytes <= MOST_BYTES:
                return
            self.forget(key)
