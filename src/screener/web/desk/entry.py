"""A page of the rule book as data: facts about one entry and links to everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from screener.report.words import level_word
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY
from screener.saying import say

ROOT: Final = "/rulebook"
PARTS: Final = ("packs", "flags", "findings", "urgency", "rules", "questions", "settings", "notes", "sources")


def part_title(kind: str) -> str:
    """What a part of the rule book is called."""
    titles = {
        "packs": say("Packs"), "flags": say("Flags"), "findings": say("Findings"), "urgency": say("Urgency"),
        "rules": say("Rules"), "questions": say("Questions"), "settings": say("Limits"), "notes": say("Good to know"),
        "sources": say("Sources"),
    }  # fmt: skip
    return titles[kind]


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or plain text when it has no address. `note` follows it on a list."""

    text: str
    href: str = ""
    note: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A list under a heading."""

    title: str
    links: tuple[Link, ...]


@dataclass
class Entry:
    """One page.

    Attributes:
        facts: rows of a table, each a name with one or more links.
        code: the entry as its author wrote it, which is in the file `place`.
        trail: the pages above this one.
    """

    kind: str
    title: str
    lead: str = ""
    facts: list[tuple[str, tuple[Link, ...]]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    code: str = ""
    place: str = ""
    trail: tuple[Link, ...] = ()

    def fact(self, name: str, *values: str | Link) -> None:
        """Add a row, unless there is nothing to say."""
        links = tuple(Link(value) if isinstance(value, str) else value for value in values if value)
        if links:
            self.facts.append((name, links))

    def section(self, title: str, links: Iterable[Link]) -> None:
        """Add a list, unless it is empty."""
        found = tuple(links)
        if found:
            self.sections.append(Section(title, found))


def to(kind: str, name: str, text: str = "", note: str = "") -> Link:
    """A link to an entry."""
    return Link(text or name, f"{ROOT}/{kind}/{quote(name, safe='')}", note)


def to_source(book: RuleBook, name: str) -> Link:
    """A link to a source, with its title."""
    return to("sources", name, note=book.sources[name].title if name in book.sources else "")


def to_conclusion(book: RuleBook, name: str) -> Link:
    """A link to a flag, finding or urgency level, with its title."""
    if name.startswith(URGENCY):
        return to(
            "urgency",
            name.removeprefix(URGENCY),
            f"{say('urgency')} {level_word(name.removeprefix(URGENCY))}",
            book.title(name),
        )
    return to("flags" if name in book.flags else "findings", name, note=book.title(name))
