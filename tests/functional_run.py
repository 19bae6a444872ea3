"""Running the command as people do, for the functional tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import prefork

ROOT = Path(__file__).parents[1]
V06 = "examples/vignettes/V06-potassium-tablets-not-working.json"


def run(*words: str, given: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return prefork.screener(*words, given=given, cwd=cwd)
