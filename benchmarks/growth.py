"""How costs grow with rules, questions, cases and workers: measured, drawn, and written to docs/growth.md.

`--draw` only draws the kept figures again, `--long` also measures ten million cases, `--out=FOLDER` writes the page
there, `--short` tries the run itself with small books. `SCREENER_CASES` says how large the largest batch is. A run that
measures less than usual is written nowhere but where `--out` says.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.curves.measuring import Plan, figures
from benchmarks.curves.page import curves_of, joined, kept, write

DOCS = Path(__file__).parents[1] / "docs"
LONG = 10_000_000


def main(options: Sequence[str] = ()) -> None:
    """Measure, print the exponents, write the page."""
    parser = argparse.ArgumentParser("python -m benchmarks growth", description=__doc__)
    for name in ("--draw", "--long", "--short"):
        parser.add_argument(name, action="store_true")
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args(options)
    folder = wanted.out or DOCS
    if wanted.draw:
        found = kept(DOCS)
        if found is None:
            parser.error("there are no figures to draw")
    else:
        plan = plan_of(wanted.short, wanted.long)
        found = joined(figures(plan, lambda text: print(text, flush=True)), kept(folder))
        for name in found["graphs"]:
            for curve in curves_of(found, name):
                print(f"{name}, {curve.name}: exponent {curve.exponent:.2f}, at the end {curve.at_the_end:.2f}")
        if wanted.out is None and (wanted.short or plan.cases < Plan.cases):
            print("less than usual was measured: written nowhere (--out=FOLDER says where)")
            return
    write(folder, found)


def plan_of(short: bool, long: bool) -> Plan:
    """How much is measured."""
    cases = os.environ.get("SCREENER_CASES")
    if short:
        return Plan((100, 300), (10, 30), int(cases or 1_000), whole=False)
    return Plan(cases=int(cases) if cases else LONG if long else Plan.cases)


if __name__ == "__main__":
    main()
