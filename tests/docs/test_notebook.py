"""The teaching notebook runs from top to bottom, without Jupyter; what a cell ends with shows itself."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = json.loads((Path(__file__).parents[2] / "examples" / "teaching.ipynb").read_text(encoding="utf-8"))
CELLS = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
THEMES = ["refractory case", "same signs on two lists", "What unknown means", "one rule is not enough", "over-fires"]


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, if that is an expression."""
    body = ast.parse(source).body
    last = ast.Expression(body.pop().value) if isinstance(body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(last, "cell", "eval"), names) if last else None


def test_every_cell_runs_and_shows_something(capsys: pytest.CaptureFixture[str]) -> None:
    import_module("screener.notebook")  # in a notebook, `import screener` does
    names: dict[str, Any] = {"__name__": "notebook"}
    shown = 0
    for cell in CELLS:
        value = run("".join(cell["source"]), names)
        html = getattr(value, "_repr_html_", None)
        if html is not None:
            assert html().startswith("<")
            shown += 1
        else:
            assert value or capsys.readouterr().out
    assert shown >= 5


@pytest.mark.parametrize("notebook", ["IPython", "marimo", ""])
def test_importing_screener_in_a_notebook_is_enough(notebook: str) -> None:
    program = """
import sys, types
if sys.argv[1]:
    sys.modules[sys.argv[1]] = types.ModuleType(sys.argv[1])
from screener import Intake, RuleBook, screen
print(hasattr(screen(Intake(fatigue=True)), "_repr_html_"), hasattr(RuleBook, "_repr_html_"))
"""
    done = subprocess.run([sys.executable, "-c", program, notebook], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ([str(bool(notebook))] * 2)


def test_it_is_stored_without_outputs() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CELLS)


def test_its_themes() -> None:
    headings = "\n".join("".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "markdown")
    assert all(theme in headings for theme in THEMES)
