"""The tutorial is followed word for word, in one empty folder."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path
from urllib.request import urlopen

from rulefolder import ROOT, screener
from waiting import LONG
from webserver import served

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(console|yaml|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHECK = doctest.OutputChecker()


def test_from_an_empty_folder_to_a_screener_with_a_web_page(tmp_path: Path) -> None:
    steps = BLOCK.findall(PAGE)
    assert [kind for kind, _ in steps].count("console") >= 7
    for number, (kind, text) in enumerate(steps):
        if kind == "console":
            run(text, tmp_path)
        elif kind == "json":
            (tmp_path / "me.json").write_text(text, encoding="utf-8")
        else:
            write(text, tmp_path)
        if number == 0:
            shutil.rmtree(tmp_path / "coffee" / "plants")  # as the page says


def write(text: str, folder: Path) -> None:
    """A file, more of one, or one word of it changed: the first line says which."""
    first, rest = text.split("\n", 1)
    name, _, how = first.removeprefix("# ").partition(", ")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if how == "with one word changed":
        old, new = rest.strip().split(" -> ")
        assert before.count(old) == 1
        path.write_text(before.replace(old, new), encoding="utf-8")
    else:
        assert how in ("", "more at the end")
        path.write_text(before + rest if how else rest, encoding="utf-8")


def run(block: str, folder: Path) -> None:
    """The commands of one block, each with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    for command, shown in zip(parts[::2], parts[1::2], strict=True):
        words = shlex.split(command)
        assert words[0] == "screener"
        if words[1] == "serve":
            open_pages(folder / words[words.index("--rules") + 1])
            continue
        done = screener(*words[1:], cwd=folder)
        output = done.out + done.err + (f"[exit code {done.code}]\n" if done.code else "")
        assert CHECK.check_output(shown, output, doctest.ELLIPSIS), f"{command}\nshown:\n{shown}\ngot:\n{output}"


def open_pages(folder: Path) -> None:
    """The server, with another port, as the one on the page may be in use."""
    with served("--rules", str(folder)) as (address, _), urlopen(address, timeout=LONG) as page:
        assert "<h1>Coffee and sleep</h1>" in page.read().decode()
