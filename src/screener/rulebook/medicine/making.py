"""Makes the index of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from screener.rulebook.medicine.ask import sound
from screener.rulebook.medicine.lookup import Index, Lexicon, combined
from screener.rulebook.medicine.result import INGREDIENTS, ORAL, MedicineEntry
from screener.rulebook.medicine.route import LOCAL
from screener.rulebook.medicine.rows import keys_of
from screener.rulebook.medicine.text import SEPARATORS, clean, normalize, tokens_of

SHORTEST_STEM: Final = 5  # letters; the `K` of `K-Tab` is none


class Making:
    """The making of the index of a table."""

    def __init__(self, entries: Sequence[MedicineEntry], lexicon: Lexicon) -> None:
        self.entries = entries
        self.lexicon = lexicon
        self.found = Index()

    def index(self) -> Index:
        """The index."""
        for row, entry in enumerate(self.entries):
            for name in entry.names:
                self.name(name, row)
            for name in entry.spelled:
                self.found.spelled[normalize(name)] = row
        for row, entry in enumerate(self.entries):
            if len(entry.ingredients) > 1:
                self.combination(row, entry.ingredients)
        self.synonyms_of_parts()
        self.written_combinations()
        for row, entry in enumerate(self.entries):
            self.stem(row, entry)
            self.found.close.extend([name, sound(normalize(name)), row] for name in entry.names if name.isalpha())
        return self.found

    def name(self, name: str, row: int) -> None:
        """Let a name lead to its row."""
        holds_separator = any(token.kind in SEPARATORS for token in tokens_of(clean(name)))
        for key in keys_of(name):
            self.found.names.setdefault(key, row)
            if holds_separator:
                self.found.crossing[key] = row

    def combination(self, row: int, ingredients: Iterable[str]) -> None:
        """Let the ingredients of a row be found together."""
        keys = [normalize(part) for part in ingredients]
        self.found.parts.update((key, key) for key in keys)
        self.found.combinations.setdefault(combined(keys), row)

    def synonyms_of_parts(self) -> None:
        """Let every name of a listed ingredient (`HCTZ`) name it in a combination."""
        for key, row in self.found.names.items():
            generic = normalize(self.entries[row].generic)
            if generic in self.found.parts:
                self.found.parts[key] = generic

    def written_combinations(self) -> None:
        """Let a name that lists its ingredients (`fluticasone vilanterol`) name them in any order."""
        for row, entry in enumerate(self.entries):
            if len(entry.ingredients) > 1:
                for name in entry.names:
                    parts = self.ingredients_in(name)
                    if len(parts) > 1:
                        self.found.combinations.setdefault(combined(parts), row)

    def ingredients_in(self, name: str) -> list[str]:
        """The ingredients that a name is made of; nothing when it holds other words."""
        tokens = tokens_of(clean(name.replace(INGREDIENTS, " ")))
        words = [token.text for token in tokens if token.is_word and not self.lexicon.is_salt(token.text)]
        found: list[str] = []
        start = 0
        while start < len(words):
            ends = range(len(words), start, -1)
            end = next((end for end in ends if "".join(words[start:end]) in self.found.parts), None)
            if end is None:
                return []
            found.append(self.found.parts["".join(words[start:end])])
            start = end
        return found

    def stem(self, row: int, entry: MedicineEntry) -> None:
        """What is left of a row's names without the words for its form, when that says something else."""
        for name in entry.names:
            stem, route = self.without_form(name)
            routes = [route] if entry.route == ORAL else entry.route.split(LOCAL)
            if route and len(stem) >= SHORTEST_STEM:
                self.salt_of_part(stem, name)
                rows = self.found.stems.setdefault(stem, [])
                rows += [[one, row] for one in routes if [one, row] not in rows]
        if {"eye", "ear"} & set(entry.route.split(LOCAL)):
            self.found.local.setdefault(self.without_form(entry.generic)[0] or normalize(entry.generic), row)

    def salt_of_part(self, stem: str, name: str) -> None:
        """Let an ingredient with its salt (`fluticasone propionate`) name the ingredient in a combination."""
        words = [token.text for token in tokens_of(clean(name)) if token.is_word]
        bare = [word for word in words if not self.lexicon.is_salt(word)]
        for end in range(len(bare), 0, -1):
            part = self.found.parts.get("".join(bare[:end]))
            if part is not None and stem not in self.found.parts and stem.startswith(bare[0]):
                self.found.parts[stem] = part

    def without_form(self, name: str) -> tuple[str, str]:
        """The key of a name without its words for form and route, and that route; no route when it has no such word."""
        tokens = [token for token in tokens_of(clean(name)) if token.is_word]
        kept: list[str] = []
        route, at = "", 0
        while at < len(tokens):
            phrase = self.lexicon.phrase("forms", tokens, at)
            if phrase is not None and kept:
                route = phrase.meaning.split("|")[1]
                at = phrase.end
                continue
            if tokens[at].kind != "number" and not (tokens[at].text in ("or", "and") and kept):
                kept.append(tokens[at].text)
            at += 1
        return "".join(kept), route
