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

from screener.errors import UsageError

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
        html = getattr(value, "_repr_html_", None) or getattr(value, "_repr_svg_", None)
        if html is not None:
            assert html().startswith("<")
            shown += 1
        else:
            assert value or capsys.readouterr().out
    assert shown >= 7


def test_reports_chains_pictures_the_lab_and_one_step_show_themselves() -> None:
    from screener import Intake, Screener
    from screener.explain.how import how
    from screener.explain.lab.lab import lab
    from screener.explain.why_not import why_not
    from screener.notebook import picture_of

    screener = Screener()
    case = screener.examine(Intake(chest_pain=True, muscle_cramps=True, diuretic=True))
    shown, chain = lab(case, goal="suspect-magnesium"), how(case, "suspect-magnesium").chain
    for one in (case.build(), chain, shown, shown.step(1)):
        assert one._repr_html_().startswith("<"), type(one)
    step = shown.step(2)._repr_html_()
    assert f"Step 2 of {len(shown.run.steps)}" in step
    assert step.index("Get help now") < step.index("Conflict set")
    assert "This is for learning." in step
    little = screener.examine(Intake(muscle_cramps=True))
    drawn = picture_of(chain, why_not(little, "suspect-magnesium"))
    assert drawn._repr_svg_() == str(drawn)
    assert drawn.startswith("<svg")
    assert picture_of() == ""
    with pytest.raises(UsageError, match="no step 0"):
        shown.step(0)


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
