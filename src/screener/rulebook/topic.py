"""Topics: what one person reads. A topic speaks for several flags, in one or two lines chosen by the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final

from screener.data import dataclass
from screener.logic.condition import ALWAYS, Condition
from screener.rulebook.rule import NOWHERE, Flag, Place

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
MEDICINE: Final = "medicine"  # the one medicine that a line of an `each: medicine` topic is about
MEDICINES: Final = "medicines"  # the medicines behind the topic's raised flags
OWN_WORDS: Final = (MEDICINE, MEDICINES)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for the clinician, with an id: under two flags it is still one question."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One wording of a topic: used when its condition is certain and all its placeholders have something to say."""

    text: str
    sources: tuple[str, ...] = ()
    when: Condition = ALWAYS
    place: Place = NOWHERE

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names in braces, in order."""
        return tuple(PLACEHOLDER.findall(self.text))


@dataclass(frozen=True, slots=True)
class WhilePossible:
    """What is said instead of several fail-safe flags while none of them is certain.

    Attributes:
        flags: fail-safe flags of the topic.
    """

    flags: tuple[str, ...]
    title: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject that speaks for several flags.

    Attributes:
        priority: topics of the same urgency are read in this order, smallest first.
        speaks_for: the flags, each of which belongs to exactly one topic.
        within: topics that this one takes in when both are raised.
        lines: the first of these that applies is shown.
        then: the first of these that applies, if any, follows it.
        ask: ids of questions for the clinician, the most useful first.
        each_medicine: whether the lines are said for each medicine behind the flags.
        while_possible: what is said of some of its flags where all is told, while they are merely possible.
    """

    id: str
    title: str
    priority: int
    speaks_for: tuple[str, ...]
    within: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    then: tuple[Line, ...] = ()
    ask: tuple[str, ...] = ()
    each_medicine: bool = False
    while_possible: WhilePossible | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Topics:
    """The topics of a book.

    Attributes:
        topics: by id, in order of priority.
        asks: the questions for the clinician, by id.
        words: what a placeholder of the book's own is filled with: the answers behind these findings and flags.
    """

    topics: Mapping[str, Topic] = field(default_factory=dict)
    asks: Mapping[str, Ask] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def complete(self, flags: Mapping[str, Flag]) -> dict[str, Topic]:
        """Every topic, in order of priority; a flag that no topic names is a topic of its own, after the others."""
        spoken = {flag for topic in self.topics.values() for flag in topic.speaks_for}
        last = max((topic.priority for topic in self.topics.values()), default=0)
        own = (flag for flag in flags.values() if flag.id not in spoken)
        return {**self.topics, **{flag.id: own_topic(flag, last + 1) for flag in own}}

    def question(self, ask: str) -> str:
        """The text of a question for the clinician: by its id, or as it is written in a flag."""
        found = self.asks.get(ask)
        return found.text if found else ask


def own_topic(flag: Flag, priority: int) -> Topic:
    """The topic of a flag that no topic names: its title, and the first sentence of its explanation."""
    first = sentences(flag.explanation)[:1]
    lines = tuple(Line(text, flag.sources) for text in first)
    return Topic(flag.id, flag.title, priority, (flag.id,), lines=lines, ask=flag.ask)


def sentences(text: str) -> list[str]:
    """A text as sentences."""
    return [part for part in _SENTENCE.split(" ".join(text.split())) if part]
