"""Whether the words around a name leave it the same medicine: a strength does, an unknown suffix does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from screener.rulebook.medicine.find import NO_ROW, Name
from screener.rulebook.medicine.lookup import combined
from screener.rulebook.medicine.piece import (
    AROUND,
    FORM,
    HISTORY,
    JOINER,
    MAKER,
    NAME,
    SALT,
    SEPARATOR,
    SUFFIX,
    Piece,
)
from screener.rulebook.medicine.pieces import Pieces
from screener.rulebook.medicine.text import Token, normalize

HARMLESS: Final = frozenset({AROUND, FORM, HISTORY, JOINER, NAME, SEPARATOR})
GENERIC: Final = ["generic"]  # the mark of an abbreviation that counts only next to a generic name


class Judging(Pieces):
    """One item whose names are judged by the words around them."""

    def judge(self, piece: Piece) -> tuple[list[Name], list[int]]:
        """The names of a piece, one with a listed suffix as the whole, and the tokens that leave it open what it is."""
        names = list(piece.names)
        strange: list[int] = []
        for at in range(piece.start, piece.end):
            if not self.is_strange(at, piece):
                continue
            role = self.roles[at]
            before = [number for number, name in enumerate(names) if name.end <= at]
            is_suffix = before and (role.kind == SUFFIX or role.maybe_suffix)
            whole = self.with_suffix(names[before[-1]], self.tokens[at]) if is_suffix else None
            if whole is not None:
                names[before[-1]] = whole
            else:
                strange.append(at)
        return names, strange

    def is_strange(self, at: int, piece: Piece) -> bool:
        """Whether a word may change what medicine this is."""
        role = self.roles[at]
        near = _nearest(piece.names, at)
        if role.kind == MAKER:
            fits = self.is_generic(near) and not (role.maybe_suffix and self.tokens[at - 1].kind != "hyphen")
            return not fits
        if role.maybe_suffix:
            return self.is_suffix(at, piece, near)
        if role.kind == SALT or (role.kind == SUFFIX and self.is_salt_letter(self.tokens[at], near)):
            return not self.may_leave_out(self.tokens[at].text, near)
        return role.kind not in HARMLESS

    def is_generic(self, name: Name) -> bool:
        """Whether a name is the generic one, in any spelling of the table."""
        return name.key in self.index.spelled or name.row == NO_ROW

    def is_salt_letter(self, token: Token, near: Name) -> bool:
        """Whether a letter such as the K of `losartan K` is a salt: only next to a generic name."""
        meaning = self.lexicon.abbreviations.get(token.text, ("", ()))[0]
        return self.lexicon.is_salt(meaning) and self.is_generic(near)

    def is_suffix(self, at: int, piece: Piece, near: Name) -> bool:
        """Whether an ordinary word (`day`) is the suffix of a brand here.

        It is when nothing that it could belong to follows, and nothing but a bare number comes in between.
        """
        if near.start > at or self.is_generic(near):
            return False
        between = [role.meaning for role in self.roles[near.end : at] if role.kind != SEPARATOR]
        if between not in ([], ["number"]) and len(self.tokens[at].text) > 1:
            return False
        following = self.roles[at + 1] if at + 1 < piece.end else None
        return following is None or following.meaning == "number" or following.kind not in (AROUND, FORM)

    def may_leave_out(self, word: str, near: Name) -> bool:
        """Whether a salt adds nothing to a name: `losartan potassium` is losartan.

        But `magnesium citrate` next to `potassium` is not only itself.
        """
        words = [token.text for token in self.tokens[near.start : near.end] if token.is_word]
        salts = [self.lexicon.is_salt(part) for part in words]
        full = self.lexicon.abbreviations.get(word, (word, ()))[0]
        if self.lexicon.salts.get(full) == "cation" and any(salts):
            return False
        return self.lexicon.is_salt(full) and not all(salts)

    def with_suffix(self, name: Name, suffix: Token) -> Name | None:
        """The listed medicine that a name and a suffix are together, whatever comes in between: `Telma 40 H`."""
        base = self.entries[name.row].names if name.row != NO_ROW else ()
        for known in (name.key, *(normalize(other) for other in base if name.key.startswith(normalize(other)))):
            row = self.index.names.get(known + suffix.text)
            if row is not None:
                return replace(name, row=row, key=known + suffix.text)
        meaning, after = self.lexicon.abbreviations.get(suffix.text, ("", ()))
        if after != GENERIC or name.row == NO_ROW or not self.is_generic(name):
            return None
        parts = [normalize(part) for part in (*self.entries[name.row].ingredients, meaning)]
        row = self.index.combinations.get(combined(parts))
        return None if row is None else replace(name, row=row, key=f"{name.key}{suffix.text}")

    def strange_words(self, strange: Sequence[int]) -> str:
        """The strange words as written."""
        return " ".join(self.text[self.tokens[at].start : self.tokens[at].end] for at in strange)

    def unknown_words(self, piece: Piece) -> Iterator[str]:
        """The words of a piece that have no known meaning."""
        for at in range(piece.start, piece.end):
            kind = self.roles[at].kind
            if kind not in HARMLESS and kind not in (SUFFIX, MAKER) and self.tokens[at].kind == "word":
                yield self.tokens[at].text


def _nearest(names: Sequence[Name], at: int) -> Name:
    """The name before a word, or else the one after it."""
    before = [name for name in names if name.end <= at]
    return before[-1] if before else names[0]
