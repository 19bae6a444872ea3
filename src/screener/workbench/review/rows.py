"""Each item of a book with its review status, where it is, and what changed since it was reviewed; those that somebody
wants to see, and lint of those that somebody has to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from screener.errors import UsageError, did_you_mean
from screener.logic.condition import conclusions
from screener.logic.order import after_what_it_needs
from screener.rulebook.book import RuleBook
from screener.rulebook.contents import review_files, rules_folder
from screener.rulebook.document import Document, read_document
from screener.rulebook.review.file import ReviewEntry, ReviewsFile, wordings
from screener.rulebook.review.items import KINDS, Item, items_of
from screener.rulebook.review.status import STATUSES, Standing
from screener.rulebook.rule import URGENCY, Place
from screener.rulebook.shape import shaped
from screener.workbench.places import Places
from screener.workbench.problem import Problem, problem

ODD: Final = {
    "reopened": "`{item}` is reopened: it was reviewed on {date} and means or says something else now",
    "rejected": "`{item}` is rejected by {by}: {comment}",
    "change asked": "{by} asks to change `{item}`: {comment}",
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item.

    Attributes:
        place: where it is in the files of the book; None where that is more than one place, or a table.
        topics: the topics in which people may read of it.
        urgency: the levels of urgency that it can lead to.
        change: what it said when it was reviewed (`- `) and says now (`+ `), when it is reopened.
    """

    item: Item
    standing: Standing
    place: Place | None
    topics: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    change: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, Collection[str]]:
        """What it can be chosen by."""
        return {
            "pack": [self.item.pack], "topic": self.topics, "urgency": self.urgency,
            "status": [self.standing.status], "kind": [self.item.kind],
        }  # fmt: skip


@dataclass(frozen=True)
class Given:
    """The reviews in the files of a book, as they are written: those of the book that it extends first."""

    files: list[tuple[Path, ReviewsFile, Document]] = field(default_factory=list)

    @property
    def entries(self) -> list[tuple[ReviewEntry, Place]]:
        """Every entry with its place."""
        return [
            (entry, document.place(("reviews", index, "item")))
            for _, file, document in self.files
            for index, entry in enumerate(file.reviews)
        ]

    @property
    def wordings(self) -> dict[str, tuple[str, ...]]:
        """What was reviewed, by its hash."""
        return wordings(entry for entry, _ in self.entries)


def given(folder: Path | None) -> Given:
    """The reviews of the book in a folder, which is well formed."""
    folder = folder or rules_folder()
    found = Given()
    for path in review_files(folder):
        document = read_document(path, f"{path.parent.name}/{path.name}")
        if file := shaped(document, ReviewsFile):
            found.files.append((path, file, document))
    return found


def rows(book: RuleBook, folder: Path | None) -> list[ItemRow]:
    """Every item of a book, in the order of its kinds."""
    places, reach, said = Places(folder), Reach(book), given(folder).wordings
    return [_row(book, item, places, reach, said) for item in items_of(book).values()]


def _row(book: RuleBook, item: Item, places: Places, reach: Reach, said: Mapping[str, tuple[str, ...]]) -> ItemRow:
    standing = book.reviews.of(item.name)
    place = places.found(f"{item.kind}s", item.id)
    change: tuple[str, ...] = ()
    if standing.status == "reopened":
        change = tuple(changed(said[standing.reviews[-1].hash], item.lines))
    if item.kind == "setting" and place is not None:
        item = replace(item, pack=next((part for part in place.file.split("/") if part in book.packs), ""))
    return ItemRow(item, standing, place, *reach.of(item), change)


