"""What the benchmarks give to other rule engines means the same as the rule book."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from benchmarks.cases import RandomCases
from benchmarks.encodings import generated_python
from benchmarks.rails import rails_of, true_steps
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from strategies import cases, rulebooks


def said_by_reference(book: RuleBook, intake: Intake) -> set[str]:
    outcome = reference.infer(book, facts_of(intake, book))
    decided = {name if value else f"not {name}" for name, value in outcome.values.items() if value is not None}
    return decided | set(outcome.rules)


def test_the_rails_of_the_own_rule_book_say_what_the_reference_says(book: RuleBook) -> None:
    rails = rails_of(book)
    seen: set[str] = set()
    fires = (next(case for case in rule.cases if case.expect == "fires") for rule in book.rules)
    for intake in (*RandomCases(book, 11).intakes(400), *(book.intake.read(case.answers) for case in fires)):
        expected = said_by_reference(book, intake)
        assert rails.said(true_steps(rails, facts_of(intake, book))) == expected
        seen |= expected
    assert len(seen) > 0.9 * (2 * len(book.conclusion_ids) + len(book.rules))


@given(book=rulebooks(), answers=cases())
def test_the_rails_of_any_rule_book_say_what_the_reference_says(book: RuleBook, answers: dict[str, Any]) -> None:
    rails, intake = rails_of(book), Intake.read(answers)
    assert rails.said(true_steps(rails, facts_of(intake, book))) == said_by_reference(book, intake)


def test_generated_python_says_the_same(book: RuleBook) -> None:
    rails = rails_of(book)
    python = generated_python(rails)
    for intake in RandomCases(book, 12).intakes(200):
        answer = python.infer(python.prepare(rails.true(facts_of(intake, book))))
        assert rails.said(python.read(answer)) == said_by_reference(book, intake)
