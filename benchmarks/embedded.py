"""`screen()` inside another program: threads, `asyncio.to_thread`, interrupts, signal handlers, forks, memory.

`SCREENER_CASES` says how many cases each of the 8 threads screens (500), `SCREENER_INTERRUPTS` how many inferences are
interrupted at random moments (500), `SCREENER_RUNS` how often all of it is done (1). The full proof is 20,000, 20,000
and 3. Every report is compared with the one that the same case gets in one thread. Ends with 1 if anything is wrong.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter

import msgspec

from benchmarks.cases import RandomCases
from screener import Intake, Report, RuleBook, Screener, screen

CASES = int(os.environ.get("SCREENER_CASES", "500"))
INTERRUPTS = int(os.environ.get("SCREENER_INTERRUPTS", "500"))
RUNS = int(os.environ.get("SCREENER_RUNS", "1"))
THREADS = 8
FORKS = 10
CALLS = 1000  # for memory
BOOKS = 40
LONGEST = 0.004  # seconds until an interrupt; an inference and its report take about one thousandth


class Stop(BaseException):
    """What the interrupting signal raises."""


def digest(report: Report) -> bytes:
    return sha256(msgspec.json.encode(report.__dict__)).digest()


class Proof:
    """Cases, and what each of them gets in one thread.

    Attributes:
        found: what went wrong, counted.
    """

    def __init__(self, book: RuleBook, count: int) -> None:
        self.book = book
        self.cases = list(RandomCases(book, 7).intakes(count))
        self.expected = [digest(screen(case, book)) for case in self.cases]
        self.found: Counter[str] = Counter()

    def check(self, number: int) -> None:
        """Screen one case, and note an error or a report that differs."""
        try:
            if digest(screen(self.cases[number], self.book)) != self.expected[number]:
                self.found["differs"] += 1
        except Exception as error:
            self.found[f"error {type(error).__name__}"] += 1

    def check_all(self, seed: int) -> None:
        """Screen every case, in an order of its own."""
        for number in Random(seed).sample(range(len(self.cases)), len(self.cases)):
            self.check(number)

    def threads(self) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self.check_all, range(THREADS)))

    def to_thread(self) -> None:
        async def everyone() -> None:
            for start in range(0, len(self.cases), 100):
                numbers = range(start, min(start + 100, len(self.cases)))
                await asyncio.gather(*(asyncio.to_thread(self.check, number) for number in numbers))

        asyncio.run(everyone())

    def interrupts(self) -> None:
        """Interrupt screenings at random moments; the case that follows is checked, sometimes interrupted before."""
        random, done = Random(11), 0
        signal.signal(signal.SIGALRM, _stop)
        while done < INTERRUPTS:
            try:
                signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, LONGEST))
                try:
                    while True:
                        screen(random.choice(self.cases), self.book)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Stop:
                done += 1
            if random.random() < 0.8:
                self.check(random.randrange(len(self.cases)))

    def handlers(self) -> None:
        """Screen in a signal handler while a case is being screened."""
        random = Random(12)
        signal.signal(signal.SIGALRM, lambda *_: self.check(random.randrange(len(self.cases))))
        for number in range(min(len(self.cases), 500)):
            signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, 0.001))
            self.check(number)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def forks(self) -> None:
        """Fork while other threads screen; the child screens too."""
        with ThreadPoolExecutor(THREADS - 1) as pool:
            working = [pool.submit(self.check_all, seed) for seed in range(THREADS - 1)]
            for _ in range(FORKS):
                child = os.fork()
                if child == 0:
                    signal.alarm(30)  # a child that hangs
                    self.found.clear()
                    for number in range(min(len(self.cases), 20)):
                        self.check(number)
                    os._exit(bool(self.found))
                self.found["child"] += os.waitpid(child, 0)[1] != 0
            for one in working:
                one.result()


def _stop(*_: object) -> None:
    raise Stop


@contextmanager
def measured(what: str, found: Counter[str]) -> Iterator[None]:
    """Print what was found wrong and how long it took."""
    found.clear()
    start = perf_counter()
    yield
    wrong = ", ".join(f"{count} × {name}" for name, count in (+found).items())
    print(f"{what}: {wrong or 'nothing wrong'} ({perf_counter() - start:.1f} s)", flush=True)


def resident() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def growth(work: Callable[[], object], times: int) -> float:
    """By how many MB the memory grows over so many calls, after as many as a tenth of them."""
    for _ in range(times // 10):
        work()
    before = resident()
    for _ in range(times):
        work()
    return resident() - before


def memory(book: RuleBook, case: Intake) -> float:
    """The largest growth, in MB."""
    grown = {
        f"{CALLS} × screen(case, book)": growth(partial(screen, case, book), CALLS),
        f"{CALLS} × Screener(book).screen(case)": growth(lambda: Screener(book).screen(case), CALLS),
        f"{BOOKS} books, each with a Screener": growth(lambda: Screener(replace(book)).screen(case), BOOKS),
    }
    for what, megabytes in grown.items():
        print(f"{what}: {megabytes:+.1f} MB")
    return max(grown.values())


def main() -> None:
    book = RuleBook.load()
    proof = Proof(book, CASES)
    wrong = 0
    for _ in range(RUNS):
        for what, work in {
            f"{THREADS} threads × {CASES} cases": proof.threads,
            f"asyncio.to_thread, {CASES} cases": proof.to_thread,
            f"{INTERRUPTS} interrupts": proof.interrupts,
            "signal handlers that screen": proof.handlers,
            f"{FORKS} forks while {THREADS - 1} threads screen": proof.forks,
        }.items():
            with measured(what, proof.found):
                work()
            wrong += proof.found.total()
    sys.exit(1 if wrong or memory(book, proof.cases[0]) > 20 else 0)