def changed(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    """The lines that are not the same: `- ` before what was said, `+ ` before what is."""
    old, new = list(before), list(after)
    for what, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if what != "equal":
            yield from (f"- {line}" for line in old[old_start:old_end])
            yield from (f"+ {line}" for line in new[new_start:new_end])


def gone(book: RuleBook, found: Given) -> dict[str, Place]:
    """Items that somebody has reviewed and that the book does not have any more, each with the place of its review."""
    known = items_of(book)
    return {entry.item: place for entry, place in found.entries if entry.item not in known}


class Reach:
    """To which topics and which urgency an item can lead: by its own conclusion, and by what reads a finding."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.readers: dict[str, list[str]] = {}
        for rule in book.rules:
            for name in conclusions(rule.when):
                self.readers.setdefault(name, []).append(rule.concludes)
        self.speaks = {flag: topic.id for topic in book.complete_topics.values() for flag in topic.speaks_for}

    def of(self, item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The topics, and the levels of urgency, in the order of the book."""
        reached = after_what_it_needs(self._conclusions(item), self._read_by)
        found = {name for name in reached if name not in self.book.findings}  # a finding counts as what reads it
        topics = {self.speaks[name] for name in found if name in self.speaks}
        if item.kind == "topic":
            topics.add(item.id)
        elif item.kind == "ask":
            topics |= {topic.id for topic in self.book.topics.topics.values() if item.id in topic.ask}
        levels = {name.removeprefix(URGENCY) for name in found if name.startswith(URGENCY)}
        levels |= {self.book.flags[name].urgency for name in found if name in self.book.flags}
        return (
            tuple(name for name in self.book.complete_topics if name in topics),
            tuple(name for name in self.book.levels if name in levels),
        )

    def _conclusions(self, item: Item) -> Iterable[str]:
        """What an item is about."""
        match item.kind:
            case "rule":
                return (self.book.rule[item.id].concludes,)
            case "finding" | "flag":
                return (item.id,)
            case "topic":
                return self.book.topics.topics[item.id].speaks_for
            case "note":
                return next(note.beside for note in self.book.notes if note.id == item.id)
        return ()

    def _read_by(self, name: str) -> Iterable[str]:
        """What reads a finding."""
        return self.readers.get(name, ()) if name in self.book.findings else ()


def chosen(book: RuleBook, folder: Path | None, wanted: Mapping[str, Collection[str]]) -> list[ItemRow]:
    """The items that are chosen.

    Args:
        book: the rule book.
        folder: it came from.
        wanted: any of these names, of each key of `ItemRow.names`; everything where there are none.

    Raises:
        UsageError: there is no such pack, topic, level, status or kind.
    """
    known: dict[str, Iterable[str]] = {
        "pack": book.packs, "topic": book.complete_topics, "urgency": book.levels, "status": STATUSES, "kind": KINDS,
    }  # fmt: skip
    for key, names in wanted.items():
        for name in names:
            if name not in known[key]:
                what = "level of urgency" if key == "urgency" else key
                hint = did_you_mean(name, known[key]) or f" ({', '.join(known[key])})"
                raise UsageError(f"there is no {what} `{name}`{hint}")
    return [
        row
        for row in rows(book, folder)
        if all(not names or not set(names).isdisjoint(row.names[key]) for key, names in wanted.items())
    ]


def failing(rows: Sequence[ItemRow], requirement: str) -> list[ItemRow]:
    """The items of which it does not hold: `reviewed`, or `none-reopened` (nor rejected, nor asked to change)."""
    wanted = {"reviewed"} if requirement == "reviewed" else {"reviewed", "partly", "open"}
    return [row for row in rows if row.standing.status not in wanted]


def lint(book: RuleBook, places: Places) -> Iterator[Problem]:
    """What somebody has to look at; a book without reviews is fine."""
    found = given(places.folder)
    if not found.entries:
        return
    for name, standing in book.reviews.standings.items():
        if standing.status in ODD:
            last = [review for review in standing.reviews if review.verdict == standing.status] or standing.reviews
            said = {"date": standing.date, "by": last[-1].by, "comment": last[-1].comment}
            message = ODD[standing.status].format(item=name, **said)
            yield problem(_place(name, places, found), message, "review", "warning")
    for name, place in gone(book, found).items():
        yield problem(place, f"`{name}` was reviewed and is not in the rule book any more", "review", "warning")
    for entry, place in found.entries:
        if is_to_come(entry.date):
            message = f"the review of `{entry.item}` is of a day that is still to come: {entry.date}"
            yield problem(place, message, "review")


def is_to_come(day: str) -> bool:
    """Whether a day is still to come everywhere: it is tomorrow already in other places."""
    return day > (date.today() + timedelta(days=1)).isoformat()


def _place(name: str, places: Places, found: Given) -> Place:
    """Where the item is; if it has no place of its own, where its last review is."""
    kind, _, id = name.partition(" ")
    return places.found(f"{kind}s", id) or [place for entry, place in found.entries if entry.item == name][-1]
