"""From one entry of a rule file to what it says: a rule, a question, a flag, a note; what is wrong is noted on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import BaseModel

from screener.case.answers import Kind, Lab, Number
from screener.case.fields import Fields
from screener.data import dataclass
from screener.logic.condition import Condition, fields
from screener.rulebook import files
from screener.rulebook.document import DataPath, Document
from screener.rulebook.levels import Levels
from screener.rulebook.parse import ConditionParser, Vocabulary
from screener.rulebook.placeholders import Filled, check_placeholders
from screener.rulebook.question import Implication, Question
from screener.rulebook.rule import MEDICINES, URGENCY, Case, Flag, Note, Pack, Rule, Setting, effective

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

    def filled(self, key: str, names: Collection[str] = (), words: str = "") -> None:
        """Note what is wrong with the placeholders of a text: see `Filled`."""
        check_placeholders(self.document, (*self.path, key), getattr(self.data, key), Filled(key, names, words))

    @property
    def name(self) -> str:
        """Its id, or the field that it is about."""
        return next(str(name) for key in NAMES if (name := getattr(self.data, key, None)))


def rule_of(entry: Entry, packs: Mapping[str, Pack], vocabulary: Vocabulary, levels: Levels) -> Rule:
    """A rule, with its condition parsed and its cases read."""
    data = entry.data
    if (data.concludes is None) == (data.urgency is None):
        entry.problem("a rule has either `concludes` or `urgency`", "id")
    elif data.concludes is not None and data.concludes not in vocabulary.conclusions:
        hint = entry.document.hint(data.concludes, vocabulary.conclusions)
        entry.problem(f"there is no finding or flag `{data.concludes}`{hint}", "concludes")
    level = level_of(entry, levels)
    if level == levels[0]:
        entry.problem(f"no rule concludes `{level}`: it is the urgency where no other level holds", "urgency")
    when = condition_of(entry, data.when, "when", vocabulary)
    entry.filled("because", (MEDICINES.strip("{}"),))
    return Rule(
        id=data.id,
        pack=entry.pack,
        concludes=data.concludes or f"{URGENCY}{level or levels[-1]}",
        when=when,
        condition=effective(packs[entry.pack], when),
        because=data.because,
        sources=tuple(data.sources),
        place=entry.document.place(entry.path),
        strength=data.strength,
        disagreement=data.disagreement,
        cases=tuple(case_of(entry, case, index, Fields(vocabulary.fields)) for index, case in enumerate(data.cases)),
        redundant=data.redundant,
        instead_of=tuple(data.instead_of),
        since=data.since,
        changed=data.changed,
    )


def case_of(entry: Entry, case: files.CaseEntry, index: int, fields: Fields) -> Case:
    """What one of a rule's cases expects."""
    given = [word for word in ("fires", "possible", "silent") if getattr(case, word) is not None]
    path = (*entry.path, "cases", index)
    if len(given) != 1:
        entry.document.problem(path, "a case says one of `fires`, `possible` or `silent`")
        return Case("silent", {}, entry.document.place(path))
    word: Any = given[0]
    return Case(word, fields.in_own_units(getattr(case, word)), entry.document.place(path), tuple(case.reasons))


def question_of(entry: Entry, vocabulary: Vocabulary) -> Question:
    """A question with the kind of its field."""
    data = entry.data
    show_if = None if data.show_if is None else condition_of(entry, data.show_if, "show_if", vocabulary)
    return Question(
        field=data.field,
        section=data.section,
        label=data.label,
        ask=data.ask,
        why=data.why,
        help=data.help,
        show_if=show_if,
        sources=tuple(data.sources),
        place=entry.document.place(entry.path),
        always=data.always,
        asked=data.asked,
        screen=data.screen or "",
        statement=data.statement,
        units=tuple(data.units) or units_of(vocabulary.fields[data.field]),
        checkable=data.checkable,
        red_flag=data.red_flag,
        with_results=data.with_results,
        kind=vocabulary.fields[data.field],
        usual=usual_of(entry, vocabulary),
        guarded=data.guarded,
        tells_of=told_of(entry, vocabulary),
    )


def told_of(entry: Entry, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The fields that an answer gives away."""
    for index, name in enumerate(entry.data.tells_of):
        if name not in vocabulary.fields:
            hint = entry.document.hint(name, vocabulary.fields)
            entry.problem(f"there is no field `{name}`{hint}", "tells_of", index)
        elif name == entry.data.field:
            entry.problem("an answer tells of other fields, not of its own", "tells_of", index)
    return tuple(entry.data.tells_of)


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
    when = None if data.when is None else condition_of(entry, data.when, "when", vocabulary)
    if when is not None and data.beside:
        entry.problem("a note is shown with flags (`beside:`) or for some answers (`when:`), not both", "when")
    entry.filled("text") if when is None else entry.filled("text", fields(when), "the answers that its `when` reads")
    return Note(pack=entry.pack, **{**fields_of_entry(data), "when": when})


def implication_of(entry: Entry, vocabulary: Vocabulary) -> Implication:
    """Answers that follow from others."""
    when = condition_of(entry, entry.data.when, "when", vocabulary)
    answers = {name: IMPLIED[word] for name, word in entry.data.answers.items()}
    return Implication(entry.data.id, when, answers)


def condition_of(entry: Entry, data: Any, key: str, vocabulary: Vocabulary) -> Condition:
    """The condition under a key of an entry."""
    return ConditionParser(entry.document, vocabulary).parse(data, (*entry.path, key))


def units_of(kind: Kind) -> tuple[str, ...]:
    """The units that people choose from where a question does not say it: all of a laboratory value's."""
    return tuple(kind.analyte.factors) if isinstance(kind, Lab) else ()


def setting_of(data: files.SettingEntry) -> Setting:
    """A limit with its meaning."""
    return Setting(data.id, float(data.value), data.unit, data.meaning, tuple(data.sources))


def flag_of(entry: Entry, levels: Levels) -> Flag:
    """A flag."""
    urgency = level_of(entry, levels) or levels[0]
    return Flag(pack=entry.pack, **{**fields_of_entry(entry.data), "urgency": urgency})


def level_of(entry: Entry, levels: Levels) -> str | None:
    """The urgency of a rule or flag, if it is one of the book's."""
    name: str | None = entry.data.urgency
    if name is None or name in levels:
        return name
    hint = entry.document.hint(name, levels) or f"; the levels are {', '.join(levels)}"
    entry.problem(f"there is no urgency level `{name}`{hint}", "urgency")
    return None


def fields_of_entry(data: BaseModel) -> dict[str, Any]:
    """The entry's fields, with tuples for lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.model_dump().items()}
