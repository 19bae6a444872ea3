"""Shared fixtures and the Hypothesis profiles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from screener.rulebook.book import RuleBook
from screener.rulebook.load import load_rulebook
from screener.screening import Screener

ROOT = Path(__file__).parent.parent

_slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_slow)
settings.register_profile("nightly", max_examples=4000, deadline=None, suppress_health_check=_slow)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


# Files whose tests decide questions about the whole rule book, run many commands or servers, or draw many books:
# together they take far longer than the few minutes that a run on each change may take.
SLOW_FILES = frozenset({
    "test_batch_reading.py", "test_broken_input.py", "test_cql.py", "test_engines_agree.py", "test_explanations.py",
    "test_fhir_mutations.py", "test_rails.py", "test_rules_robust.py",
    "test_smallest_changes.py", "test_space.py", "test_wide_books.py", "test_enumeration.py", "test_rules_prove.py",
    "test_rules_coverage.py", "test_rules_faults.py", "test_rules_diff.py", "test_rules_docs.py", "test_rules_list.py",
    "test_flag_urgency.py", "test_fhir.py", "test_fhir_form_program.py", "test_embedded.py", "test_browser.py",
    "test_cds_hooks.py", "test_front_door.py", "test_http.py", "test_library.py", "test_limits.py", "test_pool.py",
    "test_questions.py", "test_safety.py", "test_schemathesis.py", "test_serve.py", "test_wheel.py", "test_examples.py",
    "test_contributing.py", "test_lessons.py", "test_notebook.py",
})  # fmt: skip
SLOW_FOLDERS = frozenset({"generative", "web"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="also run what takes long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--nightly"):
        skip = pytest.mark.skip(reason="takes long; run `make test-nightly`")
        for item in items:
            if "nightly" in item.keywords or item.path.name in SLOW_FILES or item.path.parent.name in SLOW_FOLDERS:
                item.add_marker(skip)


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
    """The project's own rule book, freshly loaded."""
    return load_rulebook(ROOT / "rules")


@pytest.fixture(scope="session")
def screener(book: RuleBook) -> Screener:
    """All packs, on the durable engine."""
    return Screener(book)


@pytest.fixture(scope="session")
def article_screener(book: RuleBook) -> Screener:
    """The article and safety packs, on the durable engine."""
    return Screener(book, ["article"])
