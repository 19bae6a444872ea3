"""What two versions of a rule book say differently: entries added and taken out, and parts and texts that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from screener.rulebook.book import RuleBook

PASSED_OVER: Final = frozenset({"place", "condition"})  # where something is does not matter for what it says
# the parts of entries that people read
PARTS: Final = frozenset(
    {"title", "explanation", "ask", "because", "text", "label", "help", "why", "statement", "about", "hides_because",
     "strength", "disagreement", "meaning", "section"}
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


def text_changes(old: RuleBook, new: RuleBook) -> list[TextChange]:
    """Every entry that is not the same in both versions."""
    before, after = entries(old), entries(new)
    return [change for kind in before for change in _changes(kind, before[kind], after[kind])]


def entries(book: RuleBook) -> dict[str, Mapping[str, Any]]:
    """Everything that a book is made of, by kind and id."""
    return {
        "pack": book.packs,
        "rule": book.rule,
        "finding": book.findings,
        "flag": book.flags,
        "note": {note.id: note for note in book.notes},
        "setting": book.settings,
        "term": book.terms,
        "source": book.sources,
        "question": book.questions,
        "topic": book.topics.topics,
        "question for the clinician": book.topics.asks,
        "text": book.texts,
        "measure of records": book.records.measures,
        "result of records": {result.field: result for result in book.records.results},
        "medicines of records": {taken.answers: taken for taken in book.records.medicines},
        "computed from records": {computed.field: computed for computed in book.records.computed},
        "medicine": {entry.generic: entry for entry in book.medicines.entries},
    }


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
        return ("text",) if old != new else ()
    names = (each.name for each in fields(old) if each.name not in PASSED_OVER)
    return tuple(name for name in names if _said(getattr(old, name)) != _said(getattr(new, name)))


def _said(value: Any) -> Any:
    """A value without the places in it."""
    if isinstance(value, tuple):
        return tuple(_said(item) for item in value)
    if is_dataclass(value) and hasattr(value, "place"):
        return tuple(repr(getattr(value, each.name)) for each in fields(value) if each.name not in PASSED_OVER)
    return value


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


def wordings(old: RuleBook, new: RuleBook, changes: Iterable[TextChange]) -> list[Wording]:
    """The texts that changed in entries that both versions have."""
    before, after = entries(old), entries(new)
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
