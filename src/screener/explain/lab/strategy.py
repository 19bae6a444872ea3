"""Which rule of the conflict set fires next: four strategies, of which none changes what is concluded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from screener.logic.kleene import Literal as Leaf

Strategy: TypeAlias = Literal["order", "specificity", "recency", "random"]
STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)


@dataclass(frozen=True, slots=True)
class Activation:
    """A rule that can fire, as it was when it became able to.

    Attributes:
        rule: its id.
        concludes: the conclusion's id.
        place: its place in the rule book, counted from 0.
        conditions: how many answers and conclusions its condition names.
        leaves: the answers and conclusions that match.
        steps: those that brought what matches, newest first; 0 means what was known before the first step.
    """

    rule: str
    concludes: str
    place: int
    conditions: int
    leaves: tuple[Leaf, ...]
    steps: tuple[int, ...]


class Chooser:
    """Chooses among the rules that can fire. A tie goes to the rule that comes first in the book."""

    def __init__(self, strategy: Strategy, seed: int = 0) -> None:
        self.strategy = strategy
        self._lot = random.Random(seed)

    def choose(self, conflict: Sequence[Activation]) -> Activation:
        """The rule that fires.

        Args:
            conflict: at least one activation, in the order of the book.
        """
        if self.strategy == "random":
            return self._lot.choice(conflict)
        return min(conflict, key=lambda one: (rank(one, self.strategy), one.place))


def rank(one: Activation, strategy: Strategy) -> tuple[int, ...]:
    """What a strategy looks at; what is smaller fires first."""
    match strategy:
        case "specificity":
            return (-one.conditions,)
        case "recency":
            return tuple(-number for number in one.steps)
        case _:
            return ()
