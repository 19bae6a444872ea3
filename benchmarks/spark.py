"""Batches on Spark against the embedded run: the same Parquet file, the same two processors, the same results.

`SCREENER_CASES` says how many cases (10,000,000). Every run is a process of its own; its time is taken with and without
what comes before the first chunk (imports; for Spark also the start of the session and of its Java machines).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.records import write_parquet

CASES = int(os.environ.get("SCREENER_CASES", "10000000"))
MASTERS = ("local[2]", "local-cluster[2,1,1024]")

RUN = """
import json, sys
from time import perf_counter
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.job import Job
from screener.batch.run import run
from screener.batch.inputs.source import find_inputs
from screener.rulebook.cache import cached_rulebook
if __name__ == "__main__":
    engine, source, output = sys.argv[1:]
    policy = Policy(Notation.of(cached_rulebook().fields, units=["magnesium=mmol/L"]))
    job = Job(tuple(find_inputs([source])), output, cached_rulebook(), engine=engine, workers=2, policy=policy)
    if engine == "spark":
        from screener.batch.spark import run_spark, session
        spark = session()
        start = perf_counter()
        done = run_spark(job, spark)
    else:
        start = perf_counter()
        done = run(job)
    seconds = perf_counter() - start
    print(json.dumps([seconds, done.tally.results, done.tally.rejects]))
    if engine == "spark":
        spark.stop()
"""


def main() -> None:
    if find_spec("pyspark") is None or not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        print("skipped: needs Java 17 and pip install 'rulebook-screener[spark]'")
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "run.py").write_text(RUN, encoding="utf-8")
        write_parquet(folder / "in.parquet", CASES)
        groups = pq.ParquetFile(folder / "in.parquet").metadata.num_row_groups
        print(f"{CASES:,} cases in Parquet, {groups} row groups, {os.cpu_count()} processors")
        bare, whole = timed(folder, "columnar", "embedded.parquet")
        print(f"embedded, 2 workers: {bare:.1f} s, {CASES / bare:,.0f} cases a second; as a whole {whole:.1f} s")
        for number, master in enumerate(MASTERS):
            spark, all_of_it = timed(folder, "spark", f"spark{number}.parquet", master)
            same = results(folder / "embedded.parquet") == results(folder / f"spark{number}.parquet")
            print(f"Spark, {master}: {spark:.1f} s, {CASES / spark:,.0f} cases a second; as a whole {all_of_it:.1f} s")
            print(
                f"  {bare / spark:.2f} of the embedded throughput, {whole / all_of_it:.2f} with the start "
                f"(wanted: at least 0.5); {'the same results' if same else 'OTHER RESULTS'}"
            )


def timed(folder: Path, engine: str, output: str, master: str = "", cases: int = CASES) -> tuple[float, float]:
    """Seconds of a run over so many cases, without and with what comes before the first chunk."""
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"--master {master} pyspark-shell"}
    words = [sys.executable, str(folder / "run.py"), engine, str(folder / "in.parquet"), str(folder / output)]
    start = perf_counter()
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    whole = perf_counter() - start
    seconds, accepted, refused = json.loads(done.stdout.splitlines()[-1])
    assert (accepted, refused) == (cases, 0)
    return seconds, whole


def results(output: Path) -> dict[str, int]:
    """A checksum for every column, whatever the files and row groups are."""
    found: dict[str, int] = {}
    for path in sorted(output.glob("part-*")) if output.is_dir() else [output]:
        file = pq.ParquetFile(path)
        for group in range(file.metadata.num_row_groups):
            batch = file.read_row_group(group).combine_chunks().to_batches()[0]
            for name in batch.schema.names:
                for place, data in enumerate(content(batch[name])):
                    found[f"{name} {place}"] = crc32(data, found.get(f"{name} {place}", 0))
    return found


def content(column: pa.Array) -> Iterator[Any]:
    """What a column holds, as bytes: lengths of lists, lengths of texts, texts or numbers one after the other."""
    if pa.types.is_list(column.type):
        yield pc.list_value_length(column).to_numpy()
        column = column.flatten()
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        yield column.to_numpy()
        return
    yield pc.binary_length(column).to_numpy()
    _, places, texts = column.buffers()
    ends = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1]
    yield texts[int(ends[0]) : int(ends[-1])] if len(column) else b""


if __name__ == "__main__":
    main()
