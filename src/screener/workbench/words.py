"""In plain words: conditions, with the labels of the questionnaire, and one entry of the rule book (`rules show`)."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from screener.case.answers import Number
from screener.errors import UsageError, did_you_mean
from screener.logic import condition as c
from screener.report.words import label
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Finding, Flag, Pack, Rule, Source

COMPARED: Final = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}
WIDTH: Final = 100
KINDS: Final = {"class": "class", "name": "name", "qt": "QT mark"}


def in_words(book: RuleBook, condition: c.Condition, nested: bool = False, whole: bool = False) -> str:
    """A condition as a phrase: `type 2 diabetes, and (nausea or poor sleep)`.

    Args:
        nested: in parentheses where it has several parts.
        whole: written out even if it is a term of the rule book; its parts are not.
    """
    if condition in book.named and not whole:
        return f"`{book.named[condition].id}`"
    match condition:
        case c.Not(c.Yes(name)):
            return f"no {label(book, name)}"
        case c.Not(part):
            return f"not: {in_words(book, part, True)}"
        case c.AllOf(()):
            return "always"
        case c.AnyOf(()):
            return "never"
        case c.AllOf(parts) | c.AnyOf(parts):
            text = (" and " if isinstance(condition, c.AllOf) else " or ").join(in_words(book, p, True) for p in parts)
            return f"({text})" if nested and len(parts) > 1 else text
        case c.AtLeast(count, parts):
            return f"at least {count} of ({'; '.join(in_words(book, part, True) for part in parts)})"
        case leaf:
            return _leaf(book, leaf)


def _leaf(book: RuleBook, leaf: c.Condition) -> str:
    """One answer, one medicine match or one finding."""
    match leaf:
        case c.Yes(name):
            return label(book, name)
        case c.Reported(name):
            return f"{label(book, name)} was reported"
        case c.Compare(name, operator, limit):
            return f"{label(book, name)} {COMPARED[operator]} {limit:g}{_unit(book, name)}"
        case c.OneOf(name, options):
            return f"{label(book, name)}: {' or '.join(options)}"
        case c.Takes(marks, months, counts):
            time = f" for {months:g} months" if months else ""
            return f"a medicine with {' or '.join(map(_mark, marks))}{time}" + (" or a time not said" if counts else "")
        case c.Concluded(name):
            return f"`{name}`"
    raise TypeError(f"{leaf} is not a leaf")  # pragma: no cover - every leaf is above


def _unit(book: RuleBook, name: str) -> str:
    kind = book.fields.get(name)
    return f" {kind.unit}" if isinstance(kind, Number) and kind.unit else ""


def _mark(mark: str) -> str:
    kind, _, value = mark.partition(":")
    return f"{KINDS[kind]} {value}"


def show(book: RuleBook, name: str) -> str:
    """An entry in words.

    Raises:
        UsageError: there is no rule, flag, finding, source or pack with this id.
    """
    writers: tuple[tuple[Mapping[str, Any], Callable[[RuleBook, Any], Iterator[str]]], ...] = (
        (book.rule, _rule),
        (book.flags, _flag),
        (book.findings, _finding),
        (book.packs, _pack),
        (book.sources, _source),
    )
    for kind, writer in writers:
        if name in kind:
            return "\n".join(filter(None, writer(book, kind[name])))
    known = [*book.rule, *book.flags, *book.findings, *book.packs, *book.sources, "questionnaire"]
    raise UsageError(f"there is no rule, flag, finding, source or pack `{name}`{did_you_mean(name, known)}")


def _row(word: str, text: str) -> str:
    """A word with a text behind it; nothing where there is no text."""
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=f"  {word:<12}", subsequent_indent=" " * 14)


def _rule(book: RuleBook, rule: Rule) -> Iterator[str]:
    yield f"rule {rule.id} ({rule.place.file}:{rule.place.line})"
    yield _row("concludes", rule.concludes)
    yield _row("when", in_words(book, rule.when))
    yield _row("because", rule.because)
    for word in ("strength", "disagreement", "redundant", "since", "changed"):
        yield _row(word, getattr(rule, word))
    yield from _sources(book, rule.sources)


def _sources(book: RuleBook, cited: tuple[str, ...]) -> Iterator[str]:
    for source in cited:
        yield _row("source", f"{source}: {book.sources[source].title} ({book.sources[source].status})")


def _flag(book: RuleBook, flag: Flag) -> Iterator[str]:
    yield f"flag {flag.id} (pack {flag.pack})"
    yield _row("title", flag.title)
    yield _row("text", flag.explanation)
    yield _row("urgency", flag.urgency)
    for question in flag.ask:
        yield _row("ask", question)
    for word in ("suppresses", "hides"):
        yield _row(word, ", ".join(getattr(flag, word)))
    yield from _rules(book, flag.id)
    yield from _sources(book, flag.sources)


def _finding(book: RuleBook, finding: Finding) -> Iterator[str]:
    yield f"finding {finding.id} (pack {finding.pack})"
    yield _row("title", finding.title)
    yield from _rules(book, finding.id)
    yield from _sources(book, finding.sources)


def _rules(book: RuleBook, name: str) -> Iterator[str]:
    """The rules that conclude it, and those that read it."""
    for rule in book.rules_for[name]:
        yield _row("rule", f"{rule.id}: {in_words(book, rule.when)}")
    for rule in book.rules:
        if name in c.conclusions(rule.when):
            yield _row("read by", rule.id)


def _pack(book: RuleBook, pack: Pack) -> Iterator[str]:
    yield f"pack {pack.id}, version {pack.version}: {pack.title}"
    yield _row("about", pack.about)
    yield _row("applies", in_words(book, pack.applies))
    yield _row("rules", str(sum(rule.pack == pack.id for rule in book.rules)))
    for flag in book.flags.values():
        if flag.pack == pack.id:
            yield _row("flag", f"{flag.id}: {flag.title}")


def _source(book: RuleBook, source: Source) -> Iterator[str]:
    yield f"source {source.id} ({source.kind}, {source.status})"
    yield _row("title", source.title)
    for word in ("detail", "link", "cited_for", "not_encoded"):
        yield _row(word.replace("_", " "), getattr(source, word))
    for rule in book.rules:
        if source.id in rule.sources:
            yield _row("rule", rule.id)
