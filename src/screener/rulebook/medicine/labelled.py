"""The labels of one item: `blood pressure: ramipril` counts, `foo: ramipril` does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from screener.memo import memo
from screener.rulebook.medicine.find import Name
from screener.rulebook.medicine.label import Label, labels_of
from screener.rulebook.medicine.piece import NAME, SALT, SUFFIX, UNKNOWN, Piece
from screener.rulebook.medicine.pieces import Pieces
from screener.rulebook.medicine.result import PartOnly

STRANGE: Final = frozenset({UNKNOWN, SUFFIX, SALT})  # roles of words that may say anything


class Labelled(Pieces):
    """One item and its labels."""

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
        start = self.pieces[number].start
        return next((label for label in self.unknown_labels if label.colon < start < label.end), None)

    def said_of(self, number: int) -> Sequence[Name]:
        """The names behind a piece that is a label."""
        piece = self.pieces[number]
        label = next((label for label in self.labels if label.start <= piece.start < label.colon), None)
        return [name for name in self.names if label is not None and label.colon < name.start < label.end]

    def is_reported_label(self, number: int) -> bool:
        """Whether a piece is in an unknown label that is told together with what comes after it."""
        piece = self.pieces[number]
        label = next((label for label in self.unknown_labels if label.start <= piece.start < label.colon), None)
        behind = (other for n, other in enumerate(self.pieces) if n in self.lay or not self.is_soft(other))
        return label is not None and any(label.colon < other.start < label.end for other in behind)

    def labelled(self, label: Label, piece: Piece) -> str:
        """A piece as it was written, the first one with its label."""
        between = self.text[self.tokens[label.colon].end : self.tokens[piece.start].start]
        start = piece.start if any(map(str.isalnum, between)) else label.start
        return self.text[self.tokens[start].start : self.tokens[piece.end - 1].end].strip()

    def under_label(self, label: Label, piece: Piece, names: Sequence[Name]) -> PartOnly:
        """Known names behind an unknown label."""
        first, last = names[0], names[-1]
        known = self.text[self.tokens[first.start].start : self.tokens[last.end - 1].end]
        word = self.text[self.tokens[label.start].start : self.tokens[label.colon].start].strip()
        return PartOnly(self.labelled(label, piece), known, word, self.generic(first))
