"""A copy of the project's rule book that a test may change, and the command run on it."""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import prefork

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class RuleFolder:
    """A folder of rule files."""

    path: Path

    @classmethod
    def copy(cls, to: Path) -> RuleFolder:
        shutil.copytree(ROOT / "rules", to / "rules")
        return cls(to / "rules")

    def replace(self, name: str, old: str, new: str) -> int:
        """Change a text that is in a file once; returns the line of the change, from 1."""
        file = self.path / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def append(self, name: str, text: str) -> int:
        """Add to the end of a file; returns the line of the first line added."""
        file = self.path / name
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


def screener(*arguments: str, cwd: Path = ROOT) -> Done:
    """Run the command as a person does."""
    done = prefork.screener(*arguments, cwd=cwd)
    assert "Traceback" not in done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def screener_here(*arguments: str) -> Done:
    """Run the command in this process: the same, but faster."""
    from screener.cli import main

    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["screener", *arguments]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main._run()
    finally:
        sys.argv = before
    return Done(code, out.getvalue(), err.getvalue())
