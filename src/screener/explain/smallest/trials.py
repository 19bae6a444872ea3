"""All ways to change at most two answers of a case, each with a number, so that sets of them are bits of one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from screener.explain.smallest.moves import Move
from screener.memo import memo


@dataclass
class Trials:
    """All ways to change at most two answers, numbered: case n is bit n.

    The cases that change only fields from one on (in order) come first, so that they are the low bits.

    Attributes:
        changed: for each field, the cases with each of its moves.
        upto: for each field, how many cases change only later ones.
        listed: each case as the moves it makes.
    """

    changed: dict[str, list[int]]
    upto: dict[str, int] = field(default_factory=dict)
    listed: list[tuple[tuple[str, int], ...]] = field(default_factory=lambda: [()])

    @classmethod
    def of(cls, options: dict[str, list[Move]]) -> Trials:
        """The cases for these moves of each field."""
        found = cls({name: [0] * len(choices) for name, choices in options.items()})
        for name in reversed(options):
            found.upto[name] = len(found.listed)
            later = [case for case in found.listed if len(case) < 2]
            for index in range(len(options[name])):
                found.add(later, (name, index))
        return found

    def add(self, later: list[tuple[tuple[str, int], ...]], move: tuple[str, int]) -> None:
        """Number the cases that make this move and one of these others."""
        start = len(self.listed)
        self.changed[move[0]][move[1]] |= ((1 << len(later)) - 1) << start
        for offset, case in enumerate(later):
            for name, index in case:
                self.changed[name][index] |= 1 << (start + offset)
            self.listed.append((move, *case))

    @memo
    def any_change(self) -> dict[str, int]:
        """For each field, the cases that change it."""
        found = {}
        for name, masks in self.changed.items():
            found[name] = 0
            for mask in masks:
                found[name] |= mask
        return found


def numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
