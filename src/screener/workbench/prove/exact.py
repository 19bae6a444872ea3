"""Questions about meaning: Kleene's status against the exact one, and the diagrams against plain enumeration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from screener.workbench.prove.questions import Verdict, for_none, upstream
from screener.workbench.space.diagrams import Diagram
from screener.workbench.space.pairs import column_of, draw, every_row
from screener.workbench.space.space import Space
from screener.workbench.space.universe import Universe
from screener.workbench.space.variables import VariableLayout

MOST_VARIABLES = 18  # two to this power assignments are counted one by one


@dataclass(frozen=True)
class Difference:
    """Answers for which Kleene's logic says "unknown" although every completion gives the same.

    Attributes:
        what: the conclusion, or the bound on the urgency.
        message: what it is for every completion.
        count: in how many answer patterns.
        patterns: of how many.
        example: the smallest case.
    """

    what: str
    message: str
    count: int
    patterns: int
    example: dict[str, Any]


def sound(space: Space) -> Iterator[Verdict]:
    """Where a conclusion is proved it holds for every completion; where it is refuted, for none."""
    for name, known in space.known.conclusions.items():
        real = space.real.conclusions[name].proved
        wrong = (known.proved & ~real) | (known.refuted & real)
        message = f"`{name}` is certain here, and turns out the other way"
        yield for_none(space, name, wrong, message)


def differences(space: Space) -> Iterator[list[Difference]]:
    """For each conclusion and urgency bound: where it is unknown although every completion gives the same."""
    for name in (*space.book.findings, *space.book.flags):
        if space.book.rules_for[name]:
            real = space.real.conclusions[name].proved
            yield list(_different(space, name, real, space.proved(name), space.open(name)))
    for level in space.book.levels[1:]:
        real, proved, could = (space.at_least(level, of) for of in ("real", "proved", "open"))
        name = f"urgency of at least {level}"
        yield list(_different(space, name, real, proved, could))


def _different(space: Space, name: str, real: Diagram, proved: Diagram, could: Diagram) -> Iterator[Difference]:
    always = space.diagrams.for_every_completion(real) & ~proved
    never = space.diagrams.for_every_completion(~real) & could
    for found, message in (
        (always, "unknown, but true for every completion"),
        (never, "unknown, but false for every completion"),
    ):
        if not space.empty(found):
            count, patterns = space.diagrams.count(found)
            yield Difference(name, message, count, patterns, space.example(found) or {})


def counted_again(space: Space) -> Iterator[Verdict]:
    """Conclusions that rest on few enough answers are counted one assignment after the other, and must agree."""
    for name in space.book.conclusion_ids:
        part = upstream(space.book, name)
        layout = VariableLayout((part,))
        variables = layout.all_variables()
        if not variables or len(variables) > MOST_VARIABLES:
            continue
        table = {name: column_of(len(variables), number) for number, name in enumerate(variables)}
        everything = every_row(len(variables))
        universe: Universe[int] = Universe(layout, part, everything, 0, table.__getitem__)
        counted = draw(part, universe.logic).conclusions[name]
        drawn = Space(part)
        known = drawn.known.conclusions[name]
        sizes = [drawn.diagrams.size(found, set(variables)) for found in (known.proved, known.refuted)]
        same = sizes == [(found & everything).bit_count() for found in (counted.proved, counted.refuted)]
        yield Verdict(name, same, f"the diagrams of `{name}` and an enumeration do not agree: a fault of the workbench")
