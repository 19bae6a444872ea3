"""A change of meaning or wording reopens what it touches and nothing else; how it is written reopens nothing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from reviewedits import Book, changed, plainly, rewritten, write
from rulefolder import ROOT
from screener.case.kind import Kind
from screener.errors import RuleBookError
from screener.logic.condition import Condition, Not
from screener.logic.condition import fields as fields_of
from screener.rulebook.book import RuleBook
from screener.rulebook.medicine.table import MedicineTable
from screener.rulebook.review.items import NOT_SAID, items_of

BOOKS = {
    "everything": ROOT / "tests" / "books" / "everything",
    "iron": ROOT / "examples" / "books" / "iron",
    "animals": ROOT / "examples" / "books" / "animals",
}
SOME, MANY = 120, int(os.environ.get("SCREENER_EDITS", "1500"))  # the full proof is 10,000, in half an hour
many = pytest.mark.parametrize("count", [SOME, pytest.param(MANY, marks=[pytest.mark.nightly, pytest.mark.timeout(0)])])


def hashes(book: RuleBook) -> dict[str, str]:
    return {name: item.hash for name, item in items_of(book).items()}


def reopened(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


@pytest.fixture
def place(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """A folder with these files and no others."""

    def put(files: dict[str, bytes]) -> Path:
        folder = tmp_path / "book"
        shutil.rmtree(folder, ignore_errors=True)
        write(files, folder)
        return folder

    return put


@many
@pytest.mark.parametrize("name", BOOKS)
def test_an_edit_reopens_exactly_what_it_touches(name: str, count: int, place: Any) -> None:
    source = Book.read(BOOKS[name])
    before, random, tried, kinds = hashes(RuleBook.load(BOOKS[name])), Random(name), 0, Counter[str]()
    refused = 0
    while tried < count // len(BOOKS) + 1:
        edit = changed(source, random)
        folder = place({each: plainly(data) for each, data in edit.files.items()} | source.others)
        try:
            after = hashes(RuleBook.load(folder))
        except RuleBookError:  # a book that is not well formed reopens nothing, and cannot be used
            refused += 1
            continue
        assert reopened(before, after) == edit.touches, edit.what
        tried += 1
        kinds[edit.what.split()[0]] += 1
    assert len(kinds) > 5
    assert refused < tried


@many
@pytest.mark.parametrize("name", BOOKS)
def test_another_way_to_write_it_reopens_nothing(name: str, count: int, place: Any) -> None:
    source = Book.read(BOOKS[name])
    before, random = hashes(RuleBook.load(BOOKS[name])), Random(name)
    for _ in range(count // len(BOOKS) + 1):
        files = rewritten(source, random)
        assert reopened(before, hashes(RuleBook.load(place(files)))) == set(), files


# the shipped book, entry by entry and part by part

LISTS = {"rule": "rules", "note": "notes", "implication": "implications"}
DICTS = {
    "finding": "findings", "flag": "flags", "question": "questions", "screen": "screens", "term": "terms",
    "setting": "settings", "source": "sources", "pack": "packs",
}  # fmt: skip
NAMES = ("id", "field", "pack", "kind")


def other(value: Any, random: Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, Condition):
        return value.part if isinstance(value, Not) else Not(value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value} else".strip()
    if isinstance(value, int | float):
        return value + random.choice((1, 0.001, -7))
    if isinstance(value, tuple):
        return value[1:] if value and random.random() < 0.5 else (*value, "another")
    return value


def edits(entry: Any) -> Iterator[str]:
    for part in fields(entry):
        if part.name not in NOT_SAID and part.name not in NAMES and getattr(entry, part.name) is not None:
            yield part.name


def readers(book: RuleBook, name: str) -> set[str]:
    """The items whose conditions read an answer."""
    found = {f"{kind} {each.id}" for kind, entries in (
        ("rule", book.rules), ("term", book.terms.values()), ("note", book.notes), ("implication", book.implications),
    ) for each in entries if each.when is not None and name in fields_of(each.when)}  # fmt: skip
    found |= {f"question {q.field}" for q in book.questions.values() if q.show_if and name in fields_of(q.show_if)}
    found |= {f"pack {pack.id}" for pack in book.packs.values() if name in fields_of(pack.applies)}
    topics = book.topics.topics.values()
    return found | {
        f"topic {topic.id}" for topic in topics for line in (*topic.lines, *topic.then) if name in fields_of(line.when)
    }


@many
def test_an_edit_of_the_shipped_book_reopens_exactly_what_it_touches(book: RuleBook, count: int) -> None:
    book = replace(book, medicines=MedicineTable([]))
    before, random, seen = hashes(book), Random(1), set()
    for _ in range(count):
        kind = random.choice([*LISTS, *DICTS])
        entries = list(getattr(book, LISTS[kind])) if kind in LISTS else list(getattr(book, DICTS[kind]).values())
        place = random.randrange(len(entries))
        entry = entries[place]
        part = random.choice([*edits(entry)])
        value = getattr(entry, part)
        if isinstance(value, dict | Kind) or is_dataclass(value) != isinstance(value, Condition):
            continue
        new = replace(entry, **{part: other(value, random)})
        key = new.field if kind == "question" else new.id
        if kind in LISTS:
            changes: dict[str, Any] = {LISTS[kind]: (*entries[:place], new, *entries[place + 1 :])}
        else:
            changes = {DICTS[kind]: {**getattr(book, DICTS[kind]), key: new}}
        touches = {f"{kind} {key}"}
        if kind == "question" and part in ("ask", "statement"):
            touches |= readers(book, key)
        assert reopened(before, hashes(replace(book, **changes))) == touches, (kind, key, part)
        seen.add((kind, part))
    assert len(seen) > 30
