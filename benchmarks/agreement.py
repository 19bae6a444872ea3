"""columnar = durable = reference on random partial cases of the real rule book (SCREENER_CASES, default 1,000,000)."""

from __future__ import annotations

import os
import resource
from multiprocessing import get_context
from time import perf_counter

from benchmarks.cases import RandomCases
from screener.engine import reference
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine
from screener.engine.durable.engine import DurableEngine
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.rulebook.cache import cached_rulebook

CHUNK = 10_000


def meaning(outcome: Outcome) -> tuple[object, ...]:
    return (
        dict(outcome.values), set(outcome.firings), outcome.suppressed, outcome.urgency, outcome.urgency_could_be
    )  # fmt: skip


def compare(task: tuple[int, int]) -> tuple[int, int, int, int]:
    """Cases compared, differences of each engine, and the process's peak memory in kB."""
    seed, count = task
    book = cached_rulebook()
    engine = DurableEngine(book)
    intakes = list(RandomCases(book, seed).intakes(count))
    columnar = ColumnarEngine(book).infer(Columns.of(intakes, book.fields))
    durable_differs = columnar_differs = 0
    for number, intake in enumerate(intakes):
        facts = facts_of(intake, book)
        expected = meaning(reference.infer(book, facts))
        durable_differs += meaning(engine.infer(facts)) != expected
        columnar_differs += meaning(columnar.case(number)) != expected
    return count, durable_differs, columnar_differs, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    wanted = int(os.environ.get("SCREENER_CASES", "1000000"))
    start = perf_counter()
    tasks = [(seed, min(CHUNK, wanted - seed * CHUNK)) for seed in range((wanted + CHUNK - 1) // CHUNK)]
    compared = durable_differs = columnar_differs = memory = 0
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for done, durable, columnar, peak in pool.imap_unordered(compare, tasks):
            compared += done
            durable_differs += durable
            columnar_differs += columnar
            if compared % (10 * CHUNK) == 0:
                print(f"{compared:,} cases, differences so far: {durable_differs} and {columnar_differs}", flush=True)
            memory = max(memory, peak)
    print(f"durable = reference: {durable_differs} differences over {compared:,} random partial cases")
    print(f"columnar = reference: {columnar_differs} differences over the same cases")
    print(f"({perf_counter() - start:.0f} s, peak memory of a worker {memory / 1024:.0f} MB)")
