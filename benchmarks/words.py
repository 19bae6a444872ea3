"""How much one person reads: lines, words and places of the default report, over all vignettes and random people.

python -m benchmarks words            (SCREENER_CASES people; 10,000 when it is not set)
"""

from __future__ import annotations

import os
from statistics import median

from benchmarks.interview import SEED, People
from screener.case.files import read_case
from screener.errors import CaseError
from screener.report.brief import BriefPage, hints
from screener.screening import Screener
from screener.shipped import examples_folder


def _figures(what: str, found: list[int]) -> str:
    return f"{what} median {median(found):g} worst {max(found)}"


def main() -> None:
    screener = Screener()
    vignettes = []
    for path in sorted((examples_folder() / "vignettes").glob("*.json")):
        try:
            vignettes.append(read_case(str(path), screener.book.fields))
        except CaseError:
            continue  # the typing slip is refused, which is its point
    made_up = People(screener.book, SEED)
    people = [screener.book.intake.read(made_up.one()) for _ in range(int(os.environ.get("SCREENER_CASES", 10_000)))]
    for name, intakes in (("vignettes", vignettes), ("random people", people)):
        pages: list[tuple[int, int]] = []
        emergencies: list[tuple[int, int]] = []
        asked: list[int] = []
        for intake in intakes:
            report = screener.screen(intake)
            page = BriefPage(report, screener.book).text(hints(report, "my-answers.json"))
            lines = page.rstrip("\n").split("\n")
            (emergencies if report.urgency == "emergency" else pages).append((len(lines), len(page.split())))
            if report.summary.ask and report.urgency != "emergency":
                asked.append(lines.index("ASK") + 1)
        for kind, found in (("", pages), ("emergency ", emergencies)):
            if found:
                heights, words = [number for number, _ in found], [number for _, number in found]
                print(f"{name}: {len(found)} {kind}reports, {_figures('lines', heights)}, {_figures('words', words)}")
        if asked:
            print(f"{name}: what to ask begins at line {median(asked):g}, at the latest {max(asked)}")
