"""A compiled rule book as the durable engine runs it, kept with the parsed one.

`compile.py` makes the rules, `layout.py` puts them on facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from screener.data import dataclass
from screener.errors import ScreenerError
from screener.logic.condition import Atom
from screener.logic.kleene import Kleene

if TYPE_CHECKING:
    from screener.engine.outcome import Firing

PRIMER: Final = "primer"  # the rule that fires once before the first case


class NotUsable(ScreenerError):
    """The durable engine cannot be used here, or not for this rule book; the message is one line."""


class FactSection(NamedTuple):
    """A fact that carries what some rules read.

    Attributes:
        name: its type in the engine.
        rule_set: the number of the rule set that reads it.
        places: what can be told on it, by places in `Program.told`.
    """

    name: str
    rule_set: int
    places: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """The rule sets as durable-rules takes them, and how to read what it answers.

    Attributes:
        definitions: the rule sets, each in JSON.
        atoms: every answer that some rule reads.
        told: what can be told on sections, that of the answers first: each with the attribute's name in the engine, and
            the truth that some rule tests there, or None when rules test both. What no rule tests need not be told.
        answers: the atom of each answer that can be told, by its place in `atoms`.
        levels: the sections to assert, level after level; those of a level carry what earlier levels concluded.
        start: engine rules that hold for every case (bodies without literals).
        heads: what each engine rule concludes: a step of the inference, or a helper. Equal ones are one object.
        effects: what can be told when an engine rule has fired, by places in `told`.
    """

    definitions: tuple[str, ...]
    atoms: tuple[Atom, ...]
    told: tuple[tuple[str, Kleene], ...]
    answers: tuple[int, ...]
    levels: tuple[tuple[FactSection, ...], ...]
    start: tuple[str, ...]
    heads: dict[str, Firing]
    effects: dict[str, tuple[int, ...]]
