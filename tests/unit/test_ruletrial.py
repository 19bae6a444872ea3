"""One rule tried in place of another: each rule of the book unchanged, what is wrong at its place, hostile texts."""

from __future__ import annotations

import time

import pytest

from screener.rulebook.book import RuleBook
from screener.rulebook.contents import rules_folder
from screener.web.desk.written import as_written
from screener.workbench.ruletrial import tried

RULE = "article-refractory-potassium-still-low"


@pytest.fixture(scope="module")
def text(book: RuleBook) -> str:
    return as_written(book.rule[RULE], rules_folder())


def test_every_rule_as_it_stands_changes_nothing(book: RuleBook) -> None:
    for rule in book.rules:
        found = tried(book, {rule.id: as_written(rule, rules_folder())})
        assert found.book is not None, rule.id
        assert not found.problems, rule.id
        assert all(result.passed for result in found.results), rule.id
        again = found.book.rule[rule.id]
        assert (again.condition, again.because, again.cases) == (rule.condition, rule.because, again.cases)
        assert [case.answers for case in again.cases] == [case.answers for case in rule.cases]


def test_a_changed_rule_is_another_book(book: RuleBook, text: str) -> None:
    found = tried(book, {RULE: text.replace("{potassium_still_low: yes}", "{potassium_still_low: no}", 1)})
    assert found.book is not None
    assert found.book.sha256 != book.sha256
    assert found.book.rule[RULE].when != book.rule[RULE].when
    assert [(one.case.expect, one.got) for one in found.results if not one.passed] == [
        ("fires", "silent"), ("silent", "fires"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("potassium_still_low", "potassium_still_lo", 3, "did you mean `potassium_still_low`?"),
        ("concludes: refractory-potassium", "concludes: refractory", 2, "there is no finding or flag `refractory`"),
        ("sources: [A04,", "sources: [A999,", 7, "there is no source `A999`"),
        ("  when:", "  whan:", 3, "did you mean `when`?"),
        (f"- id: {RULE}", "- id: another", 1, f"the id stays `{RULE}`"),
        ("told_low_potassium: yes}, {", "told_low_potassium: yes, {", 3, ""),
        ("{all: [", "{all: [{finding: suspect-magnesium}, ", 0, "the rules go in a circle"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(old: str, new: str, line: int, says: str, book: RuleBook, text: str) -> None:
    assert old in text
    found = tried(book, {RULE: text.replace(old, new, 1)})
    assert found.book is None
    assert any(problem.line == line and says in problem.message for problem in found.problems), found.problems


def test_what_is_odd_is_said_and_can_be_used(book: RuleBook, text: str) -> None:
    found = tried(book, {RULE: with_condition("{any: [{fatigue: yes}, {not: {fatigue: yes}}]}")})
    assert found.book is not None
    assert any("always true" in problem.message for problem in found.problems)
    forbidden = tried(book, {RULE: text.replace("because: >-\n", "because: >-\n    You have a deficiency.\n")})
    assert any(problem.check == "forbidden-word" and problem.line == 4 for problem in forbidden.problems)


def test_a_flag_that_nothing_concludes_any_more_is_said(book: RuleBook) -> None:
    only = next(rules[0] for name, rules in book.rules_for.items() if name in book.flags and len(rules) == 1)
    other = next(name for name in book.findings if name not in (only.concludes, *book.reads(only.concludes)))
    text = as_written(only, rules_folder()).replace(f"concludes: {only.concludes}", f"concludes: {other}", 1)
    found = tried(book, {only.id: text})
    assert found.book is None
    assert any("no rule concludes" in problem.message or "circle" in problem.message for problem in found.problems)


DEEP = "{not: " * 2000 + "{fatigue: yes}" + "}" * 2000
WIDE = "{at_least: {count: 300, of: [" + ", ".join(["{fatigue: yes}"] * 600) + "]}}"
BOMB = "- &a [x, x]\n- [*a, *a]\n"
TAG = "!!python/object/apply:os.system [ls]"
REST = "because: It is so.\n  sources: [ours]\n  cases: [{fires: {fatigue: yes}}]"


def with_condition(when: str) -> str:
    return f"- id: {RULE}\n  concludes: refractory-potassium\n  when: {when}\n  {REST}"


@pytest.mark.parametrize(
    "hostile",
    ["", "\0", "\ud800", "- id: [", TAG, BOMB, "- id: x\n- id: y", "5", "{}", "- 5", "- null", with_condition(DEEP),
     with_condition(WIDE)],
)  # fmt: skip
def test_a_hostile_text_is_a_problem_and_takes_no_time(hostile: str, book: RuleBook) -> None:
    begun = time.process_time()  # of the processor: the machine may be busy
    found = tried(book, {RULE: hostile})
    assert time.process_time() - begun < 5
    assert found.book is None
    assert found.problems
