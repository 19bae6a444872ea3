"""How, why not, what if and the smallest changes on single cases."""

from __future__ import annotations

import re
from typing import Any

import pytest

from screener.case.answers import Medicine
from screener.case.bound import Bound
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.errors import UsageError
from screener.explain.chain import chain_to
from screener.explain.goal import goal_of, is_red
from screener.explain.how import how
from screener.explain.questions import ask
from screener.explain.smallest.changes import smallest_changes
from screener.explain.smallest.supports import supports
from screener.explain.teaching.quiz import quiz
from screener.explain.text import brief, page
from screener.explain.what_if import changed, what_if
from screener.explain.why_not import why_not
from screener.report.build import ReportBuilder
from screener.report.text import render
from screener.report.urgency import kept_back
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from vignettes import FOLDER, SCREENED, Vignette, some_now


def examine(screener: Screener, **answers: Any) -> ReportBuilder:
    return screener.examine(Intake.read(answers))


@pytest.fixture
def v06(screener: Screener) -> ReportBuilder:
    return screener.examine(read_case(str(FOLDER / "V06-potassium-tablets-not-working.json"), Intake.fields))


def test_each_step_uses_only_earlier_ones(v06: ReportBuilder) -> None:
    chain = chain_to(v06, "check-both")
    assert [step.number for step in chain.steps] == list(range(1, len(chain.steps) + 1))
    assert all(number < step.number for step in chain.steps for number in step.rests_on)
    assert chain.steps[-1].concludes == "check-both"


def test_how_lists_the_shortest_support_first(v06: ReportBuilder) -> None:
    found = how(v06, "suspect-magnesium")
    sizes = [len(support.answers) for support in found.supports]
    assert sizes == sorted(sizes) == [2, 2, 2, 2, 3]
    assert [name for name, _ in found.supports[-1].answers] == [
        "told_low_potassium", "potassium_prescribed", "potassium_still_low",
    ]  # fmt: skip


def test_the_short_answer_says_what_was_found_and_what_was_ruled_out(screener: Screener) -> None:
    """A rule may rest on what was ruled out, and be refuted by what was found."""
    case = screener.examine(read_case(str(FOLDER / "C13-milk-of-magnesia-and-failing-kidneys.json"), Intake.fields))
    refuted = " ".join(brief(ask(screener, case, why_nots=["digoxin-combination"])).split())
    assert "medicines: milk of magnesia; not suspect-magnesium; high-magnesium - " in refuted
    raised = " ".join(brief(ask(screener, case, flags=["kidney-supplement-caution"])).split())
    assert "; not adults-only found before, in 2 steps: not adults-only, ask-before-supplements" in raised


def test_how_needs_a_raised_flag(v06: ReportBuilder) -> None:
    with pytest.raises(ValueError, match="not raised"):
        how(v06, "high-potassium")


def test_why_not_of_a_refuted_flag(v06: ReportBuilder) -> None:
    found = why_not(v06, "potassium-sparing-only")
    assert found.status == "ruled-out"
    assert found.refutation is not None
    assert [use.words for reason in found.refutation.steps[-1].reasons for use in reason.uses] == [
        "medicines: bendroflumethiazide"
    ]


def test_why_not_of_an_open_flag(screener: Screener) -> None:
    found = why_not(examine(screener, muscle_cramps=True), "suspect-potassium")
    assert found.status == "possible"
    assert found.raised_by is not None
    assert found.raised_by.answers == {"diuretic": True}
    assert found.ruled_out_by is not None
    assert {repr(value) for value in found.ruled_out_by.answers.values()} == {"False", "[]"}


def test_a_possible_flag_that_no_answers_would_raise(book: RuleBook) -> None:
    """Kleene's logic does not see that a part and its opposite cannot both hold."""
    from dataclasses import replace

    from screener.logic.condition import AllOf, Not, Yes
    from screener.rulebook.rule import Place, Rule

    both = AllOf((Yes("fatigue"), Not(Yes("fatigue"))))
    rule = Rule("the-rule", "article", "epsom-note", both, both, "because", ("ours",), Place("", 1, 1))
    odd = Screener(replace(book, rules=(*(r for r in book.rules if r.concludes != "epsom-note"), rule)))
    case = odd.examine(Intake.read({}))
    found = why_not(case, "epsom-note")
    assert (found.status, found.raised_by) == ("possible", None)
    assert found.ruled_out_by is not None
    text = " ".join(render(page(ask(odd, case, why_nots=["epsom-note"]))).split())
    assert "No answers to the open questions would raise it" in text


