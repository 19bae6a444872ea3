"""How: the way from the answers to a raised flag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from screener.explain.chain import Chain, Step, chain_to
from screener.explain.ground import Use
from screener.explain.smallest.supports import Support, supports
from screener.explain.words import MOST, more, steps_blocks, suppressed, wrapped
from screener.report.blocks import Block, Heading, Paragraph, bullets
from screener.report.build import ReportBuilder
from screener.saying import counted, say

MOST_SUPPORTS: Final = 6
HIDDEN: Final = "A stronger flag keeps this one back, so a report does not show its text."


@dataclass(frozen=True)
class How:
    """Why a conclusion is raised.

    Attributes:
        chain: every step, from answers through findings to the conclusion.
        supports: the smallest groups of answers that would each be enough, the shortest first; there is at least one,
            of no answer where a rule always holds.
        suppressed: a stronger flag hides this one from the report.
        hidden: a stronger flag keeps its text back.
    """

    chain: Chain
    supports: tuple[Support, ...]
    suppressed: bool
    hidden: bool

    def blocks(self, with_steps: bool = True) -> list[Block]:
        """How a flag came up: the steps, and the smallest groups of answers that would each be enough."""
        chain = self.chain
        blocks: list[Block] = [Heading(2, f"{say('How')}: {chain.title} ({chain.goal})")]
        if self.suppressed or self.hidden:
            blocks.append(Paragraph(suppressed() if self.suppressed else say(HIDDEN), "caution"))
        blocks += steps_blocks(chain.steps) if with_steps else []
        blocks.append(Paragraph(say("Any one of these groups of answers is enough by itself, the shortest first:")))
        shown = [f"{one.words} ({say('by {rule}', rule=one.rule)})" for one in self.supports[:MOST_SUPPORTS]]
        blocks.append(bullets([*shown, *more(len(self.supports) - MOST_SUPPORTS)]))
        return blocks

    def lines(self) -> Iterator[str]:
        """One flag: the reasons that raise it, the way there, what would be enough."""
        chain = self.chain
        yield from wrapped(f"{say('raised').upper()}: {chain.title} ({chain.goal})")
        if self.suppressed or self.hidden:
            yield from wrapped(say("A stronger flag keeps this one back, so a report does not show it."), "! ")
        reasons = [(step, reason) for step in chain.steps if step.concludes == chain.goal for reason in step.reasons]
        yield say("because")
        for step, reason in reasons[:MOST]:
            uses = "; ".join(_before(use) for use in reason.uses)
            yield from wrapped(f"{reason.text} [{', '.join(reason.sources)}]", "- ")
            by = (
                say("by {rule}, from {answers}", rule=step.rule, answers=uses)
                if uses
                else say("by {rule}", rule=step.rule)
            )
            yield from wrapped(by, "  ")
        if len(reasons) > MOST:
            yield "  " + say("and {count} more reasons", count=len(reasons) - MOST)
        before = [step for step in chain.steps if step.concludes != chain.goal]
        if before:
            names = ", ".join(dict.fromkeys(_came_to(step) for step in before))
            steps = counted(
                "found before, in 1 step: {names}", "found before, in {count} steps: {names}", len(before), names=names
            )
            yield from wrapped(steps)
        yield from wrapped(say("enough by itself: {answers}", answers=self.enough))

    @property
    def enough(self) -> str:
        """The smallest group of answers that is enough by itself."""
        first, others = self.supports[0].words, len(self.supports) - 1
        if not others:
            return first
        return first + counted(" (or 1 other group of answers)", " (or {count} other groups of answers)", others)


def how(builder: ReportBuilder, goal: str) -> How:
    """The way to a raised conclusion.

    Raises:
        ValueError: it is not raised.
    """
    if builder.outcome.values[goal] is not True:
        raise ValueError(f"`{goal}` is not raised; ask why not")
    suppressed = goal in builder.outcome.suppressed
    return How(chain_to(builder, goal), tuple(supports(builder, goal)), suppressed, goal in builder.hidden)


def _came_to(step: Step) -> str:
    """What a step concludes, or rules out."""
    return say("not {name}", name=step.concludes) if step.status == "ruled-out" else step.concludes


def _before(use: Use) -> str:
    """An answer, or what an earlier step came to."""
    found = use.kind == "conclusion" and use.holds
    return say("{name} (found before)", name=use.name) if found else use.named
