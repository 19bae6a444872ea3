"""Node programs that tests ask for a second opinion; `make node-tools` installs what they need."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "node"


def need(package: str) -> None:
    """Skip the test where node or the package is missing; fail it where everything is required."""
    if shutil.which("node") and (FOLDER / "node_modules" / package).is_dir():
        return
    reason = f"needs node and the npm package {package}: run `make node-tools`"
    if os.environ.get("SCREENER_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def ask(script: str, lines: Iterable[Any], *arguments: str, timeout: float = 3600) -> list[Any]:
    """Run a script on JSON lines; its answers, one for each line."""
    given = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        ["node", str(FOLDER / script), *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        cwd=FOLDER,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == given.count("\n")
    return answers
