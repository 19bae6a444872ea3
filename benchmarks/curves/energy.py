"""What a million cases take in processor time: ours and the rivals on the same cases, each checked before it is timed.

`python -m benchmarks.curves.energy` prints the rows as JSON; `SCREENER_CASES` and `SCREENER_RIVAL_CASES` as in
`benchmarks.rivals`.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.rates import ROUNDS, Contender, spent
from benchmarks.rivals import Bench, agreeing, every, said
from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of

MILLION: Final = 1_000_000
MOST_TRIES: Final = 3
READ, FACTS, RAILS = "read", "facts", "rails"  # how far from the lines somebody begins


def rows() -> list[dict[str, Any]]:
    """One row for each: what was compared, and seconds for a million cases without and with what comes before."""
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        entries = list(contenders(bench))
        before = {what: Contender(what, work, int, len(bench.lines)) for what, work in preparing(bench).items()}
        found = []
        for one, _, _ in entries:
            print(f"checking {one.name}", file=sys.stderr, flush=True)
            one.run()
            found.append(one.check())
        for _ in range(ROUNDS):
            for one in (*(entry[0] for entry in entries), *before.values()):
                one.seconds.append(timed(one))
        return [
            {
                "name": one.name,
                "cases": one.cases,
                "compared": len(bench.lines),
                "same": same,
                "seconds": each(one),
                "from lines": each(one) + (each(before[start]) if start else 0),
                "what": what,
            }
            for (one, start, what), same in zip(entries, found, strict=True)
        ]


def timed(one: Contender) -> float:
    """One round; tried again when it fails, as stock durable-rules does where its timers are late."""
    for _ in range(MOST_TRIES - 1):
        try:
            return spent(one.run)
        except Exception as error:
            print(f"{one.name} failed and is tried again: {error}", file=sys.stderr, flush=True)
    return spent(one.run)


def each(one: Contender) -> float:
    """Processor seconds a million cases: the median of the rounds."""
    return median(one.seconds) / one.cases * MILLION


def contenders(bench: Bench) -> list[tuple[Contender, str | None, str]]:
    """Everybody, with what comes before for them, and what they do."""
    lines, parquet = bench.batches()
    report, inference = bench.ours()
    generated, *polars = bench.orientation()
    whole = "reads, checks, concludes, writes"
    return [
        (lines, None, whole),
        (parquet, None, whole),
        *(
            (one, None, "reads, writes what is proved; expresses neither what is refuted nor which rules")
            for one in polars
        ),
        (report, READ, "concludes, explains"),
        (inference, FACTS, "concludes, by the durable engine"),
        (one_by_one(bench), FACTS, "concludes, by the reference engine"),
        *((one, RAILS, "concludes") for one in (*bench.stock(), *bench.engines())),
        (generated, RAILS, "concludes; no rule engine"),
    ]


def one_by_one(bench: Bench) -> Contender:
    """The reference engine, which evaluates the conditions as they are written."""
    infer = partial(reference.infer, bench.book)

    def check() -> int:
        return agreeing((said(infer(facts)) for facts in bench.facts), bench.expected)

    return Contender(
        "screener, one case: inference, reference", partial(every, infer, bench.facts), check, len(bench.lines)
    )


def preparing(bench: Bench) -> dict[str, Any]:
    """From a line of JSON to a checked case, to its facts, and to what other engines are given."""

    def read() -> None:
        every(Intake.read, [json.loads(line) for line in bench.lines])

    def to_facts() -> None:
        every(lambda line: facts_of(Intake.read(json.loads(line)), bench.book), bench.lines)

    def to_rails() -> None:
        every(bench.prepare, [json.loads(line) for line in bench.lines])

    return {READ: read, FACTS: to_facts, RAILS: to_rails}


if __name__ == "__main__":
    print(json.dumps(rows()))
