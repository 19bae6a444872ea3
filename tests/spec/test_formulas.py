"""The rule book's many small rules add up to the formulas they were written from."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings

from formulas import conclusions
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from shippedbook import BOOK
from strategies import cases

NAMES = [entry.generic for entry in BOOK.medicines.entries]
SOME_NAMES = random.Random(5).sample(NAMES, 40)


@pytest.mark.parametrize("packs", [["article"], None], ids=["article", "all"])
@settings(max_examples=settings().max_examples * 3)
@given(answers=cases(SOME_NAMES))
def test_the_rules_add_up_to_the_formulas(packs: list[str] | None, answers: dict[str, Any]) -> None:
    book = BOOK.select(packs)
    intake = Intake.read(answers)
    found = reference.infer(book, facts_of(intake, book)).values
    assert dict(found) == conclusions(intake, book)
