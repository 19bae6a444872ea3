"""The engines behind a batch: each takes decoded cases and gives the outcomes of all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import numpy as np

from screener.batch.reading.record import Decoded, Reject
from screener.case.answers import Number
from screener.case.classes import intake_class
from screener.case.fields import Fields
from screener.case.model import BaseIntake
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.engine.facts import facts_of
from screener.engine.outcome import Outcome
from screener.errors import EngineFault, FieldProblem
from screener.logic.planes import Pair, pack
from screener.rulebook.book import RuleBook

NAMES: Final = ("columnar", "durable", "spark")


class BatchEngine(Protocol):
    """Draws the conclusions of decoded cases."""

    def infer(self, decoded: Decoded) -> tuple[Decoded, Outcomes]:
        """The cases and their outcomes; a case on which the engine failed has become a reject."""
        ...


class Columnar:
    """The columnar engine; it does not fail on single cases."""

    def __init__(self, book: RuleBook) -> None:
        self.engine = ColumnarEngine(book)

    def infer(self, decoded: Decoded) -> tuple[Decoded, Outcomes]:
        """See `BatchEngine`."""
        return decoded, self.engine.infer(decoded.columns)


class Durable:
    """The durable engine, one case after the other; the reference engine where it cannot."""

    def __init__(self, book: RuleBook) -> None:
        from screener.engine.choice import engine_for

        self.book = book
        self.engine = engine_for(book)

    def infer(self, decoded: Decoded) -> tuple[Decoded, Outcomes]:
        """See `BatchEngine`."""
        outcomes: list[Outcome] = []
        failed: dict[int, str] = {}
        for place, intake in enumerate(intakes(decoded, self.book.fields)):
            try:
                outcomes.append(self.engine.infer(facts_of(intake, self.book)))
            except EngineFault as error:
                failed[place] = str(error)
        return without(decoded, failed), together(self.book, outcomes)


def engine_for(name: str, book: RuleBook) -> BatchEngine:
    """The engine of a name; Spark tasks run the columnar one."""
    return Durable(book) if name == "durable" else Columnar(book)


def intakes(decoded: Decoded, fields: Fields) -> Iterable[BaseIntake]:
    """The cases one by one, as the intake holds them; they have been checked already."""
    ids = decoded.case_ids.to_pylist()
    whole = {name for name, kind in fields.items() if isinstance(kind, Number) and kind.whole}
    for place in range(len(decoded.lines)):
        answers = decoded.columns.answers(place, fields)
        for name in whole & answers.keys():
            answers[name] = int(answers[name])
        yield intake_class(fields).model_construct(case_id=ids[place], **answers)


def without(decoded: Decoded, failed: dict[int, str]) -> Decoded:
    """The cases without those that failed, which become rejects with the reason."""
    if not failed:
        return decoded
    keep = np.ones(len(decoded.lines), np.bool_)
    keep[list(failed)] = False
    ids = decoded.case_ids.to_pylist()
    rejects = [
        Reject(int(decoded.lines[place]), ids[place], (FieldProblem("", message),), None)
        for place, message in failed.items()
    ]
    rest = decoded.take(keep)
    rest.rejects = sorted([*decoded.rejects, *rejects], key=lambda reject: reject.line)
    return rest


def together(book: RuleBook, outcomes: Sequence[Outcome]) -> Outcomes:
    """Single outcomes as those of many cases."""
    proved = [frozenset(outcome.rules) for outcome in outcomes]
    values = {
        name: Pair(
            pack(np.array([outcome.values[name] is True for outcome in outcomes], np.bool_)),
            pack(np.array([outcome.values[name] is not False for outcome in outcomes], np.bool_)),
        )
        for name in book.conclusion_ids
    }
    fired = {rule.id: pack(np.array([rule.id in some for some in proved], np.bool_)) for rule in book.rules}
    names = sorted({name for outcome in outcomes for name in outcome.suppressed})
    hidden = {name: pack(np.array([name in o.suppressed for o in outcomes], np.bool_)) for name in names}
    return Outcomes(book, len(outcomes), values, fired, hidden)
