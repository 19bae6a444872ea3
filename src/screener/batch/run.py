"""A whole batch: inputs to chunks, chunks to workers, parts to the output."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from screener import __version__
from screener.batch.careful import Policy
from screener.batch.chunk import CHUNK_BYTES, Chunk, Position
from screener.batch.journal import Progress
from screener.batch.output import STDOUT, Names, ResumableOutput, StreamOutput, default_rejects
from screener.batch.pool import Pool, in_this_process
from screener.batch.progress import ProgressLine
from screener.batch.readers import check_columns
from screener.batch.source import STDIN, Input, chunks
from screener.batch.summary import write_summary
from screener.batch.tally import Tally
from screener.batch.work import Part, Work, Worker
from screener.batch.writers import Layout, form_of, writer_for
from screener.errors import FileError, UsageError, echo
from screener.rulebook.rule import RuleBook

SLOW_CHUNK: Final = 1 << 20  # bytes of text in a chunk when each case takes long


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        inputs: see `screener.batch.source.find_inputs`.
        output: a path whose ending says the form, or `-`.
        rejects: a path; beside the output when None.
        engine: `columnar` or `durable`.
        workers: processes; one for each processor when None.
        keep: fields of the intake that are copied to the output.
        explain: add the whole report of each case.
        summary: a path; the ending says the form (`.txt`, `.json`, `.html`).
        share: hide small counts in the summary.
    """

    inputs: tuple[Input, ...]
    output: str
    book: RuleBook
    rejects: str | None = None
    engine: str = "columnar"
    workers: int | None = None
    policy: Policy = field(default_factory=Policy)
    keep: tuple[str, ...] = ()
    explain: bool = False
    summary: Path | None = None
    share: bool = False
    resume: bool = False
    force: bool = False
    chunk_bytes: int = CHUNK_BYTES

    @property
    def rejects_path(self) -> Path:
        """Where refused records go.

        Raises:
            UsageError: it must be said, because results go to standard output.
        """
        return Path(self.rejects or default_rejects(self.output))

    @property
    def work(self) -> Work:
        """What is to be done with each chunk."""
        layout = Layout(len(self.inputs) > 1, self.keep, self.explain)
        settles = self.summary is not None
        return Work(self.book, self.inputs, self.policy, self.engine, form_of(self.output), layout, settles)

    @property
    def slow(self) -> bool:
        """Whether each case takes long."""
        return self.engine == "durable" or self.explain

    @property
    def size(self) -> int:
        """Bytes of text in a chunk."""
        return min(SLOW_CHUNK, self.chunk_bytes) if self.slow else self.chunk_bytes

    def description(self) -> dict[str, Any]:
        """What must be the same when a stopped run is resumed."""
        return {
            "program version": __version__,
            "rule book": [self.book.sha256, sorted(self.book.packs)],
            "input": [source.fingerprint() for source in self.inputs],
            "options": [
                *(self.engine, form_of(self.output), str(self.rejects_path), self.size, list(self.keep), self.explain),
                *(self.policy.ignore_extra, sorted(self.policy.drop), self.summary is not None),
            ],
        }


@dataclass(frozen=True)
class Result:
    """What came of a batch.

    Attributes:
        already: it had been finished before.
        seconds: how long this run took.
    """

    tally: Tally
    output: str
    rejects: Path
    seconds: float
    already: bool = False


def run(job: Job) -> Result:
    """Do the whole batch.

    Raises:
        UsageError: the options do not go together.
        CaseError: a table has columns that are not allowed.
        FileError: reading or writing fails, or a file is there already; what is done is kept for `resume`.
        EngineFault: worker processes die again and again.
    """
    started = time.monotonic()
    _check_apart(job)
    for source in job.inputs:
        check_columns(source, job.policy)
    if job.engine == "spark":
        from screener.batch.spark import run_spark

        return run_spark(job)
    output = _output(job)
    try:
        if not output.start(job.resume, job.force):
            return Result(Tally(), job.output, job.rejects_path, 0.0, already=True)
        _fill(job, output)
        if job.summary is not None:
            write_summary(job.summary, output.progress.tally, job.book, job.share)
        output.finish()
    finally:
        output.close()
    return Result(output.progress.tally, job.output, job.rejects_path, time.monotonic() - started)


