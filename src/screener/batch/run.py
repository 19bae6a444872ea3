"""A whole batch: inputs to chunks, chunks to workers, parts to the output; and how far it is, on a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Final

from screener.batch.chunk import Chunk, Position
from screener.batch.inputs.chunks import check_unchanged, remaining
from screener.batch.inputs.opening import ChangedError, close_pipe
from screener.batch.inputs.source import Input
from screener.batch.job import Job, Result
from screener.batch.pool import parts_of
from screener.batch.reading.readers import check_columns
from screener.batch.summary.tally import Tally
from screener.batch.summary.views import write_summary
from screener.batch.work import nothing
from screener.batch.writing.names import STDOUT, Names, check_apart, check_new
from screener.batch.writing.output import ResumableOutput, StreamOutput
from screener.batch.writing.writers import form_of, writer_for
from screener.errors import FileError, UsageError
from screener.printable import overwrite
from screener.progress import TerminalLine

BAR: Final = 24  # characters


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
    summary = {} if job.summary is None else {"the summary": job.summary}
    for name, path in (summary | dict(job.also_written)).items():
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
    seen = progress.position.file
    with closing(parts_of(rest, job.work, 0 if alone else min(count, 256))) as parts, line:
        for chunk, part in parts:
            check_unchanged(job.inputs[seen : chunk.file + 1])
            output.add(part, after(chunk))
            seen = chunk.file
            line.show(chunk, progress.tally)
    check_unchanged(job.inputs[seen:])
    if job.work.form == "parquet" and progress.position == Position():
        output.add(nothing(job.work), progress.position)


def after(chunk: Chunk) -> Position:
    """Where the next chunk begins."""
    return Position(chunk.file, chunk.number + 1, chunk.line + chunk.records, chunk.end, chunk.check)


class ProgressLine(TerminalLine):
    """How far a batch is: cases, cases a second, time left, rejects so far.

    Args:
        inputs: of the batch, to tell how much there is.
        before: cases that an earlier run finished.
    """

    def __init__(self, inputs: Sequence[Input], before: int) -> None:
        super().__init__()
        self.before = before
        self.sizes = [source.state.size if source.state and source.seekable else 0 for source in inputs]
        self.rows = [_rows(source) if source.form == "parquet" and self.on else 0 for source in inputs]
        self.known = all(source.seekable for source in inputs)

    def show(self, chunk: Chunk, tally: Tally) -> None:
        """A chunk is done."""
        if self.is_due():
            overwrite(sys.stderr, self.line(chunk, tally, self.shown))

    def line(self, chunk: Chunk, tally: Tally, now: float) -> str:
        """What the line says."""
        records = tally.results + tally.rejects
        rate = max(1.0, (records - self.before) / max(now - self.started, 1e-9))
        text = f"{records:,} cases, {rate:,.0f} a second, {tally.rejects:,} refused"
        share = self.share(chunk)
        if not share:
            return text
        left = records / share * (1 - share) / rate
        full = round(share * BAR)
        return f"{'█' * full}{'░' * (BAR - full)} {share:4.0%}  {text}, {_time(left)} left"

    def share(self, chunk: Chunk) -> float | None:
        """How much of the input is done; None when its length is not known."""
        if not self.known or not sum(self.sizes):
            return None
        here = chunk.end
        if self.rows[chunk.file]:
            here = round(self.sizes[chunk.file] * (chunk.line + chunk.records - 1) / self.rows[chunk.file])
        return min(1.0, (sum(self.sizes[: chunk.file]) + here) / sum(self.sizes))


def _rows(source: Input) -> int:
    from screener.batch.inputs.parquet import open_parquet

    with open_parquet(source.name) as file:
        return int(file.metadata.num_rows)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
