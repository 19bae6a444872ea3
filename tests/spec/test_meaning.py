"""The tables of docs/meaning.md are the meaning of conditions: each row is run on every engine."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines import ENGINES
from screener.case.answers import Number
from screener.case.bound import sign_of
from screener.case.intake import Intake
from screener.rulebook.book import RuleBook
from screener.rulebook.document import parse_document
from screener.rulebook.parse import ConditionParser, Vocabulary
from screener.rulebook.rule import Finding, Place, Rule

FIELDS = Intake.fields

PAGE = (Path(__file__).parents[2] / "docs" / "meaning.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n((?:.*\n)+?)```\n\n((?:\|.*\n)+)")
RESULTS = {"true": True, "false": False, "unknown": None}


def rows() -> list[Any]:
    found = []
    for condition, table in BLOCK.findall(PAGE):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]
        names = lines[0]
        for cells in lines[2:]:
            given = dict(zip(names, cells, strict=True))
            result = RESULTS[given.pop("result")]
            answers = {name: read(name, text) for name, text in given.items() if text}
            found.append(pytest.param(condition, answers, result, id=f"{condition.strip()} {answers}"))
    return found


def read(name: str, text: str) -> Any:
    if name == "medicines":
        return json.loads(text)
    return float(text) if isinstance(FIELDS[name], Number) and not sign_of(text)[0] else text


def book_of(condition: str, book: RuleBook) -> RuleBook:
    """The real rule book's questions and medicines, with this condition as the only rule."""
    document = parse_document(condition.encode(), "docs/meaning.md")
    parsed = ConditionParser(document, Vocabulary([], {}, book.medicines, book.fields)).parse(document.data, ())
    assert not document.problems
    rule = Rule("the-rule", "safety", "the-finding", parsed, parsed, "because", ("ours",), Place("", 1, 1))
    findings = {"the-finding": Finding("the-finding", "safety", "the finding")}
    return replace(book, rules=(rule,), flags={}, findings=findings)


def test_the_page_has_its_tables() -> None:
    assert len(rows()) > 80


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("condition", "answers", "result"), rows())
def test_every_row(condition: str, answers: dict[str, Any], result: bool | None, engine: str, book: RuleBook) -> None:
    (outcome,) = ENGINES[engine](book_of(condition, book), [Intake.read(answers)])
    assert outcome.values["the-finding"] is result
