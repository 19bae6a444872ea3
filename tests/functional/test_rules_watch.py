"""`screener rules watch`: at each save what is wrong, what a case comes to, and which cases change."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rulefolder import ROOT, screener_here
from screener.workbench.edit.watch import QUIET, changes
from waiting import LONG

PACK = "plants/pack.yaml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "books" / "minimal", tmp_path / "book")
    return tmp_path / "book"


class Watching:
    """The command at work, and what it has printed."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "screener", "rules", "watch", *options]
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, text: str) -> list[str]:
        """What is printed up to a line that holds a text."""
        found: list[str] = []
        while not found or text not in found[-1]:
            found.append(self.lines.get(timeout=LONG))
        return found

    def told_for(self, seconds: float) -> list[str]:
        """What more is told in so many seconds."""
        time.sleep(seconds)
        return [self.lines.get() for _ in range(self.lines.qsize())]

    def end(self) -> str:
        """Press Ctrl-C; what was said on standard error. Only the thread reads its standard output, to the end."""
        with self.process:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(LONG)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            self.reader.join()
            assert self.process.stderr
            return self.process.stderr.read()


@contextmanager
def watching(*options: str) -> Iterator[Watching]:
    found = Watching(*options)
    try:
        yield found
    finally:
        said = found.end()
    assert found.process.returncode == 0
    assert said == f"watching {options[0]}; Ctrl+C ends\n"


def test_each_save_says_what_it_does(book: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("dry_soil: yes\n")
    right = (book / PACK).read_text()
    with watching(str(book), "--case", str(case)) as seen:
        first = seen.until("fires: plants-water-it-dry-soil")
        assert first[0] == "the rule book is well formed"
        assert first[1] == "nothing changes: 2 cases and vignettes tried"

        (book / PACK).write_text(right.replace("title: Water the plant", "title: Give water"))
        assert str(book / PACK) in seen.until("saved: ")[-1]
        seen.until("flag water-it: changed (title)")
        seen.until("  raised: Give water (water-it)")

        (book / PACK).write_text(right.replace("when: {dry_soil: yes}", "when: {dry_soil: no}"))
        seen.until("2 rule cases change")
        assert "Water the plant: ruled out, was raised" in seen.lines.get(timeout=LONG)
        seen.until("`plants-water-it-dry-soil` should be `fires` and is `silent`")

        case.write_text("dry_soil: no\n")
        seen.until("saved: ")
        seen.until("  raised: Water the plant (water-it)")


def test_half_a_file_is_an_error_and_the_whole_one_is_compared_with_the_last_sound_book(
    book: Path, tmp_path: Path
) -> None:
    right = (book / PACK).read_text()
    case = tmp_path / "case.json"
    case.write_text('{"dry_soil": true}')
    with watching(str(book), "--case", str(case)) as seen:
        seen.until("fires: ")
        (book / PACK).write_text(right[: right.index("when:") + 8])
        seen.until("1 error: the rule book cannot be used")
        seen.until("with the last book that could be used:")
        seen.until("  raised: Water the plant (water-it)")
        (book / PACK).unlink()
        seen.until("cannot be used")
        (book / PACK).write_text(right.replace("Water the plant", "Give water"))
        seen.until("the rule book is well formed")
        seen.until("flag water-it: changed (title)")


def test_a_book_that_is_wrong_at_first_is_nothing_to_compare_with(book: Path) -> None:
    right = (book / PACK).read_text()
    (book / PACK).write_text(right.replace("concludes:", "concluded:"))
    with watching(str(book)) as seen:
        seen.until("the rule book cannot be used")
        (book / PACK).write_text(right)
        seen.until("there is no sound book before this one, so nothing is compared")


def test_many_writes_in_a_row_are_one_save(book: Path) -> None:
    right = (book / PACK).read_text()
    with watching(str(book)) as seen:
        seen.until("nothing changes")
        begun, pauses = time.monotonic(), 0
        for number in range(8):
            last, begun = begun, time.monotonic()
            (book / PACK).write_text(right + f"# {number}\n")
            pauses += time.monotonic() - last > QUIET  # on a busy machine: what was written before may be one save
            time.sleep(0.05)
        seen.until("saved: ")
        seen.until("nothing changes")
        more = seen.told_for(1.5)
        assert pauses or not more
        assert sum(" saved: " in line for line in more) <= pauses


def test_no_book_is_told(tmp_path: Path) -> None:
    done = screener_here("rules", "watch", str(tmp_path))
    assert (done.code, "`rulebook.yaml` is missing" in done.err) == (2, True)


def test_files_that_change_come_and_go(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in "abc")
    one.write_text("1")
    two.write_text("2")
    steps = iter(
        [
            lambda: None,
            lambda: one.write_text("longer"),
            lambda: two.unlink(),
            lambda: three.write_text("3"),
        ]
    )

    def wait(seconds: float) -> None:
        next(steps, lambda: None)()

    found = changes(lambda: [one, two, three], wait)
    assert next(found) == [one, two, three], "one save, since none came to rest between"
