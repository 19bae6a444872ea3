"""What the benchmarks give to other rule engines means the same as the rule book."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from benchmarks.cases import RandomCases
from benchmarks.encodings import generated_python
from benchmarks.rails import rails_of, true_steps
from screener.engine import reference
from screener.facts import facts_of
from screener.intake import Intake
from screener.rulebook.rule import RuleBook
from strategies import cases, rulebooks


def proved_by_reference(book: RuleBook, intake: Intake) -> set[str]:
    return {name for name, value in reference.infer(book, facts_of(intake, book)).values.items() if value}


def test_the_rails_of_the_own_rule_book_prove_what_the_reference_proves(book: RuleBook) -> None:
    rails = rails_of(book)
    seen: set[str] = set()
    for intake in RandomCases(book, 11).intakes(500):
        expected = proved_by_reference(book, intake)
        assert rails.raised(true_steps(rails, facts_of(intake, book))) == expected
        seen |= expected
    assert len(seen) > 0.9 * len(book.conclusion_ids)


@given(book=rulebooks(), answers=cases())
def test_the_rails_of_any_rule_book_prove_what_the_reference_proves(book: RuleBook, answers: dict[str, Any]) -> None:
    rails, intake = rails_of(book), Intake.read(answers)
    assert rails.raised(true_steps(rails, facts_of(intake, book))) == proved_by_reference(book, intake)


def test_generated_python_says_the_same(book: RuleBook) -> None:
    rails = rails_of(book)
    python = generated_python(rails)
    for intake in RandomCases(book, 12).intakes(200):
        answer = python.infer(python.prepare(rails.true(facts_of(intake, book))))
        assert rails.raised(python.read(answer)) == proved_by_reference(book, intake)
