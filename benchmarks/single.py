"""One case at a time: our `screen()` against stock durable-rules; memory over many cases; the start of the command."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

from benchmarks.cases import RandomCases
from screener.casefile import read_case
from screener.engine import compile
from screener.engine.compile import OneOfThese
from screener.engine.layout import Layout
from screener.engine.program import PRIMER, Head, Program
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
    """Our compiled rule sets in durable-rules as its documentation uses it: a Host, facts and actions."""

    def __init__(self, name: str, program: Program) -> None:
        from durable import engine

        self.name, self.program = name, program
        self.fired: set[str] = set()
        self.known: set[str] = set()
        rules = json.loads(program.definition)
        self.host = engine.Host()
        self.host.register_rulesets({name: {rule: {**body, "run": self.action(rule)} for rule, body in rules.items()}})
        self.quiet = (engine.MessageNotHandledException, engine.MessageObservedException)
        self.host.assert_fact(name, {"id": "p", "sid": "0", "t": PRIMER})
        self.host.delete_state(name, "0")

    def action(self, name: str) -> Callable[[Any], None]:
        facts = [] if name == PRIMER else [json.loads(text) for text in self.program.heads[name].facts]

        def run(c: Any) -> None:
            self.fired.add(name)
            for fact in facts:
                if fact["id"] not in self.known:
                    self.known.add(fact["id"])
                    c.assert_fact({"id": fact["id"], "t": fact["t"], "n": fact["n"]})

        return run

    def infer(self, facts: list[dict[str, Any]]) -> set[str]:
        self.fired, self.known = set(self.program.start), set()
        for name in self.program.start:
            for text in self.program.heads[name].facts:
                self.tell(json.loads(text))
        for fact in facts:
            self.tell(fact)
        self.host.delete_state(self.name, "0")
        return self.fired

    def tell(self, fact: dict[str, Any]) -> None:
        with suppress(*self.quiet):  # no rule matches this fact: nothing to do
            self.host.assert_fact(self.name, dict(fact))


class OneFactPerAnswer:
    """The same rule sets over one fact for each answer, as a user of durable-rules would write them."""

    def __init__(self, screener: Screener) -> None:
        self.layout = Layout()
        definition: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
        with patch.object(compile, "MOST_ANSWERS", 7), patch.object(compile, "MOST_CONCLUSIONS", 7):
            rules = compile.compile_book(screener.book)  # 16 facts are the most that one rule of the engine can join
        for rule in rules:
            patterns = [self.pattern(element) for element in sorted(rule.body, key=repr)]
            if patterns:
                definition[rule.name] = {"all": [{f"p{i}": one} for i, one in enumerate(patterns)], "dist": 0}
        copies = self.layout.copies()
        heads = {r.name: Head(str(r.head[0]), r.head[1], r.rule, copies.get(r.head, ())) for r in rules}
        start = tuple(rule.name for rule in rules if not rule.body)
        self.program = Program(json.dumps(definition), (), (), start, heads)
        self.texts = {literal: texts for literal, texts in copies.items() if not isinstance(literal[0], str)}

    def pattern(self, element: Any) -> dict[str, Any]:
        if isinstance(element, OneOfThese):
            return {"$or": [self.pattern(answer) for answer in sorted(element.answers, key=repr)]}
        bucket, text = self.layout.fact(element)
        return {"$and": [{"t": f"b{bucket}"}, {"n": text}]}

    def facts(self, screener: Screener, intake: Intake) -> list[dict[str, Any]]:
        facts = facts_of(intake, screener.book)
        return [json.loads(t) for (a, sign), ts in self.texts.items() if facts.truth(a) is sign for t in ts]


def speed(screener: Screener, cases: list[Intake]) -> None:
    engine = screener.engine
    sections = [engine.sections(facts_of(intake, screener.book)) for intake in cases]
    single = OneFactPerAnswer(screener)
    ways = {
        "on our section facts": (Stock("sections", engine.program), [[json.loads(t) for t in s] for s in sections]),
        "on one fact an answer": (Stock("answers", single.program), [single.facts(screener, i) for i in cases]),
    }
    for what, (stock, facts) in ways.items():
        same = sum(
            meant(stock.program, stock.infer(a)) == meant(engine.program, engine.session.run(b))
            for a, b in zip(facts, sections, strict=True)
        )
        print(f"stock durable-rules {what} fires the same rules for {same} of {len(cases)} cases")
    times: dict[str, list[float]] = {"screen()": [], "of this the inference": [], **{what: [] for what in ways}}
    for _ in range(ROUNDS):
        times["screen()"].append(each(screener.screen, cases))
        infer = each(lambda intake: engine.infer(facts_of(intake, screener.book)), cases)
        times["of this the inference"].append(infer)
        for what, (stock, facts) in ways.items():
            times[what].append(each(stock.infer, facts))
    for what, seconds_each in times.items():
        print(f"{what:24} {median(seconds_each) * 1e6 / len(cases):8.0f} µs a case")
    for what in ways:
        ratios = [stock / ours for stock, ours in zip(times[what], times["screen()"], strict=True)]
        print(f"stock {what} / screen() = {median(ratios):.1f} (wanted: at least 3)")


def meant(program: Program, fired: Iterable[str]) -> set[tuple[str, bool, str | None]]:
    """What the engine rules that fired conclude, helpers left out."""
    heads = [program.heads[name] for name in fired if name != PRIMER]
    return {(head.concludes, head.proved, head.rule) for head in heads if not head.concludes.startswith("~")}


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
            start = perf_counter()
            subprocess.run(command, env=environment, capture_output=True, check=True)
            times[name].append(perf_counter() - start)
    base = median(times["bare"])
    print(f"bare imports {base * 1000:.0f} ms")
    for name, most in (("version", 1.5), ("screen", 3)):
        print(f"screener {name}: {median(times[name]) / base:.2f} times the bare imports (wanted: at most {most})")


def main() -> None:
    screener = Screener()
    start_up()
    speed(screener, vignettes())
    memory(screener)
