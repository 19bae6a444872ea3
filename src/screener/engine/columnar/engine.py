"""The batch engine: every condition of the rule book on bit planes, for many cases at once.

The rule book is compiled to a list of steps in which equal parts occur once. What comes out says for every case the
same as the reference engine does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import attrgetter, or_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screener.data import dataclass
from screener.engine.columnar.atoms import AtomReader, combined, yes_atoms
from screener.engine.columnar.columns import Columns
from screener.engine.outcome import Firing, Outcome
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not, atoms, children
from screener.logic.kleene import Kleene
from screener.logic.planes import Pair, Plane, disjunction, every, exact, unpack, words, zeros
from screener.memo import memo
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY

COMPOSED: Final = (AllOf, AnyOf, AtLeast, Not)


@dataclass(frozen=True)
class Outcomes:
    """What the engine concluded for `count` cases; no plane has a bit set beyond the last case.

    Attributes:
        values: the planes of every finding, flag and urgency level.
        fired: for each rule the cases in which it was proved.
        hidden: the cases in which a raised flag hides this conclusion (without those that are never hidden).
    """

    book: RuleBook
    count: int
    values: Mapping[str, Pair]
    fired: Mapping[str, Plane]
    hidden: Mapping[str, Plane]

    def raised(self, name: str) -> Plane:
        """The cases in which a finding or flag is raised and not suppressed."""
        certain = self.values[name].certain
        return certain & ~self.hidden[name] if name in self.hidden else certain

    def possible(self, name: str) -> Plane:
        """The cases in which a conclusion is neither proved nor refuted."""
        value = self.values[name]
        return zeros(len(value.certain)) if value.exact else value.possible & ~value.certain

    def suppressed(self, name: str) -> Plane:
        """The cases in which a finding or flag holds and is hidden by a stronger one."""
        return self.hidden[name] if name in self.hidden else zeros(words(self.count))

    @memo
    def urgency(self) -> NDArray[np.uint8]:
        """For each case the place of its urgency in the levels of the book."""
        return self._highest(attrgetter("certain"), self.raised)

    @memo
    def urgency_could_be(self) -> NDArray[np.uint8]:
        """For each case the place of the highest urgency that an unknown answer could still make it."""
        return self._highest(attrgetter("possible"), self._can_count)

    def _can_count(self, flag: str) -> Plane:
        """The cases in which a flag is raised or could come up, and nothing is certain that suppresses it."""
        sure = [self.values[other].certain for other in self.book.suppressors[flag]]
        if self.book.flags[flag].last_resort:
            sure += [self.values[URGENCY + level].certain for level in self.book.levels[1:]]
        return reduce(lambda plane, other: plane & ~other, sure, self.values[flag].possible)

    def _highest(self, by_rules: Callable[[Pair], Plane], by_flag: Callable[[str], Plane]) -> NDArray[np.uint8]:
        """For each case the place of the highest level that a rule concludes, or a flag has by itself."""
        planes = {level: by_rules(self.values[URGENCY + level]) for level in self.book.levels[1:]}
        for flag in self.book.urgent_flags:
            planes[flag.urgency] = planes[flag.urgency] | by_flag(flag.id)
        result = np.zeros(self.count, np.uint8)
        for place, plane in enumerate(planes.values(), start=1):
            result[unpack(plane, self.count)] = place
        return result

    def case(self, number: int) -> Outcome:
        """The outcome of one case (counted from 0), as the other engines return it."""
        word, bit = number // 64, np.uint64(1 << number % 64)

        def has(plane: Plane) -> bool:
            return bool(plane[word] & bit)

        values: dict[str, Kleene] = {
            name: True if has(pair.certain) else None if has(pair.possible) else False
            for name, pair in self.values.items()
        }
        firings: list[Firing] = []
        for name in self.book.order:
            firings += [Firing(rule.id, name, True) for rule in self.book.rules_for[name] if has(self.fired[rule.id])]
            if values[name] is False:
                firings.append(Firing(None, name, False))
        suppressed = frozenset(name for name, plane in self.hidden.items() if has(plane))
        levels = self.book.levels[self.urgency[number]], self.book.levels[self.urgency_could_be[number]]
        return Outcome(values, tuple(firings), suppressed, *levels, engine="columnar")


class ColumnarEngine:
    """The columnar engine for one rule book (with its active packs)."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.places: dict[Condition, int] = {}
        self.steps: list[tuple[Condition | str, int, list[int]]] = []
        """In order: a condition with its place and those of its parts, or a conclusion with those of its rules."""
        for name in book.order:
            self.steps.append((name, -1, [self._place(rule.condition) for rule in book.rules_for[name]]))
        self.atoms = tuple(dict.fromkeys(atom for rule in book.rules for atom in atoms(rule.condition)))
        self.reader = AtomReader(book, self.atoms)
        self.fired = tuple((rule.id, self.places[rule.condition]) for rule in book.rules)

    def _place(self, condition: Condition) -> int:
        """The place of a condition, for which there is a step behind those for its parts, and only once."""
        if condition not in self.places:
            parts = [self._place(part) for part in children(condition)]
            self.places[condition] = len(self.places)
            self.steps.append((condition, self.places[condition], parts))
        return self.places[condition]

    def infer(self, columns: Columns) -> Outcomes:
        """Draw every conclusion of the book for every case."""
        answers = self.reader.imply(self.reader.answers(columns), columns)
        known = self.reader.fixed(columns) | yes_atoms(self.atoms, answers, words(columns.count))
        return self.conclude(columns.count, known)

    def conclude(self, count: int, known: Mapping[Atom, Pair]) -> Outcomes:
        """The conclusions, from the planes of the atoms."""
        length = words(count)
        parts: list[Pair] = [exact(zeros(0))] * len(self.places)
        values: dict[str, Pair] = {}
        for step, place, below in self.steps:
            if isinstance(step, str):
                values[step] = disjunction([parts[index] for index in below], length)
            elif isinstance(step, Concluded):
                parts[place] = values.get(step.id) or exact(zeros(length))
            elif isinstance(step, COMPOSED):
                parts[place] = combined(step, [parts[index] for index in below], length)
            else:
                parts[place] = known[step]
        return self._outcomes(count, values, parts)

    def _outcomes(self, count: int, values: dict[str, Pair], parts: list[Pair]) -> Outcomes:
        """Take away the bits beyond the last case, and suppress."""
        valid = every(count)
        clean = {
            name: exact(pair.certain & valid) if pair.exact else Pair(pair.certain & valid, pair.possible & valid)
            for name, pair in values.items()
        }
        fired = {rule: parts[place].certain & valid for rule, place in self.fired}
        return Outcomes(self.book, count, clean, fired, self._hidden(clean))

    def _hidden(self, values: Mapping[str, Pair]) -> dict[str, Plane]:
        """Only a raised flag suppresses; a suppressor is not suppressed: see `screener.engine.outcome.suppressed`."""
        hidden: dict[str, Plane] = {}

        def hide(name: str, where: Plane) -> None:
            plane = values[name].certain & where
            hidden[name] = hidden[name] | plane if name in hidden else plane

        for flag in self.book.flags.values():
            for name in flag.suppresses:
                hide(name, values[flag.id].certain)
            if flag.last_resort:
                others = [values[other].certain for other in self.book.flags if other != flag.id]
                levels = [values[URGENCY + level].certain for level in self.book.levels[1:]]
                hide(flag.id, reduce(or_, [*others, *levels]))
        return hidden
