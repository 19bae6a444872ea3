"""Every example in README and docs is run exactly as written: `$ screener …` blocks and Python blocks."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import prefork

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
PAGES.remove(ROOT / "docs" / "tutorial.md")  # its steps belong together: test_tutorial.py
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHECK = doctest.OutputChecker()


def blocks(kind: str) -> list[Any]:
    found = []
    for page in PAGES:
        if not page.exists():
            continue
        text = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match.group(1) == kind:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match.group(2), id=f"{page.relative_to(ROOT)}:{line}"))
    return found


def commands(block: str) -> list[tuple[str, str]]:
    """Each `$ command` of a block with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("block", blocks("console"))
def test_console(block: str, tmp_path: Path) -> None:
    assert commands(block)
    for name in ("examples", "rules", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    for command, shown in commands(block):
        words = shlex.split(command)
        assert words[0] == "screener", "only screener itself is run"
        done = prefork.screener(*words[1:], given=None, cwd=tmp_path)
        output = done.stdout + done.stderr + (f"[exit code {done.returncode}]\n" if done.returncode else "")
        assert CHECK.check_output(shown, output, doctest.ELLIPSIS), f"{command}\nshown:\n{shown}\ngot:\n{output}"


@pytest.mark.parametrize("block", blocks("python"))
def test_python(block: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(block, "example", "exec"), {"__name__": "example"})
