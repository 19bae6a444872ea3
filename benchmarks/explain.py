"""Explanations: the smallest changes of one flag, the largest picture, and `explain` compared with `screen`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter

from screener.case.files import read_case
from screener.case.intake import Intake
from screener.errors import CaseError
from screener.explain.chain import chain_to
from screener.explain.goal import is_red
from screener.explain.picture.svg import picture
from screener.explain.questions import shown
from screener.explain.smallest.changes import smallest_changes
from screener.report.build import ReportBuilder
from screener.screening import Screener

ROOT = Path(__file__).parents[1]
VIGNETTES = sorted((ROOT / "examples" / "vignettes").glob("*.json"))
ROUNDS = int(os.environ.get("SCREENER_ROUNDS", "3"))


def examined() -> dict[Path, ReportBuilder]:
    screener, found = Screener(), {}
    for path in VIGNETTES:
        try:
            found[path] = screener.examine(read_case(str(path), Intake.fields))
        except CaseError:
            continue  # the one that must be refused
    return found


def milliseconds(action: object, *given: object) -> float:
    assert callable(action)
    start = perf_counter()
    action(*given)
    return (perf_counter() - start) * 1000


def changes(cases: dict[Path, ReportBuilder]) -> None:
    taken = [
        milliseconds(smallest_changes, case, goal, wanted)
        for case in cases.values()
        for goal in case.book.flags
        for wanted in (True, False)
        if not is_red(case.book, goal) and case.outcome.values[goal] is not wanted
    ]
    print(f"smallest changes: median {median(taken):.2f} ms, slowest {max(taken):.0f} ms, over {len(taken)} flags")


def pictures(cases: dict[Path, ReportBuilder]) -> None:
    taken: dict[Path, float] = {}
    for path, case in cases.items():
        chains = [chain_to(case, name) for name in shown(case)]
        taken[path] = min(milliseconds(picture, chains) for _ in range(5))
    slowest = max(taken, key=lambda path: taken[path])
    print(f"picture of all raised flags: slowest {taken[slowest]:.2f} ms ({slowest.stem})")


def command(*words: str) -> float:
    """The processor time of one run in seconds: unlike the clock, it does not count what other programs do."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "screener", *words], env=environment, capture_output=True, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands(cases: dict[Path, ReportBuilder]) -> None:
    """Each pair of runs in turn, and the shortest of each."""
    ratios = {}
    for path in cases:
        command("screen", str(path))
        pairs = [(command("screen", str(path)), command("explain", str(path))) for _ in range(ROUNDS)]
        ratios[path] = min(e for _, e in pairs) / min(s for s, _ in pairs)
    worst = max(ratios, key=lambda path: ratios[path])
    middle = median(ratios.values())
    print(f"explain / screen (processor time): median {middle:.2f}, worst {ratios[worst]:.2f} ({worst.stem})")


def main() -> None:
    cases = examined()
    changes(cases)
    pictures(cases)
    commands(cases)
