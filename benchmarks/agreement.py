"""durable = reference on random partial cases of the real rule book (`SCREENER_CASES`, default 1,000,000)."""

from __future__ import annotations

import os
import resource
from multiprocessing import get_context
from time import perf_counter

from benchmarks.cases import RandomCases
from screener.engine import reference
from screener.engine.durable import DurableEngine
from screener.engine.outcome import Outcome
from screener.facts import facts_of
from screener.rulebook.cache import cached_rulebook

CHUNK = 10_000


def meaning(outcome: Outcome) -> tuple[object, ...]:
    return (
        dict(outcome.values), set(outcome.firings), outcome.suppressed, outcome.urgency, outcome.urgency_could_be
    )  # fmt: skip


def compare(task: tuple[int, int]) -> tuple[int, int, int]:
    """Cases compared, differences, and the process's peak memory in kB."""
    seed, count = task
    book = cached_rulebook()
    engine = DurableEngine(book)
    different = 0
    for intake in RandomCases(book, seed).intakes(count):
        facts = facts_of(intake, book)
        different += meaning(engine.infer(facts)) != meaning(reference.infer(book, facts))
    engine.close()
    return count, different, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    wanted = int(os.environ.get("SCREENER_CASES", "1000000"))
    start = perf_counter()
    tasks = [(seed, min(CHUNK, wanted - seed * CHUNK)) for seed in range((wanted + CHUNK - 1) // CHUNK)]
    compared = different = memory = 0
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for done, wrong, peak in pool.imap_unordered(compare, tasks):
            compared += done
            different += wrong
            memory = max(memory, peak)
    print(f"durable = reference: {different} differences over {compared:,} random partial cases")
    print(f"({perf_counter() - start:.0f} s, peak memory of a worker {memory / 1024:.0f} MB)")
