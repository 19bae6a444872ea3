"""Seeded cases for measuring: random partial ones that reach every rule, and people with realistic answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from screener.case.answers import Choice, Medicine, Medicines, Number, YesNo
from screener.case.intake import Intake
from screener.logic.condition import Compare, atoms
from screener.rulebook.book import RuleBook

FIELDS = Intake.fields


def limits(book: RuleBook) -> dict[str, list[float]]:
    """The limits that the rules compare each number with."""
    found: dict[str, set[float]] = {}
    for rule in book.rules:
        for atom in atoms(rule.condition):
            if isinstance(atom, Compare):
                found.setdefault(atom.field, set()).add(atom.limit)
    return {name: sorted(values) for name, values in found.items()}


class RandomCases:
    """Random partial cases: every field unknown or not, numbers near the limits, medicines of every class."""

    def __init__(self, book: RuleBook, seed: int) -> None:
        self.random = random.Random(seed)
        self.limits = limits(book)
        self.names = [entry.generic for entry in book.medicines.entries] + ["no such medicine"]

    def one(self) -> dict[str, Any]:
        """The answers of one case, as the model stores them."""
        known = self.random.random()  # how much this person answers
        yes = self.random.random() * 0.6
        return {name: self.answer(name, yes) for name in FIELDS if self.random.random() < known}

    def answer(self, name: str, yes: float) -> Any:
        kind, pick = FIELDS[name], self.random
        if isinstance(kind, YesNo):
            return pick.random() < yes
        if isinstance(kind, Choice):
            return pick.choice(kind.options)
        if isinstance(kind, Number):
            return self.number(name, kind)
        assert isinstance(kind, Medicines)
        some = pick.sample(self.names, pick.choice([0, 0, 1, 1, 2, 3, 5]))
        return tuple(Medicine(generic, pick.choice([None, 0.5, 3.0, 24.0])) for generic in some)

    def number(self, name: str, kind: Number) -> float:
        pick = self.random
        near = self.limits.get(name, [])
        high = min(kind.high, getattr(kind, "bare_high", kind.high))
        if near and pick.random() < 0.7:
            value = pick.choice(near) + pick.choice([-1.0, -0.01, 0.0, 0.01, 1.0])
            value = min(max(value, kind.low), high)
        else:
            value = pick.uniform(kind.low, high)
        return round(value) if kind.whole else round(value, 2)

    def intakes(self, count: int) -> Iterator[Intake]:
        """So many cases; they are valid by construction, so the model is filled without checking again."""
        for _ in range(count):
            yield Intake.model_construct(**self.one())
