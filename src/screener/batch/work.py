"""The work on one chunk: read it, draw the conclusions, write the part. The same for every worker and for Spark."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from screener.batch.chunk import Chunk
from screener.batch.inputs.source import Input
from screener.batch.reading.careful import Policy
from screener.batch.reading.readers import ChunkReader
from screener.batch.reading.record import Decoded, Reject
from screener.batch.summary.tally import Settler
from screener.batch.writing.columns import Listing
from screener.batch.writing.parts import Part
from screener.batch.writing.writers import OutputColumns, writer_for
from screener.case.answers import Number
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.model import BaseIntake
from screener.collector import paused
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.errors import EngineFault, FieldProblem
from screener.logic.planes import Pair, pack
from screener.rulebook.book import RuleBook

if TYPE_CHECKING:
    from screener.screening import Screener

Made = TypeVar("Made")

KILLED = "the worker process died on this case; it was skipped so that the others could go on"


@dataclass(frozen=True)
class Work:
    """What is to be done with every chunk; it can be sent to another process.

    Attributes:
        form: of the output: `jsonl`, `csv` or `parquet`.
        settles: whether to count which answers could settle what is possible (for the summary).
    """

    book: RuleBook
    inputs: tuple[Input, ...]
    policy: Policy
    engine: str = "columnar"
    form: str = "jsonl"
    layout: OutputColumns = field(default_factory=OutputColumns)
    settles: bool = False


class ChunkWorker:
    """Does the work, chunk after chunk."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.reader = ChunkReader(work.inputs, work.policy)
        if work.engine == "durable":  # one case after the other; the reference engine where it cannot
            from screener.engine.choice import engine_for

            self.durable = engine_for(work.book)
        self.writer = writer_for(work.form, work.book, work.layout)
        self.settler = Settler(self.columnar) if work.settles else None

    @cached_property
    def columnar(self) -> ColumnarEngine:
        """The engine that takes all cases at once, and does not fail on single ones; Spark tasks run it, too."""
        return ColumnarEngine(self.work.book)

    @cached_property
    def screener(self) -> Screener:
        """What makes whole reports."""
        from screener.screening import Screener

        return Screener(self.work.book)

    def do(self, chunk: Chunk, killers: frozenset[int] = frozenset()) -> Part:
        """Read, conclude and write a chunk.

        Args:
            chunk: what to read.
            killers: numbers of records that are not to be touched.

        Raises:
            FileError: the input cannot be read.
        """
        gc.collect(0)  # what the chunk before left: only buffers of pyarrow, but large ones
        with paused():  # the many short-lived rows form no cycles
            part = Part()
            name = self.work.inputs[chunk.file].name
            for decoded in self.reader.read(chunk):
                deadly = np.flatnonzero(np.isin(decoded.lines, list(killers)))
                self.add(part, name, without(decoded, dict.fromkeys(deadly.tolist(), KILLED)))
            return part

    def add(self, part: Part, name: str, decoded: Decoded) -> None:
        """Conclude, count and write some cases."""
        decoded, outcomes = self.infer(decoded)
        before = len(decoded.lines)
        decoded, reports = self.explain(decoded)
        if len(decoded.lines) < before:
            decoded, outcomes = self.infer(decoded)
        part.tally.count_records(decoded)
        part.tally.count_outcomes(outcomes)
        part.tally.count_medicines(decoded.columns.medicines, self.work.book.medicines)
        if self.settler is not None:
            part.tally.settles.update(self.settler.count(decoded.columns, outcomes))
        part.outputs.append(self.writer.part(decoded, Listing.of(outcomes), name, reports))
        file = name if self.work.layout.file else None
        part.rejects += "".join(reject.text(file) for reject in decoded.rejects).encode()

    def infer(self, decoded: Decoded) -> tuple[Decoded, Outcomes]:
        """The cases and their outcomes; a case on which the engine failed has become a reject."""
        if self.work.engine != "durable":
            return decoded, self.columnar.infer(decoded.columns)

        def conclude(intake: BaseIntake) -> Outcome:
            return self.durable.infer(facts_of(intake, self.work.book))

        decoded, outcomes = self.one_by_one(decoded, conclude)
        return decoded, together(self.work.book, outcomes)

    def explain(self, decoded: Decoded) -> tuple[Decoded, list[str]]:
        """The report of each case as JSON, if reports are wanted."""

        def report(intake: BaseIntake) -> str:
            return self.screener.screen(intake).to_json(indent=None)

        return self.one_by_one(decoded, report) if self.work.layout.report else (decoded, [])

    def one_by_one(self, decoded: Decoded, make: Callable[[BaseIntake], Made]) -> tuple[Decoded, list[Made]]:
        """What is made of each case; a case on which the engine failed becomes a reject."""
        made: list[Made] = []
        failed: dict[int, str] = {}
        for place, intake in enumerate(intakes(decoded, self.work.book.fields)):
            try:
                made.append(make(intake))
            except EngineFault as error:
                failed[place] = str(error)
        return without(decoded, failed), made


def nothing(work: Work) -> Part:
    """The part of no cases, so that an empty Parquet file has its columns."""
    part = Part()
    ChunkWorker(work).add(part, "", Decoded(np.zeros(0, np.int64), pa.array([], pa.string()), Columns(0)))
    return part


def intakes(decoded: Decoded, fields: Fields) -> Iterable[BaseIntake]:
    """The cases one by one, as the intake holds them; they have been checked already."""
    ids = decoded.case_ids.to_pylist()
    whole = {name for name, kind in fields.items() if isinstance(kind, Number) and kind.whole}
    for place in range(len(decoded.lines)):
        answers = decoded.columns.answers(place, fields)
        for name in whole & answers.keys():
            answers[name] = int(answers[name])
        yield intake_class(fields).model_construct(case_id=ids[place], **answers)


def without(decoded: Decoded, failed: dict[int, str]) -> Decoded:
    """The cases without those that failed, which become rejects with the reason."""
    if not failed:
        return decoded
    keep = np.ones(len(decoded.lines), np.bool_)
    keep[list(failed)] = False
    ids = decoded.case_ids.to_pylist()
    rejects = [
        Reject(int(decoded.lines[place]), ids[place], (FieldProblem("", message),), None)
        for place, message in failed.items()
    ]
    rest = decoded.take(keep)
    rest.rejects = sorted([*decoded.rejects, *rejects], key=lambda reject: reject.line)
    return rest


def together(book: RuleBook, outcomes: Sequence[Outcome]) -> Outcomes:
    """Single outcomes as those of many cases."""
    proved = [frozenset(outcome.rules) for outcome in outcomes]
    values = {
        name: Pair(
            pack(np.array([outcome.values[name] is True for outcome in outcomes], np.bool_)),
            pack(np.array([outcome.values[name] is not False for outcome in outcomes], np.bool_)),
        )
        for name in book.conclusion_ids
    }
    fired = {rule.id: pack(np.array([rule.id in some for some in proved], np.bool_)) for rule in book.rules}
    names = sorted({name for outcome in outcomes for name in outcome.suppressed})
    hidden = {name: pack(np.array([name in o.suppressed for o in outcomes], np.bool_)) for name in names}
    return Outcomes(book, len(outcomes), values, fired, hidden)
