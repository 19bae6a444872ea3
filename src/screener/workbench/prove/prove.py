"""`screener rules prove`: questions about a whole rule book, decided for all possible answers.

Nothing is sampled. Each question is decided exactly, or listed as not decided when the time is over; each failure comes
with the smallest case that shows it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from json import dumps
from pathlib import Path
from typing import Any, Final, TypeVar

from screener.progress import StepLine
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place
from screener.workbench.places import Places
from screener.workbench.prove import exact, questions, reports
from screener.workbench.prove.exact import Difference
from screener.workbench.prove.questions import Asking, Verdict
from screener.workbench.space.space import Space

Item = TypeVar("Item")

QUESTIONS: Final[dict[str, tuple[str, Asking]]] = {
    "fires": ("every rule can fire", questions.fires),
    "needed": ("every rule can be the only support of its conclusion", questions.needed),
    "raised": ("every flag can be raised", questions.raised),
    "possible": ("every flag can be possible, unless it reads numbers only", questions.possible),
    "ruled-out": ("every flag can be ruled out", questions.ruled_out),
    "level": ("every urgency level can be the result", questions.levels),
    "red-flag": ("a yes to a red flag is urgent, and never lowers the urgency", questions.red_flags),
    "own-level": ("the urgency is never below that of a raised flag", questions.own_levels),
    "guard": ("nothing is passed over: no view says that nothing matched or is urgent", reports.silence),
    "last-resort": ("a last resort is never shown while something could come up", questions.last_resort),
    "bounds": ("urgency and urgency_could_be bound every completion", questions.bounds),
    "certain": ("what is certain holds for every completion", exact.sound),
    "topics": ("every raised flag is reached from the default page", reports.reached),
    "safety-net": ("every result carries disclaimer and safety net", reports.carries),
    "counted": ("counted again by enumeration, where that is small enough", exact.counted_again),
}


TOLD: Final = {  # of what holds, what its author should know all the same
    "needed": "redundant for a reason that the rule gives",
    "bounds": "urgent by itself, and gives way if an open answer raises a flag that suppresses it",
}
EXACT: Final = "exact"  # where Kleene's status is not the exact one: a list, not a question


@dataclass
class Proof:
    """What was decided about a rule book.

    Attributes:
        book: the rule book.
        backend: what the diagrams are made with.
        variables: how many Boolean variables represent the answers.
        verdicts: by question.
        differences: where Kleene's status is not the exact one.
        compared: how many conclusions (and urgency bounds) were compared with the exact status.
        undecided: questions that the time did not suffice for.
        seconds: how long it took.
    """

    book: RuleBook
    backend: str = ""
    variables: int = 0
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    undecided: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failures(self) -> list[Verdict]:
        """What does not hold."""
        return [verdict for verdicts in self.verdicts.values() for verdict in verdicts if not verdict.holds]


def prove(book: RuleBook, seconds: float = 600, only: Collection[str] = (), line: StepLine | None = None) -> Proof:
    """Decide every question about a rule book.

    Args:
        book: the rule book, with the packs that are active.
        seconds: when to stop; questions left then are listed as not decided.
        only: the questions to decide, by their names in `QUESTIONS` (and `exact`); all of them when empty.
        line: says what is being decided.
    """
    start = time.monotonic()
    space = Space(book)
    proof = Proof(book, space.diagrams.name, len(space.diagrams.fields))
    end, line = start + seconds, line or StepLine(steps(only))
    for name, (title, question) in QUESTIONS.items():
        if not only or name in only:
            line.begin(title)
            proof.verdicts[name] = list(_until(end, question(space), line))
            if time.monotonic() > end:
                proof.undecided.append(name)
    if not only or EXACT in only:
        line.begin("where Kleene's status is the exact one")
        for found in _until(end, exact.differences(space), line):
            proof.compared += 1
            proof.differences += found
        if time.monotonic() > end:
            proof.undecided.append(EXACT)
    proof.seconds = time.monotonic() - start
    return proof


def steps(only: Collection[str]) -> int:
    """How many questions are decided, with these chosen."""
    return len(set(only)) or len(QUESTIONS) + 1


def _until(end: float, items: Iterator[Item], line: StepLine) -> Iterator[Item]:
    """The items, as long as there is time."""
    for count, item in enumerate(items, 1):
        yield item
        line.done(count)
        if time.monotonic() > end:
            return


def place_of(verdict: Verdict, places: Places) -> Place | None:
    """Where the subject of a verdict is in the rule files."""
    found = (places.found(kind, verdict.subject) for kind in ("rules", "flags", "findings", "questions", "texts"))
    return next(filter(None, found), None)


def report(proof: Proof, folder: Path | None) -> Iterator[str]:
    """A proof as lines of text: what was decided, what fails and why, where Kleene's status is not exact."""
    book = proof.book
    yield f"{len(book.rules)} rules, {len(book.flags)} flags, {proof.variables} variables ({proof.backend})"
    for name, verdicts in proof.verdicts.items():
        title = QUESTIONS[name][0]
        held = sum(verdict.holds for verdict in verdicts)
        word = "not decided after" if name in proof.undecided else "of"
        yield f"  {title:<68} {held:>4} {word} {len(verdicts)}"
    for question, what in TOLD.items():
        if told := [each.subject for each in proof.verdicts.get(question, []) if each.holds and each.message]:
            yield f"  {what}: {', '.join(told)}"
    places = Places(folder)
    for verdict in proof.failures:
        place = place_of(verdict, places)
        where = f"{place.file}:{place.line}:{place.column}: " if place else ""
        yield f"{where}{verdict.message}"
        if verdict.example is not None:
            yield f"    smallest case: {written(verdict.example)}"
    yield from _exactness(proof)


def _exactness(proof: Proof) -> Iterator[str]:
    if not proof.compared and EXACT not in proof.undecided:
        return
    same = proof.compared - len({difference.what for difference in proof.differences})
    unfinished = " so far (the time was over)" if EXACT in proof.undecided else ""
    yield f"Kleene's status is the exact one for {same} of {proof.compared} conclusions{unfinished}"
    for each in proof.differences:
        yield f"  {each.what}: {each.message}, in {many(each.count)} of {many(each.patterns)} answer patterns"
        yield f"    smallest case: {written(each.example)}"


def as_json(proof: Proof, folder: Path | None) -> str:
    """Every question with its verdicts, and the differences between Kleene's status and the exact one."""
    places = Places(folder)
    questions = []
    for name, verdicts in proof.verdicts.items():
        entries = []
        for verdict in verdicts:
            place = place_of(verdict, places)
            where = asdict(place) if place else {}
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


def many(count: int) -> str:
    """A number of patterns: exact while it can be read."""
    return f"{count:,}" if count < 10**9 else f"about {count:.1e}"


def written(answers: dict[str, Any]) -> str:
    """A case on one line, as a rule file writes it."""
    parts = [f"{name}: {_value(value)}" for name, value in answers.items()]
    return "{" + ", ".join(parts) + "}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return written(value)
    return str(value)
