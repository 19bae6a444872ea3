"""Nothing that a batch reads or writes is destroyed by another of its files, by a link, or by a process that hangs."""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job
from screener.batch.reading.careful import CarefulReader, Policy
from screener.batch.reading.jsonl import JsonReader
from screener.batch.reading.notation import Notation
from screener.batch.run import run
from screener.batch.writing.output import ResumableOutput
from screener.case.intake import Intake
from screener.cli.main import main
from screener.errors import FileError, ScreenerError
from screener.rulebook.book import RuleBook
from waiting import LONG, until
from webserver import is_there

ROOT = Path(__file__).parents[2]
PLAIN = Notation(Intake.fields)
CASE = b'{"case_id": "a", "age": 71}\n'


def call(*words: object) -> tuple[int, str]:
    """The exit code, and what was said."""
    try:
        done = CliRunner().invoke(main, ["batch", *map(str, words)], catch_exceptions=False, standalone_mode=False)
    except ScreenerError as error:
        return error.exit_code, str(error)
    return done.return_value, done.stderr


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an input and a link and a hard link to it."""
    (tmp_path / "in.jsonl").write_bytes(CASE)
    (tmp_path / "link.jsonl").symlink_to("in.jsonl")
    (tmp_path / "hard.jsonl").hardlink_to(tmp_path / "in.jsonl")
    (tmp_path / "here").symlink_to(".")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "out.jsonl", "--rejects", "out.jsonl.partial"],
        ["-o", "out.jsonl", "--rejects", "out.jsonl.parts"],
        ["-o", "out.jsonl", "--rejects", "out.jsonl.parts/results/refused.jsonl"],
        ["-o", "out.jsonl", "--rejects", "here/Out.jsonl.PARTS/refused.jsonl"],
        ["-o", "out.jsonl", "--rejects", "OUT.jsonl"],
        ["-o", "out.jsonl", "--rejects", "Out.JSONL.Parts"],
        ["-o", "out.jsonl", "--rejects", "here/out.jsonl"],
        ["-o", "out.jsonl", "--rejects", "here/here/out.jsonl"],
        ["-o", "out.csv", "--summary", "out.csv.partial.txt", "--rejects", "out.csv.partial.txt"],
        ["-o", "r.jsonl.partial.csv", "--rejects", "r.jsonl.partial.csv"],
        ["-o", "x.partial.csv", "--rejects", "x.partial.csv.partial"],
        ["-o", "a.jsonl", "--rejects", "b", "--summary", "B.txt", "--rejects", "b.txt"],
        ["-o", "é.jsonl", "--rejects", "e\u0301.jsonl"],
        ["-o", "in.jsonl"],
        ["-o", "link.jsonl"],
        ["-o", "hard.jsonl"],
        ["-o", "here/in.jsonl"],
        ["-o", "IN.jsonl"],
        ["-o", "out.jsonl", "--rejects", "in.jsonl"],
        ["-o", "out.jsonl", "--rejects", "hard.jsonl"],
        ["-o", "-", "--rejects", "link.jsonl"],
    ],
    ids=" ".join,
)
def test_what_would_be_destroyed_is_refused_before_anything_is_touched(words: list[str], folder: Path) -> None:
    before = everything(folder)
    code, said = call("in.jsonl", *words, "--force")
    assert (code, "must be two files" in said or "would be in" in said or "would replace what is read" in said) == (
        2,
        True,
    ), said
    assert everything(folder) == before


def test_the_file_of_confirmed_names_is_not_replaced(folder: Path) -> None:
    (folder / "names.csv").write_text("typed,meant\nlasics,furosemide\n", encoding="utf-8")
    before = everything(folder)
    for words in (["-o", "names.csv"], ["-o", "out.csv", "--rejects", "NAMES.csv"]):
        code, said = call("in.jsonl", "--confirmed", "names.csv", *words, "--force")
        assert (code, "would replace what is read" in said) == (2, True), said
    assert everything(folder) == before


@pytest.mark.parametrize("other", ["out.jsonl.partial", "out.jsonl.parts", "out.jsonl.rejects.jsonl.partial"])
def test_an_input_that_has_the_name_of_a_helping_file(other: str, folder: Path) -> None:
    (folder / other).write_bytes(CASE)
    code, said = call(other, "--from", "jsonl", "-o", "out.jsonl", "--force")
    assert (code, "would replace what is read" in said) == (2, True)
    assert (folder / other).read_bytes() == CASE


def test_an_input_among_the_parts(folder: Path) -> None:
    (folder / "out.jsonl.parts" / "results").mkdir(parents=True)
    source = folder / "out.jsonl.parts" / "results" / "part-00000.jsonl"
    source.write_bytes(CASE)
    code, said = call(source, "-o", "out.jsonl", "--force")
    assert (code, "would replace what is read" in said) == (2, True)
    assert source.read_bytes() == CASE


def test_a_result_among_the_records_that_are_read(folder: Path) -> None:
    (folder / "records").mkdir()
    (folder / "records" / "Patient.ndjson").write_text('{"resourceType": "Patient", "id": "a"}\n', encoding="utf-8")
    for words in (["-o", "records/out.ndjson"], ["-o", "o.csv", "--summary", "records/s.json"]):
        code, said = call("records", "--from", "fhir", *words)
        assert (code, "would be read as a record" in said) == (2, True)
    assert call("records", "--from", "fhir", "-o", "records/out.csv", "--rejects", "records/refused")[0] == 0


@pytest.mark.parametrize(
    "name",
    ["out.jsonl.partial", "out.jsonl.journal", "out.jsonl.rejects.jsonl.partial", "out.jsonl.parts"],
)
@pytest.mark.parametrize("kind", ["link", "dead link", "hard link", "pipe", "folder"])
@pytest.mark.parametrize("option", ["", "--force", "--resume"])
def test_no_link_is_followed_where_the_results_are_made(name: str, kind: str, option: str, folder: Path) -> None:
    (folder / "precious").write_bytes(b"precious")
    if kind == "hard link":
        (folder / name).hardlink_to(folder / "precious")
    elif kind == "pipe":
        os.mkfifo(folder / name)
    elif kind == "folder":
        (folder / name).mkdir()
        (folder / name / "notes.txt").write_bytes(b"precious")
    else:
        (folder / name).symlink_to("precious" if kind == "link" else "nowhere")
    before = everything(folder)
    code, said = call("in.jsonl", "-o", "out.jsonl", *filter(None, [option]))
    assert code == 5, said
    held = {file: content for file, content in everything(folder).items() if file in before}
    assert held == before
    assert not (folder / "nowhere").exists()
    assert not (folder / "out.jsonl").exists()
    assert kind != "folder" or [path.name for path in (folder / name).iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("option", ["", "--force", "--resume"])
@pytest.mark.parametrize("name", ["out.jsonl.journal", "out.jsonl.parts/job.json"])
def test_what_is_of_no_batch_is_not_emptied(name: str, option: str, folder: Path) -> None:
    (folder / "out.jsonl.parts").mkdir()
    for text in (b"a diary\n", b"a diary without an end", b'{"program": 1}\n'):
        (folder / name).write_bytes(text)
        assert call("in.jsonl", "-o", "out.jsonl", *filter(None, [option]))[0] == 5
        assert (folder / name).read_bytes() == text


@pytest.mark.parametrize("option", ["", "--force", "--resume"])
def test_a_stopped_run_of_an_earlier_version_is_not_overwritten(option: str, folder: Path) -> None:
    (folder / "out.jsonl.journal").write_bytes(b'{"program version":"0.1.0"}\n{"position":[0,1,1,27,1],"output":9}\n')
    (folder / "out.jsonl.partial").write_bytes(b"precious\n")
    before = everything(folder)
    code, said = call("in.jsonl", "-o", "out.jsonl", *filter(None, [option]))
    assert (code, "a stopped run of an earlier version: finish it with that version, or remove it" in said) == (5, True)
    assert everything(folder) == before


@pytest.mark.parametrize("name", ["out.jsonl.partial", "out.jsonl.rejects.jsonl.partial", "s.txt"])
def test_nothing_is_replaced_without_force(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"precious")
    words = ["in.jsonl", "-o", "out.jsonl", "--summary", "s.txt"]
    code, said = call(*words)
    assert (code, f"{name}` is there already" in said) == (5, True)
    assert (folder / name).read_bytes() == b"precious"
    assert call(*words, "--force")[0] == 0


def test_a_summary_that_can_not_be_written_is_said_at_once(folder: Path) -> None:
    code, said = call("in.jsonl", "-o", "out.jsonl", "--summary", "nowhere/s.txt")
    assert (code, "there is no folder `nowhere`" in said) == (5, True)
    assert not list(folder.glob("out*"))


def stopped(book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that was stopped before its parts were joined; their folder."""
    with monkeypatch.context() as patch:
        patch.setattr(ResumableOutput, "finish", lambda self: self.close())
        run(Job(tuple(find_inputs(["in.jsonl"])), "out.jsonl", book))
    return Path("out.jsonl.parts")


