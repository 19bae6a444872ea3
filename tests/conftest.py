"""Shared fixtures and the Hypothesis profiles."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import prefork
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from shippedbook import BOOK

ROOT = Path(__file__).parent.parent

_slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_slow)
settings.register_profile("nightly", max_examples=1000, deadline=None, suppress_health_check=_slow)
settings.register_profile("browser", settings.get_profile("default"), max_examples=25)  # Python there is slow
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="also run what takes long")


def pytest_configure() -> None:
    """Where tests run in the background, Ctrl-C is ignored by this process and, so, by every command that it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--nightly"):
        skip = pytest.mark.skip(reason="takes long; run `make test-nightly`")
        for item in items:
            if "nightly" in item.keywords:
                item.add_marker(skip)


def pytest_sessionfinish() -> None:
    prefork.close()


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests neither read nor leave anything in the user's cache folder."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session")
def book() -> RuleBook:
    """The project's own rule book."""
    return BOOK


@pytest.fixture(scope="session")
def screener(book: RuleBook) -> Screener:
    """All packs, on the durable engine."""
    return Screener(book)


@pytest.fixture(scope="session")
def article_screener(book: RuleBook) -> Screener:
    """The article and safety packs, on the durable engine."""
    return Screener(book, ["article"])
