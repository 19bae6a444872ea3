"""Every engine means the same, on random rule books and on the real one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import ENGINES, OTHERS, meaning
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook
from strategies import MEDICINE_NAMES, WRITTEN_NAMES, cases, rulebooks

REAL_NAMES = [*MEDICINE_NAMES, *WRITTEN_NAMES]


def assert_agree(book: RuleBook, answers: list[dict[str, Any]]) -> None:
    intakes = [Intake.read(case) for case in answers]
    expected = [meaning(outcome) for outcome in ENGINES["reference"](book, intakes)]
    for engine in OTHERS:
        assert [meaning(outcome) for outcome in ENGINES[engine](book, intakes)] == expected, engine


@given(book=rulebooks(), answers=st.lists(cases(), min_size=1, max_size=5))
def test_on_random_rule_books(book: RuleBook, answers: list[dict[str, Any]]) -> None:
    assert_agree(book, answers)


@pytest.mark.parametrize("packs", [["article"], None], ids=["article", "all"])
@settings(max_examples=max(10, settings().max_examples // 10))
@given(answers=st.lists(cases(REAL_NAMES), min_size=5, max_size=10))
def test_on_the_real_rule_book(packs: list[str] | None, book: RuleBook, answers: list[dict[str, Any]]) -> None:
    assert_agree(book.select(packs), answers)
