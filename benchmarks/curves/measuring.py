"""What is measured for the page: books, cases, batches, workers, Spark, and the energy of the whole."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from benchmarks import spark
from benchmarks.batch import screening
from benchmarks.curves.books import Shape, apart
from benchmarks.rates import spent
from benchmarks.records import write_jsonl, write_parquet

SECONDS: Final = 60  # of processor time for one book in one process; what takes longer is said
SHAPES: Final = (
    Shape(1_000, flags=1), Shape(1_000, flags=1_000), Shape(1_000, flags=10, levels=100),
    Shape(10_000, flags=1), Shape(10_000, flags=1_000), Shape(10_000, flags=100, levels=100), Shape(12_000),
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        rules: the sizes of books.
        fields: how many questions there are.
        cases: the largest batch.
        rival_cases: how many cases other engines get.
        whole: whether other shapes of books, proofs, Spark and other engines are measured.
    """

    rules: Sequence[int] = (100, 300, 1_000, 3_000, 10_000)
    fields: Sequence[int] = (10, 30, 100, 300, 500)
    cases: int = 1_000_000
    rival_cases: int = 1_000
    whole: bool = True

    @property
    def batches(self) -> list[int]:
        """Powers of ten from ten thousand on, up to the largest; two sizes at least."""
        sizes = [10**power for power in range(4, 9) if 10**power < self.cases]
        return [*(sizes or [max(1, self.cases // 10)]), self.cases]


def figures(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """All figures, as they are kept: graphs by name, curves by name, points."""
    rules, cases = by_rules(plan, say)
    graphs = {"rules": rules, "case": cases, "fields": by_fields(plan, say)}
    with TemporaryDirectory() as folder:
        graphs["batch"] = by_batch(Path(folder), plan, say)
        graphs["workers"], notes = by_workers(Path(folder), plan, say)
    found: dict[str, Any] = {"machine": machine(), "limit": SECONDS, "graphs": graphs, "notes": notes}
    if plan.whole:
        found["books"] = shapes(say)
        found["energy"] = energy(plan, say)
    return found


def machine() -> str:
    """What was measured on."""
    return f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"


def by_rules(plan: Plan, say: Callable[[str], None]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Books of more and more rules: what a book costs, and a case. Proofs are tried until one does not end in time."""
    proof = "rules prove"
    book: dict[str, list[list[float | None]]] = {"loading": [], "rules check": [], "compiling": [], proof: []}
    case: dict[str, list[list[float | None]]] = {"inference": [], "report": []}
    for size in plan.rules:
        found = apart("costs", Shape(size), SECONDS) or {}
        found = {name: found.get(name) for name in (*book, *case) if name != proof}
        if plan.whole and all(seconds is not None for _, seconds in book[proof]):
            say(f"proving {size:,} rules")
            found[proof] = (apart("prove", Shape(size), SECONDS) or {}).get(proof)
        for curves in (book, case):
            for name in curves.keys() & found.keys():
                curves[name].append([size, found[name]])
        say(f"{size:,} rules: {told(found)}")
    return book, case


def by_fields(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Two hundred rules over more and more questions."""
    curves: dict[str, list[list[float | None]]] = {"rules check": [], "compiling": [], "inference": [], "report": []}
    for size in plan.fields:
        found = apart("costs", Shape(200, flags=50, fields=size), SECONDS) or {}
        for name, points in curves.items():
            points.append([size, found.get(name)])
        say(f"{size:,} fields: {told(found)}")
    return curves


def shapes(say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Books of other shapes: one flag, a thousand, a hundred levels of which each reads the one before."""
    rows = []
    for shape in SHAPES:
        found = apart("costs", shape, SECONDS) or {}
        rows.append({"rules": shape.rules, "flags": shape.flags, "levels": shape.levels, **found})
        say(f"{shape.rules:,} rules, {shape.flags:,} flags, {shape.levels} levels: {told(found)}")
    return rows


WRITERS: Final[Mapping[str, tuple[str, Callable[[Path, int], None]]]] = {
    "JSON lines": ("jsonl", lambda path, count: write_jsonl(path, count, untidy=True)),
    "Parquet": ("parquet", write_parquet),
}


def by_batch(folder: Path, plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Batches of more and more cases, with one worker, to Parquet."""
    curves: dict[str, list[list[float]]] = {name: [] for name in WRITERS}
    for size in plan.batches:
        for name, (ending, write) in WRITERS.items():
            source = folder / f"{size}.{ending}"
            write(source, size)
            run = screening(source, folder / "out.parquet", 1)
            rounds = 3 if size <= 100_000 else 1
            curves[name].append([size, min(spent(run) for _ in range(rounds))])
            say(f"{size:,} cases from {name}: {curves[name][-1][1]:.2f} s")
            if size != plan.cases:
                source.unlink()
    return curves


def by_workers(folder: Path, plan: Plan, say: Callable[[str], None]) -> tuple[dict[str, Any], list[str]]:
    """The largest batch with one worker to all processors, and with Spark: seconds that pass."""
    counts = range(1, (os.cpu_count() or 1) + 1)
    size = min(plan.cases, 1_000_000)
    curves: dict[str, list[list[float]]] = {}
    for name, (ending, write) in WRITERS.items():
        source = folder / f"{size}.{ending}"
        if not source.is_file():
            write(source, size)
        curves[name] = [[number, elapsed(screening(source, folder / "out.parquet", number))] for number in counts]
        say(f"workers, {size:,} cases from {name}: {curves[name]}")
    notes = [f"Workers and Spark: {size:,} cases."]
    if not plan.whole or find_spec("pyspark") is None or not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return curves, [*notes, "Spark was not measured: it needs Java 17 and the extra `spark`."]
    (folder / "run.py").write_text(spark.RUN, encoding="utf-8")
    (folder / f"{size}.parquet").rename(folder / "in.parquet")
    found = [
        [number, *spark.timed(folder, "spark", f"s{number}.parquet", f"local[{number}]", size)] for number in counts
    ]
    curves["Spark, Parquet"] = [[number, seconds] for number, seconds, _ in found]
    say(f"Spark: {found}")
    starts = ", ".join(f"{whole - seconds:.1f}" for _, seconds, whole in found)
    return curves, [*notes, f"Spark takes {starts} s more to start and to end; that is not in its curve."]


def elapsed(work: Callable[[], object]) -> float:
    """Seconds that pass: the least of two rounds."""
    found = []
    for _ in range(2):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return min(found)


def energy(plan: Plan, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """The table of processor time, measured in a process of its own; empty when that one fails."""
    say("the energy of the whole")
    sizes = {"SCREENER_CASES": "200000", "SCREENER_RIVAL_CASES": str(plan.rival_cases)}
    words = [sys.executable, "-m", "benchmarks.curves.energy"]
    done = subprocess.run(words, env=os.environ | sizes, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        say("the energy of the whole could not be measured; the reason is printed above")
        return []
    rows: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def told(found: Mapping[str, Any]) -> str:
    """Figures in a line."""
    return ", ".join(pieces(found)) or f"not within {SECONDS} s"


def pieces(found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in found.items():
        if value is not None:
            yield f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
