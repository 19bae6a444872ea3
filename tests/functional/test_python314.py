"""The tests of the reference engine in the Python of the published pages: another version, without the C engine."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from python314.inside import conclusions
from screener.site.compiled import unpack
from sites import need_runtime

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / "tests" / "python314" / "wheels.txt"
QUICK = ("spec/test_meaning.py", "spec/test_propositions.py", "spec/test_rule_cases.py", "unit/test_casefile.py")
# those that need no NumPy, no Arrow, no other process, no other engine
LONG = (
    "spec/test_enumeration.py",
    "spec/test_formulas.py",
    "generative/test_interview.py",
    "generative/test_rails.py",
    "generative/test_rules_robust.py",
    *(f"unit/test_{name}.py" for name in (
        "compact", "explain", "fields", "hints", "intake", "interview", "lab", "medicine", "medicine_labels",
        "medicine_reading", "medicine_routes", "medicine_words", "progress", "questionnaire", "reachable_values",
        "reading", "reasons", "report", "rule_files", "topics", "units", "wording", "yaml_reader",
    )),
)  # fmt: skip
NOT_THERE = {"multiprocessing", "prefork", "socket", "subprocess", "rulefolder.screener"}  # as there are no processes
Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def in_the_browsers_python(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs what `python314/inside.py` is given."""
    files = need_runtime(WHEELS)
    folder = tmp_path_factory.mktemp("python314")
    unpack(files.archive, folder / "pyodide")
    for wheel in files.wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "packages")
    node = shutil.which("node")
    assert node
    command = [node, str(WHEELS.with_name("run.mjs")), str(folder / "pyodide"), str(ROOT), str(folder / "packages")]
    return lambda *given: subprocess.run([*command, *given], capture_output=True, text=True, check=False)


def passed(done: subprocess.CompletedProcess[str], least: int) -> None:
    """All tests passed, and they were not few."""
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    last = done.stdout.strip().splitlines()[-1]
    found = re.search(r"(\d+) passed", last)
    assert found is not None, last
    assert int(found[1]) >= least, last
    assert "failed" not in last


def test_rules_and_logic(in_the_browsers_python: Run) -> None:
    passed(in_the_browsers_python(*(f"tests/{name}" for name in QUICK)), least=300)


@pytest.mark.nightly
def test_everything_that_needs_no_other_engine(in_the_browsers_python: Run) -> None:
    passed(in_the_browsers_python(*(f"tests/{name}" for name in LONG)), least=1000)


@pytest.mark.parametrize("name", [*QUICK, *LONG])
def test_what_is_run_there_needs_nothing_of_a_system_that_is_not_there(name: str) -> None:
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            used |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert not used & NOT_THERE


def test_it_concludes_the_same_from_every_combination_of_answers(in_the_browsers_python: Run) -> None:
    done = in_the_browsers_python("conclusions")
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 100
    assert found == conclusions()
