"""How costs grow with a rule book of rules of four answers: loading, checking, proving, compiling, and a case."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from screener.engine.facts import facts_of
from screener.rulebook.book import RuleBook
from screener.rulebook.load import load_rulebook
from screener.screening import Screener
from screener.workbench.check.check import check
from screener.workbench.prove.prove import Proof, prove

FIELDS: Final = 60
ANSWERS: Final = 4  # of each rule
CASES: Final = 30
MOST_PROVED: Final = 1000  # rules
MOST_SECONDS: Final = 600  # for a proof; a book whose rules all conclude one flag is beyond diagrams
BOOKS: Final = ((300, 30), (1000, 1), (1000, 100), (3000, 1), (3000, 100))  # rules, flags


def write(folder: Path, rules: int, flags: int) -> Path:
    """A book of so many different rules, each of which needs four answers of yes."""
    chance = random.Random(1)
    seen: dict[tuple[int, ...], None] = {(): None}
    while len(seen) <= rules:
        seen[tuple(sorted(chance.sample(range(FIELDS), ANSWERS)))] = None
    conditions = [", ".join(f"{{f{field}: yes}}" for field in fields) for fields in list(seen)[1:]]
    files = {
        "rulebook.yaml": ["version: 0.1.0", "title: Many rules", "packs: [p]"],
        "questionnaire.yaml": ["questions:"]
        + [f"  - {{field: f{n}, section: S, label: l{n}, ask: Is it {n}?, why: So.}}" for n in range(FIELDS)],
        "p/pack.yaml": ["title: P", "version: 0.1.0", "about: P.", "sources: [{id: ours, kind: ours, title: ours}]"],
        "p/flags.yaml": ["flags:"]
        + [f"  - {{id: flag-{n}, title: F {n}, explanation: It is {n}., sources: [ours]}}" for n in range(flags)],
        "p/rules.yaml": ["rules:"]
        + [
            f"  - {{id: p-r{n}, concludes: flag-{n % flags}, when: {{all: [{when}]}}, because: So., sources: [ours]}}"
            for n, when in enumerate(conditions)
        ],
    }
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def answers(chance: random.Random) -> dict[str, bool]:
    """Half of the questions, three in ten of them with yes."""
    return {f"f{n}": chance.random() < 0.3 for n in range(FIELDS) if chance.random() < 0.5}


def timed(work: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(rules: int, flags: int) -> str:
    """The figures of one book."""
    with TemporaryDirectory() as name:
        folder = write(Path(name) / "many", rules, flags)
        books: list[RuleBook] = []
        loading = timed(lambda: books.append(load_rulebook(folder)))
        checking = timed(lambda: check(folder))
    book, chance = books[0], random.Random(2)
    proofs: list[Proof] = []
    screener = Screener(book)
    compiling = timed(lambda: screener.engine.infer(facts_of(book.intake.read({}), book)))
    proving = timed(lambda: proofs.append(prove(book, seconds=MOST_SECONDS))) if rules <= MOST_PROVED else None
    cases = [book.intake.read(answers(chance)) for _ in range(CASES)]
    inferring = timed(lambda: [screener.engine.infer(facts_of(case, book)) for case in cases]) / CASES
    screening = timed(lambda: [screener.screen(case) for case in cases]) / CASES
    proof = f"{proving:6.1f} s" if proofs and not proofs[0].undecided else "       -"
    engine = type(screener.engine).__name__
    return (
        f"{rules:>6} {flags:>5}   {loading:6.2f} s {checking:6.2f} s {proof} {compiling:8.2f} s "
        f"{1000 * inferring:8.1f} ms {1000 * screening:8.1f} ms   {engine}"
    )


def main() -> None:
    """Print the table."""
    print(" rules flags       load    check    prove    compile       infer       report   engine")
    for rules, flags in BOOKS:
        print(row(rules, flags), flush=True)


if __name__ == "__main__":
    main()
