"""One item of a written name, cut into its pieces: what every step of the reading looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from screener.memo import memo
from screener.rulebook.medicine.ask import CloseNames, Questions
from screener.rulebook.medicine.find import NO_ROW, Finder, Name
from screener.rulebook.medicine.lookup import Lookup
from screener.rulebook.medicine.piece import (
    AROUND,
    FORM,
    HISTORY,
    JOINER,
    NAME,
    OPENING,
    SALT,
    SEPARATOR,
    SUFFIX,
    UNKNOWN,
    Label,
    Piece,
    Role,
    labels_of,
    pieces_of,
    roles_of,
)
from screener.rulebook.medicine.result import AskWhich, PartOnly
from screener.rulebook.medicine.text import Token

SOFT: Final = frozenset({AROUND, FORM, HISTORY, JOINER, SEPARATOR})  # roles that name nothing
STRANGE: Final = frozenset({UNKNOWN, SUFFIX, SALT})  # roles of words that may say anything


class Tools(Finder, Questions, CloseNames):
    """What an item is read with."""


class Pieces(Lookup):
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
        super().__init__(tools.entries, tools.index, tools.lexicon)
        self.text = text
        self.tokens = tokens
        self.tools = tools
        names = tools.names(tokens)
        self.drip = any(name.carrier for name in names)
        self.names = [name for name in names if self.is_name(name, names)]
        self.roles = roles_of(tokens, self.names, self.lexicon)
        for name in names:
            if name not in self.names:
                self.roles[name.start : name.end] = [Role(SALT)] * (name.end - name.start)
        self.pieces = pieces_of(tokens, self.names, self.roles)
        self.lay = {n: found for n, piece in enumerate(self.pieces) if (found := self.lay_name(piece))}

    def is_name(self, name: Name, names: Sequence[Name]) -> bool:
        """Whether this is a medicine here, and not the salt of the one before."""
        before = next((other for other in names if other.end == name.start), None)
        words = [self.lexicon.meaning(token.text, "") for token in self.tokens[name.start : name.end] if token.is_word]
        is_salt = all(map(self.lexicon.is_salt, words))
        return not (before is not None and is_salt and not self.lexicon.of_kind("own-medicine", words[0]))

    def lay_name(self, piece: Piece) -> str:
        """The id of the question that a piece leads to as a whole; empty when it is not a lay name."""
        kept = [
            at
            for at in range(piece.start, piece.end)
            if self.roles[at].kind not in (HISTORY, SEPARATOR) and self.roles[at].meaning != "number"
        ]
        left_out: list[tuple[str, ...]] = [(), ("filler",), ("filler", "direction")]
        if not piece.names:  # with a strength, a name of the table is meant as written
            left_out.append(("filler", "direction", "unit", "package", "times", "beside-number"))
        ways = (
            " ".join(self.tokens[at].text for at in kept if self.roles[at].meaning not in kinds) for kinds in left_out
        )
        found = next((self.lexicon.lay[words] for words in ways if words in self.lexicon.lay), "")
        return "" if found and piece.names and not self.lexicon.questions[found]["question"] else found

    def homonym(self, piece: Piece) -> AskWhich | None:
        """The question which meaning a name has."""
        key = "".join(
            self.tokens[at].text
            for at in range(piece.start, piece.end)
            if self.roles[at].kind not in (AROUND, FORM, HISTORY, SEPARATOR)
        )
        return self.tools.homonym(key, self.written(piece))

    def written(self, piece: Piece) -> str:
        """A piece as it was written."""
        return self.said(piece.start, piece.end)

    def said(self, start: int, end: int) -> str:
        """What was written from one token to before another."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end].strip()

    def place_of(self, name: Name) -> int:
        """Which of the pieces a name is in."""
        return next(n for n, piece in enumerate(self.pieces) if piece.start <= name.start < piece.end)

    def is_soft(self, piece: Piece) -> bool:
        """Whether a piece holds only strengths, forms, directions and the like."""
        return all(role.kind in SOFT for role in self.roles[piece.start : piece.end])

    def generic(self, name: Name) -> str:
        """The generic name of a name."""
        return self.entries[name.row].generic if name.row != NO_ROW else name.key

    def classes(self, name: Name) -> tuple[str, ...]:
        """The classes of a name's row."""
        return self.entries[name.row].classes if name.row != NO_ROW else ()

    def forms(self, number: int) -> frozenset[str]:
        """The form words that belong to a piece: its own, and those of soft pieces next to it."""
        return frozenset[str]().union(*map(self.own_forms, (number, *self.soft_next_to(number))))

    def own_forms(self, number: int) -> set[str]:
        """The form words in a piece, those that are part of a name too."""
        piece = self.pieces[number]
        inside = {at for name in piece.names for at in range(name.start, name.end)}
        phrases = (self.lexicon.phrase("forms", self.tokens[: piece.end], at) for at in sorted(inside))
        found = {phrase.meaning for phrase in phrases if phrase is not None}
        return found | {role.meaning for role in self.roles[piece.start : piece.end] if role.kind == FORM}

    def is_bracketed(self, number: int) -> bool:
        """Whether a piece begins with a bracket."""
        start = self.pieces[number].start
        return start > 0 and self.tokens[start - 1].text in OPENING

    def soft_next_to(self, number: int) -> Iterator[int]:
        """The soft pieces after a piece with names, and those before the first one."""
        after = number + 1
        while after < len(self.pieces) and self.is_soft(self.pieces[after]) and after not in self.lay:
            yield after
            after += 1
        if not any(self.pieces[other].names for other in range(number)):
            yield from (other for other in range(number) if self.is_soft(self.pieces[other]))

    # labels: `blood pressure: ramipril` counts, `foo: ramipril` does not

    @memo
    def labels(self) -> list[Label]:
        """The labels in it."""
        return labels_of(self.tokens, self.roles)

    @memo
    def unknown_labels(self) -> list[Label]:
        """The labels with a word that is in no list."""
        return [label for label in self.labels if self.is_unknown(label)]

    def is_unknown(self, label: Label) -> bool:
        """Whether it is open what a label says; a lay name is known, and what is next to a name is judged there."""
        lay = {at for number in self.lay for at in range(self.pieces[number].start, self.pieces[number].end)}
        places = [at for at in range(label.start, label.colon) if at not in lay]
        kinds = {self.roles[at].kind for at in places}
        return UNKNOWN in kinds or (bool(kinds & STRANGE) and NAME not in kinds)

    def unknown_label(self, number: int) -> Label | None:
        """The unknown label that a piece comes after."""
        return next((label for label in self.unknown_labels if label.is_said_of(self.pieces[number].start)), None)

    def said_of(self, number: int) -> Sequence[Name]:
        """The names behind a piece that is a label."""
        label = next((label for label in self.labels if label.holds(self.pieces[number].start)), None)
        return [name for name in self.names if label is not None and label.is_said_of(name.start)]

    def is_reported_label(self, number: int) -> bool:
        """Whether a piece is in an unknown label that is told together with what comes after it."""
        label = next((label for label in self.unknown_labels if label.holds(self.pieces[number].start)), None)
        behind = (other for n, other in enumerate(self.pieces) if n in self.lay or not self.is_soft(other))
        return label is not None and any(label.is_said_of(other.start) for other in behind)

    def labelled(self, label: Label, piece: Piece) -> str:
        """A piece as it was written, the first one with its label."""
        between = self.text[self.tokens[label.colon].end : self.tokens[piece.start].start]
        start = piece.start if any(map(str.isalnum, between)) else label.start
        return self.said(start, piece.end)

    def under_label(self, label: Label, piece: Piece, names: Sequence[Name]) -> PartOnly:
        """Known names behind an unknown label."""
        known = self.said(names[0].start, names[-1].end)
        unknown = self.text[self.tokens[label.start].start : self.tokens[label.colon].start].strip()
        return PartOnly(self.labelled(label, piece), known, unknown, self.generic(names[0]))