def _check_apart(job: Job) -> None:
    """What is written must be different files, and none of those that are read."""
    written = {
        "the results": None if job.output == STDOUT else Path(job.output).resolve(),
        "the rejects": job.rejects_path.resolve(),
        "the summary": job.summary and job.summary.resolve(),
    }
    read = [Path(source.name).resolve() for source in job.inputs if source.name != STDIN]
    places: dict[Path, str] = {}
    for what, path in written.items():
        if path is None:
            continue
        if any(path == other or path in other.parents for other in read):
            raise UsageError(f"{what} would replace what is read, {echo(path.name)}; name another file")
        if path in places:
            raise UsageError(f"{places[path]} and {what} must be two files, not both {echo(path.name)}")
        places[path] = what


def _output(job: Job) -> ResumableOutput | StreamOutput:
    rejects = job.rejects_path
    header = writer_for(form_of(job.output), job.book, job.work.layout).header()
    if job.output == STDOUT:
        if job.resume:
            raise UsageError("standard output can not be resumed; name a file with -o")
        return StreamOutput(rejects, header)
    names = Names(Path(job.output), rejects)
    return ResumableOutput(names, job.description(), header, form_of(job.output) == "parquet")


def _fill(job: Job, output: ResumableOutput | StreamOutput) -> None:
    """Add every part that is missing."""
    line = ProgressLine(job.inputs, output.progress.tally.results + output.progress.tally.rejects)
    checks: dict[tuple[int, int], int] = {}
    found = _checked(job, output.progress, checks)
    first = [chunk for _, chunk in zip(range(2), found, strict=False)]
    rest = _chain(first, found)
    count = job.workers or os.cpu_count() or 1
    alone = job.engine == "columnar" and (count == 1 or len(first) < 2)
    pool = None if alone else Pool(job.work, min(count, 256))
    try:
        for chunk, part in pool.run(rest) if pool else in_this_process(job.work, rest):
            output.add(part, after(chunk), checks.pop((chunk.file, chunk.number), 0))
            line.show(chunk, output.progress.tally)
    finally:
        line.clear()
        if pool is not None:
            pool.close()
    if isinstance(output, ResumableOutput) and output.footer is not None and output.footer.frame is None:
        output.add(nothing(job.work), output.progress.position, output.progress.check)


def _chain(first: Sequence[Chunk], rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield from first
    yield from rest


def _checked(job: Job, progress: Progress, checks: dict[tuple[int, int], int]) -> Iterator[Chunk]:
    """The chunks that are still to be done; of standard input, only if what was read before is the same again."""
    position = progress.position
    source = job.inputs[min(position.file, len(job.inputs) - 1)]
    if source.name != STDIN:
        yield from chunks(list(job.inputs), position, job.size)
        return
    check = 0
    for chunk in chunks(list(job.inputs), Position(position.file), job.size):
        if (chunk.file, chunk.number) == (position.file, position.number) and check != progress.check:
            raise FileError("standard input is not what the stopped run read; begin again with --force")
        check = zlib.crc32(chunk.data or b"".join(chunk.pieces or ()), check)
        if (chunk.file, chunk.number) >= (position.file, position.number):
            checks[chunk.file, chunk.number] = check
            yield chunk


def after(chunk: Chunk) -> Position:
    """Where the next chunk begins."""
    return Position(chunk.file, chunk.number + 1, chunk.line + chunk.records, chunk.end)


def nothing(work: Work) -> Part:
    """The part of no cases, so that an empty Parquet file has its columns."""
    import pyarrow as pa

    from screener.batch.record import Decoded
    from screener.engine.columns import Columns

    part = Part()
    Worker(work).add(part, "", Decoded(np.zeros(0, np.int64), pa.array([], pa.string()), Columns(0)))
    return part
