"""Receipts: a report's reasoning saved so that anybody can check it later, step by step.

A receipt holds the fingerprint of the rule book, the packs, the answers, every conclusion's status and every step
in an order in which each uses only earlier ones. `screener.explain.receipt.checker` verifies it without any engine.
"""

from __future__ import annotations

from json import dumps
from typing import Any

from screener.explain.chain import Step, whole_chain
from screener.explain.receipt.seal import FORM, seal
from screener.logic.condition import Atom, Compare, Concluded, OneOf, Reported, Takes, Yes
from screener.printable import printable
from screener.report.build import ReportBuilder


def receipt(case: ReportBuilder) -> dict[str, Any]:
    """The receipt of one case, as plain data."""
    book, outcome = case.book, case.outcome
    data = {
        "receipt": FORM,
        "rulebook": {"version": book.version, "sha256": book.sha256, "packs": list(book.packs)},
        "answers": case.intake.stored(),
        "urgency": outcome.urgency,
        "urgency_could_be": outcome.urgency_could_be,
        "statuses": {name: outcome.status(name) for name in (*book.findings, *book.flags)},
        "steps": [step_data(step) for step in whole_chain(case)],
        "disclaimer": book.texts.get("disclaimer", ""),
        "safety_net": book.texts.get("safety-net", ""),
    }
    return {**data, "seal": seal(data)}


def step_data(step: Step) -> dict[str, Any]:
    """One step as a receipt holds it."""
    uses = [{"condition": written(leaf), "holds": holds} for leaf, holds in step.leaves]
    return {"step": step.number, "rule": step.rule, "concludes": step.concludes, "status": step.status, "uses": uses}


def written(leaf: Atom | Concluded) -> str:
    """An answer or a conclusion as a condition on one line."""
    match leaf:
        case Concluded(name):
            return f"finding {name}"
        case Yes(field):
            return f"{field} = yes"
        case Compare(field, operator, limit):
            return f"{field} {operator} {limit!r}"
        case Reported(field):
            return f"{field} reported"
        case OneOf(field, options):
            return f"{field} in {' | '.join(options)}"
        case Takes(marks, months, counts):
            time = "" if months is None else f" for {months!r} months"
            return f"medicines {' | '.join(marks)}{time}" + (" or not said" if counts else "")


def to_json(data: dict[str, Any]) -> str:
    """The receipt as a file holds it."""
    return printable(dumps(data, indent=2, ensure_ascii=False)) + "\n"
