"""The parts of the interview: ranges of a number, what is typed, why a question is asked, order and notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screener.case.answers import Number, YesNo
from screener.case.files import read_answers, write_case
from screener.case.intake import Intake
from screener.errors import CaseError, FileError
from screener.interview.entry import UnitMissingError, read_entry, read_unit
from screener.interview.relevance import with_parents
from screener.interview.session import Interview, Session
from screener.interview.why import region_in_words, why
from screener.logic.condition import Compare, fields
from screener.rulebook.regions import regions
from shippedbook import BOOK
from strategies import cases

FIELDS = Intake.fields

INTERVIEW = Interview(BOOK)
OPERATORS = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
WHOLE = Number(0, 10, "days", whole=True)
REAL = Number(0.5, 10, "mmol/L")
limits = st.integers(-2, 24).map(lambda half: half / 2)
comparisons = st.lists(st.builds(Compare, st.just("x"), st.sampled_from(["<", "<=", ">", ">="]), limits), max_size=5)


def pattern(atoms: list[Compare], value: float) -> tuple[bool, ...]:
    return tuple(OPERATORS[atom.operator](float(value), float(atom.limit)) for atom in atoms)


@given(comparisons, st.sampled_from([WHOLE, REAL]))
def test_ranges_stand_for_every_value(atoms: list[Compare], kind: Number) -> None:
    found = regions(kind, atoms)
    inside = {pattern(atoms, one.inside) for one in found}
    values = range(11) if kind.whole else [0.5 + step / 8 for step in range(77)]
    assert {pattern(atoms, value) for value in values} == inside
    assert all(kind.low <= one.inside <= kind.high for one in found)
    assert len(inside) == len(found)


def test_ranges_in_words() -> None:
    atoms = [Compare("x", "<", 2.5), Compare("x", ">=", 6.0), Compare("x", ">", 7.0), Compare("x", "<=", 3.0)]
    words = [region_in_words(one) for one in regions(REAL, atoms)]
    assert words == [
        "below 2.5 mmol/L", "from 2.5 up to 3 mmol/L", "above 3 to below 6 mmol/L", "from 6 up to 7 mmol/L",
        "above 7 mmol/L",
    ]  # fmt: skip


ENTRIES = [
    ("fatigue", "Yes", True),
    ("fatigue", " N ", False),
    ("fatigue", "I don’t  know", None),
    ("sex", "2", "male"),
    ("sex", "Fem", "female"),
    ("sex", "not said", "not said"),
    ("age", "70 years", 70),
    ("age", "1 Year", 1),
    ("diarrhea_days", "3 days", 3),
    ("age", "40", 40),
    ("bmi", "21.5", 21.5),
    ("potassium", "3.1 mEq/L", "3.1 mEq/L"),
    ("egfr", "> 60", "> 60"),
    ("egfr", "<15", "<15"),
    ("potassium", "> 7 mmol/L", "> 7 mmol/L"),
    ("ckd_stage", "unknown", None),
]
REFUSED = [
    ("fatigue", "maybe"), ("fatigue", "yes and no"), ("sex", "0"), ("sex", "x"),
    ("sex", "n"), ("sex", "no"), ("sex", "y"), ("sex", "99999999999999999999"),
    ("age", "40 or so"),
    ("age", "40 months"), ("bmi", "20 years"), ("age", "4e1"), ("age", "٤٠"), ("age", "inf"), ("potassium", "3.1 mmol"),
    ("potassium", "three"), ("egfr", "<0.5"), ("fatigue", ""), ("age", "121"), ("vomiting_days", "1.5"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "value"), ENTRIES)
def test_what_is_typed_is_read(field: str, text: str, value: Any) -> None:
    assert read_entry(BOOK.questions[field], text) == value


@pytest.mark.parametrize(("field", "text"), REFUSED)
def test_what_is_no_answer_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"use|type|write|out of range"):
        read_entry(BOOK.questions[field], text)


@given(st.sampled_from([name for name in FIELDS if name != "medicines"]), st.text(max_size=30))
def test_any_text_is_an_answer_of_the_intake_or_refused(field: str, text: str) -> None:
    try:
        value = read_entry(BOOK.questions[field], text)
    except ValueError:
        return
    assert set(INTERVIEW.session().answer(field, value).answers) == {field}


def test_a_bare_number_of_a_blood_test_needs_its_unit() -> None:
    with pytest.raises(UnitMissingError):
        read_entry(BOOK.questions["potassium"], "4.1")
    assert read_unit(BOOK.questions["potassium"], "MMOL / l") == "mmol/L"
    with pytest.raises(ValueError, match="none of the units"):
        read_unit(BOOK.questions["calcium"], "3")


# the session


def test_urgent_signs_come_first_and_always() -> None:
    for length in ("default", "quick", "fixed-order"):
        session = Interview(BOOK, length).session()  # type: ignore[arg-type]
        order = []
        for _ in range(8):
            step = session.next()
            assert step is not None
            order.append(step.question.section)
            session = session.answer(step.question.field, True)
        assert order == ["Urgent signs"] * 8
        step = session.next()
        assert step is not None
        assert step.question.field == "age"


@pytest.mark.parametrize("length", ["default", "quick", "fixed-order"])
def test_what_matters_most_is_asked_before_what_is_optional(length: Any) -> None:
    session, order = Interview(BOOK, length).session({"age": 50, "sex": "male"}), list[str]()
    while (step := session.next()) is not None:
        order.append(step.question.field)
        session = session.answer(step.question.field, None)
    risk = [order.index(name) for name in ("medicines", "kidney_disease", "heart_disease")]
    if length != "quick":  # which asks several lists at once
        assert max(risk) < min(order.index(name) for name in ("vomiting", "poor_diet", "magnesium_supplement"))
    heart_of_it = [order.index(name) for name in ("fatigue", "told_low_potassium", "potassium_still_low")]
    assert max(heart_of_it) < min(risk)


def test_what_no_rule_reads_is_asked_only_in_the_fixed_order() -> None:
    unread = {"licorice", "frequent_laxatives"}
    book = replace(BOOK, rules=tuple(rule for rule in BOOK.rules if not unread & fields(rule.condition)))
    asked = {}
    for length in ("default", "quick", "fixed-order"):
        session = Interview(book, length).session({"diuretic": True})  # type: ignore[arg-type]
        asked[length] = unread & set(session.open)
    assert asked == {"default": set(), "quick": set(), "fixed-order": unread}


@pytest.mark.parametrize("length", ["default", "quick", "fixed-order"])
def test_what_is_no_longer_asked_is_kept_when_a_file_gives_it(length: Any) -> None:
    session = Interview(BOOK, length).session({"diuretic": True})
    assert "diuretic_months" not in session.open
    assert "diuretic_months" not in {name for name, question in BOOK.questions.items() if question.asked}
    assert Interview(BOOK, length).session({"diuretic": True, "diuretic_months": 60}).case()["diuretic_months"] == 60


def test_missed_doses_are_asked_while_the_remark_can_be_made() -> None:
    told = INTERVIEW.session({"told_low_potassium": True, "potassium_prescribed": True})
    assert {"potassium_doses_missed", "potassium_prescribed_weeks"} <= set(told.open)
    assert "potassium_doses_missed" not in told.answer("told_low_potassium", False).open


def test_sex_is_asked_only_for_the_sake_of_pregnancy() -> None:
    assert "sex" in INTERVIEW.session({"age": 30}).open
    assert "sex" not in INTERVIEW.session({"age": 60}).open
    assert "pregnant" not in INTERVIEW.session({"age": 30, "sex": "male"}).open


def test_under_18_only_what_can_change_urgency_is_asked() -> None:
    child = INTERVIEW.session({"age": 15})
    assert "potassium" in child.open
    assert not {"fatigue", "poor_diet", "type_2_diabetes", "constipation"} & set(child.open)


NOTICES = [
    ({}, "chest_pain", True, "emergency"),
    ({}, "chest_pain", False, None),
    ({}, "chest_pain", None, None),
    ({}, "muscle_spasm", True, "same-day"),
    ({"chest_pain": True}, "muscle_spasm", True, "same-day"),
    ({"chest_pain": True}, "fainted", True, "emergency"),
    ({"chest_pain": True}, "fatigue", True, None),
    ({}, "potassium", "6.7 mmol/L", "emergency"),
    ({}, "potassium", "3.4 mmol/L", None),
    ({}, "age", 17, "adults-only"),
    ({"age": 16}, "age", 17, None),
    ({}, "age", 18, None),
    ({"age": 17}, "chest_pain", True, "emergency"),
]


@pytest.mark.parametrize(("before", "field", "value", "notice"), NOTICES)
def test_what_must_be_said_at_once(before: dict[str, Any], field: str, value: Any, notice: str | None) -> None:
    session = INTERVIEW.session(before)
    assert session.answer(field, value).notice_since(session) == notice


def test_a_length_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="use default, quick, fixed-order"):
        Interview(BOOK, "short")  # type: ignore[arg-type]


def test_wrong_answers_are_refused_and_change_nothing() -> None:
    session = INTERVIEW.session({"age": 40})
    for field, value in (("age", 400), ("agee", 40), ("potassium", "41 mmol/L"), ("fatigue", 1)):
        with pytest.raises(CaseError):
            session.answer(field, value)
    assert session.case() == {"age": 40}


def test_going_back_names_the_question_before() -> None:
    session = INTERVIEW.session({"chest_pain": False, "age": 40, "vomiting": False, "vomiting_days": None})
    assert session.before("age") == "chest_pain"
    assert session.before("chest_pain") is None
    assert session.before(None) == "vomiting"  # its follow-up no longer applies


def test_progress_counts_down() -> None:
    session, counts, parts = INTERVIEW.session({"age": 40, "sex": "male"}), [], []
    while (step := session.next()) is not None:
        counts.append(step.remaining)
        parts.append(step.part)
        session = session.tick(step.together, []) if step.group else session.answer(step.question.field, None)
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1
    assert parts == [1, *range(3, 11)][: len(parts)] or parts == list(range(2, 2 + len(parts)))


@given(cases())
def test_a_session_takes_any_case_file_and_gives_it_back(answers: dict[str, Any]) -> None:
    session = INTERVIEW.session(answers)
    again = INTERVIEW.session(session.case())
    assert again.case() == session.case()
    assert dict(again.outcome.values) == dict(session.outcome.values)


# why


def moved(session: Session, field: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None]]:
    return {move.answer: (move.raises, move.rules_out, move.urgency) for move in why(session, field).moves}


def test_why_tells_how_each_answer_moves_the_flags() -> None:
    session = INTERVIEW.session({"age": 40, "told_low_potassium": True, "potassium_prescribed": True})
    yes = moved(session, "potassium_still_low")["yes"]
    assert "refractory-potassium" in yes[0]
    assert "refractory-potassium" in moved(session, "potassium_still_low")["no"][1]


def test_why_has_the_ranges_of_a_number() -> None:
    found = moved(INTERVIEW.session({"age": 40}), "potassium")
    assert found["from 6.5 mmol/L"][2] == "emergency"
    assert found["from 6 to below 6.5 mmol/L"][2] == "same-day"
    assert "low-potassium-reported" in found["below 2 mmol/L"][0]


@given(cases(), st.sampled_from(["fatigue", "potassium", "medicines", "age", "diuretic", "sex", "magnesium"]))
def test_why_names_a_flag_only_while_the_question_is_needed(answers: dict[str, Any], field: str) -> None:
    answers.pop(field, None)
    session = INTERVIEW.session(answers)
    reason = why(session, field)
    needed = field in with_parents(session.residue.needed("default"), session.residue)
    assert needed or not (reason.moves or reason.together)
    settled = {name for name, value in session.outcome.values.items() if value is False}
    assert not settled & set(reason.together)
    quick = with_parents(session.residue.needed("quick"), session.residue)
    assert reason.moves or reason.together or field not in quick


def test_why_names_no_flag_that_a_remark_stands_beside_but_an_answer_ruled_out() -> None:
    session = INTERVIEW.session({"age": 40, "told_low_potassium": False, "potassium_prescribed": True})
    assert "suspect-potassium" in why(session, "blood_test_days_ago").together
    ruled_out = session.answer_all([n for n, k in FIELDS.items() if isinstance(k, YesNo)], False)
    assert ruled_out.outcome.values["suspect-potassium"] is False
    for field in ("potassium", "blood_test_days_ago"):
        assert field in ruled_out.open
        assert "suspect-potassium" not in why(ruled_out, field).together


# saving


def test_a_file_that_can_not_be_replaced_is_left_alone(tmp_path: Any) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(FileError, match="not a file that can be replaced"):
        write_case({}, folder)
    with pytest.raises(FileError, match="cannot be written"):
        write_case({}, tmp_path / "missing" / "case.json")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Any) -> None:
    file = tmp_path / "case.json"
    write_case({"age": 40}, file)
    with pytest.raises(TypeError):
        write_case({"age": object()}, file)
    assert read_answers(str(file), Intake.fields) == {"age": 40}
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]


# what is asked together


def test_the_short_form_asks_joined_lists_at_once_and_everything_once() -> None:
    default, quick = (Interview(BOOK, length).layout for length in ("default", "quick"))  # type: ignore[arg-type]
    assert default.order == tuple(BOOK.questions)
    assert sorted(quick.order) == sorted(BOOK.questions)
    assert {"fatigue", "vomiting"} <= set(quick.together_with("fatigue"))
    assert "vomiting" not in default.together_with("fatigue")
    assert default.together_with("medicines") == ()
    places = {name: place for place, name in enumerate(quick.order)}
    assert [
        name for name, show_if in BOOK.followups if max(places[one] for one in fields(show_if)) > places[name]
    ] == []


def test_who_feels_well_is_asked_five_times_in_the_short_form() -> None:
    session, asked = Interview(BOOK, "quick").session(), list[str]()
    while (step := session.next()) is not None:
        asked.append(step.question.field)
        session = session.tick(step.together, []) if step.group else session.answer(step.question.field, 40)
    assert asked == ["chest_pain", "age", "fatigue", "told_low_potassium", "kidney_disease"]
    assert session.given["medicines"] == ()


@pytest.mark.parametrize("length", ["default", "quick"])
def test_a_part_is_counted_when_it_is_certain(length: Any) -> None:
    session = Interview(BOOK, length).session()
    first = session.next()
    assert first is not None
    later = session.answer("vomiting", True).next()
    assert later is not None
    assert later.parts == first.parts + 1
