"""Where everything in a rule book's files is: each entry, each part of a rule's condition, and each of its clauses.

The loaded rule book keeps only where a rule starts. Messages of the workbench point at the very line, so the files are
read once more, for their places.

A clause is what coverage counts and mutation changes: a leaf of the condition as written, which is one answer
(`fatigue: no` is one clause), one comparison (a range has two), one medicine match, or one finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import getitem
from pathlib import Path
from typing import Any, Final, TypeAlias

from screener.logic.condition import ALWAYS, NEVER, AllOf, AnyOf, AtLeast, Condition, Not, Yes, children
from screener.rulebook.contents import book_folders, rule_files, rules_folder
from screener.rulebook.document import CONDITIONS, DataPath, Document, read_document
from screener.rulebook.rule import Place, Rule
from screener.rulebook.wording import LEVEL_TEXTS

Index: TypeAlias = tuple[int, ...]  # where a part is in a condition, as child numbers from the top

TERM: Final = "term"
KINDS: Final = (
    "rules", "terms", "findings", "flags", "notes", "settings", "sources", "questions", "screens", "topics", "asks"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule.

    Attributes:
        index: where it is in the rule's condition.
        condition: the clause itself.
        place: its line in the rule files.
    """

    index: Index
    condition: Condition
    place: Place


