"""The recipe for a repository of rules, run on a real git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rulefolder import ROOT

RECIPE = ROOT / "examples" / "ci"
PACK = "book/plants/pack.yaml"


class Repository:
    """A repository with a rule book in it."""

    def __init__(self, top: Path) -> None:
        self.top = top
        commands = top / "bin"
        commands.mkdir()
        program = commands / "screener"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m screener "$@"\n')
        program.chmod(0o755)
        who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        path = os.pathsep.join([str(commands), os.environ["PATH"]])
        self.env = {**os.environ, **who, "PATH": path, "PYTHONPATH": str(ROOT / "src"), "GIT_CONFIG_GLOBAL": os.devnull}
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            self.env.pop(name, None)
        shutil.copytree(ROOT / "examples" / "books" / "minimal", top / "book")
        self.git("init", "-q")
        self.commit("The first version")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.top), *arguments], env=self.env, check=True, capture_output=True)

    def commit(self, subject: str) -> None:
        self.git("add", "book")
        self.git("commit", "-q", "-m", subject)

    def change(self, old: str, new: str) -> None:
        text = (self.top / PACK).read_text()
        assert text.count(old) == 1
        (self.top / PACK).write_text(text.replace(old, new))

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(RECIPE / "check-rules.sh"), *arguments]
        env = {**self.env, **env}
        return subprocess.run(command, cwd=self.top, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_sound_book(repository: Repository) -> None:
    done = repository.run("book")
    assert done.returncode == 0, done.stderr
    assert "2 cases of 1 rule: 2 passed, 0 failed" in done.stdout


def test_what_changed_since_a_revision_and_for_whom(repository: Repository) -> None:
    repository.change("title: Water the plant", "title: Give water")
    repository.commit("Say give")
    done = repository.run("book", "HEAD~1")
    assert done.returncode == 0, done.stderr
    assert "# What this change does to the rule book" in done.stdout
    assert "now: Give water" in done.stdout


def test_on_github_errors_stand_at_their_lines_and_the_change_in_the_summary(
    repository: Repository, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    repository.change("title: Water the plant", "title: Give water")
    assert repository.run("book", "HEAD", **github).returncode == 0
    assert "now: Give water" in summary.read_text()
    repository.change("concludes: water-it", "concludes: water-itt")
    done = repository.run("book", "HEAD", **github)
    assert done.returncode == 4
    assert "::error file=book/plants/pack.yaml,line=13,col=5,title=form::" in done.stdout
    assert "what changed is not told while the book is wrong" in done.stderr


def test_a_case_that_does_not_hold(repository: Repository) -> None:
    repository.change("when: {dry_soil: yes}", "when: {dry_soil: no}")
    done = repository.run("book")
    assert done.returncode == 4
    assert "2 cases of 1 rule: 0 passed, 2 failed" in done.stdout


def test_a_revision_without_the_book(repository: Repository) -> None:
    done = repository.run("book", "0" * 40)
    assert done.returncode == 0
    assert "there is no rule book to compare with" in done.stderr


def test_no_book_is_named(repository: Repository) -> None:
    done = repository.run()
    assert done.returncode != 0
    assert "usage: check-rules.sh BOOK [REVISION]" in done.stderr


def test_the_workflow_runs_the_script_with_what_it_needs() -> None:
    workflow = yaml.safe_load((RECIPE / "rules.yml").read_text())
    steps = workflow["jobs"]["rules"]["steps"]
    assert [step.get("uses", "").partition("@")[0] for step in steps[:2]] == [
        "actions/checkout",
        "actions/setup-python",
    ]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert steps[-1]["run"] == 'sh .github/workflows/check-rules.sh "$BOOK" "$BASE"'
    assert workflow["permissions"] == {"contents": "read"}
