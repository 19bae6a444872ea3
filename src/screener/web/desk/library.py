"""The rule book to browse: its first page, its lists, and the way to every entry."""

from __future__ import annotations

from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.entries import ROOT, Entries, EntryPage, Link
from screener.web.problem import ProblemError
from screener.web.render import page
from screener.web.wire import Answer


def library(desk: Desk, body: bytes, kind: str = "", name: str = "") -> Answer:
    """`GET /rulebook`, `/rulebook/KIND` and `/rulebook/KIND/NAME`.

    Raises:
        ProblemError: there is no such page.
    """
    entries = Entries(desk.book, desk.folder)
    if kind and kind not in entries.parts:
        raise ProblemError("not-found", say("the rule book has no such part"))
    if not kind:
        entry = index(entries)
    elif not name:
        entry = listing(entries, kind)
    elif name in entries.parts[kind]:
        entry = entries.makers[kind](name)
        entry.trail = (Link(say("Rule book"), ROOT), Link(part_title(kind), f"{ROOT}/{kind}"))
    else:
        message = say("the rule book has no entry of this name under {part}", part=part_title(kind))
        raise ProblemError("not-found", message)
    return page("entry.html", entry=entry, here=ROOT, texts=desk.book.said)


def index(entries: Entries) -> EntryPage:
    """The first page."""
    found = EntryPage("", say("The rule book"))
    found.lead = say(
        "Version {version}. Everything this tool says comes from here: rules that a reader can check, "
        "each with its reason and its source.",
        version=entries.book.version,
    )
    packs = ((pack, entries.link("packs", pack.id)) for pack in entries.book.packs.values())
    found.section(say("Packs"), (Link(pack.title, link.href, pack.about) for pack, link in packs))
    counts = ((kind, len(names)) for kind, names in entries.parts.items() if kind != "packs")
    found.section(say("Parts"), (Link(part_title(kind), f"{ROOT}/{kind}", str(count)) for kind, count in counts))
    return found


def listing(entries: Entries, kind: str) -> EntryPage:
    """All entries of one kind, by pack where they belong to one."""
    found = EntryPage(part_title(kind), part_title(kind), trail=(Link(say("Rule book"), ROOT),))
    groups: dict[str, list[Link]] = {}
    for name in entries.parts[kind]:
        groups.setdefault(group(entries, kind, name), []).append(entries.link(kind, name))
    for title, links in groups.items():
        found.section(title, links)
    return found


def group(entries: Entries, kind: str, name: str) -> str:
    """The heading of its list that an entry is under."""
    item, packs = entries.parts[kind][name], entries.book.packs
    if kind == "questions":
        return str(item.section)
    pack = packs.get(getattr(item, "pack", ""))
    return pack.title if pack else part_title(kind)


def part_title(kind: str) -> str:
    """What a part of the rule book is called."""
    titles = {
        "packs": say("Packs"), "flags": say("Flags"), "findings": say("Findings"), "urgency": say("Urgency"),
        "rules": say("Rules"), "questions": say("Questions"), "settings": say("Limits"), "notes": say("Good to know"),
        "sources": say("Sources"),
    }  # fmt: skip
    return titles[kind]
