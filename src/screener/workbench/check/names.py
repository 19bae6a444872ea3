"""Lint of names: what is defined and never used, asked and never read, or cited by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from screener.case.answers import OwnWords
from screener.logic.condition import fields
from screener.records.when import LIMITS
from screener.rulebook.book import RuleBook
from screener.workbench.places import Places, inside
from screener.workbench.problem import Problem, problem

SAYS_SO: Final = "no rule"  # in the `why` of a question that no rule reads yet


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is odd about the names in a rule book."""
    yield from _questions(book, places)
    yield from _sources(book, places)
    yield from _settings(book, places)
    yield from _terms(book, places)


def _questions(book: RuleBook, places: Places) -> Iterator[Problem]:
    """A question that no rule reads must say so."""
    asked_for = {name for question in book.questions.values() if question.show_if for name in fields(question.show_if)}
    read = book.fields_read | asked_for | book.fields_remarked
    for question in book.questions.values():
        if isinstance(question.kind, OwnWords):
            continue  # for people to read
        if question.field not in read and not question.with_results and SAYS_SO not in question.why.lower():
            message = f"no rule reads `{question.field}`; write a rule, or say `No rule uses it yet.` in `why`"
            yield problem(places.at("questions", question.field, "field"), message, "unread-question")


def cited_by(book: RuleBook) -> dict[str, list[str]]:
    """For each source, everything that cites it, as `kind id`."""
    found: dict[str, list[str]] = {name: [] for name in book.sources}
    kinds: list[tuple[str, Any]] = [
        ("rule", book.rules), ("finding", book.findings.values()), ("flag", book.flags.values()), ("note", book.notes),
        ("setting", book.settings.values()), ("term", book.terms.values()), ("question", book.questions.values()),
    ]  # fmt: skip
    for kind, entries in kinds:
        for entry in entries:
            for source in dict.fromkeys(entry.sources):
                found[source].append(f"{kind} {getattr(entry, 'id', None) or entry.field}")
    return found


def _sources(book: RuleBook, places: Places) -> Iterator[Problem]:
    """Every source is cited, or says why not; never both."""
    for name, citing in cited_by(book).items():
        reason = book.sources[name].not_encoded
        if citing and reason:
            message = f"`{name}` is cited by {citing[0]} and also says why it is not encoded; take one of them out"
            yield problem(places.at("sources", name, "not_encoded"), message, "source")
        elif not citing and not reason:
            message = f"nothing cites `{name}`; cite it, or say why not in `not_encoded`"
            yield problem(places.at("sources", name, "id"), message, "source")
    for kind in ("rules", "terms", "findings", "flags", "notes", "settings", "questions"):
        yield from _twice(kind, places)


def _twice(kind: str, places: Places) -> Iterator[Problem]:
    """A source that one entry cites twice."""
    for found, name in [key for key in places.entries if key[0] == kind]:
        cited = places.data(found, name).get("sources")
        for source, count in Counter(cited or ()).items():
            if count > 1:
                place = places.at(kind, name, "sources", len(cited) - 1 - cited[::-1].index(source))
                yield problem(place, f"`{name}` cites `{source}` twice", "source", "warning")


def _settings(book: RuleBook, places: Places) -> Iterator[Problem]:
    """A named limit that is never used."""
    used = {text for condition in places.all_conditions for _, text in inside(condition) if isinstance(text, str)}
    used |= {f"${name}" for name in (*book.records.settings, *LIMITS)}
    for name in book.settings:
        if f"${name}" not in used:
            yield problem(places.at("settings", name, "id"), f"no condition uses `${name}`", "setting")


def _terms(book: RuleBook, places: Places) -> Iterator[Problem]:
    """A term that no condition refers to."""
    for name in book.terms.keys() - places.terms_used:
        yield problem(places.at("terms", name, "id"), f"nothing refers to the term `{name}`", "term")


def topics(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What is odd about the topics; a book without them is fine: each flag is then a topic of its own."""
    known = book.topics.topics.values()
    if not known:
        return
    spoken = {flag for topic in known for flag in topic.speaks_for}
    for flag in book.flags:
        if flag not in spoken:
            message = f"no topic speaks for `{flag}`, so it is a topic of its own; name it in `topics.yaml`"
            yield problem(places.at("flags", flag, "id"), message, "topic", "warning")
    lines = [line for topic in known for line in (*topic.lines, *topic.then)]
    filled = {name for line in lines for name in line.placeholders}
    asked = {name for topic in known for name in topic.ask}
    asked |= {name for flag in book.flags.values() for name in flag.ask}
    for name in book.topics.asks:
        if name not in asked:
            yield problem(places.at("asks", name, "id"), f"no topic and no flag asks `{name}`", "topic", "warning")
    for name in book.topics.words:
        if name not in filled:
            place = places.at("topics", next(iter(book.topics.topics)), "id")
            yield problem(place, f"no line uses {{{name}}}", "topic", "warning")
