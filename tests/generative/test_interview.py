"""Skipping is sound: whatever the length, the flags are those of answering everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import enumeration
from interviews import consistent, sit
from screener.case.answers import YesNo
from screener.case.intake import Intake
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.engine.reference import infer
from screener.interview.known import known
from screener.interview.relevance import Residue
from screener.interview.session import Interview, Session
from screener.logic.condition import Not, Yes, fields
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question
from screener.rulebook.rule import URGENCY, Flag, Rule
from shippedbook import BOOK
from strategies import HERE, answers_for, rulebooks

FIELDS = Intake.fields

MEDICINES = ["furosemide", "omeprazole", "citalopram", "digoxin", "ramipril", "amlodipine", "prednisolone", "no such"]
FULL, DEFAULT, QUICK = (Interview(BOOK, length) for length in ("fixed-order", "default", "quick"))
ASKED_IN_RANDOM_BOOKS = (
    "fatigue", "sex", "nausea", "diuretic", "medicines", "anxiety", "vomiting", "cannot_keep_fluids_down", "potassium",
)  # fmt: skip
MOST_COMBINATIONS = 250  # answers to one flag that are all tried; of more, some are drawn
DRAWN = 30


def mostly_no(name: str) -> st.SearchStrategy[Any]:
    """Answers as people give them: mostly no; sometimes yes, or not known."""
    if isinstance(FIELDS[name], YesNo):
        return st.sampled_from([False] * 12 + [True, True, None])
    return st.none() | answers_for(name, MEDICINES)


def people(book: RuleBook) -> st.SearchStrategy[dict[str, Any]]:
    """An answer, or "I don't know", to every question."""
    freely = st.fixed_dictionaries({name: answers_for(name, MEDICINES) for name in book.questions})
    return freely | st.fixed_dictionaries({name: mostly_no(name) for name in book.questions})


def outcome(session: Session) -> Outcome:
    """What is concluded from the answers, by the judge of all engines."""
    book = session.interview.book
    return infer(book, facts_of(session.intake(), book))


def shown(book: RuleBook, found: Outcome) -> dict[str, Any]:
    """Everything a report shows of it but the reasons."""
    statuses = {name: found.status(name) for name in (*book.findings, *book.flags)}
    return {**statuses, "urgency": found.urgency, "urgency_could_be": found.urgency_could_be}


def assert_sound(interviews: tuple[Interview, ...], person: dict[str, Any], at_once: bool = False) -> None:
    """The lengths agree.

    Args:
        at_once: all answers are given at once where everything is asked, which comes to the same (see below).
    """
    person = consistent(person, interviews[0])
    full = interviews[0].session(person) if at_once else sit(interviews[0], person)
    default, quick = (sit(interview, person) for interview in interviews[1:])
    book = full.interview.book
    everything = outcome(full)
    assert shown(book, outcome(quick)) == shown(book, everything)
    assert shown(book, outcome(default)) == shown(book, everything)
    assert sorted(outcome(default).rules) == sorted(everything.rules)
    listed = quick.interview.layout.listed  # more statements on a list are no more questions
    assert set(quick.answers) - listed <= set(default.answers) <= set(full.answers)


@given(people(BOOK))
def test_every_length_gives_the_flags_of_answering_everything(person: dict[str, Any]) -> None:
    assert_sound((FULL, DEFAULT, QUICK), person)


@given(rulebooks(), st.data())
def test_the_same_for_any_rule_book(book: RuleBook, data: st.DataObject) -> None:
    questions = {name: Question(name, "", "", "?", "", kind=Intake.fields[name]) for name in ASKED_IN_RANDOM_BOOKS}
    followup = replace(questions["cannot_keep_fluids_down"], show_if=Yes("vomiting"))
    always = {name: replace(questions[name], always=True) for name in data.draw(st.sets(st.sampled_from(["nausea"])))}
    book = replace(book, questions={**questions, **always, "cannot_keep_fluids_down": followup})
    full, default, quick = (Interview(book, length) for length in ("fixed-order", "default", "quick"))
    assert_sound((full, default, quick), data.draw(people(book)))


def test_a_last_resort_does_not_settle_the_urgency_while_a_lower_level_is_open() -> None:
    flag = Flag("last", "main", "last", "text", (), urgency="same-day", last_resort=True)
    rules = tuple(
        Rule(name, "main", concludes, when, when, "because", ("ours",), HERE)
        for name, concludes, when in (("1", "last", Not(Yes("fatigue"))), ("2", URGENCY + "routine", Yes("nausea")))
    )
    questions = {name: Question(name, "", "", "?", "", kind=Intake.fields[name]) for name in ("fatigue", "nausea")}
    book = replace(BOOK, rules=rules, flags={"last": flag}, findings={}, notes=(), questions=questions)
    lengths = tuple(Interview(book, length) for length in ("fixed-order", "default", "quick"))
    for fatigue, nausea in product((True, False, None), repeat=2):
        assert_sound(lengths, {"fatigue": fatigue, "nausea": nausea})
    session = lengths[-1].session({"fatigue": False})
    assert (session.outcome.urgency, session.open) == ("same-day", ("nausea",))
    assert session.answer("nausea", True).outcome.urgency == "routine"


@given(people(BOOK))
def test_answering_everything_is_screening_the_case_without_what_does_not_apply(person: dict[str, Any]) -> None:
    read = DEFAULT.session(person)
    everything = outcome(sit(FULL, person))
    assert shown(BOOK, infer(BOOK, facts_of(read.intake(), BOOK))) == shown(BOOK, everything)


@given(people(BOOK))
def test_the_session_knows_its_outcome(person: dict[str, Any]) -> None:
    session = sit(DEFAULT, person)
    assert dict(session.outcome.values) == dict(outcome(session).values)
    assert session.residue.proved == set(outcome(session).rules)


@given(people(BOOK), st.randoms(use_true_random=False))
def test_answers_in_any_order_and_changed_on_the_way_give_the_same_session(person: dict[str, Any], random: Any) -> None:
    session = DEFAULT.session()
    order = list(person)
    random.shuffle(order)
    for name in order[:20]:
        session = session.answer(name, None)
    for name in order:
        session = session.answer(name, person[name])
    again = DEFAULT.session(person)
    assert dict(session.residue.values) == dict(again.residue.values)
    assert session.residue.proved == again.residue.proved
    assert session.open == again.open
    assert session.residue.needed("default") == again.residue.needed("default")


@given(people(BOOK))
def test_what_a_quick_interview_leaves_open_was_asked_and_not_known(person: dict[str, Any]) -> None:
    from screener.report.build import ReportBuilder

    session = sit(QUICK, person)
    intake = session.intake()
    report = ReportBuilder(intake, facts_of(intake, BOOK), outcome(session), BOOK)
    assert set(report.unanswered()) <= set(session.answers)


@given(people(BOOK), st.integers(0, 60))
def test_a_saved_interview_goes_on_where_it_stopped(person: dict[str, Any], stop: int) -> None:
    session = DEFAULT.session()
    for _ in range(stop):
        step = session.next()
        if step is None:
            break
        session = session.answer(step.question.field, person.get(step.question.field))
    again = DEFAULT.session(session.case())
    assert again.open == session.open
    assert again.case() == session.case()


# by enumeration: every flag with its own answers


def behind(flag: str) -> RuleBook:
    """The rule book with nothing but what concludes one flag."""
    needed, rest = set[str](), [flag]
    while rest:
        name = rest.pop()
        if name not in needed:
            needed.add(name)
            rest += BOOK.reads(name)
    rules = tuple(rule for rule in BOOK.rules if rule.concludes in needed)
    flags = {
        name: replace(one, suppresses=tuple(needed.intersection(one.suppresses)))
        for name, one in BOOK.flags.items()
        if name in needed
    }
    findings = {name: one for name, one in BOOK.findings.items() if name in needed}
    return replace(BOOK, rules=rules, flags=flags, findings=findings, **asked_for(rules))


def asked_for(rules: Iterable[Rule]) -> dict[str, Any]:
    """The questions that rules read, and those that decide whether they are asked or answer them; nothing else."""
    read = {name for rule in rules for name in fields(rule.condition)}
    follow = [one for one in BOOK.implications if read & one.answers.keys()]
    read.update(*(fields(one.when) for one in follow), *(one.answers for one in follow))
    for name, question in reversed(BOOK.questions.items()):
        if name in read and question.show_if is not None:
            read |= fields(question.show_if)
    questions = {name: question for name, question in BOOK.questions.items() if name in read}
    return {"questions": questions, "implications": tuple(follow), "notes": ()}


@pytest.mark.parametrize("flag", BOOK.flags)
def test_each_flag_by_enumeration(flag: str) -> None:
    enumerate_answers(flag, MOST_COMBINATIONS, DRAWN)


@pytest.mark.nightly
@pytest.mark.parametrize("flag", BOOK.flags)
def test_each_flag_by_longer_enumeration(flag: str) -> None:
    enumerate_answers(flag, 60_000, 3_000, f"{flag} {date.today()}")  # others every night


def enumerate_answers(flag: str, most: int, drawn: int, seed: str = "") -> None:
    book = behind(flag)
    names = sorted({name for rule in book.rules for name in fields(rule.condition)})
    choices = [enumeration.answers(name, book) for name in names]
    count = 1
    for choice in choices:
        count *= len(choice)
    random = Random(seed or flag)
    some = ([random.choice(choice) for choice in choices] for _ in range(drawn))
    combinations = product(*choices) if count <= most else some
    interviews = tuple(Interview(book, length) for length in ("fixed-order", "default", "quick"))
    print(f"seed of what is drawn: {seed or flag}")
    for combination in combinations:
        answers = dict(zip(names, combination, strict=True))
        assert_sound(interviews, {**dict.fromkeys(book.questions), **answers}, at_once=True)


def test_a_residue_is_the_same_step_by_step_and_at_once() -> None:
    residue = Residue.start(BOOK, known({}, BOOK))
    given_so_far: dict[str, Any] = {}
    for name, value in {"age": 40, "vomiting": True, "vomiting_days": 8, "potassium": 2.9}.items():
        given_so_far[name] = value
        residue = residue.after(known(given_so_far, BOOK))
    at_once = Residue.start(BOOK, known(given_so_far, BOOK))
    assert residue.left == at_once.left
    assert residue.reads == at_once.reads
