"""Explanations as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from screener.engine.outcome import flags_behind_urgency
from screener.explain.chain import Chain, Reason
from screener.explain.how import How
from screener.explain.questions import Explanation
from screener.explain.smallest.changes import SmallestChanges
from screener.explain.what_if import WhatIf
from screener.explain.why_not import WhyNot


def to_dict(found: Explanation) -> dict[str, Any]:
    """Everything that was answered."""
    case, book = found.case, found.case.book
    data: dict[str, Any] = {
        "case_id": case.intake.case_id,
        "rulebook": {"version": book.version, "sha256": book.sha256, "packs": list(book.packs)},
        "urgency": case.outcome.urgency,
        "how": [how_data(item) for item in found.hows],
        "why_not": [why_not_data(item) for item in found.why_nots],
    }
    if flags := flags_behind_urgency(book, case.outcome):
        data["urgency_from"] = [flag.id for flag in flags]
    if found.kept_back:
        data["caution"] = " ".join(found.kept_back)
    if found.difference is not None:
        data["what_if"] = what_if_data(found.difference)
    if found.changes:
        data["smallest_changes"] = [changes_data(item) for item in found.changes]
    return {**data, "disclaimer": book.texts.get("disclaimer", ""), "safety_net": book.texts.get("safety-net", "")}


def chain_data(chain: Chain) -> dict[str, Any]:
    """A chain with its steps."""
    return {
        "conclusion": chain.goal,
        "title": chain.title,
        "status": chain.status,
        "steps": [
            {
                "step": step.number,
                "rule": step.rule,
                "concludes": step.concludes,
                "kind": step.kind,
                "title": step.title,
                "status": step.status,
                "rests_on": list(step.rests_on),
                "reasons": [_reason(reason) for reason in step.reasons],
            }
            for step in chain.steps
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "text": reason.text,
        "sources": list(reason.sources),
        "answers": [{"field": u.name, "words": u.words} for u in reason.uses if u.kind == "answer"],
        "conclusions": [{"id": u.name, "raised": u.holds} for u in reason.uses if u.kind == "conclusion"],
    }


def how_data(found: How) -> dict[str, Any]:
    """How a conclusion came up."""
    groups = [{"rule": s.rule, "answers": [{"field": f, "words": w} for f, w in s.answers]} for s in found.supports]
    return {**chain_data(found.chain), "enough_alone": groups}


def why_not_data(found: WhyNot) -> dict[str, Any]:
    """Why a conclusion is not raised."""
    data: dict[str, Any] = {"conclusion": found.goal, "title": found.title, "status": found.status}
    if found.refutation is not None:
        data["refutation"] = chain_data(found.refutation)["steps"]
    if found.status == "possible":
        data["open_rules"] = [
            {"rule": rule.rule, "text": rule.text, "waits_for": list(rule.waits_for), "reads": list(rule.reads)}
            for rule in found.open_rules
        ]
        data["open_fields"] = [name for name, _ in found.open_fields]
        data["raised_by"] = dict(found.raised_by.answers) if found.raised_by else None
        data["ruled_out_by"] = dict(found.ruled_out_by.answers) if found.ruled_out_by else None
    return data


def what_if_data(found: WhatIf) -> dict[str, Any]:
    """The difference that other answers make."""
    return {
        "changes": [{"field": name, "before": before, "after": after} for name, before, after in found.changes],
        "urgency": {"before": found.urgency[0], "after": found.urgency[1]},
        "statuses": [{"id": s.name, "before": s.before, "after": s.after} for s in found.statuses],
        "no_longer": [{"rule": f.rule, "concludes": f.concludes, "proved": f.proved} for f in found.gone],
        "new": [{"rule": f.rule, "concludes": f.concludes, "proved": f.proved} for f in found.new],
    }


def changes_data(found: SmallestChanges) -> dict[str, Any]:
    """The smallest changes."""
    data: dict[str, Any] = {"conclusion": found.goal, "would": "raise" if found.wanted else "rule out"}
    if found.refused:
        return {**data, "refused": found.refused}
    sets = [
        {
            "fields": list(item.fields),
            "can_be_checked": item.checkable,
            "answers": [{move.field: move.value for move in option} for option in item.options],
            "words": [[move.words for move in option] for option in item.options],
        }
        for item in found.sets
    ]
    return {**data, "sets": sets}
