"""A case that is read without Pydantic is the case that the model makes; what is wrong is said in the same words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import RandomCases
from functional_run import ROOT, V06
from screener.case.answered import Case
from screener.case.classes import read
from screener.case.files import parse_json
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.report.views import View
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.screening import Screener

WRONG: list[Any] = [
    "maybe", "YES", "", 0, 1, -1, 3.5, 1e9, float("nan"), [], {}, [1], {"name": "x"}, None, True, "1.6 mg/dL", "> 7",
    "> 7 mmol/L", "female", ["omeprazole", {"name": "x", "months": 3}], [{"name": ""}], "\ud800", 10**400,
]  # fmt: skip


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return cached_rulebook()


def told(act: Any) -> Any:
    """The answers, or the errors."""
    try:
        return list(act())
    except CaseError as error:
        return str(error), error.case_id, error.problems


def both(answers: Any, book: RuleBook) -> tuple[Any, Any]:
    return told(lambda: read(answers, book.fields, "file")), told(lambda: Intake.read(answers, "file"))


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_every_field_takes_and_refuses_the_same(value: Any, book: RuleBook) -> None:
    for name in (*book.fields.case_keys, "fatigu"):
        ours, model = both({"fatigue": "yes", name: value}, book)
        assert repr(ours) == repr(model)


@pytest.mark.parametrize("case", [[], "x", None, {"fatigue": 2, "nausea": "?", "x": 1, "case_id": 5}, {}])
def test_whatever_is_no_case_is_refused_the_same(case: Any, book: RuleBook) -> None:
    ours, model = both(case, book)
    assert repr(ours) == repr(model)


def test_random_cases_are_the_same_in_every_way(book: RuleBook) -> None:
    screener = Screener(book)
    for intake in RandomCases(book, 3).intakes(60):
        case = read(intake.answers(), book.fields)
        assert isinstance(case, Case)
        assert (list(case), case.answers(), case.stored()) == (list(intake), intake.answers(), intake.stored())
        assert case.named_medicines == intake.named_medicines
        assert dict(case.changed({"fatigue": True})) == dict(intake.changed({"fatigue": True}))
        assert screener.screen(case) == screener.screen(intake)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
@pytest.mark.parametrize("reading", ["brief", "details", "clinician"])
def test_a_page_is_the_same_with_and_without_the_models(form: str, reading: Any, book: RuleBook) -> None:
    pages = []
    answers = parse_json(Path(V06).read_bytes(), "file")
    for model in (True, False):
        intake = Intake.read(answers) if model else read(answers, book.fields)
        examined = Screener(book).examine(intake)
        view = View(book, form, reading, "file")
        view.add(examined.build() if model else examined.tell(), intake)
        pages.append(view.finish())
    assert pages[0] == pages[1] != ""


NOT_NEEDED = (
    "pydantic", "pydantic_core", "yaml", "importlib.metadata", "email", "asyncio", "multiprocessing", "msgspec", "http",
    "numpy", "fastapi", "jinja2", "logging", "concurrent", "screener.rulebook.assemble",
    "screener.engine.durable.compile", "screener.workbench", "screener.web", "screener.explain",
)  # fmt: skip
NOT_FOR_VERSION = (
    *NOT_NEEDED, "screener.rulebook.book", "screener.case", "screener.report", "screener.screening",
)  # fmt: skip
BATCH = ["batch", "examples/batch/cases.jsonl", "-o", "{}/results.jsonl", "--force", "--workers", "1"]
ALL_QUESTIONS = ["rules", "show", "questionnaire"]
COMMANDS = [
    (["screen", V06], NOT_NEEDED), (["--version"], NOT_FOR_VERSION), (BATCH, ("jinja2",)), (ALL_QUESTIONS, ("jinja2",)),
]  # fmt: skip
LISTED = """
import atexit, sys
from screener.cli.main import run
atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
run()
"""


@pytest.mark.parametrize(("arguments", "not_needed"), COMMANDS, ids=["screen", "version", "batch", "questionnaire"])
def test_a_command_imports_nothing_that_it_does_not_need(
    arguments: list[str], not_needed: tuple[str, ...], tmp_path: Path
) -> None:
    environment = {"PYTHONPATH": str(ROOT / "src"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", LISTED, *(argument.format(tmp_path) for argument in arguments)]
    for _ in range(2):  # the second time with the rule book from the cache
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    loaded = done.stderr.split()
    assert "screener.cli.main" in loaded
    below = tuple(f"{name}." for name in not_needed)
    assert [name for name in loaded if name in not_needed or name.startswith(below)] == []
