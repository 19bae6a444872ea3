"""Edits of a rule book's files: those that change what one entry means or says, and those that change neither.

What an edit touches is worked out here from the files as plain data, without the program's own canonical form.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from screener.rulebook.document import read_document

Data = dict[str, Any]
Key = str | int

ITEMS: Final = {
    "rules": "rule", "findings": "finding", "flags": "flag", "notes": "note", "settings": "setting", "terms": "term",
    "sources": "source", "topics": "topic", "asks": "ask", "questions": "question", "screens": "screen",
    "implies": "implication",
}  # fmt: skip
TEXTS: Final = {
    "title", "explanation", "text", "because", "ask", "statement", "help", "why", "meaning", "about", "label",
    "section", "hint", "strength", "disagreement", "redundant", "hides_because", "detail", "cited_for",
}  # fmt: skip
OPTIONAL: Final = {
    "rules": {"strength": "as we know", "disagreement": "Some differ.", "redundant": "Another reason."},
    "flags": {"red_flag": "yes", "at_once": "yes", "ask": ["Is it so?"], "hides_because": "Not now."},
    "questions": {"help": "Look closely.", "checkable": "yes", "with_results": "yes", "always": "yes"},
    "sources": {"detail": "page 3", "status": "partly", "cited_for": "all of it"},
    "screens": {"hint": "Tick all."},
}  # fmt: skip
LEVEL_TEXTS: Final = {"title": "title", "text": "urgency", "brief": "brief"}
# short texts that are said in the longer words of the book where it has no short ones
SHORT: Final = {
    "disclaimer": "brief-disclaimer", "safety-net": "brief-signs", "urgent-signs": "emergency-signs",
    "medicines-unchanged": "brief-unchanged", "urgency-none": "brief-none", "urgency-same-day": "brief-same-day",
    "urgency-emergency": "brief-emergency",
}  # fmt: skip
SHUFFLED: Final = {
    "rules", "findings", "flags", "notes", "settings", "sources", "topics", "asks", "all", "any", "suppresses",
    "hides", "beside", "unless", "speaks_for", "within", "class", "name", "tells_of", "instead_of", "of",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """A changed copy of a book's files, and what it touches: the names of items."""

    what: str
    files: dict[str, Data]
    touches: frozenset[str]


@dataclass
class Book:
    """The files of a book as plain data."""

    files: dict[str, Data]
    others: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Book:
        found = cls({})
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix == ".yaml":
                found.files[name] = read_document(path, name).data
            elif path.is_file():
                found.others[name] = path.read_bytes()
        return found

    def entries(self) -> Iterator[tuple[str, str, int, Data]]:
        """Each entry: its file, the list that it is in, its place there, itself."""
        for name, data in self.files.items():
            for kind, found in data.items():
                for index, entry in enumerate(found if kind in ITEMS and isinstance(found, list) else ()):
                    yield name, kind, index, entry

    def users(self, word: str, value: str) -> set[str]:
        """The items whose conditions use a field, a setting or a term, also through terms."""
        found = set()
        for _, kind, _, entry in self.entries():
            if any(_uses(condition, word, value) for condition in _conditions(entry)):
                found.add(item(kind, entry))
                if kind == "terms":
                    found |= self.users("term", entry["id"])
        packs = ((name, data) for name, data in self.files.items() if name.endswith("/pack.yaml"))
        found |= {f"pack {name.split('/')[0]}" for name, data in packs if _uses(data.get("applies"), word, value)}
        if word == "field":  # an entry is not asked by its own condition
            found.discard(f"question {value}")
        return found


def item(kind: str, entry: Data) -> str:
    """What an entry is called."""
    return f"{ITEMS[kind]} {entry['field' if kind == 'questions' else 'id']}"


def _conditions(entry: Any) -> Iterator[Any]:
    for key, value in entry.items() if isinstance(entry, dict) else ():
        if key in ("when", "show_if", "usual"):
            yield value
        elif key != "cases":
            yield from _conditions(value)
    for value in entry if isinstance(entry, list) else ():
        yield from _conditions(value)


def _uses(condition: Any, word: str, value: str) -> bool:
    if isinstance(condition, dict):
        for key, inner in condition.items():
            if word == "field" and (key == value or (key == "medicine" and value == "medicines")):
                return True
            if word == "term" and key == "term" and inner == value:
                return True
            if _uses(inner, word, value):
                return True
    if isinstance(condition, list):
        return any(_uses(part, word, value) for part in condition)
    return word == "setting" and condition == f"${value}"


# edits that change what an entry means or says


