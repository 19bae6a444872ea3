"""Many visitors at one server: what their answers take in memory, and whether each reaches nothing but their own.

Every visitor opens the first page, says that there is no urgent sign and gives an age of their own. Then a thousand
more come than are kept, so that the oldest go. `SCREENER_VISITS` sets how many come at first (default 10,000, the most
that are kept; with fewer, nobody has to go).
"""

from __future__ import annotations

import os
import random
import re
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from benchmarks.web import Server, resident
from screener.web.visits import MOST_VISITS

MORE = 1_000
TRIED = 500  # visitors whose pages are looked at again
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """A browser that keeps its cookie, on a connection that all share."""

    def __init__(self, line: HTTPConnection, number: int) -> None:
        self.line = line
        self.age = 18 + number % 80
        self.key = ""
        self.last = ""

    def go(self, method: str, path: str, filled: list[tuple[str, str]] | None = None) -> str:
        """A page, after one redirection at most."""
        headers = {"Cookie": f"visit={self.key}"} if self.key else {}
        self.line.request(method, path, urlencode(filled or []), {**headers, **(FORM if method == "POST" else {})})
        answer = self.line.getresponse()
        text = answer.read().decode()
        self.key = given(answer) or self.key
        self.last = path
        to = answer.getheader("Location") if answer.status == 303 else ""
        assert answer.status in (200, 303), f"{method} {path}: {answer.status}"
        return self.go("GET", to) if to else text

    def answer(self) -> None:
        """The first screens of the questionnaire."""
        self.go("GET", "/")
        signs = self.go("POST", "/questions", [("length", "default")])
        about = self.go("POST", "/questions", [*held(signs), ("none", "yes")])
        self.go("POST", "/questions", [*held(about), ("value-age", str(self.age)), ("value-sex", "male")])

    def is_there(self) -> bool:
        """Whether the last page still shows the answers of this visitor."""
        shown = dict(held(self.go("GET", self.last)))
        return f'"age":{self.age}' in shown.get("answers", "").replace(" ", "")


def given(answer: HTTPResponse) -> str:
    found = re.match(r"visit=([0-9a-f]{96})", answer.getheader("Set-Cookie") or "")
    return found[1] if found else ""


def held(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that asks, which has the most."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL)
    fields = max((HIDDEN.findall(form) for form in forms), key=len, default=[])
    return [(name, unescape(value)) for name, value in fields]


def main() -> None:
    count = int(os.environ.get("SCREENER_VISITS", str(MOST_VISITS)))
    with Server() as server:
        line = HTTPConnection("127.0.0.1", server.port)
        server_id = str(server.process.pid)
        warm = [Visitor(line, number) for number in range(20)]
        for visitor in warm:
            visitor.answer()
            visitor.go("POST", "/forget")
        before = resident(server_id)
        print(f"without visits: {before:.0f} MB in the server, {server.memory():.0f} MB with its workers")
        visitors = []
        for number in range(count):
            visitors.append(Visitor(line, number))
            visitors[-1].answer()
            if number + 1 in (count // 10, count):
                grown = resident(server_id) - before
                each = grown * 1e6 / (number + 1)
                print(f"{number + 1:,} visits of 3 pages: +{grown:.1f} MB ({each:,.0f} bytes each)")
        tried = random.Random(1).sample(visitors, min(TRIED, count))
        lost = sum(not visitor.is_there() for visitor in tried)
        print(f"{len(tried)} of them looked at again: {lost} without their own answers (wanted: 0)")
        for visitor in tried:
            visitor.go("POST", "/forget")
        left = sum(visitor.is_there() for visitor in tried)
        print(f"the same after they deleted their answers: {left} still there (wanted: 0)")
        if count >= MOST_VISITS:
            for number in range(len(tried) + MORE):
                Visitor(line, number).answer()
            kept = set(visitors) - set(tried)
            oldest = [visitor for visitor in visitors if visitor in kept][:MORE]
            gone = sum(not visitor.is_there() for visitor in oldest)
            grown = resident(server_id) - before
            print(f"{MORE:,} more than are kept: +{grown:.1f} MB; the oldest {MORE:,} are gone: {gone:,} (wanted: all)")


if __name__ == "__main__":
    main()
