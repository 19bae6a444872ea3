"""Labels: the words before a colon, and what they are said of (`wife: digoxin`, `morning: ramipril 5 mg`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from screener.rulebook.medicine.piece import AROUND, FORM, NAME, SEPARATOR, Role
from screener.rulebook.medicine.text import COLON, Token

OPENING: Final = ("(", "[", "{")
CLOSING: Final = (")", "]", "}")
HEADING: Final = "filler"  # the kind of words such as `medicines`, which begin a new list


class Label(NamedTuple):
    """A label.

    Attributes:
        start: its first token.
        colon: the colon.
        end: after the last token that it is said of.
    """

    start: int
    colon: int
    end: int


def labels_of(tokens: Sequence[Token], roles: Sequence[Role]) -> list[Label]:
    """The labels of a text; one is said of all that follows, up to the next one or the end of its bracket."""
    colons = [at for at, token in enumerate(tokens) if token.text == COLON and roles[at].kind == SEPARATOR]
    found = [Label(_start(tokens, at), at, _end(tokens, at)) for at in colons]
    begin = [label.start for label in found if _begins_a_list(label, tokens, roles)]
    return [
        label._replace(end=min((start for start in begin if label.colon < start < label.end), default=label.end))
        for label in found
    ]


def _start(tokens: Sequence[Token], colon: int) -> int:
    """Where the label before a colon begins: after a comma, a colon, or the bracket that it is in."""
    depth = 0
    for at in range(colon - 1, -1, -1):
        text = tokens[at].text
        if text in CLOSING:
            depth += 1
        elif text in OPENING and depth:
            depth -= 1
        elif text in OPENING or text in (",", "|", COLON) or tokens[at].kind == "break":
            return at + 1
    return 0


def _end(tokens: Sequence[Token], colon: int) -> int:
    """Where the bracket that a colon is in ends, or the text."""
    depth = 0
    for at in range(colon + 1, len(tokens)):
        if tokens[at].text in OPENING:
            depth += 1
        elif tokens[at].text in CLOSING:
            depth -= 1
        if depth < 0:
            return at
    return len(tokens)


def _begins_a_list(label: Label, tokens: Sequence[Token], roles: Sequence[Role]) -> bool:
    """Whether a label ends what the one before is said of; a time of day or the name of a medicine does not."""
    inside = roles[label.start : label.colon]
    if any(role.kind == NAME for role in inside) or (label.start and tokens[label.start - 1].text == COLON):
        return False
    return any(
        role.kind not in (AROUND, FORM, SEPARATOR) or (role.kind == AROUND and role.meaning == HEADING)
        for role in inside
    )
