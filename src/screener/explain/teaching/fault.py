"""A mistake of a puzzle, with the case that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from screener.explain.teaching.mistakes import Mistake

Difficulty: TypeAlias = Literal["easy", "medium", "hard"]
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)
MOST_FAULTS: Final = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake with the case that shows it.

    Attributes:
        rule: the id of the broken rule, in the copy.
        original: its id in the rule book that was copied.
        pack: its pack.
        conclusion: a finding or flag that comes out wrong, by its id in the copy.
        title: what that is called.
        was, now: the status that it should have, and that it has.
        answers: the case.
        because: the reason that the rule gives.
    """

    rule: str
    original: str
    pack: str
    conclusion: str
    title: str
    was: str
    now: str
    answers: dict[str, Any]
    mistake: Mistake
    because: str
