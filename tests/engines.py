"""The engines under test: each takes a rule book and cases, and gives an outcome for each case.

In the browser's Python there is the reference engine alone: `python314/`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from screener.case.intake import Intake
from screener.engine import reference
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.rulebook.book import RuleBook

IN_A_BROWSER: Final = sys.platform == "emscripten"
Infer: TypeAlias = Callable[[RuleBook, Iterable[Intake]], list[Outcome]]


def by_reference(book: RuleBook, cases: Iterable[Intake]) -> list[Outcome]:
    return [reference.infer(book, facts_of(intake, book)) for intake in cases]


def by_durable(book: RuleBook, cases: Iterable[Intake]) -> list[Outcome]:
    from screener.engine.durable.engine import DurableEngine

    engine = DurableEngine(book)
    return [engine.infer(facts_of(intake, book)) for intake in cases]


def by_columnar(book: RuleBook, cases: Iterable[Intake]) -> list[Outcome]:
    from screener.engine.columnar.columns import Columns
    from screener.engine.columnar.engine import ColumnarEngine

    outcomes = ColumnarEngine(book).infer(Columns.of(list(cases), book.fields))
    return [outcomes.case(number) for number in range(outcomes.count)]


ENGINES: dict[str, Infer] = {"reference": by_reference}
if not IN_A_BROWSER:
    ENGINES |= {"durable": by_durable, "columnar": by_columnar}
OTHERS: Final = tuple(name for name in ENGINES if name != "reference")


def meaning(outcome: Outcome) -> dict[str, Any]:
    """What must be equal between engines: statuses, rules and refutations, suppression and urgency."""
    return {
        "values": dict(outcome.values),
        "rules": sorted(outcome.rules),
        "refuted": sorted(firing.concludes for firing in outcome.firings if not firing.proved),
        "suppressed": sorted(outcome.suppressed),
        "urgency": (outcome.urgency, outcome.urgency_could_be),
    }
