"""What explanations are told with: steps in words, answers and lists that are cut, lines that fit a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from screener.explain.chain import Reason, Step
from screener.report.blocks import Block, bullets
from screener.report.words import kind_word, status_word
from screener.saying import say

WIDTH: Final = 80
MOST: Final = 4  # entries of one list on a screen

# on a page


def suppressed() -> str:
    """What is told of a conclusion that holds and gives way to a stronger flag."""
    return say("Its rules hold, but a stronger flag takes precedence, so a report does not show it.")


def more(count: int) -> list[str]:
    """How many more there are, as the last entry of a list."""
    return [say("and {count} more", count=count)] if count > 0 else []


def steps_blocks(steps: Sequence[Step]) -> list[Block]:
    """The steps as one list; each names the steps and answers it rests on."""
    return [bullets((step_title(step), tuple(step_details(step, steps))) for step in steps)]


def step_title(step: Step) -> str:
    """A step on one line: what is concluded, and by which rule."""
    by = f" {say('by {rule}', rule=step.rule)}" if step.rule else ""
    what = f"{kind_word(step.kind)} {status_word(step.status)}: {step.title} ({step.concludes})"
    return say("Step {number}: {what}", number=step.number, what=what) + by


def step_details(step: Step, steps: Sequence[Step]) -> list[str]:
    """Why: each reason with its sources and what it rests on."""
    numbers: dict[str, list[int]] = {use.name: [] for reason in step.reasons for use in reason.uses}
    for other in steps:
        if other.concludes in numbers:
            numbers[other.concludes].append(other.number)
    if step.rule is None:
        return [
            say("{rule} cannot fire: {answers}.", rule=reason.rule, answers=_rests_on(reason, numbers))
            for reason in step.reasons
        ] or [say("No rule in use concludes it.")]
    details = []
    for reason in step.reasons:
        strength = f" ({reason.strength})" if reason.strength else ""
        details.append(f"{reason.text} [{', '.join(reason.sources)}]{strength}")
        details.append(say("Rests on: {answers}.", answers=_rests_on(reason, numbers)))
        if reason.disagreement:
            details.append(say("Not all sources agree: {how}", how=reason.disagreement))
    return details


def _rests_on(reason: Reason, numbers: dict[str, list[int]]) -> str:
    words = []
    for use in reason.uses:
        steps = ", ".join(str(number) for number in numbers[use.name]) if use.kind == "conclusion" else ""
        words.append(f"{use.named} ({say('step {numbers}', numbers=steps)})" if steps else use.named)
    return "; ".join(words) or say("no answer, it always holds")


# on one screen


def wrapped(line: str, first: str = "") -> list[str]:
    """A line in lines that fit, the first with something in front of it."""
    return textwrap.wrap(line, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)


def listed(lines: list[str], most: int = MOST) -> Iterator[str]:
    """Entries of a list, and how many more there are."""
    for line in lines[:most]:
        yield from wrapped(line, "- ")
    if len(lines) > most:
        yield "  " + say("and {count} more", count=len(lines) - most)
