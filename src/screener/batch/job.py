"""What a batch is asked to do, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from screener import __version__
from screener.batch.chunk import CHUNK_BYTES
from screener.batch.inputs.source import RECORD_FORMS, Input
from screener.batch.reading.careful import Policy
from screener.batch.reading.notation import Notation
from screener.batch.summary.tally import Tally
from screener.batch.work import Work
from screener.batch.writing.names import default_rejects
from screener.batch.writing.writers import OutputColumns, form_of
from screener.records.options import Options
from screener.rulebook.book import RuleBook

SLOW_CHUNK: Final = 1 << 20  # bytes of text in a chunk when each case takes long


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        inputs: see `screener.batch.inputs.source.find_inputs`.
        output: a path whose ending says the form, or `-`.
        rejects: a path; next to the output when None.
        engine: `columnar` or `durable`.
        workers: processes; one for each processor when None.
        policy: what happens to what the rule book has no field for; it is refused when None.
        keep: fields of the intake that are copied to the output.
        explain: add the whole report of each case.
        summary: a path; the ending says the form (`.txt`, `.json`, `.html`).
        share: hide small counts in the summary.
        also_read: other files that are read, which must not be replaced.
        also_written: other files that are written, by what they are called.
    """

    inputs: tuple[Input, ...]
    output: str
    book: RuleBook
    rejects: str | None = None
    engine: str = "columnar"
    workers: int | None = None
    policy: Policy | None = None
    keep: tuple[str, ...] = ()
    explain: bool = False
    summary: Path | None = None
    share: bool = False
    also_read: tuple[str, ...] = ()
    also_written: Mapping[str, Path] = field(default_factory=dict)
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
    def reading(self) -> Policy:
        """How records are read."""
        return self.policy or Policy(Notation(self.book.fields))

    @property
    def work(self) -> Work:
        """What is to be done with each chunk."""
        layout = OutputColumns(len(self.inputs) > 1, self.keep, self.explain, self.records is not None)
        settles = self.summary is not None
        inputs = self.inputs
        if self.engine != "spark":  # workers get cases, and need not know how records are read
            inputs = tuple(replace(source, records=None) for source in inputs)
        return Work(self.book, inputs, self.reading, self.engine, form_of(self.output), layout, settles)

    @property
    def records(self) -> Options | None:
        """How health records are read, with what they held; None when the inputs are others."""
        return next((source.records for source in self.inputs if source.form in RECORD_FORMS), None)

    @property
    def size(self) -> int:
        """Bytes of text in a chunk."""
        slow = self.engine == "durable" or self.explain
        return min(SLOW_CHUNK, self.chunk_bytes) if slow else self.chunk_bytes

    def description(self) -> dict[str, Any]:
        """What must be the same when a stopped run is resumed."""
        return {
            "program version": __version__,
            "rule book": [self.book.sha256, sorted(self.book.packs)],
            "confirmed names": sorted(self.book.medicines.confirmed.items()),
            "records": [source.records.description() for source in self.inputs if source.records is not None],
            "input": [source.description() for source in self.inputs],
            "options": [
                *(self.engine, form_of(self.output), str(self.rejects_path), self.size, list(self.keep), self.explain),
                *(self.reading.ignore_extra, sorted(self.reading.drop), self.summary is not None),
                *self.reading.notation.data(),
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
