"""Batches on Spark: the same results as the embedded run, also when an executor dies."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from screener.batch.chunk import Chunk
from screener.batch.inputs.source import find_inputs
from screener.batch.inputs.splits import chunks_of, located, numbered, plan
from screener.batch.job import Job, Result
from screener.batch.run import run
from screener.batch.spark import run_spark
from screener.batch.writing.jobfile import JobFile
from screener.batch.writing.parts import Parts
from screener.case.intake import Intake
from screener.errors import EngineFault, FileError
from screener.rulebook.book import RuleBook
from vignettes import SCREENED

CASES = [Intake.fields.with_units(json.loads(vignette.case.read_text(encoding="utf-8"))) for vignette in SCREENED]
ROOT = Path(__file__).parents[2]


def missing() -> str | None:
    """What Spark lacks here."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed"
    return None if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java"


@pytest.fixture
def spark() -> None:
    """Skips where Spark cannot run, or fails where it must."""
    reason = missing()
    if reason:
        if os.environ.get("SCREENER_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)


def write_cases(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            case = {**CASES[number % len(CASES)], "case_id": f"n{number}"}
            if number % 41 == 0:
                case["potassium"] = 41
            file.write(json.dumps(case) + "\n")


SCRIPT = """
import sys
from pathlib import Path
import screener.batch.inputs.splits
screener.batch.inputs.splits.plan.__defaults__ = (int(sys.argv[1]),)
from screener.batch.job import Job
from screener.batch.run import run
from screener.batch.inputs.source import find_inputs
from screener.rulebook.cache import cached_rulebook
if __name__ == "__main__":
    done = run(Job(tuple(find_inputs(sys.argv[3:])), sys.argv[2], cached_rulebook(), engine="spark", force=True))
    print(done.tally.results, done.tally.rejects)
"""


def start(folder: Path, master: str, size: int, output: Path, *inputs: Path) -> subprocess.Popen[str]:
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "PYSPARK_SUBMIT_ARGS": f"--master {master} pyspark-shell",
    }  # fmt: skip
    words = [sys.executable, str(folder / "script.py"), str(size), str(output), *map(str, inputs)]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    said, complaints = process.communicate(timeout=300)
    assert process.returncode == 0, complaints
    return said.strip()


def embedded(folder: Path, book: RuleBook, *inputs: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """What the embedded run gives."""
    run(Job(tuple(find_inputs(map(str, inputs))), str(folder / "embedded.parquet"), book, workers=1))
    rejects = (folder / "embedded.parquet.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    return pq.read_table(folder / "embedded.parquet").to_pylist(), rejects


def gathered(output: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """What Spark gives, in the order of the parts."""
    parts = sorted(output.glob("part-*.parquet"))
    rows = [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()]
    refused = sorted(output.with_name(output.name + ".rejects.jsonl").glob("part-*.jsonl"))
    return rows, [line for part in refused for line in part.read_text(encoding="utf-8").splitlines()]


def check(folder: Path, book: RuleBook, master: str) -> None:
    write_cases(folder / "in.jsonl", 300)
    run(
        Job(tuple(find_inputs([str(folder / "in.jsonl")])), str(folder / "kept.parquet"), book, keep=("fatigue", "age"))
    )
    table = pq.read_table(folder / "kept.parquet").select(["case_id", "fatigue", "age"])
    pq.write_table(table, folder / "in.parquet", row_group_size=50)
    inputs = [folder / "in.jsonl", folder / "in.parquet"]
    output = folder / "out.parquet"
    assert finish(start(folder, master, 50_000, output, *inputs)) == "584 8"
    assert gathered(output) == embedded(folder, book, *inputs)
    assert len(list(output.glob("part-*"))) > 8
    hidden = [path.name for path in (*output.iterdir(), *output.with_name("out.parquet.rejects.jsonl").iterdir())]
    assert not [name for name in hidden if name.endswith(".tmp") or name.startswith("_t")]


@pytest.mark.usefixtures("spark")
def test_on_this_machine(tmp_path: Path, book: RuleBook) -> None:
    check(tmp_path, book, "local[2]")


@pytest.mark.nightly
@pytest.mark.usefixtures("spark")
def test_with_executor_processes(tmp_path: Path, book: RuleBook) -> None:
    check(tmp_path, book, "local-cluster[2,1,1024]")


def executors(process: subprocess.Popen[str]) -> list[int]:
    """The executor processes of a run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parents = (entry / "status").read_text()
        except OSError:
            continue
        if any(b"CoarseGrainedExecutorBackend" in word for word in words) and _below(process.pid, parents):
            found.append(int(entry.name))
    return found


def _below(ancestor: int, status: str) -> bool:
    while True:
        parent = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:")), 0)
        if parent == ancestor:
            return True
        if parent <= 1:
            return False
        try:
            status = Path(f"/proc/{parent}/status").read_text()
        except OSError:
            return False


@pytest.mark.nightly
@pytest.mark.usefixtures("spark")
def test_an_executor_that_dies(tmp_path: Path, book: RuleBook) -> None:
    write_cases(tmp_path / "in.jsonl", 60_000)
    output = tmp_path / "out.parquet"
    process = start(tmp_path, "local-cluster[2,1,1024]", 1_000_000, output, tmp_path / "in.jsonl")
    deadline = time.monotonic() + 120
    while len(list(output.glob("part-*"))) < 4 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    victims = executors(process)
    assert victims
    os.kill(victims[0], signal.SIGKILL)
    finish(process)
    assert gathered(output) == embedded(tmp_path, book, tmp_path / "in.jsonl")


@pytest.mark.nightly
@pytest.mark.usefixtures("spark")
def test_data_frames(tmp_path: Path, book: RuleBook) -> None:
    """In a process of its own: a Java machine is not started in the one that runs the tests."""
    script = """
import json, sys
from screener.batch.spark import screen, session
spark = session()
rows = [("a", True, 4.1, ["omeprazole"]), ("b", None, 41.0, None), ("c", False, None, [])]
frame = spark.createDataFrame(rows, "case_id string, fatigue boolean, potassium double, medicines array<string>")
print(json.dumps([row.asDict(recursive=True) for row in screen(frame, packs=["article"]).collect()]))
"""
    words = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYSPARK_SUBMIT_ARGS": "--master local[1] pyspark-shell"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=words, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    a, b, c = json.loads(done.stdout.splitlines()[-1])
    assert (a["case_id"], a["errors"]) == ("a", None)
    assert "magnesium-symptom" in a["raised"]
    assert "article-magnesium-symptom-fatigue" in a["rules"]
    assert b["case_id"] == "b"
    assert b["raised"] is None
    assert "`41.0` is out of range" in b["errors"][0]["message"]
    assert c["raised"] == []


@pytest.mark.parametrize("size", [1, 7, 50, 1000, 10_000])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_splits_have_every_line_once(size: int, end: bytes, tmp_path: Path) -> None:
    lines = [b"{" + b" " * (number * 7 % 40) + b"}" for number in range(60)] + [b""]
    (tmp_path / "in.jsonl").write_bytes(end.join(lines))
    inputs = find_inputs([str(tmp_path / "in.jsonl")])
    splits = numbered(inputs, [located(inputs, split) for split in plan(inputs, size)])
    data = (tmp_path / "in.jsonl").read_bytes()
    assert b"".join(data[split.start : split.end] for split in splits) == data
    assert [split.line for split in splits] == [data[: split.start].count(b"\n") + 1 for split in splits]
    assert sum(split.records for split in splits) == 60


def test_a_split_that_is_a_whole_file_reads_no_other(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        (tmp_path / name).write_bytes(gzip.compress(b'{"fatigue":true}\n'))
    inputs = find_inputs([str(tmp_path / "a.jsonl.gz"), str(tmp_path / "b.jsonl.gz")])
    splits = plan(inputs)
    (tmp_path / "b.jsonl.gz").unlink()
    assert [(chunk.file, chunk.records) for chunk in chunks_of(inputs, splits[0])] == [(0, 1)]


class Here:
    """What a run needs of Spark, in this process; `dies` is the place of the task that dies."""

    def __init__(self, dies: int = -1) -> None:
        self.dies = dies
        self.made = 0
        self.sparkContext = self

    def broadcast(self, value: Any) -> SimpleNamespace:
        return SimpleNamespace(value=pickle.loads(pickle.dumps(value)))

    def parallelize(self, splits: list[Chunk], count: int) -> Here:
        assert len(splits) == count
        self.splits = splits
        return self

    def map(self, function: Callable[[Chunk], Any]) -> SimpleNamespace:
        return SimpleNamespace(collect=lambda: [self.one(function, split) for split in self.splits])

    def one(self, function: Callable[[Chunk], Any], split: Chunk) -> Any:
        found = function(split)
        if found is None:
            self.made += 1
            if self.made == self.dies:
                raise RuntimeError("MemoryError: died")
        return found


def test_a_stopped_run_on_spark_goes_on_with_the_parts_that_are_missing(
    tmp_path: Path, book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cases(tmp_path / "in.jsonl", 300)
    monkeypatch.setattr(plan, "__defaults__", (20_000,))
    output = tmp_path / "out.parquet"
    expected = embedded(tmp_path, book, tmp_path / "in.jsonl")

    def again(spark: Here, **options: Any) -> Result:
        return run_spark(Job(tuple(find_inputs([str(tmp_path / "in.jsonl")])), str(output), book, **options), spark)

    dying = Here(dies=3)
    with pytest.raises(EngineFault, match="Spark gave up: MemoryError: died; what is done is kept for --resume"):
        again(dying)
    assert not (output / "_SUCCESS").exists()
    with pytest.raises(FileError, match="is there already"):
        again(Here())
    with pytest.raises(FileError, match="had other options"):
        again(Here(), resume=True, keep=("age",))
    (output / "part-00001.parquet").write_bytes(b"PAR1 torn")
    living = Here()
    done = again(living, resume=True)
    assert (done.tally.results, done.tally.rejects) == (292, 8)
    assert living.made == len(list(output.glob("part-*"))) - 2
    assert gathered(output) == expected
    rejects = output.with_name("out.parquet.rejects.jsonl")
    assert not [
        path for path in (*output.iterdir(), *rejects.iterdir()) if path.name[0] in "._" and path.stat().st_size
    ]
    assert again(Here(), resume=True).already
    again(Here(), force=True)
    assert gathered(output) == expected


def test_two_runs_on_spark_do_not_write_the_same_output(tmp_path: Path, book: RuleBook) -> None:
    write_cases(tmp_path / "in.jsonl", 3)
    job = Job(tuple(find_inputs([str(tmp_path / "in.jsonl")])), str(tmp_path / "out.csv"), book, force=True)

    class Second(Here):
        def one(self, function: Callable[[Chunk], Any], split: Chunk) -> Any:
            with pytest.raises(FileError, match="another run is writing"):
                run_spark(job, Here())
            return super().one(function, split)

    assert run_spark(job, Second()).tally.results == 2


def test_an_input_without_cases_has_columns_on_spark_too(tmp_path: Path, book: RuleBook) -> None:
    (tmp_path / "in.csv").write_text("case_id,age\n", encoding="utf-8")
    run_spark(Job(tuple(find_inputs([str(tmp_path / "in.csv")])), str(tmp_path / "out.parquet"), book), Here())
    assert gathered(tmp_path / "out.parquet") == ([], [])
    (part,) = (tmp_path / "out.parquet").glob("part-*")
    assert "urgency" in pq.read_schema(part).names


def test_force_removes_only_what_an_earlier_run_wrote(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.mkdir()
    for name in ("_SUCCESS", "part-00000.jsonl", ".part-00001.jsonl.x.tmp"):
        (results / name).touch()
    (results / "notes.txt").touch()
    parts = Parts(results, tmp_path / "rejects", results / "_tallies", "jsonl", b"")
    with pytest.raises(FileError, match=r"holds `notes\.txt`, which is of no earlier run"):
        JobFile(parts, results)
    assert (results / "part-00000.jsonl").exists()
    (results / "notes.txt").unlink()
    file = JobFile(parts, results)
    file.begin({"program version": "1"})
    file.close()
    assert [path.name for path in results.rglob("*")] == ["_tallies", "job.json"]
