"""The lessons: every case gives what its lesson expects, and every lesson has its parts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from screener.case.files import read_case
from screener.explain.kit.lesson import read_lesson
from screener.explain.smallest.supports import supports
from screener.explain.what_if import what_if
from screener.rulebook.cache import cached_rulebook
from screener.screening import Screener

FOLDER = Path(__file__).parents[2] / "examples" / "lessons"
LESSONS = sorted(path.name.removesuffix(".expected.yaml") for path in FOLDER.glob("*.expected.yaml"))
PARTS = ["## Story", "## Question", "## Expected reasoning", "## Pitfall"]


def test_there_are_at_least_six() -> None:
    assert len(LESSONS) >= 6
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"({name}.md)" in listed for name in LESSONS)


@pytest.mark.parametrize("name", LESSONS)
def test_parts(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    places = [text.index(part) for part in PARTS]
    assert places == sorted(places)
    assert f"$ screener explain examples/lessons/{name}.json" in text


@pytest.mark.parametrize("name", LESSONS)
def test_expectations(name: str, screener: Screener) -> None:
    expected = yaml.safe_load((FOLDER / f"{name}.expected.yaml").read_text(encoding="utf-8"))
    if book := read_lesson(name).book:
        screener = Screener(cached_rulebook(book))
    case = screener.examine(read_case(str(FOLDER / f"{name}.json"), screener.book.fields))
    for key, status in (("raised",) * 2, ("possible",) * 2, ("suppressed",) * 2, ("ruled_out", "ruled-out")):
        for flag in expected.get(key, []):
            assert case.outcome.status(flag) == status, flag
    for flag, groups in expected.get("enough", {}).items():
        found = [{field for field, _ in support.answers} for support in supports(case, flag)]
        assert found == [set(group) for group in groups], flag
    for question in expected.get("what_if", []):
        after = what_if(screener, case, question["change"]).after
        assert {flag: after.outcome.status(flag) for flag in question["then"]} == question["then"]
