"""The smallest changes by brute force: every way to change up to three answers, and Kleene's tables on arrays.

It shares the list of single moves with the code under test (that list is the definition), and adds the moves back to
unknown that the code leaves out: they must never be needed, so each minimal set must have options without them.
Values are 0 for false, 1 for unknown, 2 for true.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from screener.case.answers import Number, YesNo
from screener.case.intake import Intake
from screener.engine.facts import Facts, medicine_marks
from screener.explain.goal import ancestors
from screener.explain.smallest.moves import Move, moves
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not, atoms, field_of, fields
from screener.report.build import ReportBuilder

FIELDS = Intake.fields

Array: TypeAlias = NDArray[np.int8]
Found: TypeAlias = dict[frozenset[str], set[frozenset[tuple[str, str]]]]
CODE = {False: 0, None: 1, True: 2}


def smallest(case: ReportBuilder, goal: str, wanted: bool) -> Found:
    """Minimal sets of fields, each with the moves on them that do, as text."""
    search = _Search(case, goal)
    hits = search.hits(wanted)
    found: Found = {}
    for number in np.flatnonzero(hits):
        names = frozenset(name for name, index in zip(search.options, search.table[:, number], strict=True) if index)
        found.setdefault(names, set()).add(search.option(int(number)))
    minimal = {names: options for names, options in found.items() if names and not any(o < names for o in found if o)}
    return {names: {option for option in options if not _takes_back(option)} for names, options in minimal.items()}


def _takes_back(option: frozenset[tuple[str, str]]) -> bool:
    return any(value == "None" for _, value in option)


class _Search:
    def __init__(self, case: ReportBuilder, goal: str) -> None:
        book, intake = case.book, case.intake
        self.goal, self.names, self.book = goal, ancestors(book, goal), book
        conditions = [rule.condition for name in self.names for rule in book.rules_for[name]]
        read = {name for condition in conditions for name in fields(condition)}
        self.followups = []
        for name, show_if in reversed(book.followups):
            if name in read:
                read |= fields(show_if)
                self.followups.insert(0, (name, show_if))
        every = [*conditions, *(show_if for _, show_if in self.followups)]
        self.atoms = list(dict.fromkeys(atom for condition in every for atom in atoms(condition)))
        self.options: dict[str, list[Move | None]] = {}
        for name in sorted(read):
            own = [atom for atom in self.atoms if field_of(atom) == name]
            back = [] if isinstance(FIELDS[name], Number) else [Move(name, None, "unknown", Facts({}, None))]
            self.options[name] = [None, *moves(intake, book, name, own), *back]
        self.given = Facts(
            {name: value for name, value in intake if value is not None and name not in ("case_id", "medicines")},
            medicine_marks(intake.medicines, book)[0],
        )
        self.table = np.array(list(self.rows()), dtype=np.int8).T

    def rows(self) -> Iterator[tuple[int, ...]]:
        """For each way to change at most three answers: the number of each field's move, 0 for none."""
        sizes = [len(choices) for choices in self.options.values()]
        yield (0,) * len(sizes)
        for size in (1, 2, 3):
            for places in combinations(range(len(sizes)), size):
                for picks in product(*(range(1, sizes[place]) for place in places)):
                    row = [0] * len(sizes)
                    for place, pick in zip(places, picks, strict=True):
                        row[place] = pick
                    yield tuple(row)

    def option(self, number: int) -> frozenset[tuple[str, str]]:
        picked = ((choices[i], i) for choices, i in zip(self.options.values(), self.table[:, number], strict=True) if i)
        return frozenset((move.field, repr(move.value)) for move, _ in picked if move is not None)

    def hits(self, wanted: bool) -> NDArray[np.bool_]:
        place = {name: index for index, name in enumerate(self.options)}
        values: dict[Any, Array] = {}
        for atom in self.atoms:
            choices = self.options[field_of(atom)]
            codes = [CODE[(move.facts if move else self.given).truth(atom)] for move in choices]
            values[atom] = np.array(codes, dtype=np.int8)[self.table[place[field_of(atom)]]]
        fit = np.ones(self.table.shape[1], dtype=np.bool_)
        for name, show_if in self.followups:
            off = self.value(show_if, values) == 0
            said = np.array([0, *(m is not None and m.value not in (None, False) for m in self.options[name][1:])])
            fit &= ~(off & (said[self.table[place[name]]] == 1))
            for atom in self.atoms:
                if field_of(atom) == name and isinstance(FIELDS[name], YesNo):
                    values[atom] = np.where(off & (values[atom] == 1), np.int8(0), values[atom])
        for name in self.names:
            rules = [self.value(rule.condition, values) for rule in self.book.rules_for[name]]
            nothing = np.zeros(self.table.shape[1], dtype=np.int8)
            values[name] = np.maximum.reduce([nothing, *rules])
        return (values[self.goal] == CODE[wanted]) & fit

    def value(self, condition: Condition, values: dict[Any, Array]) -> Array:
        size = self.table.shape[1]
        match condition:
            case Not(part):
                return (2 - self.value(part, values)).astype(np.int8)
            case AllOf(parts):
                return np.minimum.reduce([np.full(size, 2, np.int8), *(self.value(part, values) for part in parts)])
            case AnyOf(parts):
                return np.maximum.reduce([np.zeros(size, np.int8), *(self.value(part, values) for part in parts)])
            case AtLeast(count, parts):
                # the value is that of the count-th best part
                best = np.sort(np.stack([self.value(part, values) for part in parts]), axis=0)
                return best[len(parts) - count]
            case Concluded(name):
                return values[name]
            case atom:
                return values[atom]