def test_a_damaged_note_says_so(folder: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = stopped(book, monkeypatch)
    for broken in (b"", b"{}\n", b"[1]\n", b"nothing\n", b'{"position": 3}\n', b"\xff\n"):
        (kept / "part-00000.json").write_bytes(broken)
        code, said = call("in.jsonl", "-o", "out.jsonl", "--resume")
        assert (code, "is damaged; begin again with --force" in said) == (5, True), said
    assert call("in.jsonl", "-o", "out.jsonl", "--force")[0] == 0


@pytest.mark.parametrize("name", ["results/part-00000.jsonl", "rejects/part-00000.jsonl"])
def test_a_part_that_is_not_as_long_as_it_was_is_made_again(
    name: str, folder: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stopped(book, monkeypatch)
    for spoil in (lambda: (kept / name).write_bytes(b'{"torn'), (kept / name).unlink):
        spoil()
        assert call("in.jsonl", "-o", "out.jsonl", "--resume")[0] == 0
        assert json.loads((folder / "out.jsonl").read_text())["case_id"] == "a"
        assert not kept.exists()
        (folder / "out.jsonl").unlink()
        (folder / "out.jsonl.rejects.jsonl").unlink()
        stopped(book, monkeypatch)


def test_what_somebody_keeps_among_the_parts_stays(
    folder: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stopped(book, monkeypatch)
    (kept / "results" / "notes.txt").write_bytes(b"precious")
    for option in ("--resume", "--force"):
        code, said = call("in.jsonl", "-o", "out.jsonl", option)
        assert (code, "holds `notes.txt`, which is of no earlier run; name another output" in said) == (5, True)
    (kept / "results" / "notes.txt").unlink()
    monkeypatch.setattr(ResumableOutput, "add", lambda *_: (kept / "results" / "notes.txt").write_bytes(b"precious"))
    assert call("in.jsonl", "-o", "out.jsonl", "--force")[0] == 0
    assert [path.name for path in kept.rglob("*")] == ["results", "notes.txt"]


def test_standard_output_into_what_is_read_or_refused(folder: Path) -> None:
    command = f'"{sys.executable}" -m screener batch'
    for line in (
        f"{command} in.jsonl -o - --rejects r.jsonl >> in.jsonl",
        f"{command} in.jsonl -o - --rejects r.jsonl --force >> r.jsonl",
        f"{command} - -o in.jsonl --force < in.jsonl",
    ):
        done = subprocess.run(["bash", "-c", line], env=environment(), capture_output=True, timeout=LONG, check=False)
        assert done.returncode == 2, done.stderr
        assert (folder / "in.jsonl").read_bytes() == CASE


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("batch in.jsonl -o out.jsonl <&-", 0, b"1 records in"),
        ("batch in.jsonl -o out.jsonl >&-", 0, b"1 records in"),
        ("batch in.jsonl -o out.jsonl 2>&-", 0, b""),
        ("batch in.jsonl -o out.jsonl <&- >&- 2>&-", 0, b""),
        ("batch - -o out.jsonl <&-", 5, b"standard input cannot be read"),
        ("batch /dev/stdin --from jsonl -o out.jsonl <&-", 5, b"cannot be read"),
        ("batch in.jsonl -o - --rejects r.jsonl >&-", 5, b"standard output cannot be written"),
    ],
)
def test_closed_streams(line: str, code: int, message: bytes, folder: Path) -> None:
    words = ["bash", "-c", f'"{sys.executable}" -m screener {line}']
    done = subprocess.run(words, env=environment(), capture_output=True, timeout=LONG, check=False)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    if code == 0:
        assert json.loads((folder / "out.jsonl").read_text())["case_id"] == "a"


def descendants(parent: int) -> list[int]:
    try:
        found = [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(below for child in found for below in descendants(child))]


def worked(pid: int) -> int:
    """For how many hundredths of a second a process has had a processor."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


@pytest.mark.parametrize("least", [0, 50], ids=["starting", "at work"])
@pytest.mark.parametrize("stopped", ["workers", "all of them"])
def test_ctrl_c_leaves_processes_that_are_stopped(stopped: str, least: int, folder: Path) -> None:
    (folder / "many.jsonl").write_bytes(CASE * 150_000)  # several chunks, so that there are two workers
    words = [sys.executable, "-m", "screener", "batch", "many.jsonl", "-o", "out.jsonl"]
    running = subprocess.Popen([*words, "--engine", "durable", "--workers", "2"], env=environment(), stderr=-1)
    victims: list[int] = []
    try:
        job = folder / "out.jsonl.parts" / "job.json"
        until(lambda: running.poll() is not None or (job.exists() and len(descendants(running.pid)) >= 4))
        victims = descendants(running.pid)
        below = {child for pid in victims for child in descendants(pid)}
        assert len(below) == 2
        until(lambda: all(worked(pid) >= least for pid in below))
        for pid in victims if stopped == "all of them" else below:
            os.kill(pid, signal.SIGSTOP)
        running.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, said = running.communicate(timeout=LONG)
        assert time.monotonic() - begun < 10  # on a busy machine; a second or so
        assert running.returncode == 130
        assert b"go on with --resume" in said
        until(lambda: not any(map(is_there, below)))
    finally:
        for pid in (running.pid, *victims):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.communicate()


# fields that do not exist


def test_many_unknown_fields_are_named_but_looked_up_only_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    close = difflib.get_close_matches

    def counted(name: str, names: Any, **how: Any) -> list[str]:
        looked_up.append(name)
        return close(name, names, **how)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    careful = CarefulReader(Policy(PLAIN))
    for number in range(20):
        raw = json.dumps({f"fatigue_{number}_{at}": True for at in range(100)}).encode()
        found = careful.read_line(raw, 1)
        assert [problem.field for problem in found.problems] == [f"fatigue_{number}_{at}" for at in range(100)]
        assert "did you mean `fatigue`?" in found.problems[0].message
        assert found == careful.read_line(raw, 1)
    assert len(looked_up) <= 200
    most = careful.read_line(json.dumps({f"x{at}": 1 for at in range(25_000)}).encode(), 1)
    assert len(most.problems) == 201
    assert most.problems[-1].message == "24,800 more fields do not exist"


NAMES = ['a"b', "a\\b", "a\nb", "\x00", "\x1b[31m", "", " ", "x" * 5000, "é", "a:b", "\u2028", "\u202e", "\x7f", "😀"]


@pytest.mark.parametrize(
    ("how", "name"),
    [(("--ignore-extra", "--drop")[number % 2], name) for number, name in enumerate(NAMES)],
    ids=lambda text: ascii(text)[:20],
)
def test_fields_of_any_name_are_passed_over(name: str, how: str, folder: Path) -> None:
    if how == "--drop" and "\x00" in name:
        pytest.skip("no argument can hold it")
    cases = [{"age": 30, name: value} for value in (1, "x:y", None, [1], {"a": 1}, True)] * 2000
    (folder / "odd.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    code, said = call("odd.jsonl", "-o", "out.jsonl", how, *([name] if how == "--drop" else []))
    assert (code, "12,000 records in = 12,000 results + 0 rejects; fields passed over" in said) == (0, True), said
    assert len(said) < 1000
    assert said.rstrip("\n").isprintable()


def test_a_field_with_half_of_a_character_is_a_reject(folder: Path) -> None:
    (folder / "odd.jsonl").write_bytes(b'{"age": 30, "\\ud800": 1}\n' + CASE)
    code, said = call("odd.jsonl", "-o", "out.jsonl", "--ignore-extra")
    assert (code, "2 records in = 1 results + 1 rejects" in said) == (0, True)


def test_what_is_learnt_changes_nothing(folder: Path) -> None:
    text = b"".join(json.dumps({"age": 30, name: 1}).encode() + b"\n" for name in NAMES)
    reader = JsonReader(Policy(PLAIN, ignore_extra=True))
    for _ in range(3):
        found = reader.read(io.BytesIO(text), len(text), 1)
        assert found.lines.tolist() == list(range(1, len(NAMES) + 1))
        assert found.extras == set(NAMES)


def test_outputs_of_another_name_are_fine(folder: Path) -> None:
    for at, words in enumerate((["--rejects", "refused.jsonl"], ["--summary", "s.json"], ["--rejects", "out"])):
        assert call("in.jsonl", "-o", f"out{at}.jsonl", *words)[0] == 0
    with pytest.raises(FileError, match="is there already"):
        run(Job(tuple(find_inputs(["in.jsonl"])), "out0.jsonl", RuleBook.load()))


@pytest.mark.parametrize("option", ["", "--force", "--resume"])
def test_a_folder_of_another_user_is_not_used(option: str, folder: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    (folder / "out.jsonl.parts").mkdir()
    os.chown(folder / "out.jsonl.parts", 12345, 12345)
    code, said = call("in.jsonl", "-o", "out.jsonl", *filter(None, [option]))
    assert (code, "it belongs to another user" in said) == (5, True)
    assert not list((folder / "out.jsonl.parts").iterdir())
