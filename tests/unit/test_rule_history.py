"""`since` and `changed` of a rule: read strictly, shown to readers, and without any meaning for a case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rulefolder import ROOT
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.errors import RuleBookError
from screener.rulebook.book import RuleBook
from screener.workbench.diff.diff import text_changes
from screener.workbench.docs import pages
from screener.workbench.words import show

RULE = "    because: The soil is dry.\n"


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "book")
    return tmp_path / "book"


def add(folder: Path, lines: str) -> None:
    path = folder / "plants" / "pack.yaml"
    path.write_text(path.read_text().replace(RULE, RULE + lines))


@pytest.mark.parametrize(
    "lines",
    [
        "    since: 0.1.0\n",
        "    since: 0.0.9\n    changed: 0.1.0\n",
        "    since: 2025-02-28\n    changed: 2026-03-31\n",
        "    since: 0.1.0\n    changed: 2026-03-31\n",
        "    changed: 0.0.10\n    since: 0.0.9\n",
    ],
)
def test_versions_and_dates(plants: Path, lines: str) -> None:
    add(plants, lines)
    (rule,) = RuleBook.load(plants).rules
    assert all(
        f"{key}: {moment}" in lines for key, moment in (("since", rule.since), ("changed", rule.changed)) if moment
    )


@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        ("    since: 0.2.0\n", "16:5", "`0.2.0` is later than the version of this book, 0.1.0"),
        ("    since: 0.1\n", "16:5", "`0.1` is neither a version of the book, such as 2.1.0, nor a date"),
        ("    since: 2026-02-30\n", "16:5", "`2026-02-30` is neither a version"),
        ("    since: last year\n", "16:5", "`last year` is neither a version"),
        ("    since: 0.1.0\n    changed: 0.0.9\n", "17:5", "`0.0.9` is before `since` (0.1.0)"),
        ("    since: 2026-03-31\n    changed: 2026-03-30\n", "17:5", "`2026-03-30` is before `since` (2026-03-31)"),
        ("    since: [0.1.0]\n", "16:5", "`[…]` should be text"),
        ("    sinse: 0.1.0\n", "16:5", "`sinse` does not belong here, did you mean `since`?"),
    ],
)
def test_what_is_neither_is_an_error_at_its_place(plants: Path, lines: str, place: str, message: str) -> None:
    add(plants, lines)
    with pytest.raises(RuleBookError) as found:
        RuleBook.load(plants)
    assert f"book/plants/pack.yaml:{place}: {message}" in str(found.value)


def test_a_rule_of_the_other_book_has_the_versions_of_that_book(plants: Path) -> None:
    add(plants, "    since: 0.1.0\n")
    clinic = plants.parent / "clinic"
    (clinic / "ours").mkdir(parents=True)
    (clinic / "ours" / "pack.yaml").write_text("title: Ours\nversion: 1.0.0\nabout: Nothing yet.\n")
    (clinic / "rulebook.yaml").write_text("version: 0.0.1\ntitle: Ours\nextends: ../book\npacks: [ours]\n")
    assert RuleBook.load(clinic).rules[0].since == "0.1.0"


def test_readers_see_it_and_no_case_does(plants: Path) -> None:
    before = RuleBook.load(plants)
    add(plants, "    since: 0.0.9\n    changed: 0.1.0\n")
    after = RuleBook.load(plants)
    assert "  since       0.0.9\n  changed     0.1.0" in show(after, "plants-water-it-dry-soil")
    assert "  *Since* 0.0.9, *Changed* 0.1.0." in pages(after)["plants.md"].splitlines()
    assert [change.parts for change in text_changes(before, after)] == [("since", "changed")]
    for answers in ({}, {"dry_soil": True}, {"dry_soil": False}):
        outcomes = [reference.infer(book, facts_of(book.intake.read(answers), book)) for book in (before, after)]
        assert outcomes[0] == outcomes[1]
