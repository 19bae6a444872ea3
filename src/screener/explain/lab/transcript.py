"""The lab from its first step to its last: blocks of lines for a terminal, Markdown for a hand-out, and plain data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from screener.explain.goal import kind_of, title_of, urgent
from screener.explain.lab import words
from screener.explain.lab.backward import Backward
from screener.explain.lab.forward import LabStep
from screener.explain.lab.lab import TeachingLab
from screener.explain.teaching.quiz import given_answers
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import Kleene
from screener.report.build import ReportBuilder
from screener.report.markdown import escape
from screener.saying import say

READ: Final[dict[Kleene, str]] = {True: "true", False: "false", None: "unknown"}
OUTCOME: Final[dict[Kleene, str]] = {True: "proved", False: "ruled out", None: "open"}


def blocks(shown: TeachingLab) -> list[str]:
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


def step_title(shown: TeachingLab, step: LabStep) -> str:
    """Which step it is, and of how many."""
    return say("Step {number} of {total}", number=step.number, total=len(shown.run.steps))


def step_block(shown: TeachingLab, step: LabStep) -> str:
    """One step: what is known, which rules can fire, which one does and why, what it concludes."""
    lines = [words.memory(shown, step.number - 1), words.conflict_line(step)]
    for one in step.conflict:
        lines.append(f"{'>' if one is step.chosen else '-'} {one.rule} -> {one.concludes}")
        lines.append(f"    {say('matches: {facts}', facts=words.matches(shown.case, one))}")
    lines += [words.fires(shown, step), words.concluded(shown.case, step)]
    if step.closes:
        lines.append(words.rules_out(step))
    return "\n  ".join([step_title(shown, step), *lines])


def _closing(shown: TeachingLab) -> str:
    found = words.orders(shown)
    width = max(len(name) for name, _ in found)
    lines = [say("No rule is left that can fire."), say("The order of each strategy, by the steps above:")]
    return "\n".join([*lines, *(f"  {name.ljust(width)}  {order}" for name, order in found), words.verdict(shown)])


def _backward(shown: TeachingLab, found: Backward) -> Iterator[str]:
    """Every step with the goal stack; the last block says where it stops and what forward did."""
    for look in found.looks:
        title = say("Backward, step {number} of {total}", number=look.number, total=len(found.looks))
        stack = say("Goal stack: {names}", names=" > ".join(look.stack))
        yield f"{title}\n  {stack}\n{'  ' * len(look.stack)}{words.look_words(shown.case, look)}"
    yield f"{words.asks_words(shown.case, found)}\n{words.forward_words(shown, found)}"


def markdown(shown: TeachingLab) -> str:
    """The whole run, and the searches backward, as Markdown, ending with a line break."""
    from screener.templates import templates  # the lab in a terminal needs none

    made = templates(Path(__file__).with_name("templates")).overlay(finalize=_escaped, keep_trailing_newline=True)
    return made.get_template("transcript.md").render(
        shown=shown, case=shown.case, words=words, step_title=step_title,
        urgent=urgent(shown.case), opening=opening(shown.case), ending=ending(shown.case),
    )  # fmt: skip


def _escaped(value: Any) -> Any:
    return escape(value) if type(value) is str else value


def to_dict(shown: TeachingLab) -> dict[str, Any]:
    """The run with its steps, the order of every strategy, and the searches backward."""
    case, book = shown.case, shown.case.book
    return {
        "case_id": case.intake.case_id,
        "rulebook": {"version": book.version, "sha256": book.sha256, "packs": list(book.packs)},
        "urgency": case.outcome.urgency,
        "strategy": shown.run.strategy,
        "seed": shown.run.seed if shown.run.strategy == "random" else None,
        "ruled_out_by_the_answers": list(shown.run.at_start),
        "steps": [_step(shown, step) for step in shown.run.steps],
        "orders": {one.strategy: list(one.order) for one in shown.runs},
        "same_conclusions": shown.same,
        "conclusions": {name: OUTCOME[value] for name, value in shown.run.values.items()},
        "engine": case.outcome.engine,
        "backward": [_search(case, found) for found in shown.backward],
        "disclaimer": book.texts.get("disclaimer", ""),
        "safety_net": book.texts.get("safety-net", ""),
    }


def _step(shown: TeachingLab, step: LabStep) -> dict[str, Any]:
    case = shown.case
    raised, ruled_out = shown.run.memory(step.number - 1)
    return {
        "step": step.number,
        "memory": {"raised": raised, "ruled_out": ruled_out},
        "conflict_set": [
            {
                "rule": one.rule,
                "concludes": one.concludes,
                "conditions": one.conditions,
                "brought_by_steps": list(one.steps),
                "matches": words.matches(case, one),
            }
            for one in step.conflict
        ],
        "fires": step.chosen.rule,
        "why": words.why(shown, step),
        "concludes": step.chosen.concludes,
        "kind": kind_of(case.book, step.chosen.concludes),
        "title": title_of(case, step.chosen.concludes),
        "new": step.news,
        "rules_out": list(step.closes),
    }


def _search(case: ReportBuilder, found: Backward) -> dict[str, Any]:
    return {
        "goal": found.goal,
        "outcome": OUTCOME[found.value],
        "asks_next": found.asks,
        "in_words": words.asks_words(case, found),
        "rules_tried": list(found.rules),
        "steps": [
            {
                "step": look.number,
                "act": look.act,
                "goal_stack": list(look.stack),
                "goal": look.goal,
                "rule": look.rule,
                "outcome": OUTCOME[look.value] if look.act in ("tried", "settled") else None,
                "read": [
                    {"name": leaf.id if isinstance(leaf, Concluded) else field_of(leaf), "is": READ[value]}
                    for leaf, value in look.read
                ],
            }
            for look in found.looks
        ],
    }
