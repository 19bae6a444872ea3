"""`topics.yaml`: its shape, its topics, and what must hold of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from screener.errors import did_you_mean
from screener.logic.condition import ALWAYS
from screener.rulebook.entries import Entry
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.parse import Vocabulary
from screener.rulebook.topic import MEDICINE, OWN_WORDS, PLACEHOLDER, Ask, Line, Topic, Topics, WhilePossible
from screener.rulebook.values import ConditionData, Id, SourceId, Sources, Words

FILLED: Final = "the field of an answer, `{medicines}`, a name of `words`, and `{medicine}` with `each: medicine`"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskEntry(_File):
    """A question for the clinician."""

    id: Id
    text: Words


class LineEntry(_File):
    """One wording: used when `when` is certain and each placeholder has something to say."""

    text: Words
    when: ConditionData | None = None
    sources: list[SourceId] = []


class WhilePossibleEntry(_File):
    """One box for several fail-safe flags of a topic, while none of them is certain."""

    flags: list[Id] = Field(min_length=1)
    title: Words
    text: Words
    sources: Sources


class TopicEntry(_File):
    """One subject that speaks for several flags."""

    id: Id
    title: Words
    priority: int = Field(ge=1, le=1000)
    speaks_for: list[Id] = Field(min_length=1)
    within: list[Id] = []
    each: Literal["medicine"] | None = None
    lines: list[LineEntry] = Field(min_length=1)
    then: list[LineEntry] = []
    ask: list[Id] = []
    while_possible: WhilePossibleEntry | None = None


class TopicsFile(_File):
    """topics.yaml"""

    words: dict[str, list[Id]] = {}
    asks: list[AskEntry] = []
    topics: list[TopicEntry]


def topics_of(file: Entry, vocabulary: Vocabulary) -> Topics:
    """The topics of a file; what is wrong with its conditions and placeholders is noted in its document."""
    reader = _Reader(file, vocabulary)
    return Topics(reader.topics(), reader.asks(), {name: tuple(behind) for name, behind in file.data.words.items()})


class _Reader:
    def __init__(self, file: Entry, vocabulary: Vocabulary) -> None:
        self.file, self.vocabulary = file, vocabulary
        self.fillable = {*vocabulary.fields, *file.data.words, *OWN_WORDS}
        for name in file.data.words:
            if name in vocabulary.fields or name in OWN_WORDS:
                file.problem(f"`{name}` is already what an answer is called; choose another name", "words", name)

    def asks(self) -> dict[str, Ask]:
        found = {}
        for entry in self.once("asks"):
            entry.unfilled("text")
            found[entry.data.id] = entry.made(Ask)
        return found

    def topics(self) -> dict[str, Topic]:
        found = sorted(map(self.topic, self.once("topics")), key=lambda topic: topic.priority)
        return {topic.id: topic for topic in found}

    def once(self, kind: str) -> Iterator[Entry]:
        """The entries of a list; an id given twice is noted."""
        first: dict[str, Entry] = {}
        for entry in self.file.each(kind):
            if first.setdefault(entry.name, entry) is entry:
                yield entry
            else:
                entry.problem(f"`{entry.name}` is given twice", "id")

    def topic(self, entry: Entry) -> Topic:
        each = entry.data.each is not None
        entry.unfilled("title")
        last = entry.data.lines[-1]
        if last.when is not None or (PLACEHOLDER.search(last.text) and not each):
            message = "the last line is for everybody else: it has neither `when` nor placeholders"
            entry.problem(message, "lines", len(entry.data.lines) - 1)
        return entry.made(
            Topic,
            lines=[self.line(line, each) for line in entry.each("lines")],
            then=[self.line(line, each) for line in entry.each("then")],
            each_medicine=each,
            while_possible=self.while_possible(entry.inside("while_possible")),
        )

    def while_possible(self, entry: Entry) -> WhilePossible | None:
        if entry.data is None:
            return None
        entry.unfilled("title", "text")
        return entry.made(WhilePossible)

    def line(self, entry: Entry, each: bool) -> Line:
        when = ALWAYS if entry.data.when is None else entry.condition("when", self.vocabulary)
        entry.filled("text", self.fillable if each else self.fillable - {MEDICINE}, FILLED)
        return entry.made(Line, when=when)


def check_topics(file: Entry, book: Knowledge) -> None:
    """Note the names that do not resolve, and flags that belong to two topics."""
    for name, behind in file.data.words.items():
        _check_names(file, behind, {**book.findings, **book.flags}, "finding or flag", "words", name)
    spoken: dict[str, str] = {}
    for entry in sorted(file.each("topics"), key=lambda entry: entry.data.priority):
        topic: TopicEntry = entry.data
        _check_names(entry, topic.speaks_for, book.flags, "flag", "speaks_for")
        for index, flag in enumerate(topic.speaks_for):
            if flag in spoken:
                message = f"`{flag}` belongs to `{spoken[flag]}` already; a flag has one topic"
                entry.problem(message, "speaks_for", index)
            spoken[flag] = topic.id
        _check_names(entry, topic.within, book.topics.topics, "topic", "within")
        _check_names(entry, topic.ask, book.topics.asks, "question in `asks`", "ask")
        if topic.while_possible is not None:
            _check_while_possible(entry.inside("while_possible"), topic.speaks_for, book)
        for line in (*entry.each("lines"), *entry.each("then")):
            _check_names(line, line.data.sources, book.sources, "source", "sources")


def _check_while_possible(entry: Entry, spoken: list[str], book: Knowledge) -> None:
    for index, name in enumerate(entry.data.flags):
        if name not in spoken:
            entry.problem(f"the topic does not speak for `{name}`{did_you_mean(name, spoken)}", "flags", index)
        elif name in book.flags and not book.flags[name].fail_safe:
            message = f"`{name}` is not shown while it is merely possible: it is not `fail_safe: yes`"
            entry.problem(message, "flags", index)
    _check_names(entry, entry.data.sources, book.sources, "source", "sources")


def _check_names(entry: Entry, names: list[str], known: Mapping[str, Any], what: str, *keys: str) -> None:
    for index, name in enumerate(names):
        if name not in known:
            entry.problem(f"there is no {what} `{name}`{did_you_mean(name, known)}", *keys, index)