def changed(book: Book, random: Random) -> Edit:
    """One edit of the meaning or the wording of something in the book."""
    files = copy.deepcopy(book.files)
    choices = list(_changes(Book(files)))
    what, do, touches = random.choice(choices)
    do(random)
    return Edit(what, files, frozenset(touches))


def _changes(book: Book) -> Iterator[tuple[str, Any, set[str]]]:
    for _, kind, _, entry in book.entries():
        yield from _changes_of(book, kind, entry)
    for name, data in book.files.items():
        yield from _changes_elsewhere(book, name, data)


def _changes_of(book: Book, kind: str, entry: Data) -> Iterator[tuple[str, Any, set[str]]]:
    name = item(kind, entry)
    for key in entry:
        touches = {name} | _touched_too(book, kind, entry, key)
        yield from ((f"{name}: {key}{what}", do, touches) for what, do in _changes_under(kind, entry, key))
    for key, value in OPTIONAL.get(kind, {}).items():
        if key not in entry:
            yield f"{name}: new {key}", _set(entry, key, value), {name}
        elif key != "ask":
            yield f"{name}: without {key}", _drop(entry, key), {name}


def _touched_too(book: Book, kind: str, entry: Data, key: str) -> set[str]:
    """The other items that what is under a key of an entry is a part of."""
    if kind == "questions" and key in ("ask", "statement"):
        return book.users("field", entry["field"])
    if kind == "terms" and key == "when":
        return book.users("term", entry["id"])
    return book.users("setting", entry["id"]) if kind == "settings" and key == "value" else set()


def _changes_under(kind: str, entry: Data, key: str) -> Iterator[tuple[str, Any]]:
    """Each change of what is under a key of an entry."""
    value = entry[key]
    if key in TEXTS and isinstance(value, str):
        yield "", _set(entry, key, f"{value} Indeed.")
    elif key == "ask" and kind == "flags":
        yield "", _set(entry, key, [*value, "And then?"])
    elif key in ("when", "show_if"):
        yield "", _set(entry, key, {"not": value})
        yield from _leaves(value)
    elif key in ("priority", "to") or (key == "value" and kind == "settings"):
        yield "", _set(entry, key, value + 1)
    elif key == "from":
        yield "", _set(entry, key, value - 1)
    elif key in ("lines", "then"):
        yield from ((f" {number}", _set(line, "text", f"{line['text']} Indeed.")) for number, line in enumerate(value))


