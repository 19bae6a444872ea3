"""Batches on Apache Spark: the same work on each chunk, as Spark tasks; and screening of data frames.

A task reads one split and writes its part, which has its name only when it is whole: so a task that Spark runs twice,
or that dies, leaves one whole part. All machines must see the same file system.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from screener.batch.chunk import Chunk
from screener.batch.inputs.chunks import check_unchanged
from screener.batch.inputs.splits import chunks_of, located, needs_count, numbered, plan
from screener.batch.job import Job, Result
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.reading.readers import check_header
from screener.batch.reading.typed import TypedReader
from screener.batch.summary.tally import Tally
from screener.batch.summary.views import write_summary
from screener.batch.work import ChunkWorker, Work, nothing
from screener.batch.writing.columns import Listing
from screener.batch.writing.jobfile import JobFile
from screener.batch.writing.parts import Parts, Progress, merged, whole_file
from screener.batch.writing.writers import LISTS, writer_for
from screener.errors import EngineFault, FileError, UsageError, echo
from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FRAME: Final = (
    "case_id string, urgency string, raised array<string>, possible array<string>, suppressed array<string>, "
    "rules array<string>, errors array<struct<field: string, message: string>>"
)

SCHEMA: Final = pa.schema(
    [
        ("case_id", pa.string()),
        ("urgency", pa.string()),
        *((name, pa.list_(pa.string())) for name in LISTS),
        ("errors", pa.list_(pa.struct([("field", pa.string()), ("message", pa.string())]))),
    ]
)

_workers: dict[str, ChunkWorker] = {}  # of this Python process, by job: making one takes longer than a small split


def session() -> SparkSession:
    """The Spark session of this process: as Spark's own settings say, `local[*]` when they say nothing.

    Raises:
        UsageError: pyspark or Java is missing.
        EngineFault: Spark does not start.
    """
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("--engine spark needs pyspark: pip install 'rulebook-screener[spark]'") from None
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise UsageError("--engine spark needs Java 17 or later: install it, or set JAVA_HOME")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        SparkContext._ensure_initialized()  # before it, the configuration does not know Spark's own settings
        conf = SparkConf()
        conf.setIfMissing("spark.master", "local[*]")
        for name, value in _settings(conf.get("spark.master") or "").items():
            conf.setIfMissing(name, value)
        conf.set("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())  # it is never missing
        found = SparkSession.builder.appName("screener").config(conf=conf).getOrCreate()
    except Exception as error:
        raise EngineFault(f"Spark does not start: {str(error).splitlines()[0]}") from None
    found.sparkContext.setLogLevel("ERROR")
    return found


def _settings(master: str) -> dict[str, str]:
    """What is set unless Spark's own settings say otherwise; on this machine alone, nothing listens to others."""
    here = Path(__file__).parents[2]
    path = os.pathsep.join([str(here), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    settings = {"spark.executorEnv.PYTHONPATH": path}
    if master.startswith("local"):
        alone = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
        settings |= alone
    return settings


def run_spark(job: Job, spark: SparkSession | None = None) -> Result:
    """Do a whole batch on Spark; the output and the rejects are folders of parts.

    Raises:
        UsageError: the options do not go together, or something is missing.
        FileError: reading or writing fails, or a folder is there already.
        EngineFault: Spark gives up.
    """
    started = time.monotonic()
    if any(source.pipe for source in job.inputs):
        raise UsageError("Spark reads files, which all machines see, and no pipes")
    if job.output == "-":
        raise UsageError("Spark writes a folder; name it with -o")
    output, rejects, work = Path(job.output).absolute(), job.rejects_path, job.work
    header = writer_for(work.form, work.book, work.layout).header()
    parts = Parts(output, rejects.absolute(), output / "_tallies", work.form, header)
    if job.resume and parts.whole():
        parts.forget()
        return Result(Tally(), job.output, rejects, 0.0, already=True)
    stopped = job.resume and parts.begun()
    if not stopped:
        _make_way(job, parts)
    what = job.description()
    with closing(JobFile(parts, Path(job.output))) as file:
        if not stopped or not file.same(what, lambda before: before == what["input"]):
            file.begin(what)
        tally = _run(job, parts, spark)
    return Result(tally, job.output, rejects, time.monotonic() - started)


def _run(job: Job, parts: Parts, spark: SparkSession | None) -> Tally:
    """Make the parts that are missing, and mark the output as whole."""
    running = spark or session()
    context = running.sparkContext
    inputs = job.inputs
    splits = plan(inputs)
    uncounted = [split for split in splits if needs_count(inputs, split)]
    shared = context.broadcast((job.work, parts, uuid.uuid4().hex))

    def count(split: Chunk) -> Chunk:
        return located(shared.value[0].inputs, split)

    def task(split: Chunk) -> None:
        """Read a split, write its part and its rejects; a process makes the worker of a job once."""
        work, where, key = shared.value
        found = [_worker(work, key).do(chunk) for chunk in chunks_of(work.inputs, split)]
        part = merged(found or [nothing(work)])
        where.write(split.number, part, Progress(part.tally))

    try:
        counted = {split.number: split for split in _map(context, count, uncounted)}
        ready = numbered(inputs, [counted.get(split.number, split) for split in splits])
        missing = [split for split in ready if parts.note(split.number) is None]
        _map(context, task, missing)
    except Exception as error:
        raise EngineFault(f"Spark gave up: {_reason(error)}; what is done is kept for --resume") from None
    finally:
        if spark is None:
            running.stop()
    check_unchanged(inputs)
    return _finish(job, parts, ready)


def _map(context: Any, function: Callable[[Chunk], Any], splits: list[Chunk]) -> list[Any]:
    """One task for each split."""
    found: list[Any] = context.parallelize(splits, len(splits)).map(function).collect() if splits else []
    return found


def _reason(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if "Error" in line or "Fault" in line]
    return (lines or str(error).splitlines() or [type(error).__name__])[-1].strip()


def _make_way(job: Job, parts: Parts) -> None:
    """Make room for the folders."""
    for path in (parts.results, parts.rejects):
        if os.path.lexists(path) and not job.force:
            raise FileError(f"{echo(str(path))} is there already; name another folder, or replace it with --force")
        if path.is_file() or path.is_symlink():
            path.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)


def _worker(work: Work, key: str) -> ChunkWorker:
    """The worker of a job, which a process makes once."""
    if key not in _workers:
        _workers.clear()
        _workers[key] = ChunkWorker(work)
    return _workers[key]


def _finish(job: Job, parts: Parts, splits: Iterable[Chunk]) -> Tally:
    """Add up, and mark the output as whole."""
    tally = Tally()
    for split in splits:
        note = parts.note(split.number)
        if note is None:
            raise FileError(f"{echo(str(parts.files(split.number)[0]))} is gone; go on with --resume")
        tally.add(note.tally)
    if job.summary is not None:
        write_summary(job.summary, tally, job.book, job.share)
    with whole_file(parts.done):
        pass
    parts.forget()
    return tally


def screen(
    dataframe: DataFrame,
    book: RuleBook | None = None,
    packs: Iterable[str] | None = None,
    ignore_extra: bool = False,
    notation: Notation | None = None,
) -> DataFrame:
    """Screen the rows of a Spark data frame whose columns are named after the fields of the intake.

    Args:
        dataframe: the cases; a column `case_id` is copied.
        book: the rule book; the program's own when None.
        packs: the packs to use; all of them when None.
        ignore_extra: pass over columns that the intake does not have.
        notation: what the columns hold for missing, yes and no, and in which units numbers are; a magnesium without a
            unit is refused when nothing is said, as in
            `Notation.of(book.fields, units=["magnesium=mg/dL"])`.

    Returns:
        One row for each: `case_id`, `urgency`, `raised`, `possible`, `suppressed`, `rules`; or, of a row that was
        refused, `case_id` and `errors`.

    Raises:
        CaseError: the data frame has columns that are not allowed.
        UsageError: there is no such pack.
    """
    chosen = (book or cached_rulebook()).select(packs)
    policy = Policy(notation or Notation(chosen.fields), ignore_extra)
    check_header(dataframe.columns, policy, "the data frame")
    work = Work(chosen, (), policy)
    shared = dataframe.sparkSession.sparkContext.broadcast((work, uuid.uuid4().hex))

    def screen_batches(batches: Iterator[Any]) -> Iterator[Any]:
        work, key = shared.value
        return (screened(_worker(work, key), batch) for batch in batches)

    return dataframe.mapInArrow(screen_batches, FRAME)


def screened(worker: ChunkWorker, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The results of a batch of cases, in the same order.

    Args:
        worker: with the rule book.
        batch: columns named after the fields of the intake; others are passed over.
    """
    decoded, outcomes = worker.infer(TypedReader(worker.work.policy).read(batch, 0))
    listing = Listing.of(outcomes)
    columns: dict[str, Any] = {"case_id": decoded.case_ids, "urgency": listing.urgency_arrow()}
    columns |= {name: listing.lists[name].arrow() for name in LISTS}
    columns["errors"] = pa.nulls(len(decoded.lines))
    accepted = pa.RecordBatch.from_pydict(columns, SCHEMA)
    if not decoded.rejects:
        return accepted
    refused = [{"case_id": reject.case_id, "errors": reject.errors} for reject in decoded.rejects]
    both = pa.Table.from_batches([accepted, pa.RecordBatch.from_pylist(refused, SCHEMA)])
    order = np.argsort([*decoded.lines.tolist(), *(reject.line for reject in decoded.rejects)], kind="stable")
    return both.take(pa.array(order)).combine_chunks().to_batches()[0]
