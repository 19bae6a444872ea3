"""Closed standard streams: a command that needs one ends with an error that names it, the others do their work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from functional_run import ROOT, V06
from waiting import LONG


def run(closed: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command started by a shell with some of its streams closed, such as `>&- 2>&-`."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m screener "$@" {closed}', sys.executable, *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["screen", V06],
        ["explain", V06],
        ["replay", V06],
        ["rules", "list"],
        ["rules", "docs", "safety.md"],
        ["fhir", "export", V06],
        ["fhir", "questionnaire"],
        ["fhir", "import", "examples/fhir/potassium-stays-low.json"],
        ["--version"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_without_an_output_what_prints_fails_and_says_so(words: list[str]) -> None:
    done = run(">&-", *words)
    assert (done.returncode, done.stderr) == (5, "input or output failed: standard output is closed\n")
    assert run(">&- 2>&-", *words).returncode == 5


def test_without_an_output_what_writes_a_file_works(tmp_path: Path) -> None:
    done = run(">&- 2>&- <&-", "batch", "examples/batch/cases.jsonl", "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0
    whole = run("", "batch", "examples/batch/cases.jsonl", "-o", str(tmp_path / "again.jsonl"))
    assert whole.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()


@pytest.mark.parametrize(
    "words", [["screen", "-"], ["explain", "-"], ["fhir", "import", "-"], ["ask"], ["replay", V06]], ids=" ".join
)
def test_without_an_input_what_reads_it_fails_and_says_so(words: list[str]) -> None:
    done = run("<&-", *words)
    assert done.returncode == 5
    assert "standard input is closed" in done.stderr
    assert "fault" not in done.stderr


def test_a_closed_input_is_no_empty_file_under_another_name() -> None:
    done = run("<&-", "screen", "/dev/stdin")
    assert done.returncode == 5
    assert "`/dev/stdin` can" in done.stderr


@pytest.mark.parametrize(("words", "code"), [(["screen", "nowhere.json"], 5), (["screen"], 2), (["screen", V06], 0)])
def test_without_a_place_for_messages_the_exit_code_still_tells(words: list[str], code: int) -> None:
    assert run("2>&-", *words).returncode == code


def test_a_full_device_is_an_error() -> None:
    done = run(">/dev/full", "screen", V06)
    assert done.returncode == 5
    assert "no space left" in done.stderr
