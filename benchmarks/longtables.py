"""Long tables in: persons a second end to end, and the peak of memory over ten times as many persons.

SCREENER_PERSONS (default 100,000) have 50 rows each: 40 results (a quarter of kinds that are read), 5 prescriptions and
5 diagnoses, in no order of persons. What is measured is `screener batch --from long`, from tables to flags, with one
and two workers: the time that passes, the processor time of all processes, and the most memory that one of them held.
With SCREENER_MEMORY ten times as many persons are read, too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

ROOT: Final = Path(__file__).parent.parent
PERSONS: Final = int(os.environ.get("SCREENER_PERSONS", "100000"))
LABS, DRUGS, CODES = 40, 5, 5  # rows of a person
BLOCK: Final = 100_000  # persons that are made at once
SEED: Final = 20261127
WANTED: Final = 5_000  # persons a second
# name of a result: its unit, mean and spread; the first eight are read
READ: Final[dict[str, tuple[str, float, float]]] = {
    "Potassium": ("mEq/L", 4.1, 0.5), "Magnesium": ("mg/dL", 2.0, 0.3), "Calcium, Total": ("mg/dL", 9.2, 0.6),
    "Creatinine": ("mg/dL", 1.0, 0.3), "Albumin": ("g/dL", 4.0, 0.5),
}  # fmt: skip
OTHER: Final = tuple(f"Test {number}" for number in range(15))
MEDICINES: Final = (
    "potassium chloride 20 mEq tablet", "furosemide 40 mg tablet", "omeprazole 20 mg capsule",
    "metformin 500 mg tablet", "lisinopril 10 mg tablet", "amlodipine 5 mg tablet", "atorvastatin 20 mg tablet",
    "magnesium oxide 400 mg tablet", "acetaminophen 325 mg tablet", "heparin 5000 unit injection",
)  # fmt: skip
DIAGNOSES: Final = ("I10", "E11.9", "N18.3", "E87.6", "I50.9", "K21.9", "J44.9", "F10.20", "M54.5", "Z79.4", "R53.83")
MAPPING: Final = """\
screener-map: 1
person:
  file: people
  id: who
  sex: {column: sex, female: [F], male: [M]}
  birth: {column: born}
tables:
  - {kind: measurement, file: labs, person: who, name: test, text: result, unit: unit, time: time,
     names: {Potassium: potassium/serum, Magnesium: magnesium/serum, "Calcium, Total": calcium, Creatinine: creatinine,
             Albumin: albumin}}
  - {kind: drug, file: drugs, person: who, name: drug, start: start, end: end, prescribed: yes}
  - {kind: condition, file: codes, person: who, code: {column: code, system: ICD-10-CM}, start: start,
     active: events}
