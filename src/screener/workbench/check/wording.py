"""Lint of wording: the reading level, and words that must never be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from screener.case.answers import Lab
from screener.rulebook.book import RuleBook
from screener.rulebook.topic import PLACEHOLDER
from screener.rulebook.wording import unfilled
from screener.saying import ENGLISH, plain
from screener.workbench.check.reading_level import grade, words
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem

HARDEST: Final = 8.0  # a US school year: readers of about 13
LONG_ENOUGH: Final = 12  # words; the grade of less is mostly chance
HARDEST_SHORT: Final = 14.0  # for five to eleven words
SHORTEST: Final = 5
FORBIDDEN: Final = {
    r"\bdiagnos\w*": "names a diagnosis",
    r"\bdeficien\w*": "names a diagnosis",
    r"(?<!do )(?<!did )(?<!if )(?<!whether )\byou (?:probably |likely |do )?have (?!no\b|not\b|to\b|any\b)": (
        "says what someone has"
    ),
    r"\byou (?:may|might|could) (?:well )?have (?:low|too little|a lack|not enough|high)\b": "says what someone has",
    r"\btreat(?!y|ies)\w*": "speaks of treatment",
    r"%|\bper ?cent\b": "gives a percentage",
    r"\b\d+(?:\.\d+)?\s?(?:mg|mcg|µg|g|grams?)\b(?!/)": "gives a dose",
    r"\b(?:start|stop) taking\b": "tells someone to change a medicine",
    r"\bpositive screen\b": "sounds like a test result",
}
DENIAL: Final = re.compile(r"\bdoes not diagnose or treat\b", re.IGNORECASE)
_FORBIDDEN: Final = [(re.compile(pattern, re.IGNORECASE), why) for pattern, why in FORBIDDEN.items()]


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is wrong with the texts that people are shown."""
    # names that a reader of this book meets all the time: its title, what laboratories measure, and medicines
    measured = (kind.analyte.name for kind in book.fields.values() if isinstance(kind, Lab))
    medicines = (name for entry in book.medicines.entries for name in entry.names)
    names = frozenset([book.subject.title, *measured, *medicines])
    for key, message in unfilled(book.texts):
        if ("texts", key) in places.entries:
            yield problem(places.at("texts", key), message, "text", "warning")
    for kind, name, keys, text in shown(book) if is_checked(book.subject.language) else ():
        if (kind, name) not in places.entries:
            continue
        place = places.at(kind, name, *keys)
        for pattern, why in _FORBIDDEN:
            if match := pattern.search(DENIAL.sub("", text)):
                yield problem(place, f"`{match.group().strip()}` {why}; use other words", "forbidden-word")
        count = len(words(text))
        limit = HARDEST if count >= LONG_ENOUGH else HARDEST_SHORT
        if count >= SHORTEST and (found := grade(text, names)) > limit:
            message = f"hard to read: school year {found:.1f}, at most {limit:g}; use shorter words and sentences"
            yield problem(place, message, "reading-level", "warning")


def is_checked(language: str) -> bool:
    """Whether the words of a language are known here: how hard they are, and which must not be shown."""
    return plain(language) == ENGLISH


def shown(book: RuleBook) -> Iterator[tuple[str, str, tuple[str | int, ...], str]]:
    """Every text for people: the kind and id of its entry, its keys there, and the text."""
    for rule in book.rules:
        yield "rules", rule.id, ("because",), rule.because
    for finding in book.findings.values():
        yield "findings", finding.id, ("title",), finding.title
    for flag in book.flags.values():
        yield "flags", flag.id, ("title",), flag.title
        yield "flags", flag.id, ("explanation",), flag.explanation
        if flag.hides_because:
            yield "flags", flag.id, ("hides_because",), flag.hides_because
        yield from (("flags", flag.id, ("ask", number), text) for number, text in enumerate(flag.ask))
    for note in book.notes:
        yield "notes", note.id, ("text",), PLACEHOLDER.sub("this", note.text)
    for question in book.questions.values():
        yield "questions", question.field, ("label",), question.label
        yield "questions", question.field, ("ask",), " ".join([question.ask, question.why, question.help])
        yield "questions", question.field, ("statement",), question.statement
    for screen in book.screens.values():
        yield "screens", screen.id, ("ask",), f"{screen.ask} {screen.hint}".strip()
    yield from _topics(book)
    yield from (("texts", key, (), text) for key, text in book.texts.items())


def _topics(book: RuleBook) -> Iterator[tuple[str, str, tuple[str | int, ...], str]]:
    """The lines of the topics, with a word for each placeholder, and the questions for the clinician."""
    for topic in book.topics.topics.values():
        yield "topics", topic.id, ("title",), topic.title
        if topic.while_possible is not None:
            yield "topics", topic.id, ("while_possible", "title"), topic.while_possible.title
            yield "topics", topic.id, ("while_possible", "text"), topic.while_possible.text
        for key, lines in (("lines", topic.lines), ("then", topic.then)):
            for number, line in enumerate(lines):
                yield "topics", topic.id, (key, number, "text"), PLACEHOLDER.sub("this", line.text)
    for ask in book.topics.asks.values():
        yield "asks", ask.id, ("text",), ask.text
