"""Cases in a second of processor time, and how many times the cases of one another has in the same time."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

ROUNDS: Final = 3
WANTED: Final = {"JSON lines": (50, 15), "Parquet": (100, 50)}  # times stock durable-rules, times the fastest


@dataclass
class Contender:
    """Something that is measured.

    Attributes:
        run: the work on all its cases.
        check: how many of the cases have the same result as the reference; after a run.
        rule_engine: whether it counts as a rule engine that can be installed from PyPI.
    """

    name: str
    run: Callable[[], object]
    check: Callable[[], int]
    cases: int
    rule_engine: bool = False
    seconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Cases in a second of processor time."""
        return self.cases / median(self.seconds)


def spent(work: Callable[[], object]) -> float:
    """Processor time of a piece of work, that of processes it started and ended included."""
    before = used()
    work()
    return used() - before


def used() -> float:
    every = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in every)


def table(contenders: Sequence[Contender]) -> None:
    """Print cases a second of each."""
    print(f"{'processor time, one process':44}{'cases a second':>16}{'µs a case':>12}")
    for one in contenders:
        print(f"{one.name:44}{one.rate:16,.0f}{1e6 / one.rate:12,.1f}")


def ratios(contenders: Sequence[Contender], costs: Sequence[Contender]) -> None:
    """Print what a batch does in the time of stock durable-rules and of the fastest rule engine."""
    engines = [one for one in contenders if one.rule_engine]
    stock = max((one for one in engines if one.name.startswith("durable-rules")), key=lambda one: one.rate)
    fastest = max(engines, key=lambda one: one.rate)
    for cost in costs:
        print(f"what the others are given, made from {cost.name} and checked: {1e6 / cost.rate:.0f} µs a case")
    for batch, cost in zip((one for one in contenders if one.name.startswith("screener batch")), costs, strict=True):
        print(f"{batch.name}, as many times the cases of")
        for other, least in zip((stock, fastest), WANTED[cost.name], strict=True):
            alone, whole = batch.rate / other.rate, batch.rate * (1 / other.rate + 1 / cost.rate)
            print(
                f"  {other.name}: {alone:.1f} (wanted: at least {least}); {whole:.1f} when it prepares the answers too"
            )
