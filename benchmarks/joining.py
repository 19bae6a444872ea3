"""Parts of Parquet joined by their footers, against pyarrow reading and writing them; and against the whole run.

`SCREENER_CASES` says how many cases (1,000,000). Processor time, medians of three interleaved rounds, one worker.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import pyarrow.parquet as pq

from benchmarks.batch import CASES, ROUNDS, screening
from benchmarks.records import write_jsonl, write_parquet
from screener.batch.writing.joining import MAGIC, join
from screener.batch.writing.writers import PARQUET_OPTIONS

GROUPS = 3  # row groups in a part, which is a second or so of one worker


def main() -> None:
    for form, write in (("jsonl", write_jsonl), ("parquet", write_parquet)):
        with TemporaryDirectory() as name:
            folder = Path(name)
            write(folder / f"in.{form}", CASES)
            compare(folder, form)


def compare(folder: Path, form: str) -> None:
    """Print what one run costs, and what joining its parts costs in both ways."""
    whole = screening(folder / f"in.{form}", folder / "out.parquet", 1)
    whole()
    parts = divided(folder / "out.parquet")
    read = [pq.read_table(folder / "out.parquet", use_threads=False)]
    runs: dict[str, Callable[[], object]] = {
        "the whole run": whole,
        "pyarrow reads the parts and writes one file": lambda: rewritten(parts, folder / "again.parquet"),
        "their footers are joined": lambda: joined(parts, folder / "joined.parquet"),
    }
    if form == "parquet":
        runs["pyarrow reads that input and writes that output"] = lambda: copied(folder, read[0])
    times: dict[str, list[float]] = {what: [] for what in runs}
    for _ in range(ROUNDS):
        for what, one in runs.items():
            start = process_time()
            one()
            times[what].append(process_time() - start)
    found = {what: median(some) for what, some in times.items()}
    print(f"{CASES:,} cases from {form} to parquet, {len(parts)} parts, processor time")
    for what, seconds in found.items():
        print(f"  {what}: {seconds:.2f} s ({seconds / found['the whole run']:.1%})", flush=True)


def divided(file: Path) -> list[Path]:
    """The row groups of a file as parts."""
    found, source = [], pq.ParquetFile(file)
    for first in range(0, source.num_row_groups, GROUPS):
        found.append(file.with_name(f"part-{first:05}.parquet"))
        with pq.ParquetWriter(found[-1], source.schema_arrow, **PARQUET_OPTIONS) as writer:
            for group in range(first, min(first + GROUPS, source.num_row_groups)):
                writer.write_table(source.read_row_group(group, use_threads=False))
    return found


def rewritten(parts: list[Path], target: Path) -> None:
    with pq.ParquetWriter(target, pq.read_schema(parts[0]), **PARQUET_OPTIONS) as writer:
        for part in parts:
            source = pq.ParquetFile(part)
            for group in range(source.num_row_groups):
                writer.write_table(source.read_row_group(group, use_threads=False))


def joined(parts: list[Path], target: Path) -> None:
    with target.open("wb") as file:
        join("parquet", MAGIC, (BytesIO(part.read_bytes()) for part in parts), file, skip=0)


def copied(folder: Path, table: object) -> None:
    pq.read_table(folder / "in.parquet", use_threads=False)
    pq.write_table(table, folder / "copy.parquet", row_group_size=1 << 16, **PARQUET_OPTIONS)
