"""One case at a time: our `screen()` against stock durable-rules; memory over many cases; the start of the command."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.cases import RandomCases
from screener.casefile import read_case
from screener.engine.compile import PRIMER
from screener.errors import CaseError
from screener.facts import facts_of
from screener.intake import Intake
from screener.screening import Screener

ROOT = Path(__file__).parent.parent
ROUNDS = 7
REPEATS = 5


def vignettes() -> list[Intake]:
    found = []
    for path in sorted((ROOT / "examples" / "vignettes").glob("*.json")):
        try:
            found.append(read_case(str(path)))
        except CaseError:
            continue  # the vignette that is there to be refused
    return found


class Stock:
    """The same compiled rule sets in durable-rules as its documentation uses it: a Host, facts and actions."""

    def __init__(self, screener: Screener) -> None:
        from durable import engine

        self.program = screener.engine.program
        self.screener = screener
        self.fired: set[str] = set()
        definition = {name: {**rule, "run": self.action(name)} for name, rule in self.program.definition.items()}
        self.host = engine.Host()
        self.host.register_rulesets({"stock": definition})
        self.number = 0
        self.prime(engine)

    def action(self, name: str) -> Callable[[Any], None]:
        if name == PRIMER:
            return lambda c: None
        head = self.program.heads[name].head
        facts = [json.loads(text) for text in self.program.copies.get(head, ())]

        def run(c: Any) -> None:
            self.fired.add(name)
            for fact in facts:
                if (c.s.sid, fact["id"]) not in self.known:
                    self.known.add((c.s.sid, fact["id"]))
                    c.assert_fact({"id": fact["id"], "t": fact["t"], "n": fact["n"]})

        return run

    def prime(self, engine: Any) -> None:
        self.known: set[tuple[str, str]] = set()
        self.quiet = (engine.MessageNotHandledException, engine.MessageObservedException)
        self.host.assert_fact("stock", {"id": "p", "sid": "0", "t": PRIMER})
        self.host.delete_state("stock", "0")

    def infer(self, sections: list[dict[str, Any]]) -> set[str]:
        self.fired, self.known = set(), set()
        for rule in self.program.start:
            self.fired.add(rule.name)
            for text in self.program.copies.get(rule.head, ()):
                self.tell(json.loads(text))
        for section in sections:
            self.tell(section)
        self.host.delete_state("stock", "0")
        return self.fired

    def tell(self, fact: dict[str, Any]) -> None:
        try:
            self.host.assert_fact("stock", dict(fact))
        except self.quiet:
            pass  # no rule matches this fact: nothing to do


def speed(screener: Screener, cases: list[Intake]) -> None:
    stock = Stock(screener)
    engine = screener.engine
    told = [engine.sections(facts_of(intake, screener.book)) for intake in cases]
    sections = [[json.loads(text) for text in texts] for texts in told]
    same = sum(stock.infer(a) == set(engine.session.run(b)) for a, b in zip(sections, told, strict=True))
    ours, theirs, inference = [], [], []
    for _ in range(ROUNDS):
        ours.append(each(screener.screen, cases))
        theirs.append(each(stock.infer, sections))
        inference.append(each(lambda intake: engine.infer(facts_of(intake, screener.book)), cases))
    per = 1e6 / len(cases)
    print(f"screen(): inference and Report    {median(ours) * per:8.0f} µs a case")
    print(f"  of this the inference           {median(inference) * per:8.0f} µs a case")
    print(
        f"stock durable-rules, inference    {median(theirs) * per:8.0f} µs a case (same rules fired: {same}/{len(cases)})"
    )
    ratios = [theirs[i] / ours[i] for i in range(ROUNDS)]
    print(f"stock / ours = {median(ratios):.1f} (wanted: at least 3)")


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def each(work: Callable[[Any], object], items: list[Any]) -> float:
    """Seconds for doing the work on every item, keeping no result."""
    start = perf_counter()
    for _ in range(REPEATS):
        for item in items:
            work(item)
    return (perf_counter() - start) / REPEATS


def memory(screener: Screener) -> None:
    wanted = int(os.environ.get("SCREENER_CASES", "1000000"))
    at = [wanted // 10, wanted]
    peaks = []
    start = perf_counter()
    for number, intake in enumerate(RandomCases(screener.book, 7).intakes(wanted), start=1):
        screener.engine.infer(facts_of(intake, screener.book))
        if number in at:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"peak memory after {at[0]:,} cases {peaks[0]:.0f} MB, after {at[1]:,} cases {peaks[1]:.0f} MB", end=" ")
    print(f"({perf_counter() - start:.0f} s in one process)")


def start_up() -> None:
    case = ROOT / "examples" / "vignettes" / "V06-potassium-tablets-not-working.json"
    bare = [sys.executable, "-c", "import pydantic, click, yaml, durable_rules_engine"]
    version = [sys.executable, "-m", "screener", "--version"]
    screen = [sys.executable, "-m", "screener", "screen", str(case)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    times: dict[str, list[float]] = {"bare": [], "version": [], "screen": []}
    for _ in range(15):
        for name, command in (("bare", bare), ("version", version), ("screen", screen)):
            run = lambda: subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: B023, E731
            times[name].append(seconds(run))
    base = median(times["bare"])
    print(f"bare imports {base * 1000:.0f} ms")
    for name, most in (("version", 1.5), ("screen", 3)):
        print(f"screener {name}: {median(times[name]) / base:.2f} times the bare imports (wanted: at most {most})")


def main() -> None:
    screener = Screener()
    start_up()
    speed(screener, vignettes())
    memory(screener)
