"""`screener completion`: scripts for three shells, and what they complete."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import prefork
from functional_run import ROOT, run


def complete(*words: str, cwd: Path = ROOT) -> list[str]:
    env = {
        **os.environ,
        "COMP_WORDS": "\n".join(("screener", *words)),
        "COMP_CWORD": str(len(words)),
        "_SCREENER_COMPLETE": "bash_complete",
    }
    done = prefork.screener(env=env, cwd=cwd)
    assert not done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_it_accepts(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_SCREENER_COMPLETE" in done.stdout
    if shutil.which(shell):
        flag = {"bash": "-n", "zsh": "-n", "fish": "--no-execute"}[shell]
        checked = subprocess.run([shell, flag], input=done.stdout, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ru",), {"rules"}),
        (("explain", "case.json", "--flag", "suspect-"), {"suspect-magnesium", "suspect-potassium", "suspect-both"}),
        (("explain", "case.json", "--what-if", "told_low_p"), {"told_low_potassium="}),
        (("rules", "show", "questionn"), {"questionnaire"}),
        (("screen", "--pack", "art"), {"article"}),
    ],
)
def test_commands_ids_and_fields_are_completed(words: tuple[str, ...], expected: set[str]) -> None:
    assert set(complete(*words)) == expected


def test_rule_ids_come_from_the_named_rule_book(tmp_path: Path) -> None:
    assert complete("rules", "test", "safety-adults")
    assert complete("rules", "test", "--rules", str(tmp_path), "safety-adults") == []
