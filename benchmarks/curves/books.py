"""Books of many rules: written, and measured in a process of their own.

`python -m benchmarks.curves.books costs RULES FLAGS FIELDS LEVELS SECONDS` prints as JSON what loading, `rules check`,
compiling, the inference and the report of a case take in processor seconds, and on how many cases the engines agree;
`prove` instead of `costs` what the proof takes. After SECONDS of processor time it is ended.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from itertools import combinations
from pathlib import Path
from signal import SIGXCPU
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

from benchmarks.agreement import meaning
from screener.case.model import BaseIntake
from screener.engine import reference
from screener.engine.columnar.columns import Columns
from screener.engine.columnar.engine import ColumnarEngine
from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.screening import Screener
from screener.workbench.check.check import check
from screener.workbench.prove.prove import prove

ANSWERS: Final = 4  # of each rule
CASES: Final = 30
COMPARED: Final = 10  # cases whose conclusions are compared with those of the other engines
ENOUGH: Final = 0.7  # seconds, after which nothing is measured again
MOST_ROUNDS: Final = 3
THRESHOLD: Final = 50_000  # of the collector, as the commands have it


@dataclass(frozen=True)
class Shape:
    """What a book is like: with more than one level, each level reads what the one before concludes."""

    rules: int
    flags: int = 100
    fields: int = 60
    levels: int = 1


def write(folder: Path, shape: Shape) -> Path:
    """A book of so many different rules, each of which needs four answers of yes."""
    files = {
        "rulebook.yaml": ["version: 0.1.0", "title: Many rules", "packs: [p]"],
        "questionnaire.yaml": ["questions:"]
        + [f"  - {{field: f{n}, section: S, label: l{n}, ask: Is it {n}?, why: So.}}" for n in range(shape.fields)],
        "p/pack.yaml": ["title: P", "version: 0.1.0", "about: P.", "sources: [{id: ours, kind: ours, title: ours}]"],
        "p/findings.yaml": ["findings:"]
        + [f"  - {{id: level-{n}, title: L {n}, sources: [ours]}}" for n in range(shape.levels - 1)],
        "p/flags.yaml": ["flags:"]
        + [f"  - {{id: flag-{n}, title: F {n}, explanation: It is {n}., sources: [ours]}}" for n in range(shape.flags)],
        "p/rules.yaml": ["rules:", *rules(shape)],
    }
    if shape.levels == 1:
        del files["p/findings.yaml"]
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def rules(shape: Shape) -> Iterator[str]:
    """The rules, in turn for each flag, or for each level."""
    for number, fields in enumerate(different(shape)):
        level, parts = number % shape.levels, [f"{{f{field}: yes}}" for field in fields]
        if level:
            parts[-1] = f"{{finding: level-{level - 1}}}"
        last = level == shape.levels - 1
        concludes = f"flag-{number // shape.levels % shape.flags}" if last else f"level-{level}"
        when = f"when: {{all: [{', '.join(parts)}]}}"
        yield f"  - {{id: p-r{number}, concludes: {concludes}, {when}, because: So., sources: [ours]}}"


def different(shape: Shape) -> list[tuple[int, ...]]:
    """For each rule other fields; those of a level with others differ without their last, which is not read there."""
    chance, size = random.Random(1), ANSWERS if shape.levels == 1 else ANSWERS - 1
    seen: dict[tuple[int, ...], None] = {}
    if shape.fields < 15:  # few: most would be drawn again and again
        every = list(combinations(range(shape.fields), size))
        return chance.sample(every, shape.rules)
    while len(seen) < shape.rules:
        seen[tuple(sorted(chance.sample(range(shape.fields), size)))] = None
    return [fields if size == ANSWERS else (*fields, (fields[-1] + 1) % shape.fields) for fields in seen]


def answers(chance: random.Random, shape: Shape) -> dict[str, bool]:
    """Half of the questions, three in ten of them with yes; in a book of levels nearly all, most with yes."""
    given, yes = (0.5, 0.3) if shape.levels == 1 else (0.95, 0.8)
    return {f"f{n}": chance.random() < yes for n in range(shape.fields) if chance.random() < given}


def least(work: Callable[[], object]) -> float:
    """The least processor time of some rounds, in seconds."""
    found: list[float] = []
    while len(found) < MOST_ROUNDS and sum(found) < ENOUGH:
        start = process_time()
        work()
        found.append(process_time() - start)
    return min(found)


def costs(shape: Shape) -> dict[str, Any]:
    """What a book costs, in processor seconds, and which engine draws its conclusions."""
    books: list[RuleBook] = []
    with TemporaryDirectory() as name:
        folder = write(Path(name) / "many", shape)
        loading = least(lambda: books.append(RuleBook.load(folder)))
        book = books.pop()
        books.clear()
        checking = least(lambda: check(folder))
    empty, chance = facts_of(book.intake.read({}), book), random.Random(2)
    compiling = least(lambda: Screener(replace(book)).engine.infer(empty))
    screener = Screener(book)
    cases = [book.intake.read(answers(chance, shape)) for _ in range(CASES)]
    facts = [facts_of(case, book) for case in cases]
    screener.screen(cases[0])
    return {
        "loading": loading,
        "rules check": checking,
        "compiling": compiling,
        "inference": least(lambda: [screener.engine.infer(some) for some in facts]) / CASES,
        "report": least(lambda: [screener.screen(case) for case in cases]) / CASES,
        "engine": screener.engine.name,
        "compared": COMPARED,
        "same": agreeing(screener, cases[:COMPARED]),
    }


def agreeing(screener: Screener, cases: list[BaseIntake]) -> int:
    """For how many cases the engine of the book, the columnar and the reference engine conclude the same."""
    book = screener.book
    columnar = ColumnarEngine(book).infer(Columns.of(cases, book.fields))
    same = 0
    for number, case in enumerate(cases):
        facts = facts_of(case, book)
        expected = meaning(reference.infer(book, facts))
        same += expected == meaning(screener.engine.infer(facts)) == meaning(columnar.case(number))
    return same


def proving(shape: Shape) -> dict[str, Any]:
    """What `rules prove` takes, in processor seconds."""
    with TemporaryDirectory() as name:
        book = RuleBook.load(write(Path(name) / "many", shape))
        start = process_time()
        prove(book, seconds=3600)
        return {"rules prove": process_time() - start}


def apart(what: str, shape: Shape, seconds: int) -> dict[str, Any] | None:
    """The same in a process of its own; None when it does not end within so many seconds of processor time."""
    words = [sys.executable, "-m", "benchmarks.curves.books", what, *map(str, astuple(shape)), str(seconds)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == -SIGXCPU:
        return None
    done.check_returncode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(THRESHOLD)
    what, *numbers, limit = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 1))
    print(json.dumps({"costs": costs, "prove": proving}[what](Shape(*map(int, numbers)))))
