"""The lab on a terminal: one block of lines for each step."""

from __future__ import annotations

from collections.abc import Iterator

from screener.explain.lab.backward import Backward
from screener.explain.lab.forward import LabStep
from screener.explain.lab.lab import Lab
from screener.explain.lab.words import (
    asks_words,
    concluded,
    conflict_line,
    fires,
    forward_words,
    look_words,
    matches,
    memory,
    orders,
    rules_out,
    strategy_line,
    verdict,
)
from screener.explain.teaching.quiz import given_answers
from screener.report.build import ReportBuilder
from screener.saying import say


def urgent(case: ReportBuilder) -> str:
    """What is urgent, which comes before everything else; empty when nothing is."""
    level, texts = case.outcome.urgency, case.book.texts
    return f"{texts[f'title-{level}']}. {texts[f'urgency-{level}']}" if case.book.levels.is_urgent(level) else ""


def blocks(shown: Lab) -> list[str]:
    """The steps forward, one block each, then those backward, for stepping through."""
    return [
        "\n".join([*opening(shown), strategy_line(shown)]),
        *[step_block(shown, step) for step in shown.run.steps],
        _closing(shown),
        *[block for found in shown.backward for block in _backward(shown, found)],
    ]


def ending(case: ReportBuilder) -> str:
    """The safety net and the disclaimer."""
    return "\n".join(text for key in ("safety-net", "disclaimer") if (text := case.book.texts.get(key)))


def opening(shown: Lab) -> list[str]:
    """The answers, as a list."""
    answers = [f"- {words}" for words in given_answers(shown.case)]
    return [say("The answers of this case, the first facts in working memory:"), *(answers or [f"- {say('none')}"])]


def step_title(shown: Lab, step: LabStep) -> str:
    """Which step it is, and of how many."""
    return say("Step {number} of {total}", number=step.number, total=len(shown.run.steps))


def step_block(shown: Lab, step: LabStep) -> str:
    """One step: what is known, which rules can fire, which one does and why, what it concludes."""
    return "\n".join(_step(shown, step))


def _step(shown: Lab, step: LabStep) -> Iterator[str]:
    case = shown.case
    yield step_title(shown, step)
    yield f"  {memory(shown, step)}"
    yield f"  {conflict_line(step)}"
    for one in step.conflict:
        yield f"  {'>' if one is step.chosen else '-'} {one.rule} -> {one.concludes}"
        yield f"      {say('matches: {facts}', facts=matches(case, one))}"
    yield f"  {fires(shown, step)}"
    yield f"  {concluded(case, step)}"
    if step.closes:
        yield f"  {rules_out(step)}"


def _closing(shown: Lab) -> str:
    found = orders(shown)
    width = max(len(name) for name, _ in found)
    lines = [say("No rule is left that can fire."), say("The order of each strategy, by the steps above:")]
    return "\n".join([*lines, *(f"  {name.ljust(width)}  {order}" for name, order in found), verdict(shown)])


def _backward(shown: Lab, found: Backward) -> Iterator[str]:
    """Every step with the goal stack; the last block says where it stops and what forward did."""
    for look in found.looks:
        title = say("Backward, step {number} of {total}", number=look.number, total=len(found.looks))
        stack = say("Goal stack: {names}", names=" > ".join(look.stack))
        yield f"{title}\n  {stack}\n{'  ' * len(look.stack)}{look_words(shown.case, look)}"
    yield f"{asks_words(shown.case, found)}\n{forward_words(shown, found)}"
