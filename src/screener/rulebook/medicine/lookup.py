"""What written names are looked up in: the word lists of the vocabulary, and the index of the names of the table.

The lists are data (`wordfiles.py` reads and checks them), and the index is made once when a book is loaded
(`making.py`); here they are only looked up. Everything is kept as plain dictionaries, so that a kept copy needs no work
when it is read back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeAlias

from screener.data import dataclass
from screener.memo import memo
from screener.rulebook.medicine.result import CloseName, MedicineEntry
from screener.rulebook.medicine.text import Token, normalize

HEADS: Final = (3, 10)  # letters with which a key begins, to see soon that no name begins here
PHRASES: Final = ("around", "forms", "histories", "suffixes", "releases", "makers")


Entries: TypeAlias = Sequence[MedicineEntry] | Mapping[int, MedicineEntry]  # by their places in the table


class Phrase(NamedTuple):
    """A phrase of a list, found in a text: what it means, and the tokens that it takes."""

    meaning: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """The word lists.

    Attributes:
        around: words that may surround a name, each with its kind (`unit`, `direction` …).
        forms: words for a form, each with its route and form, as `skin cream`.
        histories: words that say that a medicine is not taken, each with its kind and scope, as `stopped|clause`.
        suffixes: words after a name that can mean another ingredient.
        releases: words for a release or strength, which say nothing about the ingredient.
        makers: names of makers.
        salts: words for the salt of a medicine: `cation` or `anion`.
        abbreviations: words of hospital orders, each with what it means and after which words.
        kinds: other lists of single words: `joiner`, `carrier`, `never-close` …
        nothing: phrases that say that no medicine is taken.
        lay: names that people use for a kind of medicine, each with the id of its question.
        questions: id to the question, its choices, class and field.
        homonyms: names that mean two things, each with both meanings.
        confusable: names that are easily confused with the one that leads, as they are compared.
        routes: how a route counts: see `route.py`.
        classes: what each class is, in a few words.
    """

    around: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    histories: dict[str, str] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    salts: dict[str, str] = field(default_factory=dict)
    abbreviations: dict[str, list[Any]] = field(default_factory=dict)
    kinds: dict[str, list[str]] = field(default_factory=dict)
    nothing: dict[str, str] = field(default_factory=dict)
    lay: dict[str, str] = field(default_factory=dict)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    homonyms: dict[str, list[str]] = field(default_factory=dict)
    confusable: dict[str, list[str]] = field(default_factory=dict)
    routes: dict[str, dict[str, Any]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)

    @memo
    def longest(self) -> dict[str, dict[str, int]]:
        """For each list of phrases, by how a phrase begins: how many words the longest such phrase has."""
        found: dict[str, dict[str, int]] = {name: {} for name in PHRASES}
        for name, starts in found.items():
            for phrase in getattr(self, name):
                first, *rest = phrase.split(" ")
                starts[first] = max(starts.get(first, 0), 1 + len(rest))
        return found

    @memo
    def listed(self) -> frozenset[str]:
        """Every single word of the lists of words around a name, of history and of lay names."""
        lists = (self.around, self.forms, self.histories, self.releases, self.lay, self.nothing)
        return frozenset(word for phrases in lists for phrase in phrases for word in phrase.split(" "))

    @memo
    def starts(self) -> dict[str, tuple[str, ...]]:
        """The lists in which some phrase begins with a word."""
        found: dict[str, tuple[str, ...]] = {}
        for name, starts in self.longest.items():
            for word in starts:
                found[word] = (*found.get(word, ()), name)
        return found

    def phrase(self, name: str, tokens: Sequence[Token], start: int) -> Phrase | None:
        """The longest phrase of a list that begins at a token; hyphens between its words do not count."""
        most = self.longest[name].get(tokens[start].text, 0)
        phrases: dict[str, str] = getattr(self, name)
        text, found = "", None
        words = (at for at in range(start, len(tokens)) if tokens[at].kind != "hyphen")
        for at in islice(words, most):
            text = f"{text} {tokens[at].text}" if text else tokens[at].text
            if text in phrases:
                found = Phrase(phrases[text], start, at + 1)
        return found

    def is_salt(self, word: str) -> bool:
        """Whether a word names a salt, such as `sodium` or `citrate`."""
        return word in self.salts

    def is_local(self, route: str) -> bool:
        """Whether by this route no class counts."""
        return self.routes.get(route, {}).get("counted") == ["none"]

    def of_kind(self, kind: str, word: str) -> bool:
        """Whether a word is in one of the lists of `words.csv`."""
        return word in self.kinds.get(kind, ())

    def meaning(self, word: str, before: str) -> str:
        """A word of a hospital order in full, or the word itself."""
        full, after = self.abbreviations.get(word, (word, ()))
        return word if after and before not in after else str(full)


@dataclass(frozen=True)
class Index:
    """Where each name leads; rows are places in the table.

    Attributes:
        names: key to row.
        crossing: keys of names that hold a separator, such as `insulin, regular, human`.
        spelled: keys of names that are a generic name in some language, next to which a maker's name may be.
        parts: key of an ingredient's name to the ingredient.
        combinations: the ingredients of a row, sorted and joined, to the row.
        stems: key of a name without its form to the rows it can mean, each with its route.
        local: generic names of which there are drops for the eye or ear, as keys.
        close: the one-word names, each with how it sounds and its row.
    """

    names: dict[str, int] = field(default_factory=dict)
    crossing: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    combinations: dict[str, int] = field(default_factory=dict)
    stems: dict[str, list[Any]] = field(default_factory=dict)
    local: dict[str, int] = field(default_factory=dict)
    close: list[list[Any]] = field(default_factory=list)

    @memo
    def most_ingredients(self) -> int:
        """How many ingredients the largest combination has."""
        return max((key.count("|") + 1 for key in self.combinations), default=1)

    @memo
    def longest_key(self) -> int:
        """How long the longest key is."""
        return max(map(len, self.keys()), default=0)

    @memo
    def heads(self) -> frozenset[str]:
        """How the keys begin, in each of the lengths that are looked at."""
        return frozenset(key[:length] for key in self.keys() for length in HEADS)

    def keys(self) -> Iterator[str]:
        """Everything that a text is searched for."""
        return chain(self.names, self.parts, self.stems)


class Lookup:
    """A table with its index and word lists: what every step of reading a name looks things up in."""

    def __init__(self, entries: Entries, index: Index, lexicon: Lexicon) -> None:
        self.entries = entries
        self.index = index
        self.lexicon = lexicon

    def close_name(self, name: str, distance: int = 0) -> CloseName:
        """A name that may be meant: one of the table, or only what it is."""
        row = self.index.names.get(normalize(name))
        if row is None:
            return CloseName(name, "", distance)
        return CloseName(name, self.entries[row].generic, distance, self.entries[row].classes)


def combined(ingredients: Iterable[str]) -> str:
    """The key of a set of ingredients."""
    return "|".join(sorted(set(ingredients)))


def classes_of(entries: Iterable[MedicineEntry], lexicon: Lexicon) -> frozenset[str]:
    """Every class that a medicine can have, by any route."""
    becoming = chain.from_iterable(rule["becomes"].values() for rule in lexicon.routes.values())
    return frozenset(becoming).union(*(entry.classes for entry in entries))


def lists_of(thing: Lexicon | Index) -> dict[str, Any]:
    """All of it as plain data, by name."""
    return {item.name: getattr(thing, item.name) for item in fields(thing)}
