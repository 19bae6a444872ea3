"""One case at a time: our `screen()` against stock durable-rules; memory over many cases; the start of the command."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from benchmarks.cases import RandomCases
from screener.case.files import read_case
from screener.case.intake import Intake
from screener.case.model import BaseIntake
from screener.engine.durable import compile
from screener.engine.durable.body import Element, Literal, Name, in_order
from screener.engine.durable.engine import DurableEngine
from screener.engine.durable.layout import MOST_MATCHES
from screener.engine.durable.program import PRIMER
from screener.engine.facts import Facts, facts_of
from screener.engine.outcome import Firing
from screener.errors import CaseError
from screener.screening import Screener

ROOT = Path(__file__).parent.parent
ROUNDS = 7
REPEATS = 5
MOST_SIBLINGS = 200  # facts of one type (the engine hangs at 512)


def vignettes() -> list[BaseIntake]:
    found = []
    for path in sorted((ROOT / "examples" / "vignettes").glob("*.json")):
        try:
            found.append(read_case(str(path), Intake.fields))
        except CaseError:
            continue  # the vignette that is there to be refused
    return found


class Stock:
    """Compiled rule sets in durable-rules as its documentation uses it: a Host, facts and actions.

    Args:
        name: of the rule set.
        definition: the rules, without actions.
        concluded: the facts that each rule's action asserts.
        start: rules that hold for every case.
    """

    def __init__(
        self, name: str, definition: dict[str, Any], concluded: dict[str, list[dict[str, str]]], start: Iterable[str]
    ) -> None:
        from durable import engine

        self.name, self.concluded, self.start = name, concluded, tuple(start)
        self.fired: set[str] = set()
        self.known: set[str] = set()
        self.host = engine.Host()
        self.host.register_rulesets({name: {r: {**body, "run": self.action(r)} for r, body in definition.items()}})
        self.quiet = (engine.MessageNotHandledException, engine.MessageObservedException)
        self.host.assert_fact(name, {"id": "p", "sid": "0", "t": PRIMER})
        self.host.delete_state(name, "0")

    def action(self, name: str) -> Callable[[Any], None]:
        facts = self.concluded.get(name, [])

        def run(c: Any) -> None:
            self.fired.add(name)
            for fact in facts:
                if fact["id"] not in self.known:
                    self.known.add(fact["id"])
                    c.assert_fact({"id": fact["id"], "t": fact["t"], "n": fact["n"]})

        return run

    def infer(self, facts: list[dict[str, Any]]) -> set[str]:
        self.fired, self.known = set(self.start), set()
        for name in self.start:
            for fact in self.concluded.get(name, []):
                self.tell(fact)
        for fact in facts:
            self.tell(fact)
        self.host.delete_state(self.name, "0")
        return self.fired

    def tell(self, fact: dict[str, Any]) -> None:
        with suppress(*self.quiet):  # no rule matches this fact: nothing to do
            self.host.assert_fact(self.name, dict(fact))


class OneFactEach:
    """The same prove and refute rules over one fact for each answer and conclusion, as a user would write them."""

    def __init__(self, screener: Screener) -> None:
        self.uses: Counter[Literal] = Counter()
        self.copies: dict[Literal, list[dict[str, str]]] = {}
        self.count = 0
        with patch.object(compile, "MOST_ELEMENTS", 15):  # 16 facts are the most that one rule of the engine can join
            rules = compile.compile_book(screener.book)
        definition: dict[str, Any] = {PRIMER: {"all": [{"a": {"t": PRIMER}}]}}
        for rule in rules:
            patterns = [self.element(element) for element in in_order(rule.body)]
            if patterns:
                definition[rule.name] = {"all": [{f"p{i}": one} for i, one in enumerate(patterns)], "dist": 0}
        concluded = {rule.name: self.copies.get(rule.head, []) for rule in rules}
        self.stock = Stock("each", definition, concluded, [rule.name for rule in rules if not rule.body])
        self.heads = {rule.name: Firing(rule.rule, str(rule.head[0]), rule.head[1]) for rule in rules}

    def element(self, element: Element) -> dict[str, Any]:
        patterns = [self.pattern(literal) for literal in element]
        return patterns[0] if len(patterns) == 1 else {"$or": patterns}

    def pattern(self, literal: Literal) -> dict[str, Any]:
        copies = self.copies.setdefault(literal, [])
        if self.uses[literal] % MOST_MATCHES == 0:  # 64 patterns are the most that one fact can match
            text = f"n{self.count}"
            copies.append({"id": f"d{text}", "sid": "0", "t": f"b{self.count // MOST_SIBLINGS}", "n": text})
            self.count += 1
        self.uses[literal] += 1
        return {"$and": [{"t": copies[-1]["t"]}, {"n": copies[-1]["n"]}]}

    def facts(self, screener: Screener, intake: BaseIntake) -> list[dict[str, Any]]:
        facts = facts_of(intake, screener.book)
        known = [copies for (atom, sign), copies in self.copies.items() if is_so(facts, atom, sign)]
        return [dict(fact) for copies in known for fact in copies]


def is_so(facts: Facts, atom: Name, sign: bool) -> bool:
    return not isinstance(atom, str) and facts.truth(atom) is sign


class SectionFacts:
    """The rule sets and the facts of our engine as they are: what each level concludes is handed over ready-made."""

    def __init__(self, screener: Screener) -> None:
        self.engine = DurableEngine(screener.book)
        program = self.engine.program
        self.heads = program.heads
        definition = {name: rule for text in program.definitions for name, rule in json.loads(text).items()}
        self.stock = Stock("sections", definition, {}, program.start)

    def facts(self, screener: Screener, intake: BaseIntake) -> list[dict[str, Any]]:
        screener.screen(intake)
        (rule_sets,) = self.engine.sessions.idle
        engine, asserted = rule_sets.engine, []

        class Noting:
            """The engine; the facts it is given are written down."""

            def __getattr__(self, name: str) -> Any:
                return getattr(engine, name)

            def assert_fact(self, handle: int, text: str) -> Any:
                asserted.append(text)
                return engine.assert_fact(handle, text)

        with patch.object(rule_sets, "engine", Noting()):
            screener.engine.infer(facts_of(intake, screener.book))
        return [json.loads(text) for text in asserted]


def speed(screener: Screener, cases: list[BaseIntake]) -> None:
    engine = DurableEngine(screener.book)
    ways: dict[str, OneFactEach | SectionFacts] = {
        "with one fact each": OneFactEach(screener),
        "on our section facts": SectionFacts(screener),
    }
    given = {what: [way.facts(screener, intake) for intake in cases] for what, way in ways.items()}
    for what, way in ways.items():
        same = 0
        for intake, facts in zip(cases, given[what], strict=True):
            ours = engine.sessions.run(facts_of(intake, screener.book).truths(engine.program.atoms))
            same += meant(way.heads, way.stock.infer(facts)) == meant(engine.program.heads, ours)
        print(f"stock durable-rules {what} fires the same rules for {same} of {len(cases)} cases")
    times: dict[str, list[float]] = {"screen()": [], "of this the inference": [], **{what: [] for what in ways}}
    for _ in range(ROUNDS):
        times["screen()"].append(each(screener.screen, cases))
        infer = each(lambda intake: engine.infer(facts_of(intake, screener.book)), cases)
        times["of this the inference"].append(infer)
        for what, way in ways.items():
            times[what].append(each(way.stock.infer, given[what]))
    for what, seconds_each in times.items():
        print(f"{what:24} {median(seconds_each) * 1e6 / len(cases):8.0f} µs a case")
    for what, wanted in zip(ways, ("wanted: at least 5", "conclusions ready-made, for orientation"), strict=True):
        ratios = [stock / ours for stock, ours in zip(times[what], times["screen()"], strict=True)]
        print(f"stock {what} / screen() = {median(ratios):.1f} ({wanted})")


def meant(heads: dict[str, Firing], fired: Iterable[str]) -> set[tuple[str, bool, str | None]]:
    """What the engine rules that fired conclude, without helpers."""
    found = [heads[name] for name in fired if name != PRIMER]
    return {(head.concludes, head.proved, head.rule) for head in found if not head.concludes.startswith("~")}


def each(work: Callable[[Any], object], items: list[Any]) -> float:
    """Seconds of processor time for doing the work on every item, keeping no result."""
    start = process_time()
    for _ in range(REPEATS):
        for item in items:
            work(item)
    return (process_time() - start) / REPEATS


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


CASE = ROOT / "examples" / "vignettes" / "V06-potassium-tablets-not-working.json"
COMMANDS: dict[str, list[str]] = {
    "bare imports": ["-c", "import pydantic, click, yaml, durable_rules_engine"],
    "screener --version": ["-m", "screener", "--version"],
    "screener screen": ["-m", "screener", "screen", str(CASE)],
    "screener ask, its first question": ["-m", "screener", "ask"],  # ends there: there is no answer
}
MOST = {"screener --version": 1.5, "screener screen": 2.2}  # times the bare imports
STARTS = 15


def start_up() -> None:
    """Processor time of whole commands, with bytecode and the rule book in their caches, as after a first run."""
    with TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
            "XDG_CACHE_HOME": f"{folder}/cache",
        }
        phases = [str(ROOT / "benchmarks" / "phases.py"), str(CASE)]
        for arguments in (*COMMANDS.values(), phases):
            spent(arguments, environment)
        rounds = [{name: spent(each, environment) for name, each in COMMANDS.items()} for _ in range(STARTS)]
        steps = [json.loads(python(phases, environment).stdout) for _ in range(STARTS)]
    for name in COMMANDS:
        times = median(each[name] for each in rounds) * 1000
        ratio = median(each[name] / each["bare imports"] for each in rounds)
        wanted = f" (wanted: at most {MOST[name]})" if name in MOST else ""
        print(f"{name:34}{times:6.0f} ms{ratio:8.2f} times the bare imports{wanted}")
    print("where the time of `screener screen` goes:")
    for step in steps[0]:
        print(f"  {step:38}{median(each[step] for each in steps):6.1f} ms")


def python(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, *arguments], env=environment, input=b"", capture_output=True, check=False)


def spent(arguments: list[str], environment: dict[str, str]) -> float:
    """Seconds of processor time of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(arguments, environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    screener = Screener()
    start_up()
    speed(screener, vignettes())
    memory(screener)
