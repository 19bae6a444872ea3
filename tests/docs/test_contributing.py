"""CONTRIBUTING.md is followed word for word: its files are written, its commands run, its output compared."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

from rulefolder import ROOT, screener

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|yaml|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHECK = doctest.OutputChecker()


def test_add_a_rule_in_five_minutes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    steps = BLOCK.findall(PAGE)
    assert [kind for kind, _ in steps].count("console") >= 7
    for kind, text in steps:
        if kind == "json":
            (tmp_path / "me.json").write_text(text, encoding="utf-8")
        elif kind == "yaml":
            name = text.splitlines()[0].removeprefix("# ")
            (tmp_path / name).write_text(text, encoding="utf-8")
        else:
            run(text, tmp_path)


def run(block: str, folder: Path) -> None:
    """The commands of one block, each with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    for command, shown in zip(parts[::2], parts[1::2], strict=True):
        words = shlex.split(command)
        if words[:2] == ["cp", "-r"]:
            shutil.copytree(folder / words[2], folder / words[3])
            continue
        assert words[0] == "screener"
        done = screener(*words[1:], cwd=folder)
        output = done.out + done.err + (f"[exit code {done.code}]\n" if done.code else "")
        assert CHECK.check_output(shown, output, doctest.ELLIPSIS), f"{command}\nshown:\n{shown}\ngot:\n{output}"
