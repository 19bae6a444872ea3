"""`screener rules diff`: two versions of a rule book compared by what they mean, and by what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from json import dumps
from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.rulebook.review.items import entries
from screener.workbench.prove.prove import many, written
from screener.workbench.space.diagrams import Diagram, Diagrams
from screener.workbench.space.space import Space
from screener.workbench.space.variables import VariableLayout

PASSED_OVER: Final = frozenset({"place", "condition"})  # where something is does not matter for what it says
# in the order in which changes are told, with the words for those that are called in another way
KINDS: Final = (
    "book", "pack", "rule", "finding", "flag", "note", "setting", "term", "source", "question", "screen", "implication",
    "topic", "ask", "words", "text", "measure", "result", "taken", "computed", "medicine", "class", "list",
)  # fmt: skip
CALLED: Final = {
    "ask": "question for the clinician", "measure": "measure of records", "result": "result of records",
    "taken": "medicines of records", "computed": "computed from records",
}  # fmt: skip
# the parts of entries that people read
PARTS: Final = frozenset(
    {"title", "explanation", "ask", "because", "text", "label", "help", "why", "statement", "about", "hides_because",
     "strength", "disagreement", "meaning", "section", "hint"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextChange:
    """One entry that was added, taken out, or changed in some parts."""

    kind: str
    id: str
    change: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.change}" + (f" ({', '.join(self.parts)})" if self.parts else "")


@dataclass(frozen=True, slots=True)
class Wording:
    """One text that is another one.

    Attributes:
        only: whether nothing else of the entry changed.
    """

    kind: str
    id: str
    part: str
    before: str
    after: str
    only: bool


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
    diagrams = Diagrams(VariableLayout((old, new)))
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


def text_changes(old: RuleBook, new: RuleBook) -> list[TextChange]:
    """Every entry that is not the same in both versions."""
    before, after = entries(old), entries(new)
    return [change for kind in KINDS for change in _changes(CALLED.get(kind, kind), before[kind], after[kind])]


def _changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[TextChange]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield TextChange(kind, name, "taken out")
        elif name not in old:
            yield TextChange(kind, name, "added")
        elif parts := _parts(old[name], new[name]):
            yield TextChange(kind, name, "changed", parts)


def _parts(old: Any, new: Any) -> tuple[str, ...]:
    if not is_dataclass(old):
        part = "text" if isinstance(old, str) else "words"
        return (part,) if old != new else ()
    names = (each.name for each in fields(old) if each.name not in PASSED_OVER)
    return tuple(name for name in names if _said(getattr(old, name)) != _said(getattr(new, name)))


def _said(value: Any) -> Any:
    """A value without the places in it."""
    if isinstance(value, tuple):
        return tuple(_said(item) for item in value)
    if is_dataclass(value) and hasattr(value, "place"):
        return tuple(repr(getattr(value, each.name)) for each in fields(value) if each.name not in PASSED_OVER)
    return value


def wordings(old: RuleBook, new: RuleBook, changes: Iterable[TextChange]) -> list[Wording]:
    """The texts that changed in entries that both versions have."""
    before, after = ({CALLED.get(kind, kind): found for kind, found in entries(book).items()} for book in (old, new))
    return [
        Wording(
            each.kind,
            each.id,
            part,
            _text(before[each.kind][each.id], part),
            _text(after[each.kind][each.id], part),
            set(each.parts) <= PARTS,
        )
        for each in changes
        if each.change == "changed"
        for part in each.parts
        if part in PARTS
    ]


def _text(entry: Any, part: str) -> str:
    found = entry if isinstance(entry, str) else getattr(entry, part)
    return " / ".join(map(str, found)) if isinstance(found, tuple) else " ".join(str(found).split())


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
