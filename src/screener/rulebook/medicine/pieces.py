"""One item of a written name, cut into its pieces: what every step of the reading looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from screener.data import dataclass
from screener.rulebook.medicine.ask import Questions
from screener.rulebook.medicine.close import CloseNames
from screener.rulebook.medicine.entry import MedicineEntry
from screener.rulebook.medicine.find import NO_ROW, Finder, Name
from screener.rulebook.medicine.index import Index
from screener.rulebook.medicine.judge import Judge
from screener.rulebook.medicine.lexicon import Lexicon
from screener.rulebook.medicine.piece import (
    AROUND,
    FORM,
    HISTORY,
    JOINER,
    SALT,
    SEPARATOR,
    Piece,
    Role,
    pieces_of,
    roles_of,
)
from screener.rulebook.medicine.text import Token

SOFT: Final = frozenset({AROUND, FORM, HISTORY, JOINER, SEPARATOR})  # roles that name nothing


@dataclass(frozen=True, slots=True)
class Tools:
    """What an item is read with."""

    entries: Sequence[MedicineEntry]
    index: Index
    lexicon: Lexicon
    finder: Finder
    judge: Judge
    questions: Questions
    close: CloseNames


class Pieces:
    """One item: its words, the names in it, and its pieces.

    Attributes:
        text: the whole text, in which the tokens have their places.
        tokens: its words and signs.
        drip: whether it says what a drip is made up with.
        names: the names of the table in it.
        roles: what each token is there for.
        pieces: what is between its separators.
        lay: the pieces that are lay names, each with its question.
    """

    def __init__(self, text: str, tokens: Sequence[Token], tools: Tools) -> None:
        self.text = text
        self.tokens = tokens
        self.tools = tools
        names = tools.finder.names(tokens)
        self.drip = any(name.carrier for name in names)
        self.names = [name for name in names if self.is_name(name, names)]
        self.roles = roles_of(tokens, self.names, tools.lexicon)
        for name in names:
            if name not in self.names:
                self.roles[name.start : name.end] = [Role(SALT)] * (name.end - name.start)
        self.pieces = pieces_of(tokens, self.names, self.roles)
        self.lay = {n: found for n, piece in enumerate(self.pieces) if (found := self.lay_name(piece))}

    def is_name(self, name: Name, names: Sequence[Name]) -> bool:
        """Whether this is a medicine here, and not the salt of the one before."""
        before = next((other for other in names if other.end == name.start), None)
        lexicon = self.tools.lexicon
        words = [lexicon.meaning(token.text, "") for token in self.tokens[name.start : name.end] if token.is_word]
        is_salt = all(map(lexicon.is_salt, words))
        return not (before is not None and is_salt and not lexicon.of_kind("own-medicine", words[0]))

    def lay_name(self, piece: Piece) -> str:
        """The question that a piece leads to."""
        return self.tools.questions.lay_name(piece, self.tokens, self.roles)

    def written(self, piece: Piece) -> str:
        """A piece as it was written."""
        return self.text[self.tokens[piece.start].start : self.tokens[piece.end - 1].end].strip()

    def is_soft(self, piece: Piece) -> bool:
        """Whether a piece holds only strengths, forms, directions and the like."""
        return all(role.kind in SOFT for role in self.roles[piece.start : piece.end])

    def generic(self, name: Name) -> str:
        """The generic name of a name."""
        return self.tools.entries[name.row].generic if name.row != NO_ROW else name.key

    def classes(self, name: Name) -> tuple[str, ...]:
        """The classes of a name's row."""
        return self.tools.entries[name.row].classes if name.row != NO_ROW else ()

    def forms(self, number: int) -> frozenset[str]:
        """The form words that belong to a piece: its own, and those of soft pieces next to it."""
        found = set(self.own_forms(number))
        for neighbour in self.soft_next_to(number):
            found |= self.own_forms(neighbour)
        return frozenset(found)

    def own_forms(self, number: int) -> set[str]:
        """The form words in a piece, those that are part of a name too."""
        piece = self.pieces[number]
        inside = {at for name in piece.names for at in range(name.start, name.end)}
        phrases = (self.tools.lexicon.phrase("forms", self.tokens[: piece.end], at) for at in sorted(inside))
        found = {phrase.meaning for phrase in phrases if phrase is not None}
        return found | {role.meaning for role in self.roles[piece.start : piece.end] if role.kind == FORM}

    def is_bracketed(self, number: int) -> bool:
        """Whether a piece begins with a bracket."""
        start = self.pieces[number].start
        return start > 0 and self.tokens[start - 1].text in ("(", "[", "{")

    def soft_next_to(self, number: int) -> Iterator[int]:
        """The soft pieces after a piece with names, and those before the first one."""
        after = number + 1
        while after < len(self.pieces) and self.is_soft(self.pieces[after]) and after not in self.lay:
            yield after
            after += 1
        if not any(self.pieces[other].names for other in range(number)):
            yield from (other for other in range(number) if self.is_soft(self.pieces[other]))
