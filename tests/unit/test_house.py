"""The house itself: no module is long, none imports itself through others, and no phrase reads translated."""

from __future__ import annotations

import ast
import re
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
FETCHED = {"node_modules", "runtime", "__pycache__"}  # what others wrote
READ = {".py", ".md", ".yaml", ".yml", ".csv", ".html", ".js", ".css", ".sh", ".ipynb", ".toml"}
PROSE = [
    path
    for folder in ("src", "docs", "rules", "examples", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in READ and FETCHED.isdisjoint(path.parts)
] + [path for path in ROOT.iterdir() if path.suffix in READ or path.name == "Makefile"]
TRANSLATED = re.compile(r"\b(?:can n[o]t|stand[s]|besid[e]|(?:is|are) left ou[t]|hangs? togethe[r])\b", re.IGNORECASE)
# the key of a note, also as a name in code; a kind of word in words.csv
NAMES = re.compile(r"\bbesid[e]:|\.besid[e]\b|[\"'`]besid[e][\"'`]|\bbesid[e]-number\b", re.IGNORECASE)
LINE_END = re.compile(r"\s*\n[\s#>*/\"]*")  # a sentence goes on behind the sign of a comment or a quotation


def test_no_module_is_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def imported(path: Path) -> Iterator[str]:
    """The modules that this one imports anywhere: at its top, for its types, or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


def test_a_class_shares_its_name_with_one_in_another_room_at_most() -> None:
    rooms: dict[str, list[str]] = {}
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                rooms.setdefault(node.name, []).append(name.split(".")[1])
    assert {name: where for name, where in rooms.items() if len(where) > len(set(where)) or len(where) > 2} == {}


def translated(text: str) -> list[str]:
    """The phrases that read translated, in a text without its line ends."""
    return TRANSLATED.findall(NAMES.sub("", LINE_END.sub(" ", text)))


def test_no_phrase_reads_translated() -> None:
    found = {str(path.relative_to(ROOT)): translated(path.read_text(encoding="utf-8")) for path in PROSE}
    assert {name: phrases for name, phrases in found.items() if phrases} == {}
    assert len(PROSE) > 500, "everything that people read is searched"


def test_nobody_is_told_to_install_the_package_of_others() -> None:
    """`screener` on the package index is another project: ours is `rulebook-screener`."""
    wrong = re.compile(r"install ['\"]?screener(?!\w)(?! on your computer)")
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PROSE}
    assert [name for name, text in texts.items() if wrong.search(text)] == []
    assert wrong.search("pip install " + "'screener[web]'")


def test_such_phrases_are_found() -> None:
    where, omitted, near = "stand" + "s", "left" + " out", "besid" + "e"
    assert translated(f"what {where} there\n# is\n    # {omitted}") == [where, f"is {omitted}"]
    assert translated(f"the case {near} a rule") == [near]
    assert translated(f'{near}: [iron]\nnote.{near} "{near}"') == []
