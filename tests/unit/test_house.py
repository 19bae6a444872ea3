"""The house itself: no module is long, none imports itself through others, and no phrase reads translated."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
MODULES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path for path in SRC.rglob("*.py")
}
LONGEST = 300  # lines
PROSE = [
    *SRC.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "rules").rglob("*.yaml"),
    *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py"), ROOT / "README.md", ROOT / "CHANGELOG.md",
]  # fmt: skip


def test_no_module_is_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def imported(path: Path) -> Iterator[str]:
    """The modules that are loaded together with this one: not those for types only, nor those loaded later."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (
                inner if (inner := f"{node.module}.{name.name}") in MODULES else node.module for name in node.names
            )


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: set(imported(path)) & MODULES.keys() - {name} for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def ranks() -> dict[str, int]:
    """The lines of the table in docs/design.md, by the names in their first column; those above `case/` are one."""
    table = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").partition("## The house")[2].split("```")[1]
    base, _, rooms = table.partition("\ncase/")
    lines = [line[:18] for line in f"case/{rooms}".splitlines()]
    found = {name: number for number, line in enumerate(lines, 1) for name in re.findall(r"[a-z]+", line)}
    return {**found, **{name: 0 for line in base.splitlines() for name in re.findall(r"[a-z]+", line[:18])}}


def test_no_module_imports_what_stands_below_it_in_the_table() -> None:
    rank, wrong = ranks(), []
    for name, path in MODULES.items():
        room = name.split(".")[1] if "." in name else "__init__"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if room in rank and isinstance(node, ast.ImportFrom) and (node.module or "").startswith("screener."):
                other = str(node.module).split(".")[1]
                if rank[other] > rank[room]:
                    wrong.append(f"{name} imports {node.module}")
    assert wrong == []
    assert {path.stem for path in (SRC / "screener").iterdir()} <= {*rank, "__init__", "__main__", "__pycache__", "py"}


def test_no_two_public_classes_of_one_folder_have_one_name() -> None:
    names = Counter(
        (path.parent, node.name)
        for path in MODULES.values()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for (_, name), count in names.items() if count > 1] == []


@pytest.mark.parametrize("phrase", ["can" + " not", "hang" + " together"])
def test_phrases_that_read_translated(phrase: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in PROSE if phrase in path.read_text(encoding="utf-8")] == []
