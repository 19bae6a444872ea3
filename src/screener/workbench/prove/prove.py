"""`screener rules prove`: questions about a whole rule book, decided for all possible answers.

Nothing is sampled. Each question is decided exactly, or listed as not decided when the time is over; each failure comes
with the smallest case that shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Place
from screener.workbench.places import Places
from screener.workbench.progress import Progress
from screener.workbench.prove import exact as prove_exact
from screener.workbench.prove import flags as prove_flags
from screener.workbench.prove import guard as prove_guard
from screener.workbench.prove import net as prove_net
from screener.workbench.prove import rules as prove_rules
from screener.workbench.prove import topics as prove_topics
from screener.workbench.prove import urgency as prove_urgency
from screener.workbench.prove.verdict import Difference, Verdict
from screener.workbench.space.space import Space

Item = TypeVar("Item")
Question: TypeAlias = Callable[[Space], Iterator[Verdict]]

QUESTIONS: Final[dict[str, tuple[str, Question]]] = {
    "fires": ("every rule can fire", prove_rules.fires),
    "needed": ("every rule can be the only support of its conclusion", prove_rules.needed),
    "raised": ("every flag can be raised", prove_flags.raised),
    "possible": ("every flag can be possible, unless it reads numbers only", prove_flags.possible),
    "ruled-out": ("every flag can be ruled out", prove_flags.ruled_out),
    "level": ("every urgency level can be the result", prove_urgency.levels),
    "red-flag": ("a yes to a red flag is urgent, and never lowers the urgency", prove_urgency.red_flags),
    "own-level": ("the urgency is never below that of a raised flag", prove_urgency.flags),
    "guard": ("nothing is passed over: no view says that nothing matched or is urgent", prove_guard.silence),
    "last-resort": ("a last resort is never shown while something could come up", prove_flags.last_resort),
    "bounds": ("urgency and urgency_could_be bound every completion", prove_urgency.bounds),
    "certain": ("what is certain holds for every completion", prove_exact.sound),
    "topics": ("every raised flag is reached from the default page", prove_topics.reached),
    "safety-net": ("every result carries disclaimer and safety net", prove_net.carries),
    "counted": ("counted again by enumeration, where that is small enough", prove_exact.counted_again),
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


def prove(book: RuleBook, seconds: float = 600, only: Collection[str] = (), line: Progress | None = None) -> Proof:
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
    end, line = start + seconds, line or Progress(steps(only))
    for name, (title, question) in QUESTIONS.items():
        if not only or name in only:
            line.begin(title)
            proof.verdicts[name] = list(_until(end, question(space), line))
            if time.monotonic() > end:
                proof.undecided.append(name)
    if not only or EXACT in only:
        line.begin("where Kleene's status is the exact one")
        for found in _until(end, prove_exact.differences(space), line):
            proof.compared += 1
            proof.differences += found
        if time.monotonic() > end:
            proof.undecided.append(EXACT)
    proof.seconds = time.monotonic() - start
    return proof


def steps(only: Collection[str]) -> int:
    """How many questions are decided, with these chosen."""
    return len(set(only)) or len(QUESTIONS) + 1


def _until(end: float, items: Iterator[Item], line: Progress) -> Iterator[Item]:
    """The items, as long as there is time."""
    for count, item in enumerate(items, 1):
        yield item
        line.done(count)
        if time.monotonic() > end:
            return


def place_of(verdict: Verdict, places: Places) -> Place | None:
    """Where the subject of a verdict is in the rule files."""
    for kind in ("rules", "flags", "findings", "questions", "texts"):
        if (kind, verdict.subject) in places.entries:
            return places.at(kind, verdict.subject)
    return None


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
