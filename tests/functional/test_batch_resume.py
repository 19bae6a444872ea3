"""Stopped runs: whatever kills the program or its workers, the resumed run ends with the same bytes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deadly import DEADLY, DeadlyTable
from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.run import run
from screener.batch.writing import output
from screener.batch.writing.jobfile import JobFile
from screener.batch.writing.output import ResumableOutput
from screener.batch.writing.parts import Parts
from screener.case.intake import Intake
from screener.errors import FileError
from screener.rulebook.book import RuleBook
from vignettes import SCREENED
from waiting import LONG

FIELDS = Intake.fields

CASES = [json.loads(vignette.case.read_text(encoding="utf-8")) for vignette in SCREENED]
SMALL = 20_000  # bytes in a chunk, so that there are many
LONGEST = 0.6  # seconds from the first finished chunk to a kill: about as long as 2,000 cases take
ROOT = Path(__file__).parents[2]


def write_cases(path: Path, count: int) -> None:
    chooser = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            case = {**chooser.choice(CASES), "case_id": f"n{number}"}
            if number % 37 == 0:
                case["potassium"] = 41
            file.write(json.dumps(case) + "\n")


def job(folder: Path, book: RuleBook, name: str = "out.parquet", source: str = "in.jsonl", **options: Any) -> Job:
    return Job(tuple(find_inputs([str(folder / source)])), str(folder / name), book, chunk_bytes=SMALL, **options)


def write_parquet(folder: Path, book: RuleBook) -> None:
    """The accepted cases of `in.jsonl` as `in.parquet`, a row group for every 60, some of them spoiled."""
    run(job(folder, book, "kept.parquet", keep=tuple(FIELDS)))
    table = pq.read_table(folder / "kept.parquet").select(["case_id", *FIELDS])
    potassium = [41.0 if at % 37 == 0 else value for at, value in enumerate(table["potassium"].to_pylist())]
    place = table.schema.get_field_index("potassium")
    table = table.set_column(place, "potassium", pa.array(potassium, pa.float64()))
    pq.write_table(table, folder / "in.parquet", row_group_size=60)


def content(folder: Path, name: str = "out.parquet") -> tuple[bytes, bytes]:
    return (folder / name).read_bytes(), (folder / f"{name}.rejects.jsonl").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_cases(tmp_path / "in.jsonl", 600)
    return tmp_path


@pytest.fixture
def whole(folder: Path, book: RuleBook) -> tuple[bytes, bytes]:
    """What an uninterrupted run gives."""
    run(job(folder, book, "whole.parquet", workers=1))
    return content(folder, "whole.parquet")


def test_the_number_of_workers_changes_nothing(folder: Path, book: RuleBook, whole: tuple[bytes, bytes]) -> None:
    run(job(folder, book, workers=3))
    assert content(folder) == whole


class Stop(Exception):
    """Ends a run in the middle."""


@pytest.mark.parametrize("after", [0, 1, 2, 7])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    after: int, folder: Path, book: RuleBook, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = ResumableOutput.add
    calls = []

    def stopping(self: ResumableOutput, *words: Any) -> None:
        if len(calls) == after:
            raise Stop
        calls.append(words)
        add(self, *words)

    monkeypatch.setattr(ResumableOutput, "add", stopping)
    with pytest.raises(Stop):
        run(job(folder, book, workers=1))
    assert not (folder / "out.parquet").exists()
    with pytest.raises(FileError, match="go on with --resume"):
        run(job(folder, book, workers=1))
    monkeypatch.undo()
    done = run(job(folder, book, workers=1, resume=True))
    assert content(folder) == whole
    assert done.tally.results + done.tally.rejects == 600
    assert not [path.name for path in folder.iterdir() if path.suffix in (".partial", ".parts")]


def test_what_is_left_of_an_unfinished_part_is_not_used(
    folder: Path, book: RuleBook, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ResumableOutput, "finish", lambda self: self.close())
    run(job(folder, book, workers=1))
    monkeypatch.undo()
    for name in ("results/part-00001.parquet", "rejects/part-00001.jsonl", ".part-00001.json.1.tmp"):
        (folder / "out.parquet.parts" / name).write_bytes(b'{"torn')
    run(job(folder, book, workers=1, resume=True))
    assert content(folder) == whole


@pytest.mark.parametrize("named", [0, 1])
def test_a_crash_between_writing_and_naming(
    named: int, folder: Path, book: RuleBook, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace
    done = []

    def stopping(self: Path, target: Path) -> Path:
        if len(done) == named:
            raise Stop
        done.append(target)
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", stopping)
    with pytest.raises(Stop):
        run(job(folder, book, workers=1))
    monkeypatch.undo()
    assert run(job(folder, book, workers=1, resume=True)).already
    assert content(folder) == whole


def test_a_full_disk_is_reported_and_can_be_resumed(
    folder: Path, book: RuleBook, whole: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="no space left on device; what is done is kept for --resume"):
        run(job(folder, book, workers=1))
    monkeypatch.undo()
    run(job(folder, book, workers=1, resume=True))
    assert content(folder) == whole


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_stopped_again_and_again_it_ends_with_the_same_bytes(
    name: str, folder: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(job(folder, book, f"whole{name}", workers=1))
    monkeypatch.setattr(output, "COMMIT_EVERY", 0.0)  # each chunk is a part
    add = ResumableOutput.add
    left = 0

    def stopping(self: ResumableOutput, *words: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stop
        add(self, *words)

    monkeypatch.setattr(ResumableOutput, "add", stopping)
    stops = 0
    while not (folder / name).exists():
        left = 1 + stops % 3
        with suppress(Stop):
            run(job(folder, book, name, workers=1, resume=True))
        stops += 1
    assert stops > 4
    assert content(folder, name) == content(folder, f"whole{name}")


@pytest.mark.parametrize(
    ("holder", "step"), [(os, "fsync"), (Path, "rename"), (Path, "replace"), (Path, "unlink"), (Path, "rmdir")]
)
def test_an_interrupt_at_any_step_loses_nothing(
    holder: Any, step: str, tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = book.select(["article"])
    write_cases(tmp_path / "in.jsonl", 100)
    monkeypatch.setattr(output, "COMMIT_EVERY", 0.0)
    run(job(tmp_path, small, workers=1))
    whole = content(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    for at in range(100):
        for name in ("out.parquet", "out.parquet.rejects.jsonl"):
            (tmp_path / name).unlink()
        if not interrupted(lambda: run(job(tmp_path, small, workers=1)), holder, step, at):
            break
        run(job(tmp_path, small, workers=1, resume=True))
        assert content(tmp_path) == whole
        assert {path.name for path in tmp_path.iterdir()} == names
    assert at > 1
    assert content(tmp_path) == whole


def interrupted(call: Callable[[], object], holder: Any, step: str, at: int) -> bool:
    """Do something, interrupted just before a step is done once more; whether it came to that."""
    whole, calls = getattr(holder, step), 0

    def stopping(*words: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            raise KeyboardInterrupt
        return whole(*words, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holder, step, stopping)
        try:
            call()
        except KeyboardInterrupt:
            return True
    return False


def test_only_the_same_call_on_the_same_input_is_resumed(
    folder: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ResumableOutput, "finish", lambda self: self.close())
    run(job(folder, book, workers=1))
    with pytest.raises(FileError, match="other options"):
        run(job(folder, book, workers=1, resume=True, policy=Policy(Notation(FIELDS), ignore_extra=True)))
    with pytest.raises(FileError, match="other rule book"):
        run(job(folder, book.select(["article"]), workers=1, resume=True))
    with (folder / "in.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(FileError, match="other input"):
        run(job(folder, book, workers=1, resume=True))


def test_nothing_is_overwritten(folder: Path, book: RuleBook) -> None:
    run(job(folder, book, workers=1))
    before = content(folder)
    with pytest.raises(FileError, match="is there already"):
        run(job(folder, book, workers=1))
    assert run(job(folder, book, workers=1, resume=True)).already
    assert content(folder) == before
    run(job(folder, book, workers=1, force=True))
    assert content(folder) == before


def test_two_runs_do_not_write_the_same_output(folder: Path, book: RuleBook) -> None:
    kept = folder / "out.parquet.parts"
    held = JobFile(Parts(kept / "results", kept / "rejects", kept, "parquet", b"PAR1"), folder / "out.parquet")
    with pytest.raises(FileError, match="another run is writing"):
        run(job(folder, book, workers=1, force=True))
    held.close()


# workers that die


def deadly(book: RuleBook) -> RuleBook:
    return replace(book, medicines=DeadlyTable(book.medicines.entries))


@pytest.mark.parametrize("engine", ["columnar", "durable"])
def test_a_case_that_kills_the_worker_goes_to_the_rejects(engine: str, tmp_path: Path, book: RuleBook) -> None:
    cases = [{"case_id": f"n{number}", "fatigue": True} for number in range(20)]
    cases[13]["medicines"] = [DEADLY]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    whole = Job(
        tuple(find_inputs([str(tmp_path / "in.jsonl")])), str(tmp_path / "out.jsonl"), deadly(book), engine=engine,
        workers=2, chunk_bytes=350,
    )  # fmt: skip
    done = run(whole)
    assert (done.tally.results, done.tally.rejects) == (19, 1)
    (reject,) = [json.loads(line) for line in (tmp_path / "out.jsonl.rejects.jsonl").read_text().splitlines()]
    assert (reject["line"], reject["case_id"]) == (14, "n13")
    assert "the worker process died on this case" in reject["errors"][0]["message"]
    found = [json.loads(line)["line"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert found == [line for line in range(1, 21) if line != 14]


# kills at random moments

SCRIPT = """
import sys
from pathlib import Path
import screener.batch.writing.output, screener.batch.run
from screener.batch.job import Job
from screener.batch.run import run
from screener.batch.inputs.source import find_inputs
from screener.rulebook.cache import cached_rulebook
if __name__ == "__main__":
    screener.batch.writing.output.COMMIT_EVERY = 0.0
    source, output = sys.argv[1:]
    run(Job(tuple(find_inputs([source])), output, cached_rulebook(), chunk_bytes=20000, workers=2, resume=True))