def _leaves(condition: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each answer and each limit in a condition, made another one."""
    for key, value in condition.items() if isinstance(condition, dict) else enumerate(condition):
        if isinstance(value, dict | list):
            yield from _leaves(value, f"{path}/{key}")
        elif value in ("yes", "no") or isinstance(value, bool):
            yield f"{path}/{key}", _set(condition, key, "no" if value in ("yes", True) else "yes")
        elif isinstance(value, int | float):
            yield f"{path}/{key}", _set(condition, key, value + 1)


def _changes_elsewhere(book: Book, name: str, data: Data) -> Iterator[tuple[str, Any, set[str]]]:
    """Changes of what is no entry of a list that `ITEMS` names."""
    if name == "texts.yaml":
        yield from _of_texts(data)
    elif name == "rulebook.yaml":
        yield from _of_header(data)
    elif name == "units.yaml":
        for analyte in data["analytes"]:
            yield from _of_factors(book, analyte)
    elif name.endswith("/pack.yaml"):
        pack = f"pack {name.split('/')[0]}"
        for key in ("title", "about"):
            yield f"{pack}: {key}", _set(data, key, f"{data[key]} Indeed."), {pack}


def _of_texts(data: Data) -> Iterator[tuple[str, Any, set[str]]]:
    for key, text in data.items():
        short = {f"text {SHORT[key]}"} if key in SHORT and SHORT[key] not in data else set()
        yield f"text {key}", _set(data, key, f"{text} Indeed."), {f"text {key}"} | short


def _of_header(data: Data) -> Iterator[tuple[str, Any, set[str]]]:
    for key in {"title", "about"} & set(data):
        yield f"book: {key}", _set(data, key, f"{data[key]} Indeed."), {"book book"}
    for level in data.get("levels", ()):
        for key in LEVEL_TEXTS.keys() & set(level):
            name = f"text {LEVEL_TEXTS[key]}-{level['id']}"
            yield name, _set(level, key, f"{level[key]} Indeed."), {name}


def _of_factors(book: Book, analyte: Data) -> Iterator[tuple[str, Any, set[str]]]:
    labs = (entry for _, kind, _, entry in book.entries() if kind == "questions" and entry.get("kind") == "lab")
    users = {f"question {lab['field']}" for lab in labs if lab.get("analyte", lab["field"]) == analyte["id"]}
    for unit, factor in analyte["units"].items():
        if "/" in str(factor):
            top, _, bottom = str(factor).partition("/")
            yield f"unit {unit}", _set(analyte["units"], unit, f"{top.strip()}.5 / {bottom.strip()}"), users


def _set(where: Any, key: Key, value: Any) -> Any:
    return lambda _: where.__setitem__(key, value)


def _drop(where: Data, key: str) -> Any:
    return lambda _: where.pop(key)


# edits that change neither


def rewritten(book: Book, random: Random) -> dict[str, bytes]:
    """The book's files with the same content written otherwise: order, quotes, line breaks, comments, files."""
    files = {name: _shuffled(copy.deepcopy(data), random) for name, data in book.files.items()}
    for name in [name for name in files if name.endswith("/pack.yaml")]:
        _moved(name, files, random)
    for data in files.values():
        _spelled(data, book, random)
    return {name: _written(data, random) for name, data in files.items()} | book.others


def _shuffled(data: Any, random: Random, key: str = "") -> Any:
    if isinstance(data, dict):
        keys = list(data)
        random.shuffle(keys)
        return {each: _shuffled(data[each], random, each) for each in keys}
    if isinstance(data, list):
        found = [_shuffled(each, random, key) for each in data]
        ids = key == "sources" or key in SHUFFLED
        if ids and not (key == "name" and len(found) < 2):
            random.shuffle(found)
        return found
    return data


def _moved(name: str, files: dict[str, Data], random: Random) -> None:
    """Some entries of a pack into files of their own."""
    folder, data = name.removesuffix("pack.yaml"), files[name]
    for kind in ("sources", "settings", "findings", "flags", "notes", "rules"):
        if data.get(kind) and random.random() < 0.5 and f"{folder}{kind}.yaml" not in files:
            cut = random.randint(0, len(data[kind]))
            files[f"{folder}{kind}.yaml"] = {kind: data[kind][cut:]}
            data[kind] = data[kind][:cut]
    if data.get("rules") and random.random() < 0.5 and not any(each.startswith(f"{folder}rules/") for each in files):
        files[f"{folder}rules/some.yaml"] = {"rules": [data["rules"].pop()]}


def _spelled(data: Any, book: Book, random: Random) -> None:
    """Limits by their figure instead of their name, numbers with a zero behind them, another version, another case."""
    values = {f"${e['id']}": e["value"] for _, kind, _, e in book.entries() if kind == "settings"}
    for holder in _holders(data):
        for key, value in list(holder.items()):
            if isinstance(value, str) and value in values and random.random() < 0.5:
                holder[key] = values[value]
            elif key in ("below", "above", "at_most") and type(value) is int and random.random() < 0.5:
                holder[key] = float(value)
            elif key in ("when", "show_if") and random.random() < 0.3:
                holder[key] = {random.choice(("all", "any")): [value]}
            elif key == "cases" and random.random() < 0.5:
                holder[key] = []
    if isinstance(data.get("version"), str):
        data["version"] = f"{random.randint(1, 9)}.{random.randint(0, 9)}.0"


def _holders(data: Any) -> Iterator[Data]:
    if isinstance(data, dict):
        yield data
        for value in list(data.values()):
            yield from _holders(value)
    for value in data if isinstance(data, list) else ():
        yield from _holders(value)


def _written(data: Any, random: Random) -> bytes:
    """YAML in one of the ways in which it can be written."""

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        styles = [None, '"', "'", *([">", "|"] if " " in value and ": " not in value else [])]
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=random.choice(styles))

    Dumper.add_representer(str, text)
    dumped = yaml.dump(
        data, Dumper=Dumper, sort_keys=False, allow_unicode=random.random() < 0.7, width=random.choice((40, 80, 500)),
        indent=random.choice((2, 4)), default_flow_style=random.random() < 0.2,
    )  # fmt: skip
    lines = ["# a remark on the whole file", *dumped.splitlines()] if random.random() < 0.5 else dumped.splitlines()
    end = random.choice(("\n", "\r\n"))
    return random.choice((b"", b"\xef\xbb\xbf")) + (end.join(lines) + end).encode()


def write(files: dict[str, bytes], folder: Path) -> None:
    """Put files into an empty folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def plainly(data: Data) -> bytes:
    """YAML as it comes."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode()
