"""What the words of one text say about each medicine in it: not taken, to be asked about, taken when needed."""

from __future__ import annotations

from screener.data import dataclass
from screener.rulebook.medicine.history import TAKEN, History, Hit
from screener.rulebook.medicine.switch import Switches


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said about one unit.

    Attributes:
        hit: the word by which it is not taken; None when it is.
        ask: whether that is not certain.
        as_needed: whether it is taken when needed only.
    """

    hit: Hit | None = None
    ask: bool = False
    as_needed: bool = False


def verdicts(history: History) -> list[Verdict]:
    """What is said about each unit of a text, in their order."""
    acting: list[Hit | None] = [None] * len(history.units)
    again, needed = set[int](), set[int]()
    for hit in history.hits:
        if hit.kind in ("again", "as needed"):
            (again if hit.kind == "again" else needed).update(history.about(hit))
        elif hit.kind not in TAKEN and not history.is_cancelled(hit):
            for unit in history.acted_on(hit):
                acting[unit] = acting[unit] or hit
    asked = again | _switched(history, acting)
    return [Verdict(hit, hit is not None and unit in asked, unit in needed) for unit, hit in enumerate(acting)]


def _switched(history: History, acting: list[Hit | None]) -> set[int]:
    """Note what is given up for another medicine; those that may be, or not, come back."""
    asked = set[int]()
    switches = Switches(history)
    found = [(hit, switches.of(hit)) for hit in history.hits]
    for hit, switch in found:
        for unit in switch.given:
            acting[unit] = acting[unit] or hit
    for hit, switch in found:
        for unit in switch.unclear:
            if acting[unit] is None and history.units[unit].kind == "name":
                acting[unit] = hit
                asked.add(unit)
    return asked
