"""The lab as a transcript in Markdown, for a hand-out or a notebook."""

from __future__ import annotations

from collections.abc import Iterator

from screener.explain.lab.forward import LabStep
from screener.explain.lab.lab import Lab
from screener.explain.lab.text import ending, opening, step_title, urgent
from screener.explain.lab.words import (
    asks_words,
    concluded,
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
from screener.report.markdown import escape
from screener.saying import say


def render(shown: Lab) -> str:
    """The whole run, and the searches backward, ending with a line break."""
    return "\n\n".join([*_head(shown), *_forward(shown), *_backward(shown), "---", *_end(shown)]) + "\n"


def _head(shown: Lab) -> Iterator[str]:
    yield f"# {escape(say('Inference lab'))}"
    if first := urgent(shown.case):
        yield f"> **{escape(first)}**"
    title, *answers = opening(shown)
    yield escape(title)
    yield "\n".join(f"- {escape(line.removeprefix('- '))}" for line in answers)
    yield escape(strategy_line(shown))


def _forward(shown: Lab) -> Iterator[str]:
    yield f"## {escape(say('Forward'))}"
    for step in shown.run.steps:
        yield f"### {escape(step_title(shown, step))}"
        yield escape(memory(shown, step))
        yield "\n".join(_table(shown, step))
        yield escape(" ".join([fires(shown, step), concluded(shown.case, step), rules_out(step)]))
    yield f"## {escape(say('The order changes, the conclusions do not'))}"
    rows = [f"| {escape(name)} | {order} |" for name, order in orders(shown)]
    yield "\n".join([f"| {escape(say('strategy'))} | {escape(say('rules, by the steps above'))} |", "|---|---|", *rows])
    yield escape(verdict(shown))


def _table(shown: Lab, step: LabStep) -> Iterator[str]:
    """The conflict set; the rule that fires is bold."""
    yield "| " + " | ".join(escape(word) for word in (say("can fire"), say("concludes"), say("matches"))) + " |"
    yield "|---|---|---|"
    for one in step.conflict:
        name = f"**{escape(one.rule)}**" if one is step.chosen else escape(one.rule)
        yield f"| {name} | {escape(one.concludes)} | {escape(matches(shown.case, one))} |"


def _backward(shown: Lab) -> Iterator[str]:
    for found in shown.backward:
        yield f"## {escape(say('Backward: {goal}', goal=found.goal))}"
        yield "\n".join(
            f"{'  ' * (len(look.stack) - 1)}- {escape(look_words(shown.case, look))}" for look in found.looks
        )
        yield escape(asks_words(shown.case, found))
        yield escape(forward_words(shown, found))


def _end(shown: Lab) -> list[str]:
    return [escape(text) for text in ending(shown.case).split("\n")]
