"""The lab as plain data, for JSON."""

from __future__ import annotations

from typing import Any, Final

from screener.explain.goal import kind_of, title_of
from screener.explain.lab.backward import Backward, Read
from screener.explain.lab.forward import Activation, LabStep
from screener.explain.lab.lab import Lab
from screener.explain.lab.words import asks_words, matches, why
from screener.logic.condition import Concluded, field_of
from screener.logic.kleene import Kleene
from screener.report.build import ReportBuilder

READ: Final[dict[Kleene, str]] = {True: "true", False: "false", None: "unknown"}
OUTCOME: Final[dict[Kleene, str]] = {True: "proved", False: "ruled out", None: "open"}


def to_dict(shown: Lab) -> dict[str, Any]:
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
        "backward": [_backward(case, found) for found in shown.backward],
        "disclaimer": book.texts.get("disclaimer", ""),
        "safety_net": book.texts.get("safety-net", ""),
    }


def _step(shown: Lab, step: LabStep) -> dict[str, Any]:
    case = shown.case
    raised, ruled_out = shown.run.memory(step.number - 1)
    return {
        "step": step.number,
        "memory": {"raised": raised, "ruled_out": ruled_out},
        "conflict_set": [_activation(case, one) for one in step.conflict],
        "fires": step.chosen.rule,
        "why": why(shown, step),
        "concludes": step.chosen.concludes,
        "kind": kind_of(case.book, step.chosen.concludes),
        "title": title_of(case, step.chosen.concludes),
        "new": step.news,
        "rules_out": list(step.closes),
    }


def _activation(case: ReportBuilder, one: Activation) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "concludes": one.concludes,
        "conditions": one.conditions,
        "brought_by_steps": list(one.steps),
        "matches": matches(case, one),
    }


def _backward(case: ReportBuilder, found: Backward) -> dict[str, Any]:
    return {
        "goal": found.goal,
        "outcome": OUTCOME[found.value],
        "asks_next": found.asks,
        "in_words": asks_words(case, found),
        "rules_tried": list(found.rules),
        "steps": [
            {
                "step": look.number,
                "act": look.act,
                "goal_stack": list(look.stack),
                "goal": look.goal,
                "rule": look.rule,
                "outcome": OUTCOME[look.value] if look.act in ("tried", "settled") else None,
                "read": [_read(read) for read in look.read],
            }
            for look in found.looks
        ],
    }


def _read(read: Read) -> dict[str, str]:
    leaf, value = read
    name = leaf.id if isinstance(leaf, Concluded) else field_of(leaf)
    return {"name": name, "is": READ[value]}
