"""How long the commands for rule authors take, and what fast tricks bring over the plain way, within one run."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.workbench.projectcases import Packed, project_cases
from screener.workbench.space.pairs import draw

ROOT = Path(__file__).parents[1]
COMMANDS = (["check", "rules"], ["test"], ["prove"], ["coverage"], ["mutate"], ["diff", "rules", "rules"], ["docs"])


def main() -> None:
    wall, plain = command(["--version"])
    print(f"{'screener --version':<32} {wall:6.2f} s wall {plain:6.2f} s CPU")
    for words in COMMANDS:
        wall, taken = command(["rules", *words])
        name = f"screener rules {' '.join(words)}"
        print(f"{name:<32} {wall:6.2f} s wall {taken:6.2f} s CPU {taken / plain:6.1f} times --version")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"the most memory that one of them took: {peak:.0f} MB")
    cases()


def cases() -> None:
    """The project's cases one after the other, and all at once as bits."""
    book = RuleBook.load(ROOT / "rules")
    packed = project_cases(book)
    bits = seconds(lambda: draw(book, Packed(book, packed.cases).logic))
    warm = min(seconds(lambda: draw(book, packed.logic)) for _ in range(3))
    one = seconds(lambda: [reference.infer(book, facts_of(Intake.read(case.answers), book)) for case in packed.cases])
    print(f"{len(packed.cases)} cases one by one {one:.3f} s, as bits {bits:.3f} s ({one / bits:.1f} times faster)")
    print(f"and for the next change of a rule {warm:.4f} s ({one / warm:.0f} times faster)")


def command(words: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a command takes, the best of three."""

    def run() -> tuple[float, float]:
        clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "screener", *words], cwd=ROOT, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return time.perf_counter() - clock, spent

    return min((run() for _ in range(3)), key=lambda taken: taken[1])


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
