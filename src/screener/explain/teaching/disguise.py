"""A copy of a rule book for a puzzle, by which nobody can look the answer up.

The rules' own cases are omitted, every rule, finding and flag has another id, the rules are in another order,
and the files are written anew, without comments: neither `rules test`, nor `rules diff` against the original, nor a
comparison of the files points at what was changed. Questions, titles, reasons and sources are as they were, because
they are what the puzzle is solved with.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from screener.rulebook.contents import REVIEWS, book_folders, rule_files
from screener.rulebook.document import read_document

COPY: Final = "rules"  # the folder of the copy
EXTENDS: Final = re.compile(r"^extends:.*$", re.MULTILINE)
RENAMED: Final = ("rules", "findings", "flags")  # lists of entries with an id
NAMES: Final = frozenset({
    "concludes", "finding", "suppresses", "hides", "instead_of", "beside", "unless", "speaks_for", "flags",
})  # fmt: skip
QUOTED: Final = re.compile(r"(?<=: )'(yes|no)'(?=[,}\]]|$)", re.MULTILINE)


@dataclass
class Copy:
    """The copy of a rule book, whose files can be changed and written.

    Attributes:
        folder: where it is; the book is in `rules` in it.
        files: what is in each rule file.
        names: the id in the original of everything that was renamed, to the id in the copy.
    """

    folder: Path
    files: dict[Path, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def book(self) -> Path:
        """The folder of the book."""
        return self.folder / COPY

    def rules(self) -> dict[str, tuple[Path, dict[str, Any]]]:
        """Every rule by its id, with its file."""
        return {entry["id"]: (path, entry) for path, data in self.files.items() for entry in _entries(data, "rules")}

    def write(self, path: Path) -> None:
        """Write one file anew."""
        text = yaml.safe_dump(self.files[path], allow_unicode=True, sort_keys=False, width=110, default_flow_style=None)
        path.write_text(QUOTED.sub(r"\1", text), encoding="utf-8")


def disguised(source: Path, folder: Path, choice: random.Random) -> Copy:
    """Copy a rule book, and each that it extends, into a folder, under other names.

    Raises:
        OSError: it cannot be written.
    """
    books = book_folders(source)[::-1]
    copy = Copy(folder)
    for number, book in enumerate(books, start=1):
        to = folder / (COPY if number == 1 else f"{COPY}-{number}")
        shutil.copytree(book, to)
        (to / REVIEWS).unlink(missing_ok=True)  # they say what each rule said before
        if number < len(books):
            header = to / "rulebook.yaml"
            text = EXTENDS.sub(f"extends: ../{COPY}-{number + 1}", header.read_text(encoding="utf-8"))
            header.write_text(text, encoding="utf-8")
        for path in rule_files(to):
            if path.suffix == ".yaml":
                copy.files[path] = read_document(path, path.name).data
    copy.names = _new_names(copy.files, choice)
    for path, data in copy.files.items():
        _strip(data, choice)
        copy.files[path] = _renamed(data, copy.names)
        copy.write(path)
    return copy


def _entries(data: Any, kind: str) -> list[dict[str, Any]]:
    return (data.get(kind) if isinstance(data, dict) else None) or []


def _new_names(files: Mapping[Path, Any], choice: random.Random) -> dict[str, str]:
    """A new id for every rule (`r-17`) and conclusion (`c-05`), in an order that tells nothing."""
    rules = [entry["id"] for data in files.values() for entry in _entries(data, "rules")]
    others = [entry["id"] for data in files.values() for kind in RENAMED[1:] for entry in _entries(data, kind)]
    choice.shuffle(rules)
    choice.shuffle(others)
    numbered = {name: f"r-{number:03}" for number, name in enumerate(rules, start=1)}
    return numbered | {name: f"c-{number:03}" for number, name in enumerate(others, start=1)}


def _strip(data: Any, choice: random.Random) -> None:
    """Leave out the cases, and mix the rules of a file."""
    rules = _entries(data, "rules")
    for entry in rules:
        entry.pop("cases", None)
    choice.shuffle(rules)


def _renamed(data: Any, names: Mapping[str, str], key: str = "", inside: str = "") -> Any:
    """The content of a file with the new ids, or what is in it below a key that is inside another one."""
    if isinstance(data, list):
        return [_renamed(each, names, key, inside) for each in data]
    if isinstance(data, dict):
        return {each: _renamed(part, names, each, key) for each, part in data.items()}
    is_id = key in NAMES or inside == "words" or (key == "id" and inside in RENAMED)
    return names.get(data, data) if is_id else data
