"""The documentation as a site, built as `make docs` does: a broken link, or a page that nothing leads to, fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ELSEWHERE = re.compile(r"""<(?:script|link|img|iframe)[^>]+(?:src|href)=["'](?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_commands_and_functions_are_there(site: Path) -> None:
    commands = (site / "commands.html").read_text(encoding="utf-8")
    for command in ("ask", "batch", "explain", "prove", "questionnaire"):
        assert f">{command}<" in commands.replace('<a class="headerlink"', "<"), command
    assert 'id="screener.screening.screen"' in (site / "python.html").read_text(encoding="utf-8")


def test_what_pages_link_to_in_the_repository_is_on_the_site(site: Path) -> None:
    for name in ("CONTRIBUTING.html", "examples/lessons/index.html", "rules/vocabulary/codes.csv"):
        assert (site / "repository" / name).is_file(), name
    assert 'href="repository/CONTRIBUTING.html"' in (site / "workbench.html").read_text(encoding="utf-8")


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    assert [page.name for page in pages if ELSEWHERE.search(page.read_text(encoding="utf-8"))] == []
