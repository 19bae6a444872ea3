"""Chromium for tests, and a server that it talks to; skipped with a reason where the browser is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


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
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def click(found: Any) -> None:
    """Click, and wait until the page that this leads to, if any, is whole: Playwright waits for its beginning only."""
    found.click()
    found.page.wait_for_load_state()
