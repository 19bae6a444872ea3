"""From the entries of rule files to what they say: rules, questions, flags, notes, levels; what is wrong is noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

from screener.case.answers import Kind, Lab, Number
from screener.case.fields import Fields
from screener.data import dataclass
from screener.logic.condition import Condition, fields
from screener.rulebook.document import DataPath, Document
from screener.rulebook.levels import LEVELS, USUAL, Levels
from screener.rulebook.parse import ConditionParser, Vocabulary
from screener.rulebook.question import Implication, Question
from screener.rulebook.rule import MEDICINES, URGENCY, Note, Pack, Rule, RuleCase, effective
from screener.rulebook.wording import LEVEL_TEXTS, Filled, check_placeholders

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Made = TypeVar("Made", bound="DataclassInstance")

NAMES: Final = ("id", "field", "answers")  # what an entry is called by: the first of these that it has
IMPLIED: Final[dict[str, Any]] = {"no": False, "none": (), "not reported": None}  # nothing else can follow silently


@dataclass
class Entry:
    """A parsed entry of a list, with its document and its path in it."""

    pack: str
    data: Any
    document: Document
    path: DataPath

    def problem(self, message: str, *keys: str | int) -> None:
        """Note what is wrong with it, or with what is under these keys."""
        self.document.problem((*self.path, *keys), message)

    def unknown(self, what: str, name: str, known: Iterable[str], *keys: str | int) -> None:
        """Note, under these keys, a name that is not known."""
        self.problem(f"there is no {what} `{name}`{self.document.hints(name, known)}", *keys)

    def filled(self, key: str, names: Collection[str] = (), words: str = "") -> None:
        """Note what is wrong with the placeholders of a text: see `Filled`."""
        check_placeholders(self.document, (*self.path, key), getattr(self.data, key), Filled(key, names, words))

    def unfilled(self, *keys: str) -> None:
        """The same for those of its texts, and lists of texts, which nothing fills."""
        for key in keys:
            value = getattr(self.data, key) or ""
            texts = {(key,): value} if isinstance(value, str) else {(key, at): text for at, text in enumerate(value)}
            for keys_of_text, text in texts.items():
                check_placeholders(self.document, (*self.path, *keys_of_text), text, Filled(key))

    def inside(self, key: str) -> Entry:
        """The entry under a key of it."""
        return replace(self, data=getattr(self.data, key), path=(*self.path, key))

    def each(self, key: str) -> Iterator[Entry]:
        """The entries of the list under a key of it."""
        for index, data in enumerate(getattr(self.data, key)):
            yield replace(self, data=data, path=(*self.path, key, index))

    def condition(self, key: str, vocabulary: Vocabulary) -> Condition:
        """The condition under a key."""
        return ConditionParser(self.document, vocabulary).parse(getattr(self.data, key), (*self.path, key))

    def level(self, levels: Levels) -> str | None:
        """The urgency of a rule or flag, if it is one of the book's."""
        name: str | None = self.data.urgency
        if name is None or name in levels:
            return name
        hint = self.document.hints(name, levels) or f"; the levels are {', '.join(levels)}"
        self.problem(f"there is no urgency level `{name}`{hint}", "urgency")
        return None

    def made(self, cls: type[Made], /, **others: Any) -> Made:
        """What it says as an object of a class: what both have under one name, with tuples for lists, and others."""
        own = {"pack": self.pack, "place": self.document.place(self.path), **dict(self.data), **others}
        values = {name: own[name] for name in cls.__dataclass_fields__ if name in own}
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})

    @property
    def key(self) -> str:
        """The key of its name."""
        return next(key for key in NAMES if getattr(self.data, key, None))

    @property
    def name(self) -> str:
        """Its id, or the field that it is about."""
        return str(getattr(self.data, self.key))


def rule_of(entry: Entry, packs: Mapping[str, Pack], vocabulary: Vocabulary, levels: Levels) -> Rule:
    """A rule, with its condition parsed and its cases read."""
    data = entry.data
    if (data.concludes is None) == (data.urgency is None):
        entry.problem("a rule has either `concludes` or `urgency`", "id")
    elif data.concludes is not None and data.concludes not in vocabulary.conclusions:
        entry.unknown("finding or flag", data.concludes, vocabulary.conclusions, "concludes")
    level = entry.level(levels)
    if level == levels[0]:
        entry.problem(f"no rule concludes `{level}`: it is the urgency where no other level holds", "urgency")
    when = entry.condition("when", vocabulary)
    entry.filled("because", (MEDICINES.strip("{}"),))
    return entry.made(
        Rule,
        concludes=data.concludes or f"{URGENCY}{level or levels[-1]}",
        when=when,
        condition=effective(packs[entry.pack], when),
        cases=tuple(case_of(case, Fields(vocabulary.fields)) for case in entry.each("cases")),
    )


