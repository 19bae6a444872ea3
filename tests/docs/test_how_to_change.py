"""docs/how-to-change.md names files that exist, and what it says about forms of the report is so."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from screener.cli import explain as cli
from screener.explain import questions
from screener.report import blocks, views
from screener.report.blocks import Heading
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.web import openapi
from screener.web.desk import api
from screener.web.desk.desk import Desk
from screener.web.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to-change.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:[a-z]+/)+[a-z_]*(?:\.py)?)`")
NEW = "report/latex.py"


@pytest.mark.parametrize("name", sorted(set(NAMED.findall(PAGE)) - {NEW}))
def test_a_named_file_exists(name: str) -> None:
    places = [ROOT / "src" / "screener", ROOT / "rules", ROOT]
    assert any((place / name).exists() for place in places), name


def test_a_form_is_a_name_and_a_module(book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    latex = ModuleType("screener.report.latex")
    latex.render = lambda blocks: "".join(  # type: ignore[attr-defined]
        f"\\section{{{block.text}}}\n" for block in blocks if isinstance(block, Heading)
    )
    monkeypatch.setitem(sys.modules, latex.__name__, latex)
    case = book.intake.read({"fatigue": "yes"})
    view = views.View(book, "latex")
    view.add(Screener(book).screen(case), case)
    assert view.finish().startswith("\\section{")


def test_a_question_to_explain_is_an_option_and_a_key_of_the_api_where_it_is_declared(
    book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    new = questions.Asking("how_far", "--how-far", "ID", "How far it is.", "these", lambda _, goal: asked.append(goal))
    monkeypatch.setitem(questions.QUESTIONS, "how_fars", new)
    goal = next(iter(book.flags))
    command = click.command("explain")(cli.questions(lambda **given: None))
    assert [one.name for one in command.params] == ["flags", "why_nots", "what_ifs", "smallest", "how_fars"]
    assert "how_far" in openapi.questions(book.intake).model_fields
    assert api.explain(Desk(Settings()), json.dumps({"how_far": [goal]}).encode()).status == 200
    assert asked == [goal]


def test_no_other_module_lists_the_forms() -> None:
    listing = []
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            items = getattr(node, "elts", ())
            words = {item.value for item in items if isinstance(item, ast.Constant)}
            if set(blocks.FORMS) <= words:
                listing.append(path.name)
    assert listing == ["blocks.py"]
