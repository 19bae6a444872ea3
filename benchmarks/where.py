"""Where the time of a batch goes: the processor time of its parts, in one worker, for each kind of input.

`SCREENER_CASES` says how many cases (100,000; of CSV a quarter, of health records a twentieth). Looking at the clock
takes time, too, so the parts say what to look at next; `python -m benchmarks batch` says how long a batch takes.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final
from unittest.mock import patch

from benchmarks.fhir import person
from benchmarks.longtables import write_tables
from benchmarks.records import FIELDS, POLICY, write_jsonl, write_parquet
from screener.batch.inputs import records as record_inputs
from screener.batch.inputs.cutting import LineCutter
from screener.batch.inputs.source import find_inputs
from screener.batch.job import Job
from screener.batch.reading import csvfile, jsonl, readers, typed
from screener.batch.reading.conversion import ColumnTable, Conversion
from screener.batch.reading.csvfile import CsvReader
from screener.batch.reading.fast import FastDecoder
from screener.batch.reading.meaning import Meaning
from screener.batch.reading.typed import TypedReader
from screener.batch.run import run
from screener.batch.work import ChunkWorker
from screener.batch.writing import writers
from screener.batch.writing.output import ResumableOutput
from screener.engine.columnar.engine import ColumnarEngine
from screener.records.codetable import book_codes
from screener.records.fhir import case as fhir_case
from screener.records.fhir import decode, ndjson
from screener.records.fhir.record import Record
from screener.records.options import Options, silent
from screener.records.tables import files, parts
from screener.records.tables.parts import PartCases, PartReader
from screener.records.tables.results import PersonRows
from screener.rulebook.cache import cached_rulebook

CASES: Final = int(os.environ.get("SCREENER_CASES", "100000"))
LEAST: Final = 0.01  # of the whole; smaller parts are added up
PARTS: Final[tuple[tuple[str, Any, tuple[str, ...]], ...]] = (
    ("cutting into chunks", LineCutter, ("_read", "_hold")),
    ("looking at the lines", jsonl, ("whole_lines", "line_ends", "_one_a_line", "_escapes_colon")),
    ("decoding JSON", FastDecoder, ("block",)),
    ("from rows to columns", jsonl._Rows, ("add_block", "add", "clear")),
    ("yes/no answers", Meaning, ("codes",)),
    ("numbers", Conversion, ("numbers",)),
    ("medicines", Conversion, ("medicines",)),
    ("checks", ColumnTable, ("check",)),
    ("other columns", jsonl._Rows, ("convert", "flush")),
    ("splitting CSV into cells", csvfile, ("plain_columns",)),
    ("splitting CSV into cells", CsvReader, ("rows",)),
    ("medicines in cells", typed, ("medicines_in",)),
    ("from cells to columns", CsvReader, ("block",)),
    ("columns of Parquet", TypedReader, ("read",)),
    ("decoding resources", decode, ("_quickly",)),
    ("whose resource it is", ndjson.SetReading, ("relevant",)),
    ("parts on disk", decode, ("as_text", "of_text")),
    ("parts on disk", ndjson, ("_read_part", "_distributed")),
    ("sorting resources", Record, ("add",)),
    ("splitting tables by person", files, ("split",)),
    ("rows of tables", PartReader, ("read",)),
    ("results that count", PersonRows, ("up_to",)),
    ("courses and diagnoses", fhir_case, ("read_held",)),
    ("courses and diagnoses", parts, ("read_held",)),
    ("making cases", fhir_case, ("import_record",)),
    ("making cases", PartCases, ("case",)),
    ("cases as JSON", record_inputs, ("case_read",)),
    ("decoding Parquet", readers, ("batches",)),
    ("conclusions", ColumnarEngine, ("infer",)),
    ("counting", ChunkWorker, ("count",)),
    ("lists of results", writers.ParquetWriter, ("table",)),
    ("lists of results", ChunkWorker, ("add",)),
    ("writing Parquet", writers, ("parquet_bytes",)),
    ("adding to the output", ResumableOutput, ("add", "finish")),
)


class Clock:
    """Adds up the processor time of parts; what a part inside of another takes is not counted twice."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self.inner = [0.0]

    def timed(self, part: str, step: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Do a step of a part."""
        self.inner.append(0.0)
        start = process_time()
        try:
            return step(*given, **named)
        finally:
            took = process_time() - start
            self.spent[part] += took - self.inner.pop()  # type: ignore[assignment]
            self.inner[-1] += took

    def watch(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed; of a generator, each step."""

        @wraps(function)
        def watched(*given: Any, **named: Any) -> Any:
            found = self.timed(part, function, *given, **named)
            return self.steps(part, found) if isinstance(found, Iterator) else found

        return watched

    def steps(self, part: str, found: Iterator[Any]) -> Iterator[Any]:
        """What an iterator gives, each step timed."""
        nothing = object()
        while (one := self.timed(part, next, found, nothing)) is not nothing:
            yield one


def measured(source: Path, form: str | None = None) -> tuple[float, Counter[str]]:
    """How long the batch takes, and its parts.

    Args:
        source: what is read.
        form: of health records.
    """
    options = Options(cached_rulebook(), book_codes(cached_rulebook()), say=silent) if form else None
    if options is not None and form == "long":
        options.mapping = source / "mapping.yaml"
    job = Job(
        tuple(find_inputs([str(source)], form, options)),
        str(source.with_suffix(".out.parquet")),
        cached_rulebook(),
        policy=POLICY,
        workers=1,
        force=True,
    )
    run(job)
    clock = Clock()
    with ExitStack() as stack:
        for part, owner, names in PARTS:
            for name in names:
                stack.enter_context(patch.object(owner, name, clock.watch(part, getattr(owner, name))))
        start = process_time()
        run(job)
        return process_time() - start, clock.spent


def show(kind: str, count: int, source: Path, form: str | None = None) -> None:
    """Print the table of one input."""
    total, spent = measured(source, form)
    print(f"{kind}: {count:,} cases, {total:.2f} s of processor time, {total / count * 1e6:.1f} µs a case")
    large = [(part, took) for part, took in spent.most_common() if took >= LEAST * total]
    for part, took in [*large, ("everything else", total - sum(took for _, took in large))]:
        print(f"  {took / total:4.0%}  {took / count * 1e6:5.2f} µs  {part}", flush=True)


def write_csv(path: Path, lines: Path) -> None:
    """Cases in JSON lines as CSV."""
    names = ["case_id", *FIELDS]
    with path.open("w", encoding="utf-8", newline="") as file, lines.open(encoding="utf-8") as rows:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(names)
        table.writerows([cell(row.get(name)) for name in names] for row in map(json.loads, rows))


def cell(value: Any) -> Any:
    """A value as people write it in a table."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("untidy", "tidy"):
            write_jsonl(folder / "in.jsonl", CASES, untidy=kind == "untidy")
            show(f"{kind} JSON lines", CASES, folder / "in.jsonl")
        write_jsonl(folder / "in.jsonl", CASES // 4, untidy=True)
        write_csv(folder / "in.csv", folder / "in.jsonl")
        show("untidy CSV", CASES // 4, folder / "in.csv")
        write_parquet(folder / "in.parquet", CASES)
        show("Parquet", CASES, folder / "in.parquet")
        records = CASES // 20
        for name in ("fhir", "long"):
            (folder / name).mkdir()
        with (folder / "fhir" / "all.ndjson").open("w", encoding="utf-8") as file:
            for number in range(records):
                file.writelines(json.dumps(resource) + "\n" for resource in person(number, 30))
        show("FHIR, 32 resources a person", records, folder / "fhir", "fhir")
        write_tables(folder / "long", records, "csv")
        show("long tables, 50 rows a person", records, folder / "long", "long")
