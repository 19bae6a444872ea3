"""500 saves at once and an editor outside that writes the same file: nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rulefolder import ROOT
from screener.workbench.edit.past import Past
from screener.workbench.edit.store import Store
from waiting import LONG

PACK = "plants/pack.yaml"
SAVERS, SAVES = 10, 50
SAVER = """
import json, sys, time
from pathlib import Path
from screener.workbench.edit.store import ChangedMeanwhileError, Store
store, name, who, count = Store(Path(sys.argv[1])), sys.argv[2], sys.argv[3], int(sys.argv[4])
for number in range(count):
    now = store.read(name)
    text = now.raw + f"# {who}-{number}\\n".encode()
    time.sleep(0.002 * (number % 3))
    try:
        store.save(name, now.hash, text)
        print(json.dumps(["saved", text.decode()]))
    except ChangedMeanwhileError as error:
        print(json.dumps(["refused", text.decode(), str(error)]))
"""
OUTSIDE = """
import json, os, sys, time
from pathlib import Path
from screener.workbench.edit.swap import exchange
place, ended = Path(sys.argv[1], sys.argv[2]), Path(sys.argv[3])
number = 0
while not ended.exists():
    number += 1
    text = place.read_bytes()[-2000:] + f"# outside-{number}\\n".encode()
    if number % 2:  # as most editors do: a new file that takes the place
        new = place.with_name("#outside#")
        new.write_bytes(text)
        exchange(new, place)  # so that it is known what the new file took the place of
        gone = new.read_bytes()
    else:  # as others do: the file itself, from its beginning
        with place.open("r+b") as file:
            gone = file.read()
            file.seek(0)
            file.truncate()
            file.write(text[:10])
            file.flush()
            time.sleep(0.001)
            file.write(text[10:])
    print(json.dumps(["outside", text.decode(), gone.decode()]))
    time.sleep(0.02)
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "book")
    return tmp_path / "book"


class Working:
    """A program at work; what it says goes into a file, so that it never waits for somebody to read it."""

    def __init__(self, folder: Path, name: str, code: str, *arguments: str) -> None:
        self.out = folder / f"{name}.jsonl"
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        with self.out.open("wb") as out:
            self.process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, stdout=out)

    def said(self) -> list[list[str]]:
        """All that it has said, once it has ended."""
        assert self.process.wait(2 * LONG) == 0
        return [json.loads(line) for line in self.out.read_text().splitlines()]


@pytest.mark.parametrize("outside", [False, True], ids=["alone", "with an editor outside"])
def test_500_saves_at_once_lose_nothing(book: Path, tmp_path: Path, outside: bool) -> None:
    ended = tmp_path / "ended"
    editor = Working(tmp_path, "outside", OUTSIDE, str(book), PACK, str(ended)) if outside else None
    savers = [Working(tmp_path, f"saver-{n}", SAVER, str(book), PACK, str(n), str(SAVES)) for n in range(SAVERS)]
    try:
        done = [line for saver in savers for line in saver.said()]
    finally:
        ended.touch()
    written = editor.said() if editor else []

    final = (book / PACK).read_text()
    kept = {entry.raw().decode() for entry in Past(book, PACK).entries()}
    saved = [line[1] for line in done if line[0] == "saved"]
    refused = [line for line in done if line[0] == "refused"]
    assert len(saved) + len(refused) == SAVERS * SAVES
    assert saved
    assert all(text in kept for text in saved), "each save can be had back"
    assert all("changed meanwhile" in line[2] for line in refused)
    overwritten = {gone for _, _, gone in written}  # by the editor itself
    for _, text, _ in written:
        assert text in kept or text == final or text in overwritten, (
            "what the editor wrote was there until it wrote over it, or is kept"
        )
    if not outside:
        assert final == max(saved, key=len)
        assert sum(line.startswith("# ") for line in final.splitlines()) == len(saved), "each builds on the one before"
    assert not list(Past(book, PACK).folder.glob("new-*"))
    assert Store(book).read(PACK).raw.decode() == final
