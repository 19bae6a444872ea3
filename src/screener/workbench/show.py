"""`screener rules show`: one entry of the rule book in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from screener.errors import UsageError, did_you_mean
from screener.logic.condition import conclusions
from screener.rulebook.book import RuleBook
from screener.workbench.words import in_words

WIDTH = 100


def show(book: RuleBook, name: str) -> str:
    """An entry in words.

    Raises:
        UsageError: there is no rule, flag, finding, source or pack with this id.
    """
    for kind, writer in (
        (book.rule, _rule),
        (book.flags, _flag),
        (book.findings, _finding),
        (book.packs, _pack),
        (book.sources, _source),
    ):
        if name in kind:
            return "\n".join(writer(book, name))
    known = [*book.rule, *book.flags, *book.findings, *book.packs, *book.sources, "questionnaire"]
    raise UsageError(f"there is no rule, flag, finding, source or pack `{name}`{did_you_mean(name, known)}")


def _row(word: str, text: str) -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=f"  {word:<12}", subsequent_indent=" " * 14)


def _rule(book: RuleBook, name: str) -> Iterator[str]:
    rule = book.rule[name]
    yield f"rule {rule.id} ({rule.place.file}:{rule.place.line})"
    yield _row("concludes", rule.concludes)
    yield _row("when", in_words(book, rule.when))
    yield _row("because", rule.because)
    for word in ("strength", "disagreement", "redundant", "since", "changed"):
        if text := getattr(rule, word):
            yield _row(word, text)
    yield from _sources(book, rule.sources)


def _sources(book: RuleBook, cited: tuple[str, ...]) -> Iterator[str]:
    for source in cited:
        yield _row("source", f"{source}: {book.sources[source].title} ({book.sources[source].status})")


def _flag(book: RuleBook, name: str) -> Iterator[str]:
    flag = book.flags[name]
    yield f"flag {flag.id} (pack {flag.pack})"
    yield _row("title", flag.title)
    yield _row("text", flag.explanation)
    yield _row("urgency", flag.urgency)
    for question in flag.ask:
        yield _row("ask", question)
    for word in ("suppresses", "hides"):
        if ids := getattr(flag, word):
            yield _row(word, ", ".join(ids))
    yield from _rules(book, name)
    yield from _sources(book, flag.sources)


def _finding(book: RuleBook, name: str) -> Iterator[str]:
    finding = book.findings[name]
    yield f"finding {finding.id} (pack {finding.pack})"
    yield _row("title", finding.title)
    yield from _rules(book, name)
    yield from _sources(book, finding.sources)


def _rules(book: RuleBook, name: str) -> Iterator[str]:
    """The rules that conclude it, and those that read it."""
    for rule in book.rules_for[name]:
        yield _row("rule", f"{rule.id}: {in_words(book, rule.when)}")
    for rule in book.rules:
        if name in conclusions(rule.when):
            yield _row("read by", rule.id)


def _pack(book: RuleBook, name: str) -> Iterator[str]:
    pack = book.packs[name]
    yield f"pack {pack.id}, version {pack.version}: {pack.title}"
    yield _row("about", pack.about)
    yield _row("applies", in_words(book, pack.applies))
    yield _row("rules", str(sum(rule.pack == name for rule in book.rules)))
    for flag in book.flags.values():
        if flag.pack == name:
            yield _row("flag", f"{flag.id}: {flag.title}")


def _source(book: RuleBook, name: str) -> Iterator[str]:
    source = book.sources[name]
    yield f"source {source.id} ({source.kind}, {source.status})"
    yield _row("title", source.title)
    for word, text in (
        ("detail", source.detail), ("link", source.link), ("cited for", source.cited_for),
        ("not encoded", source.not_encoded),
    ):  # fmt: skip
        if text:
            yield _row(word, text)
    for rule in book.rules:
        if name in rule.sources:
            yield _row("rule", rule.id)
