"""`screener mark`: good, weak and broken submissions of a class; none stops the others."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rulefolder import ROOT, Done, screener, screener_here
from screener.workbench.mark import marking as running
from screener.workbench.mark.marking import Marks
from screener.workbench.space import diagrams
from waiting import LONG

MODEL = ROOT / "examples" / "books" / "animals"
CASES = """\
- id: K1
  title: A cat with stripes
  answers: {fell: yes, frisst_fleisch: yes, farbe: gelbbraun, muster: Streifen}
  expected: {raised: [tiger, saeugetier, raubtier]}
- id: K2
  answers: {fell: yes, frisst_fleisch: yes, farbe: gelbbraun, muster: Flecken}
  expected: {raised: [gepard, saeugetier, raubtier]}
- id: K3
  answers: {federn: no, fliegt: no, fell: yes}
  expected: {raised: [saeugetier], ruled_out: [vogel]}
- id: K4
  answers: {}
  expected: {raised: []}
"""


class Class:
    """A folder of submissions, and the teacher's cases next to it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cases, self.out = folder / "in", folder / "cases.yaml", folder / "out"
        self.folder.mkdir()
        self.cases.write_text(CASES, encoding="utf-8")

    def hand_in(self, name: str, old: str = "", new: str = "", file: str = "zoo/pack.yaml") -> Path:
        """A copy of the model book, with one change."""
        to = self.folder / name
        shutil.copytree(MODEL, to)
        path = to / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
        return to

    def mark(self, *words: str) -> tuple[Done, list[dict[str, str]]]:
        """The command, and the rows of its table."""
        place = (str(self.folder), "--cases", str(self.cases), "--model", str(MODEL), "--out", str(self.out))
        done = screener_here("mark", *place, *words)
        text = (self.out / "marks.csv").read_text(encoding="utf-8") if done.code == 0 else ""
        return done, list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def pupils(tmp_path: Path) -> Class:
    return Class(tmp_path)


def test_the_model_itself_has_full_marks(pupils: Class) -> None:
    pupils.hand_in("ada")
    done, (row,) = pupils.mark()
    assert done.code == 0
    assert "1 submissions: 1 marked, 0 not finished, 0 broken" in done.err
    assert (row["submission"], row["state"], row["reason"]) == ("ada", "marked", "")
    assert (row["cases_passed"], row["cases"], row["flags_same"], row["flags"]) == ("4", "4", "7", "7")
    assert (row["own_cases_failed"], row["mutation_score"]) == ("0", "100")


def test_a_mistake_is_found_by_cases_comparison_and_own_tests(pupils: Class) -> None:
    pupils.hand_in("bob", "{muster: [Streifen]}", "{muster: [Flecken]}")
    _, (row,) = pupils.mark()
    assert row["state"] == "marked"
    assert "K1" in row["cases_failed"]
    assert "tiger" in row["flags_different"]
    assert int(row["own_cases_failed"]) > 0
    page = (pupils.out / "marks.html").read_text(encoding="utf-8")
    assert "`tiger` should be raised and is ruled-out" in page
    assert "instead of" in page
    assert "Case K1: not passed by 1" in page
    assert "Das ist ein Spiel zum Lernen." in page


def test_twenty_of_which_ten_are_broken_in_under_a_minute(pupils: Class) -> None:
    for number in range(10):
        pupils.hand_in(f"good-{number}")
    broken(pupils)
    begun = time.monotonic()
    done, rows = pupils.mark()
    assert time.monotonic() - begun < 60
    assert done.code == 0
    assert "Traceback" not in done.out + done.err
    assert len(rows) == 20
    assert [row["state"] for row in rows if row["submission"].startswith("good")] == ["marked"] * 10
    for name, reason in REASONS.items():
        (row,) = [row for row in rows if row["submission"] == name]
        assert row["state"] == "broken", name
        assert reason in row["reason"], name