def test_months_in_a_completion(screener: Screener) -> None:
    case = examine(screener, medicines=["omeprazole"], muscle_cramps=True)
    found = why_not(case, "medicine-lowers-magnesium")
    assert found.raised_by is not None
    assert found.raised_by.answers == {"medicines": [{"name": "omeprazole", "months": 3.0}]}
    assert found.ruled_out_by is not None
    assert found.ruled_out_by.answers == {"medicines": [{"name": "omeprazole", "months": 0.0}]}


def test_a_number_of_which_a_bound_is_known_is_not_named_where_others_are_enough(screener: Screener) -> None:
    found = why_not(examine(screener, egfr="< 60 mL/min/1.73 m2"), "kidney-failure-no-supplements").raised_by
    assert found is not None
    assert found.answers == {"potassium_prescribed": True, "dialysis": True}
    needed = why_not(examine(screener, egfr="< 60 mL/min/1.73 m2", dialysis=False), "kidney-failure-no-supplements")
    assert needed.raised_by is not None
    assert needed.raised_by.answers == {"potassium_prescribed": True, "egfr": 29.0}


@pytest.mark.parametrize("name", ["suspct-magnesium", "urgency:never", ""])
def test_unknown_flags(name: str, v06: ReportBuilder) -> None:
    with pytest.raises(UsageError, match="there is no flag or finding"):
        goal_of(v06, name)


# what if


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ("fatigue=yes", "fatigue", True), ("fatigue=No", "fatigue", False), ("fatigue=unknown", "fatigue", None),
        ("fatigue=true", "fatigue", True), ("potassium=2.9", "potassium", 2.9),
        ("potassium=unknown", "potassium", None),
        ("magnesium=1.9 mg/dL", "magnesium", 0.781732), ("age=17", "age", 17), ("egfr=>60", "egfr", Bound(">", 60.0)),
        ("sex=male", "sex", "male"), ("medicines=none", "medicines", ()), ("medicines=unknown", "medicines", None),
        ("medicines=+omeprazole:12", "medicines", (Medicine("furosemide"), Medicine("omeprazole", 12))),
        ("medicines=-Lasix", "medicines", ()),
        ('medicines=["omeprazole"]', "medicines", (Medicine("omeprazole"),)),
    ],
)  # fmt: skip
def test_changes_are_read_like_a_case_file(change: str, field: str, value: Any, book: RuleBook) -> None:
    before = Intake.read({"medicines": ["furosemide"]})
    after = changed(before, book, [change])
    found = getattr(after, field)
    assert found == (pytest.approx(value, abs=1e-4) if isinstance(value, float) else value)
    assert before.medicines == (Medicine("furosemide"),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("fatigue", "write a field and a value"),
        ("fatige=yes", "did you mean `fatigue`"),
        ("fatigue=maybe", "use yes, no or unknown"),
        ("magnesium=1.9", "write the unit"),
        ("medicines=omeprazole", "`\\+name`"),
        ("medicines=-omeprazole", "not on the list"),
        ("medicines=[omeprazole", "is not a list"),
        ("medicines=" + "[" * 5000, "is not a list"),
        ("age=12.5", "not a whole number"),
    ],
)
def test_wrong_changes(change: str, message: str, book: RuleBook) -> None:
    with pytest.raises(UsageError, match=message):
        changed(Intake.read({"medicines": ["furosemide"]}), book, [change])


def test_what_if_shows_the_difference(screener: Screener, v06: ReportBuilder) -> None:
    found = what_if(screener, v06, ["potassium=2.4"])
    assert found.urgency == ("soon", "same-day")
    new = [firing.rule for firing in found.new if firing.rule]
    assert sorted(new) == ["safety-same-day-low-potassium", "safety-same-day-low-potassium-muscles"]
    nothing = what_if(screener, v06, ["potassium=3.1"])
    assert [*nothing.changes, *nothing.statuses, *nothing.new, *nothing.gone] == []


