"""The rule book to browse: its first page, its lists, and the way to every entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from screener.rulebook.rule import URGENCY
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.entries import Entries
from screener.web.desk.entry import PARTS, ROOT, Entry, Link, part_title, to, to_source
from screener.web.problem import ProblemError
from screener.web.render import page
from screener.web.wire import Answer

Maker: TypeAlias = tuple[Iterable[str], Callable[[str], Link], Callable[[str], Entry]]


def library(desk: Desk, body: bytes, kind: str = "", name: str = "") -> Answer:
    """`GET /rulebook`, `/rulebook/KIND` and `/rulebook/KIND/NAME`.

    Raises:
        ProblemError: there is no such page.
    """
    if kind not in PARTS and kind:
        raise ProblemError("not-found", say("the rule book has no such part"))
    shown = Library(Entries(desk.book, desk.folder))
    if not kind:
        entry = shown.index()
    elif not name:
        entry = shown.listing(kind)
    else:
        entry = shown.entry(kind, name)
    return page("entry.html", entry=entry, here=ROOT, texts=desk.book.said)


class Library:
    """The pages of one rule book."""

    def __init__(self, entries: Entries) -> None:
        book = self.book = entries.book
        self.makers: dict[str, Maker] = {
            "packs": (book.packs, lambda name: to("packs", name, note=book.packs[name].title), entries.pack),
            "flags": (book.flags, entries.conclusion_link, entries.flag),
            "findings": (book.findings, entries.conclusion_link, entries.finding),
            "urgency": (book.levels[1:], lambda name: entries.conclusion_link(URGENCY + name), entries.urgency),
            "rules": (book.rule, entries.rule_link, entries.rule),
            "questions": (book.questions, entries.question_link, entries.question),
            "settings": (book.settings, entries.setting_link, entries.setting),
            "notes": ([note.id for note in book.notes], entries.note_link, entries.note),
            "sources": (book.sources, lambda name: to_source(book, name), entries.source),
        }

    def index(self) -> Entry:
        """The first page."""
        found = Entry("", say("The rule book"))
        found.lead = say(
            "Version {version}. Everything this tool says comes from here: rules that a reader can check, "
            "each with its reason and its source.",
            version=self.book.version,
        )
        found.section(say("Packs"), (to("packs", p.id, p.title, p.about) for p in self.book.packs.values()))
        counts = ((kind, len(list(self.makers[kind][0]))) for kind in PARTS if kind != "packs")
        found.section(say("Parts"), (Link(part_title(kind), f"{ROOT}/{kind}", str(count)) for kind, count in counts))
        return found

    def listing(self, kind: str) -> Entry:
        """All entries of one kind, by pack where they belong to one."""
        found = Entry(part_title(kind), part_title(kind), trail=(Link(say("Rule book"), ROOT),))
        names, link, _ = self.makers[kind]
        groups: dict[str, list[Link]] = {}
        for name in names:
            groups.setdefault(self.group(kind, name), []).append(link(name))
        for title, links in groups.items():
            found.section(title, links)
        return found

    def group(self, kind: str, name: str) -> str:
        """The heading of its list that an entry is under."""
        book = self.book
        if kind == "questions":
            return book.questions[name].section
        of_pack: dict[str, Any] = {
            "flags": book.flags, "findings": book.findings, "rules": book.rule, "sources": book.sources,
            "notes": {note.id: note for note in book.notes},
        }  # fmt: skip
        item = of_pack.get(kind, {}).get(name)
        pack = book.packs.get(item.pack) if item else None
        return pack.title if pack else part_title(kind)

    def entry(self, kind: str, name: str) -> Entry:
        """One entry.

        Raises:
            ProblemError: there is none of this name.
        """
        names, _, make = self.makers[kind]
        if name not in names:
            raise ProblemError(
                "not-found", say("the rule book has no entry of this name under {part}", part=part_title(kind))
            )
        found = make(name)
        found.trail = (Link(say("Rule book"), ROOT), Link(part_title(kind), f"{ROOT}/{kind}"))
        return found