REASONS = {
    "bomb": "anchors and aliases",
    "circle": "circle",
    "empty": "no `rulebook.yaml`",
    "extends": "which is not part of the submission",
    "huge": "bytes",
    "link": "is a link",
    "no-yaml": "zoo/pack.yaml:2:1: ",
    "packed.zip": "unpack it",
    "pipe": "is not a plain file",
    "typo": "did you mean `saeugetier`?",
}


def broken(pupils: Class) -> None:
    """Ten submissions, broken in different ways."""
    bomb = pupils.hand_in("bomb")
    (bomb / "zoo" / "pack.yaml").write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", encoding="utf-8")
    pupils.hand_in("circle", "when: {fell: yes}", "when: {finding: raubtier}")
    (pupils.folder / "empty").mkdir()
    extending = pupils.hand_in("extends")
    (extending / "rulebook.yaml").write_text(f"version: 0.1.0\n'extends': {MODEL}\npacks: []\n", encoding="utf-8")
    huge = pupils.hand_in("huge")
    with (huge / "zoo" / "rules.yaml").open("wb") as file:
        file.truncate(30_000_000)
    linked = pupils.hand_in("link")
    (linked / "zoo" / "pack.yaml").unlink()
    (linked / "zoo" / "pack.yaml").symlink_to(MODEL / "zoo" / "pack.yaml")
    odd = pupils.hand_in("no-yaml")
    (odd / "zoo" / "pack.yaml").write_text("{{{", encoding="utf-8")
    (pupils.folder / "packed.zip").write_bytes(b"PK\x03\x04")
    os.mkfifo(pupils.hand_in("pipe") / "zoo" / "rules.yaml")
    pupils.hand_in("typo", "{finding: saeugetier}", "{finding: saeugetir}")


NASTY = {
    "--help": "",
    "--out": "",
    "-x": "",
    "ne\u0301": "",
    "n\u00e9": "",
    "binary": "is not UTF-8 text",
    "dangling": "is a link",
    "deep": "nesting",
    "device": "is a link",
    "loop": "is a link",
    "no-pack": "has no file `zoo/pack.yaml`",
    "nul": "cannot be seen (U+0000",
    "self": "extends this book itself",
    "sparse": "bytes",
    "up": "which is not part of the submission",
}


def nasty(pupils: Class) -> None:
    """Submissions that are meant to harm; each a copy of the model but for one thing."""
    packs = {name: pupils.hand_in(name) / "zoo" for name in NASTY}
    (packs["binary"] / "pack.yaml").write_bytes(bytes(range(256)) * 500)
    (packs["dangling"] / "rules.yaml").symlink_to("/nowhere")
    (packs["deep"] / "pack.yaml").write_text("[" * 100_000, encoding="utf-8")
    (packs["device"] / "pack.yaml").unlink()
    (packs["device"] / "pack.yaml").symlink_to("/dev/zero")
    (packs["loop"] / "again").symlink_to(packs["loop"])
    shutil.rmtree(packs["no-pack"])
    with (packs["sparse"] / "rules.yaml").open("wb") as file:
        file.truncate(50_000_000_000)
    for name, base in (("nul", '"a\\0b"'), ("self", "../self"), ("up", "../binary")):
        (packs[name].parent / "rulebook.yaml").write_text(
            f"version: 0.1.0\nextends: {base}\npacks: [zoo]\n", encoding="utf-8"
        )


def test_what_is_meant_to_harm_stops_no_other(pupils: Class) -> None:
    nasty(pupils)
    done, rows = pupils.mark()
    assert done.code == 0
    assert "Traceback" not in done.out + done.err
    assert len(rows) == len({row["submission"] for row in rows}) == len(NASTY)
    for name, reason in NASTY.items():
        (row,) = [row for row in rows if row["submission"].removeprefix("'").split(" (")[0] == name]
        assert (row["state"], reason in row["reason"]) == ("broken" if reason else "marked", True), row


