"""Ours and other rule engines on the same made-up cases and the full rule book: cases a second for one processor.

Every engine must fire the same rules, and prove and refute the same conclusions, as the reference engine, case by case
(Polars, which is not a rule engine, only proves). Figures are processor time, medians
of three interleaved rounds. The other rule engines get the truth of the answers ready-made, each in the form that it
takes most quickly, and give back bare names (see `benchmarks.encodings`); ours start from cases or files and also
suppress, explain (one case at a time) or write (batches). What reading, checking and preparing the answers costs by
itself is printed too, and the ratios with and without it.

`SCREENER_CASES` says how many cases a batch has (200,000), `SCREENER_RIVAL_CASES` how many of them, from the first, the
others get (2,000). An engine that is not installed is skipped; the extra `rivals` names them all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.batch import screening
from benchmarks.encodings import ENGINES, Encoding, generated_python
from benchmarks.frames import Frames
from benchmarks.rails import rails_of
from benchmarks.rates import ROUNDS, Contender, ratios, spent, table
from benchmarks.records import write_jsonl, write_parquet
from benchmarks.single import OneFactEach, SectionFacts, meant
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.screening import Screener

BATCH: Final = int(os.environ.get("SCREENER_CASES", "200000"))
CASES: Final = min(BATCH, int(os.environ.get("SCREENER_RIVAL_CASES", "2000")))


def main() -> None:
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        contenders = [*bench.ours(), *bench.stock(), *bench.engines(), *bench.batches(), *bench.orientation()]
        costs = bench.preparing()
        for contender in contenders:
            contender.run()  # warm
            print(f"{contender.name}: {contender.check():,} of {CASES:,} cases as the reference")
        for _ in range(ROUNDS):
            for one in (*contenders, *costs):
                one.seconds.append(spent(one.run))
        table(contenders)
        ratios(contenders, costs)


def installed(packages: Iterable[str]) -> str | None:
    """The first of the packages that is installed, with its version."""
    for name in packages:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
    return None


def agreeing(found: Iterable[object], expected: Iterable[object]) -> int:
    return sum(a == b for a, b in zip(found, expected, strict=True))


def every(work: Callable[[Any], object], items: Sequence[Any]) -> None:
    for item in items:
        work(item)


class Bench:
    """The cases, what the reference says about them, and what is measured on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.screener = Screener()
        self.book = self.screener.book
        self.rails = rails_of(self.book)
        write_jsonl(folder / "in.jsonl", BATCH)
        write_parquet(folder / "in.parquet", BATCH)
        self.few = next(pq.ParquetFile(folder / "in.parquet").iter_batches(CASES))
        rows = self.few.to_pylist()
        self.lines = [json.dumps(row) for row in rows]
        self.intakes = [Intake.read(row) for row in rows]
        self.facts = [facts_of(intake, self.book) for intake in self.intakes]
        self.outcomes = [reference.infer(self.book, facts) for facts in self.facts]
        self.expected = [said(outcome) for outcome in self.outcomes]

    def ours(self) -> list[Contender]:
        """One case at a time: the whole report, and the inference in it."""
        screen, infer = self.screener.screen, self.screener.engine.infer
        flags = [[name for name in o.having("raised", self.book) if name in self.book.flags] for o in self.outcomes]

        def check_reports() -> int:
            reports = map(screen, self.intakes)
            return agreeing(
                (sorted(f.id for f in r.flags if f.status == "raised") for r in reports), map(sorted, flags)
            )

        def check_inference() -> int:
            return agreeing((said(infer(facts)) for facts in self.facts), self.expected)

        return [
            Contender("screener, one case: the report", partial(every, screen, self.intakes), check_reports, CASES),
            Contender("screener, one case: inference", partial(every, infer, self.facts), check_inference, CASES),
        ]

    def stock(self) -> list[Contender]:
        """durable-rules as its documentation uses it."""
        return [
            self.stock_on("one fact each", OneFactEach(self.screener)),
            self.stock_on("our section facts", SectionFacts(self.screener)),
        ]

    def stock_on(self, layout: str, way: OneFactEach | SectionFacts) -> Contender:
        facts = [way.facts(self.screener, intake) for intake in self.intakes]

        def check() -> int:
            found = (meant(way.heads, way.stock.infer(some)) for some in facts)
            return agreeing((frozenset(chain.from_iterable(map(words, one))) for one in found), self.expected)

        name = f"{installed(['durable-rules'])}, {layout}"
        return Contender(name, partial(every, way.stock.infer, facts), check, CASES, rule_engine=True)

    def engines(self) -> list[Contender]:
        """The other rule engines that are installed."""
        found = []
        for name, (packages, encode) in ENGINES.items():
            if (what := installed(packages)) is None:
                print(f"{name} is not installed and skipped: pip install {packages[0]}")
                continue
            way = name.partition(", ")[2]
            found.append(self.encoded(f"{what}, {way}" if way else what, encode(self.rails), rule_engine=True))
        return found

    def encoded(self, name: str, encoding: Encoding, rule_engine: bool) -> Contender:
        inputs = [encoding.prepare(self.rails.true(facts)) for facts in self.facts]

        def check() -> int:
            found = (self.rails.said(encoding.read(encoding.infer(one))) for one in inputs)
            return agreeing(found, self.expected)

        return Contender(name, partial(every, encoding.infer, inputs), check, CASES, rule_engine)

    def batches(self) -> list[Contender]:
        """The batch command with one worker."""
        return [self.batch("JSON lines", "in.jsonl"), self.batch("Parquet", "in.parquet")]

    def batch(self, what: str, source: str) -> Contender:
        output = self.folder / f"out-{source}.parquet"
        raised = [sorted(outcome.having("raised", self.book)) for outcome in self.outcomes]

        def check() -> int:
            return agreeing(map(sorted, pq.read_table(output)["raised"].to_pylist()[:CASES]), raised)

        run = screening(self.folder / source, output, 1)
        return Contender(f"screener batch, {what} to Parquet", run, check, BATCH)

    def orientation(self) -> list[Contender]:
        """What is not a rule engine: generated Python, and Polars on the Parquet file."""
        found = [self.encoded("generated Python", generated_python(self.rails), rule_engine=False)]
        if (what := installed(["polars"])) is None:
            print("Polars is not installed and skipped: pip install polars")
            return found
        frames, output = Frames(self.book, self.folder / "in.parquet"), self.folder / "polars.parquet"

        def check() -> int:
            rows = pq.read_table(output, columns=list(self.book.order)).slice(0, CASES).to_pylist()
            return agreeing(({name for name in row if row[name]} for row in rows), map(proved, self.outcomes))

        run = partial(frames.run, output)
        return [*found, Contender(f"{what}, Parquet to Parquet", run, check, BATCH)]

    def preparing(self) -> list[Contender]:
        """What it costs to get from a file to what the rule engines are given, but for its form."""
        source = self.folder / "few.parquet"
        pq.write_table(pa.Table.from_batches([self.few]), source)

        def from_lines() -> None:
            every(self.prepare, [json.loads(line) for line in self.lines])

        def from_parquet() -> None:
            every(self.prepare, pq.read_table(source, use_threads=False).to_pylist())

        return [Contender("JSON lines", from_lines, int, CASES), Contender("Parquet", from_parquet, int, CASES)]

    def prepare(self, row: dict[str, Any]) -> list[str]:
        return self.rails.true(facts_of(Intake.read(row), self.book))


def said(outcome: Outcome) -> frozenset[str]:
    """The rules that fired, the conclusions that are proved, and `not` with those that are refuted."""
    refuted = (f"not {name}" for name, value in outcome.values.items() if value is False)
    return proved(outcome).union(outcome.rules, refuted)


def words(meaning: tuple[str, bool, str | None]) -> Iterable[str]:
    """The same for one engine rule."""
    conclusion, holds, rule = meaning
    return [conclusion if holds else f"not {conclusion}", *([rule] if rule else [])]


def proved(outcome: Outcome) -> frozenset[str]:
    return frozenset(name for name, value in outcome.values.items() if value)
