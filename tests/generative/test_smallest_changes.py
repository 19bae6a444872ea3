"""The smallest changes are exactly those that brute force finds: on random cases, on all vignettes, on random books."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import Found, smallest
from engines import by_reference
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.engine.facts import facts_of
from screener.explain.goal import is_red
from screener.explain.smallest.changes import smallest_changes
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from strategies import MEDICINE_NAMES, WRITTEN_NAMES, cases, rulebooks
from vignettes import SCREENED, Vignette, some_now

REAL_NAMES = [*MEDICINE_NAMES, *WRITTEN_NAMES]
EACH = 6  # goals of a vignette that are tried on each run; all of them nightly


def examined(book: RuleBook, intake: Intake) -> ReportBuilder:
    (outcome,) = by_reference(book, [intake])
    return ReportBuilder(intake, facts_of(intake, book), outcome, book)


def by_code(case: ReportBuilder, goal: str, wanted: bool) -> Found:
    found: Found = {}
    for item in smallest_changes(case, goal, wanted).sets:
        options = {frozenset((move.field, repr(move.value)) for move in option) for option in item.options}
        assert len(options) == len(item.options)
        assert frozenset(item.fields) not in found
        found[frozenset(item.fields)] = options
    return found


def assert_equal(case: ReportBuilder, goal: str) -> None:
    for wanted in (True, False):
        if case.outcome.values[goal] is not wanted:
            assert by_code(case, goal, wanted) == smallest(case, goal, wanted), (goal, wanted)


def goals(case: ReportBuilder) -> list[str]:
    return [name for name in (*case.book.findings, *case.book.flags) if not is_red(case.book, name)]


@settings(max_examples=max(60, settings().max_examples // 4))
@given(answers=cases(REAL_NAMES), data=st.data())
def test_on_random_cases(answers: dict[str, Any], data: st.DataObject, book: RuleBook) -> None:
    case = examined(book, Intake.read(answers))
    assert_equal(case, data.draw(st.sampled_from(goals(case))))


@settings(max_examples=max(40, settings().max_examples // 8))
@given(book=rulebooks(), answers=cases(), data=st.data())
def test_on_random_rule_books(book: RuleBook, answers: dict[str, Any], data: st.DataObject) -> None:
    case = examined(book, Intake.read(answers))
    names = goals(case)
    if names:
        assert_equal(case, data.draw(st.sampled_from(names)))


@pytest.mark.parametrize("vignette", some_now(SCREENED))
def test_on_vignettes(vignette: Vignette, book: RuleBook) -> None:
    case = examined(book, read_case(str(vignette.case), Intake.fields))
    for goal in sorted(goals(case), key=lambda name: crc32((vignette.id + name).encode()))[:EACH]:
        assert_equal(case, goal)


@pytest.mark.nightly
@pytest.mark.parametrize("vignette", SCREENED, ids=lambda vignette: vignette.id)
def test_on_vignettes_every_flag(vignette: Vignette, book: RuleBook) -> None:
    case = examined(book, read_case(str(vignette.case), Intake.fields))
    for goal in goals(case):
        assert_equal(case, goal)
