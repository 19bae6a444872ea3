"""The sets that `prove` decides over agree with the reference engine, on every assignment that is tried.

An assignment is a case and one way in which its open answers turn out. The case itself must have the statuses that the
sets say are known; the case with all open answers filled in must have those that the sets say are real.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conditions import mapped
from screener.case.answers import Number, YesNo
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import Facts, facts_of
from screener.engine.outcome import Outcome
from screener.logic.condition import ALWAYS, Condition, Takes
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.levels import LEVELS
from screener.rulebook.rule import URGENCY
from screener.workbench.space.space import Space
from screener.workbench.space.variables import GIVEN, VariableLayout, answers_of
from strategies import rulebooks

FIELDS = Intake.fields


def completed(space: Space, assignment: dict[str, bool]) -> dict[str, bool]:
    """The assignment with every open answer given as it turns out."""
    found = dict(assignment)
    shown = dict(space.book.followups)
    for name in space.layout.fields:
        if isinstance(FIELDS[name], Number) or found.get(f"{name}.{GIVEN}"):
            continue
        if name in shown and isinstance(FIELDS[name], YesNo):
            facts = facts_of(Intake.read(answers_of(space.layout, found)), space.book)
            if evaluate(shown[name], Facts(facts.values, None).truth, {}) is False:
                continue  # not asked
        found[f"{name}.{GIVEN}"] = True
    for kind in space.layout.kinds:
        if kind.limits and found.get(f"{kind.name}.open"):
            spans = range(1, len(kind.limits) + 1)
            reached = next((n for n in spans if not found.get(f"{kind.name}.really{n}")), len(kind.limits) + 1) - 1
            found[f"{kind.name}.open"] = False
            found[f"{kind.name}.{reached}"] = True
    return found


def settled(space: Space, assignment: dict[str, bool]) -> RuleBook:
    """The book where a time that was not given counts: that it was not given is a fact, which no completion changes."""
    facts = facts_of(Intake.read(answers_of(space.layout, {**assignment, f"medicines.{GIVEN}": True})), space.book)

    def leaf(atom: Condition) -> Condition:
        return ALWAYS if isinstance(atom, Takes) and atom.unknown_counts and facts.truth(atom) else atom

    rules = (replace(rule, condition=mapped(rule.condition, leaf)) for rule in space.book.rules)
    return replace(space.book, rules=tuple(rules))


def outcome(space: Space, assignment: dict[str, bool], book: RuleBook | None = None) -> Outcome:
    intake = Intake.read(answers_of(space.layout, assignment))
    return reference.infer(book or space.book, facts_of(intake, book or space.book))


def holds(space: Space, found: Any, assignment: dict[str, bool]) -> bool:
    return bool(space.diagrams.bdd.let(assignment, found) == space.diagrams.everything)


def assert_agree(space: Space, chosen: set[str]) -> None:
    assignment = {name: name in chosen for name in space.layout.all_variables()}
    seen = outcome(space, assignment)
    real = outcome(space, completed(space, assignment), settled(space, assignment))
    for name, pair in space.known.conclusions.items():
        assert holds(space, pair.proved, assignment) == (seen.values[name] is True), name
        assert holds(space, pair.refuted, assignment) == (seen.values[name] is False), name
        assert holds(space, space.real.conclusions[name].proved, assignment) == (real.values[name] is True), name
    for flag in space.book.flags:
        assert holds(space, space.raised(flag), assignment) == (seen.status(flag) == "raised"), flag
    for level in LEVELS[1:]:
        rank = LEVELS.index(level)
        assert holds(space, space.at_least(level), assignment) == (LEVELS.index(seen.urgency) >= rank)
        assert holds(space, space.at_least(level, "open"), assignment) == (LEVELS.index(seen.urgency_could_be) >= rank)


FEW = settings(max_examples=max(30, settings().max_examples // 4))


@FEW
@given(book=rulebooks(), data=st.data())
def test_on_random_rule_books(book: RuleBook, data: st.DataObject) -> None:
    space = Space(book)
    names = space.layout.all_variables()
    for _ in range(3):
        assert_agree(space, data.draw(st.sets(st.sampled_from(names))) if names else set())


def test_on_the_real_rule_book(book: RuleBook) -> None:
    space = Space(book)
    names = space.layout.all_variables()
    given_ones = [name for name in names if name.endswith(f".{GIVEN}")]

    @given(st.sets(st.sampled_from(names)), st.sets(st.sampled_from(given_ones)))
    @FEW
    def agree(some: set[str], answered: set[str]) -> None:
        assert_agree(space, some | answered)

    agree()


@FEW
@given(book=rulebooks(most=4))
def test_the_smallest_case_is_a_case_of_the_set_and_none_is_smaller(book: RuleBook) -> None:
    space = Space(book)
    for name in book.conclusion_ids:
        example = space.example(space.proved(name))
        assert (example is None) == space.empty(space.proved(name))
        if example is not None:
            assert reference.infer(book, facts_of(Intake.read(example), book)).values[name] is True
            for field in example:
                fewer = {key: value for key, value in example.items() if key != field}
                assert reference.infer(book, facts_of(Intake.read(fewer), book)).values[name] is not True


@FEW
@given(book=rulebooks(most=3))
def test_counts_are_those_of_an_enumeration(book: RuleBook) -> None:
    layout = VariableLayout((book,))
    names = layout.all_variables()
    if not names or len(names) > 10:
        return
    space = Space(book)
    assignments = [{name: bool(n >> i & 1) for i, name in enumerate(names)} for n in range(1 << len(names))]
    for name in book.conclusion_ids[:3]:
        found = space.proved(name)
        expected = sum(holds(space, found, assignment) for assignment in assignments)
        assert space.diagrams.size(found, set(names)) == expected


def test_urgency_levels_are_conclusions(book: RuleBook) -> None:
    space = Space(book)
    assert {URGENCY + level for level in LEVELS[1:]} <= set(space.known.conclusions)