def case_of(entry: Entry, fields: Fields) -> RuleCase:
    """What one of a rule's cases expects."""
    given = [word for word in ("fires", "possible", "silent") if getattr(entry.data, word) is not None]
    if len(given) != 1:
        entry.problem("a case says one of `fires`, `possible` or `silent`")
        return entry.made(RuleCase, expect="silent", answers={})
    return entry.made(RuleCase, expect=given[0], answers=fields.in_own_units(getattr(entry.data, given[0])))


def question_of(entry: Entry, vocabulary: Vocabulary) -> Question:
    """A question with the kind of its field."""
    data = entry.data
    show_if = None if data.show_if is None else entry.condition("show_if", vocabulary)
    kind = vocabulary.fields[data.field]
    check_told(entry, vocabulary)
    return entry.made(
        Question,
        kind=kind,
        show_if=show_if,
        usual=usual_of(entry, vocabulary),
        screen=data.screen or "",
        units=tuple(data.units) or units_of(kind),
    )


def check_told(entry: Entry, vocabulary: Vocabulary) -> None:
    """Note what is wrong with the fields that an answer gives away."""
    for index, name in enumerate(entry.data.tells_of):
        if name not in vocabulary.fields:
            entry.unknown("field", name, vocabulary.fields, "tells_of", index)
        elif name == entry.data.field:
            entry.problem("an answer tells of other fields, not of its own", "tells_of", index)


def usual_of(entry: Entry, vocabulary: Vocabulary) -> Condition | None:
    """The usual range of a number, as a condition on it."""
    name, data = entry.data.field, entry.data.usual
    kind = vocabulary.fields[name]
    if data is None:
        return None
    if not isinstance(kind, Number):
        entry.problem(f"only a number has a usual range, and `{name}` is none", "usual")
        return None
    return ConditionParser(entry.document, vocabulary).number(name, kind, data, (*entry.path, "usual"))


def note_of(entry: Entry, vocabulary: Vocabulary) -> Note:
    """A note shown with flags, or a remark on answers, which can name those that call for it."""
    data = entry.data
    when = None if data.when is None else entry.condition("when", vocabulary)
    if when is not None and data.beside:
        entry.problem("a note is shown with flags (`beside:`) or for some answers (`when:`), not both", "when")
    entry.filled("text") if when is None else entry.filled("text", fields(when), "the answers that its `when` reads")
    return entry.made(Note, when=when)


def implication_of(entry: Entry, vocabulary: Vocabulary) -> Implication:
    """Answers that follow from others."""
    when = entry.condition("when", vocabulary)
    answers = {name: IMPLIED[word] for name, word in entry.data.answers.items()}
    return entry.made(Implication, when=when, answers=answers)


def units_of(kind: Kind) -> tuple[str, ...]:
    """The units that people choose from where a question does not say it: all of a laboratory value's."""
    return tuple(kind.analyte.factors) if isinstance(kind, Lab) else ()


def levels_of(entries: Sequence[Entry]) -> Levels:
    """The levels of a book; the program's own five where it names none. What is wrong is noted on the entries."""
    if not entries:
        return LEVELS
    first = entries[0]
    if first.data.like != USUAL[0]:
        first.problem(f"the first level says that nothing is urgent: `like: {USUAL[0]}`", "like")
    if len(entries) < 2:
        first.problem("a book with levels has at least two; without `levels` it has the program's own", "id")
    for before, entry in pairwise(entries):
        if entry.data.like == USUAL[0]:
            entry.problem(f"only the first level is like `{USUAL[0]}`", "like")
        elif USUAL.index(entry.data.like) < USUAL.index(before.data.like):
            above = f"`{before.name}` before it is like `{before.data.like}`"
            entry.problem(f"the least urgent level comes first, and {above}", "like")
    for entry in entries:
        if entry.name in USUAL and entry.name != entry.data.like:
            entry.problem(f"`{entry.name}` is a level of the program; call yours something else", "id")
    return Levels({entry.name: entry.data.like for entry in entries})


def words_of(entries: Iterable[Entry], texts: Mapping[str, str]) -> dict[str, str]:
    """The words of the levels as texts of the book, such as `title-today`.

    Args:
        entries: the levels.
        texts: of `texts.yaml`; a text that is in both is noted.
    """
    found: dict[str, str] = {}
    for entry in entries:
        for key, kind in LEVEL_TEXTS.items():
            if words := " ".join(getattr(entry.data, key).split()):
                name = f"{kind}-{entry.name}"
                if name in texts:
                    entry.problem(f"`{name}` is in `texts.yaml`, too; say it in one place", key)
                found[name] = words
    return found
