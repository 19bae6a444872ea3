"""A comparison of two rule books as JSON."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps

from screener.workbench.diff.diff import Comparison


def as_json(found: Comparison) -> str:
    """What differs: entries, rules that fire for other answers, statuses, and cases."""
    data = {
        "old": {"version": found.old.version, "sha256": found.old.sha256},
        "new": {"version": found.new.version, "sha256": found.new.sha256},
        "same": found.same,
        "texts": [asdict(change) for change in found.texts],
        "rules": found.rules,
        "statuses": [asdict(shift) for shift in found.shifts],
        "cases_tried": found.tried,
        "cases": [asdict(case) for case in found.cases],
    }
    return dumps(data, indent=2, ensure_ascii=False)
