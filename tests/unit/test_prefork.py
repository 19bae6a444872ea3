"""A forked command does what a started one does, and leaves nothing for the next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import prefork
from functional_run import ROOT, V06

ASKED = '{"potassium": "3.1 mmol/L", "fatigue": true}'


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["screen", V06], ""),
        (["screen", "-", "--format", "json"], ASKED),
        (["screen", "-"], "{"),
        (["screen", "nowhere.json"], ""),
        (["screen"], ""),
        (["ask"], "no\n" * 3),
        (["--version"], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_is_the_same(words: list[str], given: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "screener", *words]
    started = subprocess.run(command, input=given, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    forked = prefork.screener(*words, given=given)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_each_has_its_own_folder_and_environment(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(ASKED)
    done = prefork.screener("screen", "case.json", cwd=tmp_path, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)})
    assert done.returncode == 0
    assert (tmp_path / "screener").is_dir()
    assert prefork.screener("screen", "case.json").returncode == 5


def test_one_that_takes_too_long_is_killed_and_the_next_one_runs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "case.json")
    with pytest.raises(subprocess.TimeoutExpired):
        prefork.screener("screen", "case.json", cwd=tmp_path, timeout=0.5)
    assert prefork.screener("screen", V06).returncode == 0