"""


def write_tables(folder: Path, persons: int, form: str) -> int:
    """The tables of so many persons; returns how many rows they have."""
    writers: dict[str, Any] = {}
    for block, start in enumerate(range(0, persons, BLOCK)):
        for name, table in _tables(start, min(BLOCK, persons - start), SEED + block).items():
            if name not in writers:
                path = folder / f"{name}.{form}"
                maker = pa_csv.CSVWriter if form == "csv" else pq.ParquetWriter
                writers[name] = maker(path, table.schema)
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return persons * (LABS + DRUGS + CODES)


def _tables(start: int, persons: int, seed: int) -> dict[str, pa.Table]:
    random = np.random.default_rng(seed)
    ids = np.arange(start, start + persons) + 10_000_000
    return {
        "people": pa.table({
            "who": _words(ids), "sex": np.array(["F", "M"])[random.integers(0, 2, persons)],
            "born": _days(random, persons, "1930-01-01", 25_000),
        }),
        "labs": _labs(random, ids),
        "drugs": _drugs(random, ids),
        "codes": pa.table({
            "who": _words(random.permutation(np.repeat(ids, CODES))),
            "code": np.array(DIAGNOSES)[random.integers(0, len(DIAGNOSES), persons * CODES)],
            "start": _days(random, persons * CODES, "2020-01-01", 1800),
        }),
    }  # fmt: skip


def _labs(random: np.random.Generator, ids: Any) -> pa.Table:
    count = len(ids) * LABS
    names = np.array([*READ, *OTHER])
    kinds = random.integers(0, len(names), count)
    units = np.array([*(unit for unit, _, _ in READ.values()), *(["mg/dL"] * len(OTHER))])
    middle = np.array([*(mean for _, mean, _ in READ.values()), *([50.0] * len(OTHER))])
    spread = np.array([*(width for _, _, width in READ.values()), *([20.0] * len(OTHER))])
    values = np.round(np.abs(random.normal(middle[kinds], spread[kinds])), 1)
    moments = np.datetime64("2020-01-01T00:00:00") + random.integers(0, 5 * 365 * 1440, count).astype("timedelta64[m]")
    times = pa.array(moments.astype("datetime64[s]")).cast(pa.string())
    return pa.table({
        "who": _words(random.permutation(np.repeat(ids, LABS))), "test": names[kinds],
        "result": pa.array(values).cast(pa.string()), "unit": units[kinds], "time": times,
    })  # fmt: skip


def _drugs(random: np.random.Generator, ids: Any) -> pa.Table:
    count = len(ids) * DRUGS
    starts = np.datetime64("2020-01-01") + random.integers(0, 1700, count).astype("timedelta64[D]")
    ends = starts + random.integers(1, 400, count).astype("timedelta64[D]")
    return pa.table({
        "who": _words(random.permutation(np.repeat(ids, DRUGS))),
        "drug": np.array(MEDICINES)[random.integers(0, len(MEDICINES), count)],
        "start": pa.array(starts).cast(pa.string()), "end": pa.array(ends).cast(pa.string()),
    })  # fmt: skip


def _words(numbers: Any) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _days(random: np.random.Generator, count: int, first: str, days: int) -> pa.Array:
    return pa.array(np.datetime64(first) + random.integers(0, days, count).astype("timedelta64[D]")).cast(pa.string())


def measure(persons: int, form: str, workers: int) -> int:
    """Print how long it takes from tables to flags; returns the peak of memory of any process, in MB."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = Path(temporary) / "tables", Path(temporary) / "out.parquet"
        folder.mkdir()
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        made = [sys.executable, "-c", MAKE, str(folder), str(persons), form]  # apart: a child begins with our peak
        rows = int(subprocess.run(made, env=environment, capture_output=True, text=True, check=True).stdout)
        words = ["batch", "--from", "long", "--map", str(folder / "mapping.yaml"), str(folder), "-o", str(out)]
        done = subprocess.run(
            [sys.executable, "-c", RUN, *words, "--workers", str(workers)],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds, spent, peak = map(float, done.stdout.split()[-3:])
    rate = f"{persons / seconds:,.0f} persons a second (wanted on two free cores: {WANTED:,})"
    cost = f"; {spent:.1f} s of processor time, {1e6 * spent / persons:.0f} us a person"
    print(f"{form}, {workers} workers: {persons:,} persons, {rows:,} rows: {seconds:.1f} s, {rate}{cost}", flush=True)
    print(f"  at most {peak:.0f} MB in one process", flush=True)
    return int(peak)


MAKE: Final = """
import sys
from pathlib import Path
from benchmarks.longtables import write_tables
print(write_tables(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
"""
# seconds, processor seconds of all processes, and the peak of any; helpers that outlive the run come back here
RUN: Final = """
import ctypes, os, resource, subprocess, sys, time
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
begun = time.monotonic()
code = subprocess.run([sys.executable, "-m", "screener", *sys.argv[1:]]).returncode
passed = time.monotonic() - begun
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(passed, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
sys.exit(code)
"""


def main() -> None:
    for form in ("csv", "parquet"):
        for workers in (1, 2):
            measure(PERSONS, form, workers)
    if os.environ.get("SCREENER_MEMORY"):
        few, many = (measure(count, "parquet", 1) for count in (PERSONS, 10 * PERSONS))
        print(f"memory of ten times as many persons: {many / few:.2f} times (wanted: at most 1.2)")


if __name__ == "__main__":
    main()
