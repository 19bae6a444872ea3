"""A compiled rule book as the durable engine runs it: made by `compile.py`, kept beside the parsed rule book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from screener.rulebook.condition import Atom

PRIMER: Final = "primer"  # the rule that fires once before the first case


class Head(NamedTuple):
    """What an engine rule concludes.

    Attributes:
        concludes: a conclusion's id, or a helper's.
        proved: whether it is proved or refuted.
        rule: the id of the rule of the book that this proves, or None.
        facts: the facts to assert for it, as JSON texts (one for each copy that other rules read).
    """

    concludes: str
    proved: bool
    rule: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """The rule sets as durable-rules takes them, and how to read what it answers.

    Attributes:
        definition: the rule set, in JSON.
        atoms: every answer that some rule reads.
        sections: for each section fact, the answers it carries (by their place in `atoms`) and the attribute's name.
        start: engine rules that hold for every case (bodies without literals).
        heads: what each engine rule concludes.
    """

    definition: str
    atoms: tuple[Atom, ...]
    sections: tuple[tuple[tuple[int, str], ...], ...]
    start: tuple[str, ...]
    heads: dict[str, Head]
