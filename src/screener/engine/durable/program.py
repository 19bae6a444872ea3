"""A compiled rule book as the durable engine runs it, kept with the parsed one.

`compile.py` makes the rules, `layout.py` puts them on facts.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from screener.data import dataclass
from screener.errors import ScreenerError
from screener.logic.condition import Atom
from screener.logic.kleene import Kleene

PRIMER: Final = "primer"  # the rule that fires once before the first case


class NotUsable(ScreenerError):
    """The durable engine cannot be used here, or not for this rule book; the message is one line."""


class Head(NamedTuple):
    """What an engine rule concludes.

    Attributes:
        concludes: a conclusion's id, or a helper's.
        proved: whether it is proved or refuted.
        rule: the id of the rule of the book that this proves, or None.
    """

    concludes: str
    proved: bool
    rule: str | None


class FactSection(NamedTuple):
    """A fact that carries what some rules read.

    Attributes:
        name: its type in the engine.
        rule_set: the number of the rule set that reads it.
        places: what is told on it, when it is so: places among the atoms and after them the conclusions, each with the
            truth that some rule tests there, or None when rules test both. What no rule tests need not be told.
    """

    name: str
    rule_set: int
    places: tuple[tuple[int, Kleene], ...]


@dataclass(frozen=True)
class Program:
    """The rule sets as durable-rules takes them, and how to read what it answers.

    Attributes:
        definitions: the rule sets, each in JSON.
        atoms: every answer that some rule reads.
        conclusions: every conclusion or helper that some rule reads.
        attributes: the names of these atoms and conclusions in the engine.
        levels: the sections to assert, level after level; those of a level carry what earlier levels concluded.
        start: engine rules that hold for every case (bodies without literals).
        heads: what each engine rule concludes.
    """

    definitions: tuple[str, ...]
    atoms: tuple[Atom, ...]
    conclusions: tuple[str, ...]
    attributes: tuple[str, ...]
    levels: tuple[tuple[FactSection, ...], ...]
    start: tuple[str, ...]
    heads: dict[str, Head]
