"""`screener rules diff`: two versions of a rule book compared by what they mean, and by what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from json import dumps
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

    def __str__(self) -> str:
        counts = f"{many(self.count)} of {many(self.patterns)} answer patterns"
        return f"{self.what}: {self.before} becomes {self.after} in {counts}"

    @property
    def smallest(self) -> str:
        """The smallest case, in words."""
        return f"smallest case: {written(self.example)}"


@dataclass(frozen=True)
class CaseShift:
    """A case for which something changes, and the rules that fire in one version only."""

    case: str
    changes: tuple[tuple[str, str, str], ...]
    no_longer: tuple[str, ...]
    newly: tuple[str, ...]

    @property
    def moves(self) -> str:
        """What changes, in words."""
        return "; ".join(f"{name}: {old} becomes {new}" for name, old, new in self.changes)

    @property
    def fired(self) -> list[str]:
        """The rules that fire in one version only, in words."""
        return [
            *(f"no longer fires: {rule}" for rule in self.no_longer),
            *(f"now fires: {rule}" for rule in self.newly),
        ]


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
        yield str(shift)
        yield f"    {shift.smallest}"
    if found.tried:
        yield f"{len(found.cases)} of {found.tried} cases change"
    for case in found.cases:
        yield f"  {case.case}: {case.moves}"
        yield from (f"    {line}" for line in case.fired)


def as_json(found: Comparison) -> str:
    """A comparison as JSON: entries, rules that fire for other answers, statuses, and cases."""
    data = {
        **versions(found.old, found.new),
        "same": found.same,
        "texts": [asdict(change) for change in found.texts],
        "rules": found.rules,
        "statuses": [asdict(shift) for shift in found.shifts],
        "cases_tried": found.tried,
        "cases": [asdict(case) for case in found.cases],
    }
    return dumps(data, indent=2, ensure_ascii=False)


def versions(old: RuleBook, new: RuleBook) -> dict[str, dict[str, str]]:
    """Which two versions these are."""
    return {name: {"version": book.version, "sha256": book.sha256} for name, book in (("old", old), ("new", new))}
