"""The published pages for tests: made once in a run, from the pinned files that `make site-runtime` fetches."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from browser import chromium, click
from screener.errors import FileError
from screener.site.fetch import Runtime, lock, pins, runtime

RUNTIME = Path(__file__).parent / "runtime"
FOLDER = "some/where"  # the folder of the host in which the pages are published


def need_runtime(more: Path | None = None) -> Runtime:
    """The pinned files; skips the test where they or Node.js are missing (or fails, with SCREENER_REQUIRE_ALL=1).

    Args:
        more: a list of further wheels.
    """
    wanted = replace(lock(), wheels=lock().wheels | (pins(more) if more else {}))
    reason = "Node.js is missing: sudo apt-get install -y nodejs"
    if shutil.which("node"):
        try:
            return runtime(RUNTIME, wanted)
        except FileError as error:
            reason = f"run `make site-runtime` ({error})"
    if os.environ.get("SCREENER_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def need_browser() -> None:
    """Skip the test where Chromium is missing."""
    chromium()


def made_once(folder: Path, book: Path | None = None) -> Path:
    """The published pages of a book in a folder that all processes of a test run share; made by the first."""
    files = need_runtime()
    from screener.site.build import site, write

    folder.mkdir(parents=True, exist_ok=True)
    out = folder / FOLDER
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            write(site(files, book), out)
            (folder / "made").touch()
    return out


class Quiet(SimpleHTTPRequestHandler):
    """As `python -m http.server`, without its log."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Host:
    """A static host that can be stopped, so that nothing is there any more, and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}/{FOLDER}/"

    def start(self) -> None:
        """Serve."""
        handler = functools.partial(Quiet, directory=str(self.folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Be gone."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    """A host of a folder."""
    host = Host(folder)
    host.start()
    try:
        yield host
    finally:
        host.stop()


class Window:
    """One window of the published pages, and every request and complaint."""

    def __init__(self, chrome: Any, host: Host, **options: Any) -> None:
        self.host = host
        self.context = chrome.new_context(**options)
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.requested.append(request.url))
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("response", self.note)
        self.page.goto(host.url)
        self.loaded()

    def note(self, response: Any) -> None:
        """Remember what was not found."""
        if response.status >= 400:
            self.complaints.append(response.url)

    def loaded(self) -> None:
        """Wait until the program answers and is kept for use without the network."""
        self.page.wait_for_selector("html[data-ready=offline]:not([data-busy])", state="attached")

    def settled(self) -> None:
        """Wait until the page that was asked for is shown."""
        self.page.wait_for_selector("html[data-ready]:not([data-busy])", state="attached")

    def press(self, name: str, exact: bool = True) -> None:
        """Press a button."""
        click(self.page.get_by_role("button", name=name, exact=exact).first)
        self.settled()

    def go(self, path: str) -> None:
        """Show a page of the application."""
        self.page.goto(f"{self.host.url}#/{path}")
        self.settled()

    def paste(self, case: Path) -> None:
        """Open a saved case; leads to the page with all answers."""
        self.page.locator("#tools summary").first.click()
        self.page.set_input_files("#open", str(case))
        self.page.wait_for_function("() => document.title.startsWith('Check your answers')")
        self.settled()

    def end(self) -> None:
        """Close the window; nothing was asked of anybody else, and the browser had nothing to complain about."""
        self.context.close()
        home = self.host.url.removesuffix(f"{FOLDER}/")
        assert [url for url in self.requested if not url.startswith((home, "blob:" + home))] == []
        assert self.complaints == [], self.complaints