"""


def start(folder: Path, source: str) -> subprocess.Popen[bytes]:
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    words = [sys.executable, str(folder / "script.py"), str(folder / source), str(folder / "out.parquet")]
    return subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.PIPE)


def descendants(parent: int) -> list[int]:
    """The worker processes of a run, and those that start them."""
    try:
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    except OSError:
        return []
    found = [int(word) for word in text.split()]
    return [*found, *(below for child in found for below in descendants(child))]


def kill_some(folder: Path, source: str, chooser: random.Random) -> str:
    """Start or resume a run; kill it, or one of its workers, at a random moment; leave what is left of it.

    Returns:
        What was killed; nothing when the run was faster.
    """
    process = start(folder, source)
    begun = folder / "out.parquet.parts" / "job.json"
    worker = chooser.random() < 0.4
    deadline = time.monotonic() + LONG
    while process.poll() is None and time.monotonic() < deadline:
        if begun.exists() and (descendants(process.pid) or not worker):
            break
        time.sleep(0.005)
    time.sleep(chooser.random() * LONGEST)
    victims = descendants(process.pid)
    if victims and worker:
        with suppress(ProcessLookupError):
            os.kill(chooser.choice(victims), signal.SIGKILL)
        _, said = process.communicate(timeout=LONG)
        assert process.returncode == 0, said.decode()
        return "worker"
    process.kill()
    process.communicate(timeout=LONG)
    return "parent" if process.returncode == -signal.SIGKILL else ""


def check_kills(folder: Path, source: str, whole: tuple[bytes, bytes], kills: int, seed: int) -> None:
    chooser = random.Random(seed)
    killed = {"worker": 0, "parent": 0, "": 0}
    while killed["worker"] + killed["parent"] < kills:
        killed[kill_some(folder, source, chooser)] += 1
        assert killed[""] < 5 * kills, "the runs are too short to be killed"
        if (folder / "out.parquet").exists():
            assert content(folder) == whole
            for name in ("out.parquet", "out.parquet.rejects.jsonl"):
                (folder / name).unlink()
    assert kills < 20 or min(killed["worker"], killed["parent"]) > kills // 10, killed
    process = start(folder, source)
    _, said = process.communicate(timeout=LONG)
    assert process.returncode == 0, said
    assert content(folder) == whole
    path = folder / source
    lines = len(path.read_bytes().splitlines()) if path.suffix == ".jsonl" else pq.ParquetFile(path).metadata.num_rows
    numbers = pq.read_table(folder / "out.parquet")["line"].to_pylist()
    refused = [json.loads(line)["line"] for line in whole[1].splitlines()]
    assert sorted([*numbers, *refused]) == list(range(1, lines + 1))


def test_random_kills(folder: Path, whole: tuple[bytes, bytes]) -> None:
    check_kills(folder, "in.jsonl", whole, kills=4, seed=1)


@pytest.mark.nightly
@pytest.mark.parametrize(("source", "seed"), [("in.jsonl", 2), ("in.parquet", 3)])
def test_two_hundred_random_kills(source: str, seed: int, tmp_path: Path, book: RuleBook) -> None:
    """A hundred for each form of input."""
    write_cases(tmp_path / "in.jsonl", 2000)
    write_parquet(tmp_path, book)
    run(job(tmp_path, book, "whole.parquet", source, workers=1))
    check_kills(tmp_path, source, content(tmp_path, "whole.parquet"), kills=100, seed=seed)
