"""A log as JSON."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps

from screener.workbench.log.log import Log


def as_json(log: Log) -> str:
    """What changed for whom, as data."""
    data = {
        "old": {"version": log.old.version, "sha256": log.old.sha256},
        "new": {"version": log.new.version, "sha256": log.new.sha256},
        "same": log.same,
        "commits": [asdict(commit) for commit in log.commits],
        "moves": [asdict(move) for move in log.moves],
        "wordings": [asdict(each) for each in log.wordings],
        "medicines": [asdict(change) for change in log.medicines],
        "entries": [asdict(change) for change in log.entries],
        "cases_tried": log.tried,
    }
    return dumps(data, indent=2, ensure_ascii=False)
