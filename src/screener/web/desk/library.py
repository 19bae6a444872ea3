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
    elif name in (part := entries.parts[kind]).entries:
        entry = part.page(name)
        entry.trail = (Link(say("Rule book"), ROOT), Link(part.title, f"{ROOT}/{kind}"))
    else:
        raise ProblemError("not-found", say("the rule book has no entry of this name under {part}", part=part.title))
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
    parts = ((kind, part) for kind, part in entries.parts.items() if kind != "packs")
    found.section(say("Parts"), (Link(part.title, f"{ROOT}/{kind}", str(len(part.entries))) for kind, part in parts))
    return found


def listing(entries: Entries, kind: str) -> EntryPage:
    """All entries of one kind, by pack where they belong to one."""
    part = entries.parts[kind]
    found = EntryPage(part.title, part.title, trail=(Link(say("Rule book"), ROOT),))
    groups: dict[str, list[Link]] = {}
    for name, item in part.entries.items():
        pack = entries.book.packs.get(getattr(item, "pack", ""))
        heading = pack.title if pack else part.title
        groups.setdefault(getattr(item, "section", heading), []).append(entries.link(kind, name))
    for title, links in groups.items():
        found.section(title, links)
    return found