# smallest changes


@pytest.mark.parametrize(
    "name", ["urgency:soon", "heart-rhythm-care", "eating-disorder-care", "adults-only", "refeeding-risk"]
)
def test_none_for_red_flags(name: str, screener: Screener, book: RuleBook) -> None:
    assert is_red(book, name)
    case = examine(screener, palpitations=True, eating_disorder=True, potassium=2.9)
    for wanted in (True, False):
        found = smallest_changes(case, name, wanted)
        assert found.refused
        assert not found.sets


def test_every_safety_rule_concludes_something_red(book: RuleBook) -> None:
    assert all(is_red(book, rule.concludes) for rule in book.rules if rule.pack == "safety")


def test_changes_are_split_by_what_can_be_checked(v06: ReportBuilder) -> None:
    found = smallest_changes(v06, "refractory-potassium", False)
    assert {item.fields: item.checkable for item in found.sets} == {
        ("age",): False,
        ("told_low_potassium",): True,
        ("potassium_prescribed",): False,
        ("potassium_still_low",): True,
    }


def test_a_number_moves_to_the_nearest_region(screener: Screener) -> None:
    case = examine(screener, potassium=3.1, told_low_potassium=False)
    found = smallest_changes(case, "low-potassium-reported", False)
    moves = {move.value: move.words for item in found.sets for option in item.options for move in option}
    assert 3.5 in moves
    assert all(words.startswith("potassium result: ") for value, words in moves.items() if value == 3.5)


# what is kept back


HIGH = [v for v in SCREENED if "high-potassium" in v.expected["all"]["raised"]]


@pytest.mark.parametrize("vignette", HIGH, ids=lambda vignette: vignette.id)
def test_low_potassium_is_not_spoken_of_beside_a_high_one(vignette: Vignette, screener: Screener) -> None:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    text = render(page(ask(screener, case, ["suspect-potassium"] if case.outcome.values["suspect-potassium"] else [])))
    assert "low potassium" not in text.lower().replace("about low\n!   potassium", "").replace("said about low", "")
    values = case.outcome.values
    kept_back = [name for name in case.book.flags["high-potassium"].outdone if values.get(name, False) is not False]
    assert ("You gave a high potassium result" in " ".join(text.replace("!  ", "").split())) is bool(kept_back)


def test_a_hidden_rule_gives_no_reason(screener: Screener) -> None:
    case = examine(screener, potassium=5.8, diuretic=True, muscle_weakness=True)
    steps = chain_to(case, "suspect-potassium").steps
    assert steps[-1].reasons[0].text == kept_back()
    assert steps[-1].title == "suspect-potassium"


FORBIDDEN = re.compile(r"diagnos|deficient|\byou have\b|\btreat|\d ?%|\b(?:stop|start) taking", re.IGNORECASE)


@pytest.mark.parametrize("vignette", some_now(SCREENED))
def test_wording_and_what_every_page_carries(vignette: Vignette, screener: Screener) -> None:
    case = screener.examine(read_case(str(vignette.case), Intake.fields))
    names = list(case.book.flags)
    blocks = page(ask(screener, case, names, what_ifs=["fatigue=yes"], smallest=names))
    text = " ".join(render(blocks).split())
    disclaimer = " ".join(case.book.texts["disclaimer"].split())
    assert disclaimer in text
    assert " ".join(case.book.texts["safety-net"].split()) in text
    assert FORBIDDEN.search(text.replace(disclaimer, "")) is None


def test_a_quiz_is_the_same_each_time_and_its_answers_are_right(screener: Screener, v06: ReportBuilder) -> None:
    questions = quiz(v06)
    assert questions == quiz(v06)
    assert len(questions) >= 6
    places = {"raised": 0, "ruled-out": 1, "possible": 2}
    for question in questions:
        name = re.findall(r"\(([a-z-]+)\)\?$", question.ask)[-1]
        if question.choices[0].startswith("yes"):
            assert question.right == places[v06.outcome.status(name)]
        else:
            needed = {words for support in supports(v06, name) for _, words in support.answers}
            assert question.choices[question.right] in needed
            assert not needed & set(question.choices[: question.right] + question.choices[question.right + 1 :])
