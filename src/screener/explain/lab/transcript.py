"""The lab from its first step to its last: one block of lines a step for a terminal, and Markdown for a hand-out."""

from __future__ import annotations

from collections.abc import Iterator

from screener.explain.lab import words
from screener.explain.lab.backward import Backward
from screener.explain.lab.forward import LabStep
from screener.explain.lab.lab import Lab
from screener.explain.teaching.quiz import given_answers
from screener.report.build import ReportBuilder
from screener.report.markdown import escape
from screener.saying import say


def urgent(case: ReportBuilder) -> str:
    """What is urgent, which comes before everything else; empty when nothing is."""
    level, texts = case.outcome.urgency, case.book.texts
    return f"{texts[f'title-{level}']}. {texts[f'urgency-{level}']}" if case.book.levels.is_urgent(level) else ""


def blocks(shown: Lab) -> list[str]:
    """The steps forward, one block each, then those backward, for stepping through."""
    title, answers = opening(shown.case)
    return [
        "\n".join([title, *(f"- {answer}" for answer in answers), words.strategy_line(shown)]),
        *[step_block(shown, step) for step in shown.run.steps],
        _closing(shown),
        *[block for found in shown.backward for block in _backward(shown, found)],
    ]


def ending(case: ReportBuilder) -> str:
    """The safety net and the disclaimer."""
    return "\n".join(text for key in ("safety-net", "disclaimer") if (text := case.book.texts.get(key)))


def opening(case: ReportBuilder) -> tuple[str, list[str]]:
    """What the answers are here, and the answers."""
    title = say("The answers of this case, the first facts in working memory:")
    return title, given_answers(case) or [say("none")]


def step_title(shown: Lab, step: LabStep) -> str:
    """Which step it is, and of how many."""
    return say("Step {number} of {total}", number=step.number, total=len(shown.run.steps))


def step_block(shown: Lab, step: LabStep) -> str:
    """One step: what is known, which rules can fire, which one does and why, what it concludes."""
    lines = [words.memory(shown, step.number - 1), words.conflict_line(step)]
    for one in step.conflict:
        lines.append(f"{'>' if one is step.chosen else '-'} {one.rule} -> {one.concludes}")
        lines.append(f"    {say('matches: {facts}', facts=words.matches(shown.case, one))}")
    lines += [words.fires(shown, step), words.concluded(shown.case, step)]
    if step.closes:
        lines.append(words.rules_out(step))
    return "\n  ".join([step_title(shown, step), *lines])


def _closing(shown: Lab) -> str:
    found = words.orders(shown)
    width = max(len(name) for name, _ in found)
    lines = [say("No rule is left that can fire."), say("The order of each strategy, by the steps above:")]
    return "\n".join([*lines, *(f"  {name.ljust(width)}  {order}" for name, order in found), words.verdict(shown)])


def _backward(shown: Lab, found: Backward) -> Iterator[str]:
    """Every step with the goal stack; the last block says where it stops and what forward did."""
    for look in found.looks:
        title = say("Backward, step {number} of {total}", number=look.number, total=len(found.looks))
        stack = say("Goal stack: {names}", names=" > ".join(look.stack))
        yield f"{title}\n  {stack}\n{'  ' * len(look.stack)}{words.look_words(shown.case, look)}"
    yield f"{words.asks_words(shown.case, found)}\n{words.forward_words(shown, found)}"


def markdown(shown: Lab) -> str:
    """The whole run, and the searches backward, as Markdown, ending with a line break."""
    return "\n\n".join([*_as_markdown(shown), "---", *map(escape, ending(shown.case).split("\n"))]) + "\n"


def _as_markdown(shown: Lab) -> Iterator[str]:
    yield f"# {escape(say('Inference lab'))}"
    if first := urgent(shown.case):
        yield f"> **{escape(first)}**"
    title, answers = opening(shown.case)
    yield escape(title)
    yield "\n".join(f"- {escape(line)}" for line in answers)
    yield escape(words.strategy_line(shown))
    yield f"## {escape(say('Forward'))}"
    for step in shown.run.steps:
        yield f"### {escape(step_title(shown, step))}"
        yield escape(words.memory(shown, step.number - 1))
        yield "\n".join(_table(shown, step))
        yield escape(" ".join([words.fires(shown, step), words.concluded(shown.case, step), words.rules_out(step)]))
    yield f"## {escape(say('The order changes, the conclusions do not'))}"
    rows = [f"| {escape(name)} | {order} |" for name, order in words.orders(shown)]
    yield "\n".join([f"| {escape(say('strategy'))} | {escape(say('rules, by the steps above'))} |", "|---|---|", *rows])
    yield escape(words.verdict(shown))
    for found in shown.backward:
        yield f"## {escape(say('Backward: {goal}', goal=found.goal))}"
        looks = [(len(look.stack) - 1, words.look_words(shown.case, look)) for look in found.looks]
        yield "\n".join(f"{'  ' * depth}- {escape(look)}" for depth, look in looks)
        yield escape(words.asks_words(shown.case, found))
        yield escape(words.forward_words(shown, found))


def _table(shown: Lab, step: LabStep) -> Iterator[str]:
    """The conflict set; the rule that fires is bold."""
    yield "| " + " | ".join(escape(word) for word in (say("can fire"), say("concludes"), say("matches"))) + " |"
    yield "|---|---|---|"
    for one in step.conflict:
        name = f"**{escape(one.rule)}**" if one is step.chosen else escape(one.rule)
        yield f"| {name} | {escape(one.concludes)} | {escape(words.matches(shown.case, one))} |"