def hurry(monkeypatch: pytest.MonkeyPatch, hurried: str, begins: bool) -> None:
    """Let `--seconds` hold for one submission alone, on a busy machine too.

    Args:
        hurried: its name.
        begins: whether its time begins with the first that is told of it.
    """
    received = running._received

    def slower(receiver: Any, submission: Any, compared: bool, seconds: float) -> Marks:
        if submission.name != hurried:
            seconds = LONG
        elif begins:
            assert receiver.poll(LONG)
        return received(receiver, submission, compared, seconds)

    monkeypatch.setattr(running, "_received", slower)


def test_cases_of_its_own_that_never_end_are_cut_off(pupils: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch, "endless", begins=False)
    endless = pupils.hand_in("endless") / "zoo" / "pack.yaml"
    text = endless.read_text(encoding="utf-8")
    many = ", ".join(["{fires: {fell: yes}}"] * 40_000)
    endless.write_text(text.replace("[{fires: {fell: yes}}, {silent: {fell: no}}]", f"[{many}]", 1), encoding="utf-8")
    pupils.hand_in("quick")
    begun = time.monotonic()
    done, (slow, quick) = pupils.mark("--seconds", "3")
    assert time.monotonic() - begun < 30
    assert done.code == 0
    assert slow["state"] in ("unfinished", "broken")
    assert "it took longer than 3 seconds" in slow["reason"]
    assert quick["state"] == "marked"


def test_what_a_tool_left_is_passed_over_and_no_folder_is(pupils: Class) -> None:
    pupils.hand_in("bob~")
    (pupils.folder / ".DS_Store").write_bytes(b"x")
    (pupils.folder / ".git").mkdir()
    (pupils.folder / "README.md").write_text("hand in here", encoding="utf-8")
    _, (row,) = pupils.mark()
    assert (row["submission"], row["state"]) == ("bob~", "marked")


def test_a_link_to_the_model_is_not_followed(pupils: Class) -> None:
    (pupils.folder / "mine").symlink_to(MODEL)
    _, (row,) = pupils.mark()
    assert (row["state"], row["cases_passed"]) == ("broken", "")
    assert "this is a link" in row["reason"]


def test_a_book_in_a_folder_in_the_folder_is_found_and_two_are_not_chosen_between(pupils: Class) -> None:
    shutil.copytree(MODEL, pupils.folder / "cy" / "my book")
    shutil.copytree(MODEL, pupils.folder / "di" / "one")
    shutil.copytree(MODEL, pupils.folder / "di" / "two")
    _, (cy, di) = pupils.mark()
    assert cy["cases_passed"] == "4"
    assert "several rule books in it (`one/rulebook.yaml`, `two/rulebook.yaml`)" in di["reason"]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http:..x")', "@SUM(1)", "-1+1", "<script>alert(1)<.script>", "a\nb", "+x"]
)
def test_no_name_is_run_or_breaks_the_page(pupils: Class, name: str) -> None:
    (pupils.folder / name).mkdir()
    done, (row,) = pupils.mark()
    assert done.code == 0
    text = (pupils.out / "marks.csv").read_text(encoding="utf-8").splitlines()[1]
    assert text.lstrip('"')[0] not in "=+-@"
    assert row["state"] == "broken"
    page = (pupils.out / "marks.html").read_text(encoding="utf-8")
    assert "<script>" not in page


