"""What of a rule book can be reviewed, item by item, and how each is spelled: its meaning and its wording, no more.

An item is one entry: a rule, a flag, a question, a text. It is spelled as lines `key: value` in one way only, whatever
file it is in and however that is written, and its hash is that of the lines. What an entry says is in it, with
limits and terms written out, and with the questions whose answers its conditions read; a finding, a flag, a class of
medicines or a source that it names is an item of its own, which it names by its id. What has its default
value is not spelled, so a key that is new in the program reopens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from screener.case.answers import Choice, Kind, Lab, Medicines, Number, OneUnitLab, OwnWords, Text, YesNo
from screener.case.units import Analyte
from screener.data import dataclass
from screener.logic.condition import Condition
from screener.logic.condition import fields as fields_of
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.medicine.lookup import lists_of
from screener.rulebook.review import spelled

KINDS: Final = (
    "book", "pack", "rule", "finding", "flag", "topic", "ask", "words", "note", "text", "question", "screen",
    "implication", "term", "setting", "source", "measure", "result", "taken", "computed", "medicine", "class", "list",
)  # fmt: skip
"""What items there are; an item is called by its kind and its id, such as `rule safety-emergency-chest-pain`."""
# where something is, what follows from the rest, and what only says which version it is
NOT_SAID: Final = frozenset({"id", "place", "condition", "cases", "version", "since", "changed"})
PACKED: Final = frozenset({"rule", "note"})  # these hold only where their pack applies, so it is part of their meaning
ORDERED: Final = frozenset({"ask", "options", "lines", "then", "levels"})  # lists of which the order is said, too
ANSWERS: Final[dict[type[Kind], str]] = {
    YesNo: "yes or no", Choice: "choice", Text: "text", OwnWords: "own words", Number: "number", Lab: "lab",
    OneUnitLab: "lab, one unit", Medicines: "medicines",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be reviewed.

    Attributes:
        kind: one of `KINDS`.
        id: of the entry; of a text its key.
        lines: what it says; the first line is its name.
        pack: the pack it is in, if any.
    """

    kind: str
    id: str
    lines: tuple[str, ...]
    pack: str = ""

    @property
    def name(self) -> str:
        """The kind and the id."""
        return self.lines[0]

    @property
    def hash(self) -> str:
        """Of its meaning and wording."""
        return hash_of(self.lines)


@dataclass(frozen=True, slots=True)
class Header:
    """What a book says of itself, and its levels of urgency, each with what it is like."""

    title: str
    about: str
    language: str
    levels: tuple[tuple[str, str], ...]


def hash_of(lines: tuple[str, ...] | list[str]) -> str:
    """The hash of what an item says, line by line: SHA-256, as hexadecimal digits."""
    return sha256("\n".join(lines).encode()).hexdigest()


def items_of(book: Knowledge) -> dict[str, Item]:
    """Every item of a book by its name, in the order of `KINDS`; of the packs that are active."""
    return {item.name: item for item in _items(book)}


def _items(book: Knowledge) -> Iterator[Item]:
    for kind, found in entries(book).items():
        for name, entry in found.items():
            pack = getattr(entry, "pack", name if kind == "pack" else "")
            if (not pack or pack in book.packs) and (entry or kind != "text"):
                yield Item(kind, name, (f"{kind} {name}", *_lines(kind, entry), *_asked(book, kind, entry)), pack)


def entries(book: Knowledge) -> dict[str, Mapping[str, Any]]:
    """Everything that a book is made of, by kind and id."""
    lists = lists_of(book.medicines.lexicon)
    classes = lists.pop("classes")
    subject, levels = book.subject, tuple(book.levels.likes.items())
    return {
        "book": {"book": Header(subject.title, subject.about, subject.language, levels)},
        "pack": book.packs,
        "rule": book.rule,
        "finding": book.findings,
        "flag": book.flags,
        "topic": book.topics.topics,
        "ask": book.topics.asks,
        "words": book.topics.words,
        "note": {note.id: note for note in book.notes},
        "text": book.texts,
        "question": book.questions,
        "screen": book.screens,
        "implication": {each.id: each for each in book.implications},
        "term": book.terms,
        "setting": book.settings,
        "source": book.sources,
        "measure": book.records.measures,
        "result": {each.field: each for each in book.records.results},
        "taken": {each.answers: each for each in book.records.medicines},
        "computed": {each.field: each for each in book.records.computed},
        "medicine": {each.generic: each for each in book.medicines.entries},
        "class": classes,
        "list": {name: words for name, words in lists.items() if words},
    }


def _lines(kind: str, entry: Any) -> Iterator[str]:
    """What an entry says itself."""
    if is_dataclass(entry):
        yield from _said(entry, "", NOT_SAID if kind in PACKED else NOT_SAID | {"pack"})
    else:
        yield from _value(kind, entry)


def _said(entry: Any, lead: str = "", passed_over: frozenset[str] = NOT_SAID) -> Iterator[str]:
    """The parts of an entry that differ from their defaults."""
    for part in fields(entry):
        value = getattr(entry, part.name)
        if part.name not in passed_over and value != _left_out(part) and not _is_made_up(entry, part.name):
            yield from _value(f"{lead}{part.name}", value)


def _left_out(part: Field[Any]) -> Any:
    return part.default_factory() if part.default_factory is not MISSING else part.default


def _is_made_up(entry: Any, part: str) -> bool:
    """Whether it is the example of an analyte that the book gives none."""
    return isinstance(entry, Analyte) and part == "example" and entry.example in {f"1 {unit}" for unit in entry.factors}


def _value(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Condition):
        yield f"{key}: {spelled.condition(value)}"
    elif isinstance(value, Kind):
        yield f"{key}: {ANSWERS[type(value)]}"
        yield from _said(value, f"{key} ")
    elif is_dataclass(value):
        yield from _said(value, f"{key} ")
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from _value(f"{key} {spelled.word(name)}", value[name])
    elif isinstance(value, tuple | list | frozenset):
        yield from _several(key, value) if value else (f"{key}: nothing",)
    else:
        yield f"{key}: {_plain(value)}"


def _several(key: str, values: Any) -> Iterator[str]:
    """One line for each member of a list; numbered where the order is said, too, and a member has several lines."""
    ordered = key.rpartition(" ")[2] in ORDERED
    if ordered and any(is_dataclass(value) for value in values):
        for number, value in enumerate(values, 1):
            yield from _value(f"{key} {number}", value)
        return
    lines = [f"{key}: {_plain(value)}" for value in values]
    yield from lines if ordered else sorted(lines)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return spelled.number(value)
    if isinstance(value, tuple | list):
        return ", ".join(spelled.word(_plain(part)) for part in value)
    return "none" if value is None else spelled.text(str(value))


def _asked(book: Knowledge, kind: str, entry: Any) -> Iterator[str]:
    """The questions whose answers the entry's conditions read: an answer means what was asked."""
    own = entry.field if kind == "question" else ""
    for name in sorted({field for found in _conditions(entry) for field in fields_of(found)} - {own}):
        question = book.questions.get(name)
        for text in dict.fromkeys((question.ask, question.statement)) if question else ():
            if text:
                yield f"asked {name}: {spelled.text(text)}"


def _conditions(thing: Any) -> Iterator[Condition]:
    if isinstance(thing, Condition):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _conditions(part)
    elif is_dataclass(thing) and not isinstance(thing, Kind):
        for part in fields(thing):
            if part.name not in NOT_SAID:
                yield from _conditions(getattr(thing, part.name))
