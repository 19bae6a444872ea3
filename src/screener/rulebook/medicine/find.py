"""Finds the names of the table in a text: from left to right, the longest first.

Ingredients may be one medicine together: in any order, with any separator, as the table lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from screener.data import dataclass
from screener.memo import memo
from screener.rulebook.medicine.lookup import HEADS, Lookup, combined
from screener.rulebook.medicine.text import SEPARATORS, Token, normalize

MOST_TOKENS: Final = 12  # words and signs of a name; the longest in the table has 8
NO_ROW: Final = -1


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the table, found in a text.

    Attributes:
        key: what was found, as names are compared.
        start: its first token.
        end: after its last token.
        row: the row that it names; `NO_ROW` for the name of an ingredient, or one that needs a form.
        carrier: what a drip is made up with, such as `NS`.
    """

    key: str
    start: int
    end: int
    row: int
    carrier: bool = False


@dataclass(frozen=True, slots=True)
class NamePart:
    """A name that counts, with what was written about it.

    Attributes:
        name: the name.
        piece: the place of its piece; parts of one medicine are in pieces that follow each other.
        forms: the form words next to it, as the lexicon writes them.
        as_needed: whether it is taken only as needed.
    """

    name: Name
    piece: int
    forms: frozenset[str] = frozenset()
    as_needed: bool = False


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The parts that are one medicine; `row` is `NO_ROW` when no row is the whole of it."""

    parts: tuple[NamePart, ...]
    row: int


class Finder(Lookup):
    """Finds names, and those that are one medicine together."""

    @memo
    def heads(self) -> frozenset[str]:
        """How the keys and the abbreviations begin, in each of the lengths that are looked at."""
        return self.index.heads | {key[:length] for key in self.lexicon.abbreviations for length in HEADS}

    def names(self, tokens: Sequence[Token]) -> list[Name]:
        """The names in a text, in order, none inside another."""
        abbreviated = any(token.text in self.lexicon.abbreviations for token in tokens)
        full = self.in_full(tokens) if abbreviated else None
        found: list[Name] = []
        at = 0
        while at < len(tokens):
            name = self.at(tokens, full, at) if tokens[at].is_word else None
            if name is not None:
                found.append(name)
            at = name.end if name is not None else at + 1
        return found

    def in_full(self, tokens: Sequence[Token]) -> list[str]:
        """The words with the abbreviations of hospital orders written out."""
        full: list[str] = []
        before = ""
        for token in tokens:
            full.append(self.lexicon.meaning(token.text, before).replace(" ", ""))
            before = token.text if token.is_word else before
        return full

    def at(self, tokens: Sequence[Token], full: Sequence[str] | None, start: int) -> Name | None:
        """The longest name that begins at a token, as it is written or with its abbreviations in full."""
        written = self.spelled(tokens, [token.text for token in tokens[start : start + MOST_TOKENS]], start)
        if full is None:
            return written
        in_full = self.spelled(tokens, full[start : start + MOST_TOKENS], start)
        return in_full if in_full is not None and (written is None or in_full.end > written.end) else written

    def spelled(self, tokens: Sequence[Token], words: Sequence[str], start: int) -> Name | None:
        """The longest name that the words from a token on spell."""
        found: Name | None = None
        key, crossed, head = "", False, 0
        for end, word in enumerate(words, start + 1):
            token = tokens[end - 1]
            if not token.is_word:
                if token.kind == "break":
                    break
                crossed = crossed or token.kind in SEPARATORS
                continue
            key += word
            while head < len(HEADS) and len(key) >= HEADS[head]:
                if key[: HEADS[head]] not in self.heads:
                    return found
                head += 1
            if len(key) > self.index.longest_key:
                break
            longer = self.known(key, start, end, crossed)
            if longer is not None and not self.ends_in_form(tokens, end):
                found = longer
        return found

    def ends_in_form(self, tokens: Sequence[Token], end: int) -> bool:
        """Whether a name ends in the middle of a form: `ibuprofen gel caps` is not a gel."""
        form = self.lexicon.phrase("forms", tokens, end - 1)
        return form is not None and form.end > end

    def known(self, key: str, start: int, end: int, crossed: bool) -> Name | None:
        """The name with this key; one that crosses a separator only if the table writes it with one."""
        if crossed and key not in self.index.crossing:
            return None
        row = self.index.names.get(key)
        if row is not None:
            return Name(key, start, end, row, self.lexicon.of_kind("carrier", key))
        if key in self.index.parts or key in self.index.stems:
            return Name(key, start, end, NO_ROW)
        return self.abbreviated(key, start, end)

    def abbreviated(self, key: str, start: int, end: int) -> Name | None:
        """The name that an abbreviation such as `D5W` means."""
        meaning, after = self.lexicon.abbreviations.get(key, ("", ()))
        full = meaning.replace(" ", "")
        if after or not (full in self.index.names or full in self.index.parts):
            return None
        return Name(full, start, end, self.index.names.get(full, NO_ROW), self.lexicon.of_kind("carrier", full))

    def groups(self, parts: Sequence[NamePart]) -> Iterator[PartGroup]:
        """Cut the parts into the longest groups that are one medicine each."""
        start = 0
        while start < len(parts):
            ends = range(min(len(parts), start + self.index.most_ingredients), start + 1, -1)
            group = next((group for end in ends if (group := self.one(parts[start:end]))), None)
            yield group or PartGroup((parts[start],), parts[start].name.row)
            start += len(group.parts) if group else 1

    def one(self, parts: Sequence[NamePart]) -> PartGroup | None:
        """The one medicine that all of these parts are, if they are."""
        if any(after.piece - before.piece > 1 for before, after in pairwise(parts)):
            return None
        if len({part.forms for part in parts if part.forms}) > 1:
            return None
        ingredients = [name for part in parts for name in self.ingredients(part.name)]
        row = self.index.combinations.get(combined(ingredients)) if all(ingredients) else None
        return None if row is None else PartGroup(tuple(parts), row)

    def ingredients(self, name: Name) -> list[str]:
        """What a name adds to a combination, as keys; an empty one for what is in no combination."""
        if name.row != NO_ROW and len(self.entries[name.row].ingredients) > 1:
            return [normalize(part) for part in self.entries[name.row].ingredients]
        return [self.index.parts.get(name.key, "")]