def test_one_that_takes_too_long_keeps_what_was_found_out(pupils: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(submission: Any, *_: Any) -> Iterator[Marks]:
        yield Marks(submission.name, cases=4)
        if submission.name == "slow":
            time.sleep(2 * LONG)

    monkeypatch.setattr(running, "stages", slow)
    hurry(monkeypatch, "slow", begins=True)
    pupils.hand_in("quick")
    pupils.hand_in("slow")
    begun = time.monotonic()
    _, (quick, slowly) = pupils.mark("--seconds", "2")
    assert time.monotonic() - begun < 30
    assert quick["state"] == "marked"
    assert (slowly["state"], slowly["cases_passed"]) == ("unfinished", "4")
    assert slowly["reason"] == "it took longer than 2 seconds while checking it"


@pytest.mark.parametrize("how", ["raise", "die"])
def test_a_fault_of_ours_stops_no_other(pupils: Class, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    def faulty(submission: Any, *_: Any) -> Iterator[Marks]:
        if submission.name == "a":
            if how == "raise":
                raise ValueError("secret")
            os.kill(os.getpid(), signal.SIGKILL)
        yield Marks(submission.name)

    monkeypatch.setattr(running, "stages", faulty)
    pupils.hand_in("a")
    pupils.hand_in("b")
    done, (a, b) = pupils.mark()
    assert done.code == 0
    assert (a["state"], b["state"]) == ("broken", "marked")
    assert "the program failed on it" in a["reason"]
    assert "secret" not in done.err + a["reason"]


def test_without_a_model_and_without_a_folder_to_write_to(pupils: Class) -> None:
    pupils.hand_in("ada")
    done = screener("mark", str(pupils.folder), "--cases", str(pupils.cases))
    assert done.code == 0
    assert "\\x0d" not in done.out
    (row,) = csv.DictReader(io.StringIO(done.out))
    assert (row["cases_passed"], row["flags"], row["flags_same"]) == ("4", "", "")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("raised: [tiger,", "raised: [tigr,", "cases.yaml:4:23: the model book has no flag or finding `tigr`, did you"),
        ("federn: no", "feder: no", "case `K3`: feder: "),
        ("id: K2", "id: K1", "case `K1` is given twice"),
        ("ruled_out", "ruledout", "has no `ruledout`, did you mean `ruled_out`?"),
        ("  answers: {}\n", "", "`answers` are fields"),
        ("expected: {raised: []}", "expect: {raised: []}", "a case has no `expect`"),
        ("raised: []", "raised: nothing", "`raised` is a list of ids"),
        (CASES, "cases: 1\n", "the file is a list of cases"),
    ],
)
def test_wrong_cases_are_named_with_their_place(pupils: Class, old: str, new: str, says: str) -> None:
    pupils.hand_in("ada")
    text = pupils.cases.read_text(encoding="utf-8")
    assert old in text
    pupils.cases.write_text(text.replace(old, new, 1), encoding="utf-8")
    done, _ = pupils.mark()
    assert done.code == 3
    assert says in done.err
    assert "cases.yaml:" in done.err


def test_a_model_that_does_not_pass_its_own_cases_is_said(pupils: Class) -> None:
    pupils.hand_in("ada")
    pupils.cases.write_text(CASES.replace("[tiger, ", "[zebra, "), encoding="utf-8")
    done, _ = pupils.mark()
    assert "the model book does not pass case K1: `zebra` should be raised" in done.err
    assert "do not agree" in (pupils.out / "marks.html").read_text(encoding="utf-8")


def test_folders_that_are_not_there(tmp_path: Path, pupils: Class) -> None:
    done, _ = pupils.mark()
    assert done.code == 5
    assert "is empty" in done.err
    missing = screener_here("mark", str(tmp_path / "none"), "--cases", str(pupils.cases))
    assert (missing.code, "cannot be read" in missing.err) == (5, True)
    assert screener_here("mark", str(pupils.folder), "--cases", str(tmp_path / "no.yaml")).code == 5


def test_without_the_extra_it_is_said_once(pupils: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    pupils.hand_in("ada")
    monkeypatch.setattr(diagrams, "_manager", diagrams._manager.__wrapped__)
    for name in ("dd", "dd.cudd", "dd.autoref"):
        monkeypatch.setitem(sys.modules, name, None)
    done, _ = pupils.mark()
    assert (done.code, done.out) == (2, "")
    assert "workbench" in done.err
    assert not pupils.out.exists()
