"""Minimal sets of answers whose change would make a difference: what they are, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from screener.explain.smallest.moves import Move
from screener.explain.words import listed, more, wrapped
from screener.report.blocks import Block, Heading, Paragraph, bullets
from screener.saying import counted, say

MOST_SETS: Final = 8
ABOUT: Final = (
    "Each line is a set of answers with which the rules give another result, and no smaller part of it does. This "
    "shows how the rules work. It is no advice to change anything, and another answer is only right if it is true."
)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One minimal set of answers.

    Attributes:
        fields: whose change would do, together and not without each other.
        options: each way to change them that does.
        checkable: each of them can be found out or checked: it was not answered, or a test result, a packet or a
            record can confirm it. Otherwise some of it is as it is.
    """

    fields: tuple[str, ...]
    options: tuple[tuple[Move, ...], ...]
    checkable: bool

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answers of each option, as a case file writes them."""
        return [{move.field: move.value for move in option} for option in self.options]

    @property
    def words(self) -> list[list[str]]:
        """The same for people."""
        return [[move.words for move in option] for option in self.options]


@dataclass(frozen=True)
class SmallestChanges:
    """The minimal sets for one conclusion.

    Attributes:
        wanted: True for raising it, False for ruling it out.
        sets: the shortest first, then in the order of the interview.
        refused: why none are given, or empty.
    """

    goal: str
    title: str
    wanted: bool
    sets: tuple[ChangeSet, ...] = ()
    refused: str = ""

    def blocks(self, with_steps: bool = True) -> list[Block]:
        """The smallest changes, those one could find out or check first."""
        asked = say("Which other answers would raise") if self.wanted else say("Which other answers would rule out")
        blocks: list[Block] = [Heading(2, f"{asked}: {self.title} ({self.goal})")]
        if self.refused:
            return [*blocks, Paragraph(self.refused, "caution")]
        blocks.append(Paragraph(say(ABOUT), "small"))
        if not self.sets:
            return [*blocks, Paragraph(say("No change of up to three answers would."))]
        for title, checkable in (
            (say("What one could find out or check"), True),
            (say("What is fixed, or was said about oneself"), False),
        ):
            sets = [s for s in self.sets if s.checkable is checkable]
            if sets:
                shown = [f"; {say('and')} ".join(s.words[0]) + _others(len(s.options) - 1) for s in sets[:MOST_SETS]]
                blocks += [Paragraph(f"{title}:"), bullets([*shown, *more(len(sets) - MOST_SETS)])]
        return blocks

    def lines(self) -> Iterator[str]:
        """The smallest changes, those one could find out or check first."""
        asked = say("WHAT WOULD RAISE") if self.wanted else say("WHAT WOULD RULE OUT")
        yield from wrapped(f"{asked}: {self.title} ({self.goal})")
        if self.refused:
            yield from wrapped(self.refused)
            return
        sets = sorted(self.sets, key=lambda one: not one.checkable)
        yield from listed([_changed(one) for one in sets])
        if not sets:
            yield say("no change of up to three answers would")


def _others(count: int) -> str:
    if not count:
        return ""
    return counted(" (or 1 other answer to the same)", " (or {count} other answers to the same)", count)


def _changed(one: ChangeSet) -> str:
    words = f"; {say('and')} ".join(one.words[0])
    return words if one.checkable else f"{words} ({say('cannot be checked')})"
