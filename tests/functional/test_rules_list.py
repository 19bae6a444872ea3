"""`screener rules list` and `show`: what is in the rule book."""

from __future__ import annotations

import pytest

from rulefolder import screener_here
from screener.rulebook.book import RuleBook


@pytest.mark.parametrize("kind", ["rules", "flags", "findings", "packs", "sources", "settings", "questions"])
def test_list(kind: str, book: RuleBook) -> None:
    done = screener_here("rules", "list", kind)
    assert len(done.out.splitlines()) == len(getattr(book, kind))


def test_list_of_one_pack(book: RuleBook) -> None:
    lines = screener_here("rules", "list", "flags", "--pack", "article").out.splitlines()
    wanted = [name for name, flag in book.flags.items() if flag.pack in ("article", "safety")]
    assert [line.split()[0] for line in lines] == wanted


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("article-risk-of-both-vomiting", "concludes   risk-of-both"),
        ("suspect-magnesium", "rule        article-suspect-magnesium-risk-and-symptom: "),
        ("magnesium-symptom", "read by     article-suspect-magnesium-risk-and-symptom"),
        ("safety", "flag        adults-only: This tool is for adults"),
        ("A72", "rule        article-epsom-note-epsom-salts"),
    ],
)
def test_show(name: str, expected: str) -> None:
    done = screener_here("rules", "show", name)
    assert done.code == 0
    assert expected in done.out


def test_show_what_does_not_exist() -> None:
    done = screener_here("rules", "show", "suspect-magnesum")
    assert done.code == 2
    assert "did you mean `suspect-magnesium`?" in done.err


def test_every_subcommand_has_help_with_an_example() -> None:
    listed = screener_here("rules", "--help").out
    for name in ("list", "show", "check", "test", "prove", "coverage", "mutate", "diff", "docs", "schema"):
        assert f"\n  {name} " in listed
        assert f"Example: screener rules {name}" in screener_here("rules", name, "--help").out


def test_a_subcommand_that_does_not_exist() -> None:
    done = screener_here("rules", "chek")
    assert done.code == 2
    assert "did you mean `check`?" in done.err
