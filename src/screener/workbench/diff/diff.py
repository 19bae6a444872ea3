"""`screener rules diff`: two versions of a rule book compared by what they mean, and by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from screener.rulebook.book import RuleBook
from screener.workbench.diff.texts import TextChange, text_changes
from screener.workbench.prove.prove import many, written
from screener.workbench.space.diagrams import Diagram, Diagrams
from screener.workbench.space.space import Space
from screener.workbench.space.variables import Layout


@dataclass(frozen=True)
class Shift:
    """Answers for which a status (or the urgency) is another one than before.

    Attributes:
        what: the finding or flag, or `urgency`.
        before: its status in the old version.
        after: its status in the new one.
        count: how many answer patterns.
        patterns: of how many.
        example: the smallest case.
    """

    what: str
    before: str
    after: str
    count: int
    patterns: int
    example: dict[str, Any]


@dataclass(frozen=True)
class CaseShift:
    """A case for which something changes, and the rules that fire in one version only."""

    case: str
    changes: tuple[tuple[str, str, str], ...]
    no_longer: tuple[str, ...]
    newly: tuple[str, ...]


@dataclass
class Comparison:
    """What differs between two versions of a rule book."""

    old: RuleBook
    new: RuleBook
    texts: list[TextChange] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    cases: list[CaseShift] = field(default_factory=list)
    tried: int = 0

    @property
    def same(self) -> bool:
        """Whether nothing differs at all."""
        return not (self.texts or self.shifts or self.cases)


def compare(old: RuleBook, new: RuleBook) -> Comparison:
    """Compare two versions over all possible answers."""
    diagrams = Diagrams(Layout((old, new)))
    before, after = Space(old, diagrams), Space(new, diagrams)
    found = Comparison(old, new, text_changes(old, new), list(_rules(before, after)))
    names = dict.fromkeys([*old.findings, *new.findings, *old.flags, *new.flags])
    for name in names:
        found.shifts += _shifts(diagrams, before, name, before.statuses(name), after.statuses(name))
    found.shifts += _shifts(diagrams, before, "urgency", before.urgencies(), after.urgencies())
    return found


def _rules(before: Space, after: Space) -> Iterator[str]:
    """The rules that fire, or are ruled out, for other answers than before."""
    for name, pair in before.known.rules.items():
        other = after.known.rules.get(name)
        if other is not None and (pair.proved != other.proved or pair.refuted != other.refuted):
            yield name


def _shifts(
    diagrams: Diagrams, space: Space, what: str, before: dict[str, Diagram], after: dict[str, Diagram]
) -> Iterator[Shift]:
    for old, was in before.items():
        for new, becomes in after.items():
            found = was & becomes
            if old != new and found != diagrams.nothing:
                count, patterns = diagrams.count(found)
                yield Shift(what, old, new, count, patterns, space.example(found) or {})


def report(found: Comparison) -> Iterator[str]:
    """A comparison as lines of text."""
    if found.same:
        yield "nothing differs: the two versions mean and say the same"
        return
    for change in found.texts:
        yield str(change)
    if not found.shifts:
        yield "no status and no urgency changes, for any answers"
    for name in found.rules:
        yield f"rule {name}: fires for other answers than before"
    for shift in found.shifts:
        counts = f"{many(shift.count)} of {many(shift.patterns)} answer patterns"
        yield f"{shift.what}: {shift.before} becomes {shift.after} in {counts}"
        yield f"    smallest case: {written(shift.example)}"
    yield from _cases(found.cases, found.tried)


def _cases(cases: Sequence[CaseShift], tried: int) -> Iterator[str]:
    if tried:
        yield f"{len(cases)} of {tried} cases change"
    for case in cases:
        yield f"  {case.case}: " + "; ".join(f"{name}: {old} becomes {new}" for name, old, new in case.changes)
        for word, rules in (("no longer fires", case.no_longer), ("now fires", case.newly)):
            yield from (f"    {word}: {rule}" for rule in rules)
