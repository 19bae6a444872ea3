"""Explanations on random cases and rule books: chains check, supports suffice, completions do what they say."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chains import check_chain
from engines import by_durable, by_reference
from pictures import assert_all_is_there, assert_geometry, assert_says_the_rules
from screener.case.answers import Choice, YesNo
from screener.case.intake import Intake
from screener.engine.facts import facts_of
from screener.explain.chain import chain_to
from screener.explain.picture.graph import graph_of
from screener.explain.picture.svg import laid_out, picture
from screener.explain.receipt.checker import check_receipt
from screener.explain.receipt.receipt import receipt, step_data, to_json
from screener.explain.smallest.completion import complete
from screener.explain.smallest.supports import MOST_GROUPS, supports
from screener.explain.teaching.replay import moments
from screener.explain.why_not import why_not
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from strategies import MEDICINE_NAMES, WRITTEN_NAMES, cases, rulebooks

FIELDS = Intake.fields

REAL_NAMES = [*MEDICINE_NAMES, *WRITTEN_NAMES]


def examined(book: RuleBook, answers: dict[str, Any], infer: Any = by_reference) -> ReportBuilder:
    intake = Intake.read(answers)
    (outcome,) = infer(book, [intake])
    return ReportBuilder(intake, facts_of(intake, book), outcome, book)


def changed(case: ReportBuilder, **answers: Any) -> ReportBuilder:
    return examined(case.book, {**case.intake.stored(), **answers})


def assert_explained(case: ReportBuilder) -> None:
    """Every chain leads from the answers alone to its conclusion, for the checker that shares nothing with engines."""
    for goal in case.book.conclusion_ids:
        value = case.outcome.values[goal]
        if value is not None:
            steps = json.loads(json.dumps([step_data(step) for step in chain_to(case, goal).steps]))
            check_chain(steps, case.intake.stored(), case.book, goal, value)
    assert check_receipt(json.loads(to_json(receipt(case))), case.book) == len(case.outcome.firings)


@settings(max_examples=max(40, settings().max_examples // 5))
@given(book=rulebooks(), answers=cases())
def test_chains_and_receipts_on_random_rule_books(book: RuleBook, answers: dict[str, Any]) -> None:
    assert_explained(examined(book, answers))


@settings(max_examples=max(20, settings().max_examples // 5))
@given(answers=cases(REAL_NAMES))
def test_chains_and_receipts_on_the_real_rule_book(answers: dict[str, Any], book: RuleBook) -> None:
    assert_explained(examined(book, answers))


@settings(max_examples=max(20, settings().max_examples // 5))
@given(answers=cases(REAL_NAMES), data=st.data())
def test_a_support_is_enough_and_minimal(answers: dict[str, Any], data: st.DataObject, book: RuleBook) -> None:
    case = examined(book, answers)
    raised = [name for name in case.book.flags if case.outcome.values[name]]
    assume(raised)
    goal = data.draw(st.sampled_from(raised))
    found = supports(case, goal)
    assert found
    sizes = [len(support.answers) for support in found]
    assert sizes == sorted(sizes) or "medicines" in {name for support in found for name, _ in support.answers}
    support = data.draw(st.sampled_from(found))
    names = {name for name, _ in support.answers}
    given_answers = case.intake.stored()
    # follow-ups count as no because of their parents: these go along; so does the age, which decides on the packs
    keep = names | {"age", "sex", "vomiting", "diarrhea", "kidney_disease", "diuretic", "potassium_prescribed"}
    alone = {name: value for name, value in given_answers.items() if name in keep}
    assert examined(book, alone).outcome.values[goal] is True or len(found) == MOST_GROUPS


@settings(max_examples=max(60, settings().max_examples // 5))
@given(book=rulebooks(most=4), answers=cases(), data=st.data())
def test_completions_on_random_rule_books(book: RuleBook, answers: dict[str, Any], data: st.DataObject) -> None:
    """A completion settles the conclusion; where none is found, none of many random ones does."""
    case = examined(book, answers)
    possible = [name for name in book.conclusion_ids if case.outcome.values[name] is None]
    assume(possible)
    goal = data.draw(st.sampled_from(possible))
    for wanted in (True, False):
        found = complete(case, goal, wanted)
        if found is not None:
            assert changed(case, **found.answers).outcome.values[goal] is wanted
        else:
            filled = data.draw(st.fixed_dictionaries(_fillings(case)))
            assert changed(case, **filled).outcome.values[goal] is not wanted


def _fillings(case: ReportBuilder) -> dict[str, st.SearchStrategy[Any]]:
    """A value for each unknown answer."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for name, kind in FIELDS.items():
        if getattr(case.intake, name) is None:
            if isinstance(kind, YesNo):
                found[name] = st.booleans()
            elif isinstance(kind, Choice):
                found[name] = st.sampled_from(kind.options)
            elif name == "medicines":
                found[name] = st.lists(st.sampled_from([{"name": n, "months": 9} for n in MEDICINE_NAMES]), max_size=3)
    return found


@settings(max_examples=max(20, settings().max_examples // 5))
@given(book=rulebooks(), answers=cases())
def test_replay_uses_only_what_was_shown(book: RuleBook, answers: dict[str, Any]) -> None:
    case = examined(book, answers, by_durable)
    shown = moments(case, everything=True)
    assert [(m.rule, m.concludes, m.raised) for m in shown] == [
        (f.rule, f.concludes, f.proved) for f in case.outcome.firings
    ]
    settled: dict[str, bool] = {}
    for moment in shown:
        for use in moment.uses:
            if use.kind == "conclusion":
                assert settled[use.name] is use.holds
        assert moment.last is None or moment.last < moment.number
        settled[moment.concludes] = moment.raised


@settings(max_examples=max(20, settings().max_examples // 5))
@given(book=rulebooks(), answers=cases())
def test_pictures_of_anything(book: RuleBook, answers: dict[str, Any]) -> None:
    """Nothing overlaps, and what is drawn says the same as the conditions; the same chains give the same bytes."""
    case = examined(book, answers)
    settled = [chain_to(case, name) for name in book.conclusion_ids if case.outcome.values[name] is not None]
    possible = [why_not(case, name) for name in book.conclusion_ids if case.outcome.values[name] is None]
    drawn = picture(settled, possible)
    assert drawn == picture(settled, possible)
    assert drawn.startswith("<svg ")
    assert "@P" not in drawn
    graph = graph_of(settled, possible)
    assert_says_the_rules(graph, case)
    fitted, layout = laid_out(graph)
    assert_geometry(layout)
    assert_all_is_there(fitted, graph, case)
    assert_geometry(laid_out(graph, levels="all")[1])
