"""Chromium for tests, and a server that it talks to; skipped with a reason where the browser is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from waiting import LONG


def chromium() -> str:
    """Where Chromium is; skips the test when it is not (or fails, with SCREENER_REQUIRE_ALL=1)."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
    )
    if not found:
        reason = "Chromium is missing: sudo apt-get install -y chromium"
        if os.environ.get("SCREENER_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """A browser of playwright."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"], timeout=1000 * LONG)
        for make in (opened.new_context, opened.new_page):
            setattr(opened, make.__name__, patient(make))
        yield opened
        opened.close()


def patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """Makes what waits as long as a busy machine needs."""

    def made(**options: Any) -> Any:
        found = make(**options)
        found.set_default_timeout(1000 * LONG)
        return found

    return made


def click(found: Any) -> None:
    """Click, and wait until the page that this leads to, if any, is whole: Playwright waits for its beginning only."""
    found.click()
    found.page.wait_for_load_state()
