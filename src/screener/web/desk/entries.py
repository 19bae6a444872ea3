"""The entries of the rule book: each linked to what it rests on and to what rests on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from screener.logic.condition import conclusions, fields
from screener.report.words import level_word, review_word
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY
from screener.saying import say
from screener.web.desk.written import as_written

ROOT: Final = "/rulebook"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or plain text when it has no address. `note` follows it on a list."""

    text: str
    href: str = ""
    note: str = ""
    outside: bool = False


@dataclass
class EntryPage:
    """One page.

    Attributes:
        facts: rows of a table, each a name with one or more links.
        sections: lists, each under its heading.
        code: the entry as its author wrote it, which is in the file `place`.
        trail: the pages above this one.
    """

    kind: str
    title: str
    lead: str = ""
    facts: list[tuple[str, tuple[Link, ...]]] = field(default_factory=list)
    sections: list[tuple[str, tuple[Link, ...]]] = field(default_factory=list)
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
            self.sections.append((title, found))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rule book.

    Attributes:
        entries: by name.
        page: makes the page of the entry of a name.
        short: what an entry says in short.
    """

    title: str
    entries: Mapping[str, Any]
    page: Callable[[str], EntryPage]
    short: Callable[[Any], str] = attrgetter("title")


class Entries:
    """Makes the entries of one rule book, whose files are in `folder`."""

    def __init__(self, book: RuleBook, folder: Path) -> None:
        self.book = book
        self.folder = folder
        levels, notes = {name: book.title(URGENCY + name) for name in book.levels[1:]}, {n.id: n for n in book.notes}
        self.parts = {
            "packs": Part(say("Packs"), book.packs, self.pack),
            "flags": Part(say("Flags"), book.flags, self.flag),
            "findings": Part(say("Findings"), book.findings, self.finding),
            "urgency": Part(say("Urgency"), levels, self.urgency, str),
            "rules": Part(say("Rules"), book.rule, self.rule, methodcaller("said")),
            "questions": Part(say("Questions"), book.questions, self.question, attrgetter("ask")),
            "settings": Part(say("Limits"), book.settings, self.setting, attrgetter("meaning")),
            "notes": Part(say("Good to know"), notes, self.note, attrgetter("text")),
            "sources": Part(say("Sources"), book.sources, self.source),
        }

    # links

    def link(self, kind: str, name: str) -> Link:
        """A link to an entry, with what that says in short."""
        part = self.parts[kind]
        text = f"{say('urgency')} {level_word(name)}" if kind == "urgency" else name
        note = part.short(part.entries[name]) if name in part.entries else ""
        return Link(text, f"{ROOT}/{kind}/{quote(name, safe='')}", note)

    def links(self, kind: str, names: Iterable[str]) -> list[Link]:
        """Links to entries of one part."""
        return [self.link(kind, name) for name in names]

    def to(self, name: str) -> Link:
        """A link to a conclusion, a rule or a note; only the name of what belongs to a pack that is not used."""
        if name.startswith(URGENCY):
            return self.link("urgency", name.removeprefix(URGENCY))
        kinds = ("flags", "findings", "rules", "notes")
        kind = next((kind for kind in kinds if name in self.parts[kind].entries), None)
        return Link(name) if kind is None else self.link(kind, name)

    def where(self, kind: str, wanted: Callable[[Any], bool]) -> list[Link]:
        """Links to those entries of a part that are wanted."""
        return self.links(kind, (name for name, item in self.parts[kind].entries.items() if wanted(item)))

    # what several have

    def cite(self, found: EntryPage, sources: Iterable[str]) -> None:
        """Add the list of sources."""
        found.section(say("Sources"), self.links("sources", sources))

    def reviewed(self, found: EntryPage, item: str) -> None:
        """Add its review status, and who has accepted it."""
        standing = self.book.reviews.of(item)
        who = [Link(f"{review.by}, {review.role}, {review.date}") for review in standing.reviews]
        word = Link(review_word(standing.status))
        found.fact(say("Review"), word, *(who if standing.status in ("reviewed", "partly") else ()))

    def concluded(self, found: EntryPage, name: str, sources: Iterable[str]) -> EntryPage:
        """What every conclusion has: rules that lead to it, rules that read it, sources."""
        found.section(say("Rules that lead to it"), self.where("rules", lambda rule: rule.concludes == name))
        found.section(
            say("Rules that read it"), self.where("rules", lambda rule: name in set(conclusions(rule.condition)))
        )
        self.cite(found, sources)
        return found

    # each kind

    def pack(self, name: str) -> EntryPage:
        """A pack: what it defines."""
        pack = self.book.packs[name]
        found = EntryPage(say("pack"), pack.title, pack.about)
        found.fact(say("Version"), pack.version)
        found.fact(say("Used depending on"), *map(self.to, conclusions(pack.applies)))
        for kind in ("flags", "findings", "rules", "sources"):
            found.section(self.parts[kind].title, self.where(kind, lambda item: item.pack == name))
        return found

    def flag(self, name: str) -> EntryPage:
        """A flag: its wording, its rules, and what it does to other flags."""
        flag = self.book.flags[name]
        found = EntryPage(say("flag"), flag.title, flag.explanation)
        found.fact(say("Id"), flag.id)
        found.fact(say("Pack"), self.link("packs", flag.pack))
        self.reviewed(found, f"flag {name}")
        found.fact(say("Urgency by itself"), level_word(flag.urgency))
        found.fact(say("Shown when merely possible"), say("yes") if flag.fail_safe else "")
        found.fact(say("Gives way to any other flag"), say("yes") if flag.last_resort else "")
        found.fact(say("Suppresses"), *map(self.to, flag.suppresses))
        found.fact(say("Hides the text of"), *map(self.to, flag.hides))
        above = self.where("flags", lambda other: name in (*other.suppresses, *other.hides))
        found.fact(say("Suppressed or hidden by"), *above)
        found.section(say("What to ask a clinician"), map(Link, flag.ask))
        found.section(say("Good to know about it"), self.where("notes", lambda note: name in note.beside))
        return self.concluded(found, name, flag.sources)

    def finding(self, name: str) -> EntryPage:
        """A finding: its rules and who reads it."""
        finding = self.book.findings[name]
        found = EntryPage(say("finding"), finding.title, say("A finding is a step on the way to a flag."))
        found.fact(say("Id"), finding.id)
        found.fact(say("Pack"), self.link("packs", finding.pack))
        return self.concluded(found, name, finding.sources)

    def urgency(self, name: str) -> EntryPage:
        """An urgency level: its text and its rules."""
        found = EntryPage(say("urgency"), self.book.title(URGENCY + name), self.book.texts[f"urgency-{name}"])
        found.fact(say("Id"), name)
        own = self.where("flags", lambda flag: flag.urgency == name)
        found.section(say("Flags that mean this by themselves"), own)
        return self.concluded(found, URGENCY + name, ())

    def rule(self, name: str) -> EntryPage:
        """A rule: as written, and everything it names."""
        rule, book = self.book.rule[name], self.book
        found = EntryPage(say("rule"), rule.id, rule.said())
        found.code = as_written(rule, self.folder)
        found.place = say("{file}, line {line}", file=rule.place.file, line=rule.place.line)
        found.fact(say("Leads to"), self.to(rule.concludes))
        found.fact(say("Hidden by"), *self.where("flags", lambda flag: name in flag.hides))
        found.fact(say("Pack"), self.link("packs", rule.pack))
        self.reviewed(found, f"rule {name}")
        found.fact(say("How well supported"), rule.strength)
        found.fact(say("Not all sources agree"), rule.disagreement)
        found.fact(say("In the rule book since"), rule.since)
        found.fact(say("Last changed"), rule.changed)
        read = fields(rule.when)
        found.section(say("Answers it reads"), self.links("questions", (one for one in book.questions if one in read)))
        found.section(say("Findings and flags it reads"), map(self.to, dict.fromkeys(conclusions(rule.condition))))
        self.cite(found, rule.sources)
        return found

    def question(self, name: str) -> EntryPage:
        """A question: its wording and the rules that read the answer."""
        question = self.book.questions[name]
        found = EntryPage(say("question"), question.ask, question.help)
        found.fact(say("Field of a case"), name)
        self.reviewed(found, f"question {name}")
        found.fact(say("Section"), question.section)
        found.fact(say("Why we ask"), question.why)
        before = sorted(fields(question.show_if)) if question.show_if is not None else []
        found.fact(say("Asked depending on"), *self.links("questions", before))
        found.section(
            say("Rules that read the answer"), self.where("rules", lambda rule: name in fields(rule.condition))
        )
        self.cite(found, question.sources)
        return found

    def setting(self, name: str) -> EntryPage:
        """A named limit."""
        setting = self.book.settings[name]
        found = EntryPage(say("limit"), setting.id, setting.meaning)
        found.fact(say("Value"), f"{setting.value:g} {setting.unit}")
        found.section(
            say("Rules that use it"), self.where("rules", lambda rule: f"${name}" in as_written(rule, self.folder))
        )
        self.cite(found, setting.sources)
        return found

    def note(self, name: str) -> EntryPage:
        """A note."""
        note = self.parts["notes"].entries[name]
        found = EntryPage(say("note"), note.id, note.text)
        found.fact(say("Hidden by"), *self.where("flags", lambda flag: name in flag.hides))
        found.section(say("Shown with"), map(self.to, note.beside))
        found.section(say("Hidden while"), map(self.to, note.unless))
        self.cite(found, note.sources)
        return found

    def source(self, name: str) -> EntryPage:
        """A source: what it says, and everything that rests on it."""
        source = self.book.sources[name]
        found = EntryPage(say("source"), f"{source.id}: {source.title}")
        kinds = {
            "article": say("a statement of the article, in our own words"),
            "reference": say("reference"),
            "ours": say("our choice"),
        }
        found.fact(say("Kind"), kinds[source.kind])
        found.fact(say("Where"), source.detail)
        read = {"verified": say("yes"), "partly": say("in part"), "unverified": say("not yet")}
        found.fact(say("Read at its source"), read[source.status])
        if source.link.startswith("https://"):
            found.fact(say("Link"), Link(source.link, source.link, outside=True))
        found.fact(say("Cited for"), source.cited_for)
        found.fact(say("Why nothing rests on it"), source.not_encoded)
        for title, kinds_citing in (
            (say("Rules that cite it"), ("rules",)),
            (say("Flags and findings that cite it"), ("flags", "findings")),
            (say("Questions that cite it"), ("questions",)),
            (say("Notes that cite it"), ("notes",)),
            (say("Limits that cite it"), ("settings",)),
        ):
            citing = [link for kind in kinds_citing for link in self.where(kind, lambda item: name in item.sources)]
            found.section(title, citing)
        return found
