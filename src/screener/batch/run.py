"""A whole batch: inputs to chunks, chunks to workers, parts to the output."""

from __future__ import annotations

import os
import time
from itertools import chain, islice
from pathlib import Path

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs.chunks import check_unchanged, remaining
from screener.batch.inputs.opening import ChangedError, close_pipe
from screener.batch.job import Job, Result
from screener.batch.pool import Pool, in_this_process
from screener.batch.progress import ProgressLine
from screener.batch.reading.readers import check_columns
from screener.batch.summary.tally import Tally
from screener.batch.summary.views import write_summary
from screener.batch.work import nothing
from screener.batch.writing.names import STDOUT, Names, check_apart, check_new
from screener.batch.writing.output import ResumableOutput, StreamOutput
from screener.batch.writing.writers import form_of, writer_for
from screener.errors import FileError, UsageError


def run(job: Job) -> Result:
    """Do the whole batch.

    Raises:
        UsageError: the options do not go together.
        CaseError: a table has columns that are not allowed.
        FileError: reading or writing fails, or a file is there already; what is done is kept for `resume`.
        EngineFault: worker processes die again and again.
    """
    started = time.monotonic()
    _check_places(job)
    for source in job.inputs:
        check_columns(source, job.reading)
    if job.engine == "spark":
        from screener.batch.spark import run_spark

        return run_spark(job)
    output = _output(job)
    try:
        if not output.start(job.resume, job.force):
            return Result(Tally(), job.output, job.rejects_path, 0.0, already=True)
        try:
            _fill(job, output)
        except FileError as error:
            raise _stopped(job, output, error) from None
        if job.summary is not None:
            write_summary(job.summary, output.progress.tally, job.book, job.share, job.records)
        output.finish()
    finally:
        output.close()
        for source in job.inputs:
            close_pipe(source.name)
    return Result(output.progress.tally, job.output, job.rejects_path, time.monotonic() - started)


def _stopped(job: Job, output: ResumableOutput | StreamOutput, error: FileError) -> FileError:
    """An error of reading, saying whether the input changed, and what becomes of the results so far."""
    reason = error
    if not isinstance(error, ChangedError):
        try:
            check_unchanged(job.inputs)
        except ChangedError as change:
            reason = change
    output.stop(isinstance(reason, ChangedError))
    if isinstance(output, StreamOutput) or "--resume" in str(reason) or "--force" in str(reason):
        return reason
    return FileError(f"{reason}; what is done is kept for --resume")


def _check_places(job: Job) -> None:
    """What is written must be apart from everything else, and the summary must be possible at the end."""
    output = None if job.output == STDOUT else Path(job.output)
    written: dict[str, Path | None] = {"the results": output, "the rejects": job.rejects_path}
    if job.summary is not None:
        written["the summary"] = job.summary
        check_new(job.summary, job.force or job.resume, device=True)
    for name, path in job.also_written.items():
        written[name] = path
        check_new(path, job.force or job.resume, device=True)
    if output is not None and job.engine != "spark":
        names = Names(output, job.rejects_path)
        rejects, results = (partial for partial, _ in names.joined)
        written |= {"the parts": names.parts, "the journal of an earlier version": names.journal}
        written |= {"the results as they are joined": results, "the rejects as they are joined": rejects}
    tables = any(source.state is not None and source.state.tables for source in job.inputs)
    check_apart([*(source.name for source in job.inputs), *job.also_read], written, tables)


def _output(job: Job) -> ResumableOutput | StreamOutput:
    form = form_of(job.output)
    header = writer_for(form, job.book, job.work.layout).header()
    if job.output == STDOUT:
        if job.resume:
            raise UsageError("standard output cannot be resumed; name a file with -o")
        return StreamOutput(job.rejects_path, header)
    names = Names(Path(job.output), job.rejects_path)
    return ResumableOutput(names, job.description(), job.inputs, form, header)


def _fill(job: Job, output: ResumableOutput | StreamOutput) -> None:
    """Add every part that is missing."""
    line = ProgressLine(job.inputs, output.progress.tally.results + output.progress.tally.rejects)
    progress = output.progress
    found = remaining(job.inputs, progress.position, progress.checks, output.doubtful, job.size)
    first = list(islice(found, 2))
    rest = chain(first, found)
    count = job.workers or os.cpu_count() or 1
    alone = job.engine == "columnar" and (count == 1 or len(first) < 2)
    pool = None if alone else Pool(job.work, min(count, 256))
    seen = progress.position.file
    try:
        for chunk, part in pool.run(rest) if pool else in_this_process(job.work, rest):
            check_unchanged(job.inputs[seen : chunk.file + 1])
            output.add(part, after(chunk))
            seen = chunk.file
            line.show(chunk, progress.tally)
    finally:
        line.clear()
        if pool is not None:
            pool.close()
    check_unchanged(job.inputs[seen:])
    if job.work.form == "parquet" and progress.position == Position():
        output.add(nothing(job.work), progress.position)


def after(chunk: Chunk) -> Position:
    """Where the next chunk begins."""
    return Position(chunk.file, chunk.number + 1, chunk.line + chunk.records, chunk.end, chunk.check)
