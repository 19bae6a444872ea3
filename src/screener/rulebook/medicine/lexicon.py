"""Which words mean what: the word lists of the vocabulary, looked up word by word.

The lists are data (`wordfiles.py` reads and checks them); here they are only looked up. Everything is kept as plain
dictionaries, so that a kept copy needs no work when it is read back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, fields
from typing import Any, Final, NamedTuple

from screener.data import dataclass
from screener.memo import memo
from screener.rulebook.contents import WORD_FILES
from screener.rulebook.medicine.text import Token

FILES: Final = WORD_FILES  # the files next to `medicines.csv` that the lists are read from
PHRASES: Final = ("around", "forms", "histories", "suffixes", "releases", "makers")


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
        end, count = start, 0
        while end < len(tokens) and count < most:
            token = tokens[end]
            end += 1
            if token.kind == "hyphen":
                continue
            text = f"{text} {token.text}" if text else token.text
            count += 1
            if text in phrases:
                found = Phrase(phrases[text], start, end)
        return found

    def data(self) -> dict[str, Any]:
        """The lists as plain data."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def is_salt(self, word: str) -> bool:
        """Whether a word names a salt, such as `sodium` or `citrate`."""
        return word in self.salts

    def of_kind(self, kind: str, word: str) -> bool:
        """Whether a word is in one of the lists of `words.csv`."""
        return word in self.kinds.get(kind, ())

    def meaning(self, word: str, before: str) -> str:
        """A word of a hospital order in full, or the word itself."""
        found = self.abbreviations.get(word)
        if found is None or (found[1] and before not in found[1]):
            return word
        full: str = found[0]
        return full