@dataclass
class Places:
    """The entries of every YAML file in a folder, by kind (`rules`, `flags`, `texts`, …) and id.

    Args:
        folder: the rule book's folder; the program's own when None.
        entries: each with its file and its keys there, where they are known already; no file is read then.
    """

    folder: Path | None = None
    entries: dict[tuple[str, str], tuple[Document, DataPath]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folder = self.folder = self.folder or rules_folder()
        for each in book_folders(folder)[::-1] if not self.entries else ():
            self._add(each)

    def _add(self, folder: Path) -> None:
        for path in (path for path in rule_files(folder) if path.suffix == ".yaml"):
            name = path.relative_to(folder).as_posix()
            document = read_document(path, f"{folder.name}/{name}" if folder.name else name)
            for kind, entry, where in _entries(name, document.data):
                self.entries.setdefault((kind, entry), (document, where))

    def at(self, kind: str, name: str, *keys: str | int) -> Place:
        """Where an entry is, or what is under these keys in it."""
        document, path = self.entries[kind, name]
        return document.place((*path, *keys))

    def found(self, kind: str, name: str) -> Place | None:
        """Where an entry is; None where there is no such entry, as for what is in a table."""
        return self.at(kind, name) if (kind, name) in self.entries else None

    def data(self, kind: str, name: str) -> Any:
        """The entry as it is written."""
        document, path = self.entries[kind, name]
        return reduce(getitem, path, document.data)

    def conditions(self, rule: Rule) -> dict[Index, Place]:
        """Where each part of a rule's condition is, by its path of child numbers in the tree."""
        document, path = self.entries["rules", rule.id]
        return {index: document.place((*path, "when", *where)) for index, where in self._written(rule)}

    def clauses(self, rule: Rule) -> list[Clause]:
        """The clauses of a rule, in the order written."""
        written, wholes = self.conditions(rule), self.whole_terms(rule)
        return [Clause(index, part, nearest(written, index)) for index, part in _leaves(rule.when, wholes)]

    def whole_terms(self, rule: Rule) -> frozenset[Index]:
        """Where a rule's condition refers to a term that an earlier rule refers to: here it counts as one part.

        So a term is looked into once, in the first rule that uses it; whatever is wrong in it shows there.
        """
        data = self.data("rules", rule.id)["when"]
        terms = {index: reduce(getitem, where, data) for index, where in self._written(rule) if where[-1] == TERM}
        return frozenset(index for index, term in terms.items() if self.first_users[term] != rule.id)

    def _written(self, rule: Rule) -> Iterator[tuple[Index, DataPath]]:
        """Each part of a rule's condition, with its keys under `when`."""
        return _written(rule.when, self.data("rules", rule.id)["when"], (), ())

    @cached_property
    def terms_used(self) -> frozenset[str]:
        """The terms that some condition refers to."""
        return frozenset(term for data in self.all_conditions for term in _terms(data))

    @cached_property
    def all_conditions(self) -> tuple[Any, ...]:
        """Every condition as it is written: of rules, terms, remarks, questions, implications and packs."""
        documents = {id(document): document for document, _ in self.entries.values()}
        return tuple(
            value for document in documents.values() for key, value in inside(document.data) if key in CONDITIONS
        )

    @cached_property
    def first_users(self) -> dict[str, str]:
        """The first rule that refers to each term, in the order of the files."""
        found: dict[str, str] = {}
        for kind, name in self.entries:
            if kind == "rules":
                for term in _terms(self.data(kind, name).get("when")):
                    found.setdefault(term, name)
        return found


def _entries(name: str, data: Any) -> Iterator[tuple[str, str, DataPath]]:
    """The kind, the id and the path of each entry of one file."""
    if not isinstance(data, dict):
        return
    if name == "texts.yaml":
        yield from (("texts", key, (key,)) for key in data)
    for index, level in _mappings(data, "levels") if name == "rulebook.yaml" else ():
        for key, kind in LEVEL_TEXTS.items():  # their words are texts of the book
            if key in level:
                yield "texts", f"{kind}-{level.get('id')}", ("levels", index, key)
    if name.endswith("/pack.yaml"):
        yield "packs", name.removesuffix("/pack.yaml"), ()
    for kind in KINDS:
        for index, entry in _mappings(data, kind):
            yield kind, str(entry.get("field" if kind == "questions" else "id")), (kind, index)


def _mappings(data: Any, key: str) -> Iterator[tuple[int, dict[Any, Any]]]:
    """The mappings of a list under a key, with their numbers; anything else there is an error that the loader names."""
    for index, entry in enumerate(data[key] if isinstance(data.get(key), list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def inside(data: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in the data of a file, however deep, each with its key, or with its number in a list."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield key, value
            yield from inside(value)


def _terms(data: Any) -> Iterator[str]:
    """The terms that a condition refers to as written."""
    return (str(value) for key, value in inside(data) if key == TERM)


def nearest(written: dict[Index, Place], index: Index) -> Place:
    """Where a part of a condition is; for a part of a term, where the term is referred to."""
    while index not in written:
        index = index[:-1]
    return written[index]


def within(index: Index, wholes: frozenset[Index]) -> bool:
    """Whether a part of a condition is inside one that counts as a whole."""
    return any(len(index) > len(whole) and index[: len(whole)] == whole for whole in wholes)


def parts(condition: Condition, index: Index = ()) -> Iterator[tuple[Index, Condition]]:
    """A condition and everything below it, each part with where it is."""
    yield index, condition
    for number, part in enumerate(children(condition)):
        yield from parts(part, (*index, number))


def droppable(condition: Condition) -> Iterator[tuple[Index, Condition]]:
    """Every part of a list, with what to put there so that it no longer counts."""
    whole = dict(parts(condition))
    for index in whole:
        if index and not isinstance(around := whole[index[:-1]], Not):
            yield index, ALWAYS if isinstance(around, AllOf) else NEVER


def put(condition: Condition, index: Index, part: Condition) -> Condition:
    """The condition with the part at `index` replaced."""
    if not index:
        return part
    inner = list(children(condition))
    inner[index[0]] = put(inner[index[0]], index[1:], part)
    if isinstance(condition, Not):
        return Not(inner[0])
    assert isinstance(condition, AllOf | AnyOf | AtLeast)
    return replace(condition, parts=tuple(inner))


def _leaves(condition: Condition, wholes: frozenset[Index], index: Index = ()) -> Iterator[tuple[Index, Condition]]:
    """Every clause of a condition with where it is; what counts as a whole is not looked into."""
    inner = children(condition)
    is_no = isinstance(condition, Not) and isinstance(condition.part, Yes)
    if not inner or is_no or index in wholes:
        yield index, condition
        return
    for number, part in enumerate(inner):
        yield from _leaves(part, wholes, (*index, number))


def _written(condition: Condition, data: Any, path: DataPath, index: Index) -> Iterator[tuple[Index, DataPath]]:
    """The condition and the data it was parsed from, walked together."""
    ((key, value),) = data.items()
    below = (*path, key)
    yield index, below
    if key == TERM:  # written out in the condition, but not here
        return
    if key in ("all", "any"):
        inner = [(item, (*below, number)) for number, item in enumerate(value)]
    elif key == "not":
        inner = [(value, below)]
    elif key == "at_least" and "of" in value:
        inner = [(item, (*below, "of", number)) for number, item in enumerate(value["of"])]
    else:
        if isinstance(condition, AllOf):  # a range: each word of the mapping is a comparison
            yield from (((*index, number), (*below, word)) for number, word in enumerate(value))
        return
    for number, (part, (item, where)) in enumerate(zip(children(condition), inner, strict=True)):
        yield from _written(part, item, where, (*index, number))
