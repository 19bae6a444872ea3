"""Batches: JSON lines and Parquet against what validation, and reading and writing, cost by themselves; memory.

JSON lines to Parquet are compared with a loop of `model_validate_json` over the same lines on a plain model of
Pydantic, JSON lines to JSON lines with the same loop on `Intake`, which checks what the program checks.

`SCREENER_CASES` says how many cases (1,000,000), `SCREENER_MEMORY_CASES` how many for the larger memory run (ten times
as many; 0 leaves it out). Every ratio is taken within one run, medians of three interleaved rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from benchmarks.plain import plain_model
from benchmarks.records import POLICY, write_jsonl, write_parquet
from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job
from screener.batch.run import run
from screener.batch.writing.writers import PARQUET_OPTIONS
from screener.case.intake import Intake
from screener.rulebook.cache import cached_rulebook

ROUNDS = 3
CASES = int(os.environ.get("SCREENER_CASES", "1000000"))
MEMORY_CASES = int(os.environ.get("SCREENER_MEMORY_CASES", str(10 * CASES)))


def main() -> None:
    with TemporaryDirectory() as folder:
        for untidy in (True, False):
            from_json(Path(folder), untidy)
        from_parquet(Path(folder))
        if MEMORY_CASES:
            memory(Path(folder))


def interleaved(*runs: Callable[[], object]) -> list[float]:
    """The median time of each, in seconds, in rounds so that all meet the same machine."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(ROUNDS):
        for place, one in enumerate(runs):
            start = perf_counter()
            one()
            times[place].append(perf_counter() - start)
    return [median(some) for some in times]


def screening(source: Path, output: Path, workers: int | None) -> Callable[[], object]:
    book = cached_rulebook()
    inputs = tuple(find_inputs([str(source)]))
    return lambda: run(Job(inputs, str(output), book, policy=POLICY, workers=workers, force=True))


def from_json(folder: Path, untidy: bool) -> None:
    """JSON lines to Parquet with all workers, against a bare loop of validation in one process."""
    write_jsonl(folder / "in.jsonl", CASES, untidy=untidy)
    wanted = 0.5 if untidy else 0.4

    def validate(model: type[BaseModel]) -> None:
        with (folder / "in.jsonl").open("rb") as file:
            for line in file:
                model.model_validate_json(line)

    all_workers = screening(folder / "in.jsonl", folder / "out.parquet", None)
    one_worker = screening(folder / "in.jsonl", folder / "out.parquet", 1)
    bare, ours, alone = interleaved(partial(validate, plain_model(words=untidy)), all_workers, one_worker)
    kind = "untidy" if untidy else "tidy"
    print(f"{CASES:,} {kind} cases, {os.cpu_count()} processors")
    print(f"bare loop of model_validate_json: {bare:.2f} s")
    share = f"{ours / bare:.2f} of the bare loop (wanted: at most {wanted})"
    print(f"JSON lines to Parquet, all workers: {ours:.2f} s, {share}")
    print(f"JSON lines to Parquet, one worker: {alone:.2f} s, {CASES / alone:,.0f} cases a second")
    to_json = screening(folder / "in.jsonl", folder / "out.jsonl", None)
    intake, ours = interleaved(partial(validate, Intake), to_json)
    print(f"loop of Intake.model_validate_json: {intake:.2f} s")
    share = f"{ours / intake:.2f} of the loop with Intake (wanted: at most 1.0)"
    print(f"JSON lines to JSON lines, all workers: {ours:.2f} s, {share}")
    (folder / "out.jsonl").unlink()
    (folder / "in.jsonl").unlink()


def from_parquet(folder: Path) -> None:
    """Parquet to Parquet with one worker, against reading that input and writing that output."""
    write_parquet(folder / "in.parquet", CASES)
    ours = screening(folder / "in.parquet", folder / "out.parquet", 1)
    ours()
    result = pq.read_table(folder / "out.parquet")

    def copy() -> None:
        with pq.ParquetFile(folder / "in.parquet") as file:
            file.read(use_threads=False)  # `read_table` takes several processors, whatever it is told
        pq.write_table(result, folder / "copy.parquet", row_group_size=1 << 16, **PARQUET_OPTIONS)

    bare, mine = interleaved(copy, ours)
    print(f"pyarrow reads that input and writes that output: {bare:.2f} s (pyarrow {pa.__version__}, one thread)")
    print(f"Parquet to Parquet, one worker: {mine:.2f} s, {mine / bare:.2f} times that (wanted: at most 1.8)")
    print(f"  {CASES / mine:,.0f} cases a second")


def memory(folder: Path) -> None:
    """Peak memory of the command and of its largest worker, for few and for many cases."""
    for ending, write in (("parquet", write_parquet), ("jsonl", write_jsonl)):
        found = []
        for count in (MEMORY_CASES // 10, MEMORY_CASES):
            write(folder / f"in.{ending}", count)
            found.append(peaks(folder / f"in.{ending}", folder / "out.parquet"))
            (folder / f"in.{ending}").unlink()
        print(f"peak memory from {ending}, {MEMORY_CASES // 10:,} and {MEMORY_CASES:,} cases (wanted: at most 1.2):")
        few, many = found
        for what, one, other in zip(("command", "largest worker"), few, many, strict=True):
            print(f"  {what} {one:.0f} and {other:.0f} MB" + (f" ({other / one:.2f})" if one else ""), flush=True)
        print(f"  together {sum(few):.0f} and {sum(many):.0f} MB ({sum(many) / sum(few):.2f})", flush=True)


def peaks(source: Path, output: Path) -> tuple[float, float]:
    """Peak memory in MB of `screener batch` and of the largest of the processes below it, looked at all the time."""
    words = [sys.executable, "-m", "screener", "batch", str(source), "-o", str(output), "--force"]
    words += ["--unit", "magnesium=mmol/L"]
    command = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    most: dict[int, float] = {command.pid: 0.0}
    while command.poll() is None:
        for pid in descendants(command.pid):
            most[pid] = max(most.get(pid, 0.0), peak_of(pid))
        sleep(0.02)
    assert command.returncode == 0
    own = most.pop(command.pid)
    return own, max(most.values(), default=0.0)


def descendants(pid: int) -> list[int]:
    """A process and those below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in descendants(int(child)))]


def peak_of(pid: int) -> float:
    """The most memory that a process has had so far, in MB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
