"""Every question, with its help and reason, and every flag's explanation can be read at 11 to 13 years."""

from __future__ import annotations

import re

import pytest

from screener.workbench.check.reading_level import grade
from shippedbook import BOOK

HIGHEST = 8.0  # the grade of 13-year-olds
# a medicine's name has to be copied from the packet, however long it is
MEDICINES = [name for entry in BOOK.medicines.entries for name in entry.names]


def level(*texts: str) -> float:
    return grade(" ".join(text if re.search(r"[.?!]$", text) else f"{text}." for text in texts if text), MEDICINES)


@pytest.mark.parametrize("field", BOOK.questions)
def test_questions(field: str) -> None:
    question = BOOK.questions[field]
    assert level(question.ask, question.help, question.why, question.statement) <= HIGHEST


@pytest.mark.parametrize("screen", BOOK.screens)
def test_screens(screen: str) -> None:
    on_it = [one.statement for one in BOOK.questions.values() if one.screen == screen]
    assert level(BOOK.screens[screen].ask, BOOK.screens[screen].hint, *on_it) <= HIGHEST


def test_every_question_of_a_list_is_a_statement_on_it() -> None:
    lists = {name for name, screen in BOOK.screens.items() if not screen.form}
    assert all(bool(one.statement) == (one.screen in lists) for one in BOOK.questions.values())


@pytest.mark.parametrize("flag", BOOK.flags)
def test_flags(flag: str) -> None:
    assert level(BOOK.flags[flag].explanation) <= HIGHEST


def test_a_hard_text_fails() -> None:
    assert level("Concomitant diuretic administration necessitates periodic electrolyte evaluation.") > HIGHEST
