"""The exported ELM means what the rule book means: an engine that no one here wrote runs it and must agree."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines import by_reference
from nodes import ask, need
from screener.case.answers import Choice, Medicines, Number, YesNo
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook
from screener.standards.cql import cql
from screener.standards.elm import library, parameters
from strategies import MEDICINE_NAMES, cases, rulebooks
from vignettes import SCREENED

FIELDS = Intake.fields

LIMITS = (2.5, 3.0, 3.5, 5.5, 6.0, 6.5, 0.5, 0.7, 0.75, 1.05, 2.2, 16, 18, 18.5, 30, 40, 60, 65, 1, 3, 4, 5, 7, 10)


def by_cql(book: RuleBook, intakes: list[Intake], folder: Path) -> list[dict[str, Any]]:
    path = folder / "library.json"
    path.write_text(json.dumps(library(book)), encoding="utf-8")
    return ask("run-elm.js", [parameters(intake, book) for intake in intakes], str(path))


def differences(book: RuleBook, intakes: list[Intake], folder: Path) -> list[tuple[int, str]]:
    """Each case and definition on which cql-execution and the reference differ."""
    found: list[tuple[int, str]] = []
    answers = by_cql(book, intakes, folder)
    for number, (result, outcome) in enumerate(zip(answers, by_reference(book, intakes), strict=True)):
        found += [(number, name) for name in book.conclusion_ids if result[name] is not outcome.values[name]]
        shown = (*book.findings, *book.flags)
        found += [(number, f"status {name}") for name in shown if result[f"status {name}"] != outcome.status(name)]
        fired = {name.removeprefix("rule ") for name, value in result.items() if name[:5] == "rule " and value is True}
        found += [(number, f"rule {name}") for name in fired ^ set(outcome.rules)]
        if result["Urgency"] != outcome.urgency:
            found.append((number, "Urgency"))
    return found


def random_case(random: Random, names: list[str]) -> dict[str, Any]:
    """A partial case, dense or sparse, with numbers at the limits that rules use."""
    density = random.choice([0.1, 0.4, 0.8, 1.0])
    return {name: random_answer(random, name, names) for name in FIELDS if random.random() < density}


def random_answer(random: Random, name: str, names: list[str]) -> Any:
    kind = FIELDS[name]
    if isinstance(kind, YesNo):
        return random.choice([True, False, None])
    if isinstance(kind, Choice):
        return random.choice([*kind.options, None])
    if isinstance(kind, Medicines):
        months = [None, 0, 1, 2.9, 3, 12]
        return [{"name": n, "months": random.choice(months)} for n in random.sample(names, random.randrange(4))]
    assert isinstance(kind, Number)
    high = min(kind.high, getattr(kind, "bare_high", kind.high))
    near = [limit for limit in LIMITS if kind.low <= limit <= high]
    if near and random.random() < 0.7:
        value = random.choice(near) + random.choice([0, 0, -0.01, 0.01])
    else:
        value = random.uniform(kind.low, high)
    value = min(max(value, kind.low), high)
    return round(value) if kind.whole else value


def test_on_all_vignettes(book: RuleBook, tmp_path: Path) -> None:
    need("cql-execution")
    intakes = [read_case(str(vignette.case), Intake.fields) for vignette in SCREENED]
    for packs in (None, ["article"]):
        assert differences(book.select(packs), intakes, tmp_path) == []


def random_cases(book: RuleBook, count: int, seed: int) -> list[Intake]:
    random = Random(seed)
    names = [entry.generic for entry in book.medicines.entries] + ["something else"]
    return [Intake.read(random_case(random, names)) for _ in range(count)]


def test_on_random_cases(book: RuleBook, tmp_path: Path) -> None:
    need("cql-execution")
    assert differences(book, random_cases(book, 400, 1), tmp_path) == []


@pytest.mark.nightly
def test_on_20000_random_cases(book: RuleBook, tmp_path: Path) -> None:
    need("cql-execution")
    assert differences(book, random_cases(book, 20_000, 2), tmp_path) == []


@settings(
    max_examples=max(8, settings().max_examples // 20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(book=rulebooks(), answers=st.lists(cases(MEDICINE_NAMES), min_size=5, max_size=20))
def test_on_random_rule_books(book: RuleBook, answers: list[dict[str, Any]], tmp_path: Path) -> None:
    need("cql-execution")
    assert differences(book, [Intake.read(case) for case in answers], tmp_path) == []


def test_a_wrong_library_would_be_noticed(book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("cql-execution")
    monkeypatch.setattr(
        "screener.standards.elm.COMPARISONS", {"<": "LessOrEqual", "<=": "Less", ">": "Greater", ">=": "Greater"}
    )
    assert differences(book, random_cases(book, 60, 3), tmp_path)


@settings(max_examples=max(10, settings().max_examples // 10))
@given(book=rulebooks())
def test_the_text_has_every_definition_of_the_elm(book: RuleBook) -> None:
    named = {**book.__dict__, "texts": {"disclaimer": "d"}}
    book = RuleBook(**{field.name: named[field.name] for field in fields(RuleBook)})
    text = cql(book)
    for definition in library(book)["library"]["statements"]["def"]:
        assert f'define "{definition["name"]}":' in text
    assert text.count("(") == text.count(")")
