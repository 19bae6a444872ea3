"""Broken input: a refused case says what is wrong in one line for each problem, and nothing else ever escapes."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screener.case.files import parse_json
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.screening import Screener
from vignettes import SCREENED

FIELDS = Intake.fields

PIECES = [
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"NaN",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\u0000",
    b"\xff",
    b"41",
]
JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*FIELDS, "case_id"]) | st.text(max_size=20)


def mutated(raw: bytes, pick: random.Random) -> bytes:
    """A case file with a few bytes lost, doubled, changed or put in."""
    for _ in range(pick.randint(1, 4)):
        at, length = pick.randrange(len(raw) + 1), pick.randint(1, 12)
        raw = pick.choice([
            raw[:at] + raw[at + length :],
            raw[:at] + raw[at : at + length] * 2 + raw[at + length :],
            raw[:at] + bytes([pick.randrange(256)]) + raw[at + 1 :],
            raw[:at] + pick.choice(PIECES) + raw[at:],
            raw[:at],
        ])  # fmt: skip
    return raw


def with_another_value(raw: bytes, pick: random.Random) -> bytes:
    """A case file in which one answer, or the name of a field, is another one."""
    answers = json.loads(raw)
    name = pick.choice(sorted(answers))
    value = pick.choice([None, True, False, "yes", "NO", 3, 3.5, -1, 1e9, "3.1 mmol/L", "x", [], ["Lasix"], {}])
    return json.dumps({**answers, pick.choice([name, name, name[:-1]]): value}).encode()


def read(raw: bytes) -> Intake | None:
    """The case, or None when it was refused properly."""
    try:
        return Intake.read(parse_json(raw, "case.json"), "case.json")
    except CaseError as error:
        lines = error.lines()
        assert lines
        assert all(line.startswith("case.json") and line.isprintable() for line in lines)
        return None


@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_mutated_case_files(count: int, screener: Screener) -> None:
    pick = random.Random(20_261_122)
    files = [vignette.case.read_bytes() for vignette in SCREENED]
    refused = screened = 0
    for _ in range(count):
        change = pick.choice([mutated, mutated, with_another_value])
        intake = read(change(pick.choice(files), pick))
        if intake is None:
            refused += 1
        else:
            assert screener.screen(intake).disclaimer
            screened += 1
    assert refused > count // 4
    assert screened > 0


@given(st.dictionaries(KEYS, JUNK, max_size=5))
def test_arbitrary_answers(answers: dict[str, Any]) -> None:
    error = refusal(answers)
    assert {problem.field for problem in error.problems} <= set(answers)
    assert all(line.isprintable() for line in error.lines())


def refusal(answers: dict[str, Any]) -> CaseError:
    """The error for these answers; one without problems when they are a case."""
    try:
        Intake.read(answers)
    except CaseError as error:
        return error
    return CaseError([])


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_arbitrary_bytes(raw: bytes) -> None:
    read(raw)


@settings(max_examples=50)
@given(JUNK)
def test_what_json_can_say_is_read_or_refused(value: Any) -> None:
    read(json.dumps(value).encode())
