"""A proof as JSON."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from pathlib import Path

from screener.workbench.places import Places
from screener.workbench.prove.prove import QUESTIONS, Proof, place_of


def as_json(proof: Proof, folder: Path | None) -> str:
    """Every question with its verdicts, and the differences between Kleene's status and the exact one."""
    places = Places(folder)
    questions = []
    for name, verdicts in proof.verdicts.items():
        entries = []
        for verdict in verdicts:
            place = place_of(verdict, places)
            where = {"file": place.file, "line": place.line, "column": place.column} if place else {}
            message = "" if verdict.holds else verdict.message
            entries.append({"subject": verdict.subject, "holds": verdict.holds, "message": message, **where,
                            "example": verdict.example})  # fmt: skip
        questions.append({"name": name, "title": QUESTIONS[name][0], "decided": name not in proof.undecided,
                          "verdicts": entries})  # fmt: skip
    data = {
        "rules": len(proof.book.rules), "flags": len(proof.book.flags), "variables": proof.variables,
        "backend": proof.backend, "seconds": round(proof.seconds, 3), "questions": questions,
        "compared": proof.compared, "differences": [asdict(each) for each in proof.differences],
        "undecided": proof.undecided,
    }  # fmt: skip
    return dumps(data, indent=2, ensure_ascii=False)
