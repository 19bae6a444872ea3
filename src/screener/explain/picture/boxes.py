"""What is drawn, with its place and size in pixels: boxes with their lines of text, lines between them, arcs.

How wide a text is at most, and how it is broken into lines, is found without asking any font. Widths of letters are in
ems and on the safe side for the widest common sans-serif fonts (Verdana, DejaVu Sans).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from typing import Final

from screener.explain.picture import words
from screener.explain.picture.graph import Edge, Node

SIZE: Final = 13  # of the letters
SMALL: Final = 11
LEADING: Final = 16
SMALL_LEADING: Final = 14
PAD: Final = 9  # between the edge of a box and its text, at its sides
ABOVE: Final = 5  # and above and below
PORT: Final = 9  # between two lines that end at one box
BEHIND: Final = 4  # how far the second edge of a folded box shows
SIGN: Final = 5  # at both sides of `or` in front of a box
NARROWEST: Final = 60
LIST: Final = 250  # the greatest width of a box of several answers
MARGIN: Final = 12  # around the picture

NARROW: Final = "ijlI.,:;'|!"
SLIM: Final = 'ftr()[]/-" '
WIDE: Final = "mwMWQO@%&+<>=~#…–—"
AT_HYPHENS: Final = re.compile(r".+?-+(?=[^\W\d_])|.+", re.DOTALL)  # not in front of numbers
NARROW_EM, SLIM_EM, LETTER_EM, CAPITAL_EM, WIDE_EM = 0.43, 0.47, 0.65, 0.8, 1.0


@cache
def _em(char: str) -> float:
    if char in NARROW:
        return NARROW_EM
    if char in SLIM:
        return SLIM_EM
    if char in WIDE or ord(char) > 0x24F:
        return WIDE_EM
    return CAPITAL_EM if char.isupper() else LETTER_EM


@lru_cache(maxsize=4096)
def width(text: str, size: float) -> float:
    """The width that a text needs at most, in the unit of `size` (the font's size)."""
    return sum(map(_em, text)) * size


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, most: float) -> tuple[str, ...]:
    """The text in lines no wider than `most`, broken at spaces and behind hyphens; longer words are cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        space = " "
        for piece in _pieces(word, size, most):
            longer = f"{line}{space}{piece}" if line else piece
            if width(longer, size) <= most:
                line = longer
            else:
                lines.append(line)
                line = piece
            space = ""
    return (*lines, line) if line or not lines else tuple(lines)


def _broken(text: str) -> list[str]:
    """The parts of a text between which a line may be broken, without spaces."""
    return [part for word in text.split() for part in AT_HYPHENS.findall(word)]


def _pieces(word: str, size: float, most: float) -> list[str]:
    """A word in pieces between which a line may be broken."""
    pieces: list[str] = []
    for part in _broken(word):
        piece = ""
        for char in part:
            if piece and width(piece + char, size) > most:
                pieces.append(piece)
                piece = ""
            piece += char
        pieces.append(piece)
    return pieces


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node.

    Attributes:
        x, y: the left upper corner.
        sign: `or`, or how many lines are enough, in a field of its own at the left; empty where none is needed.
        mark: the small first lines: number, kind and status, what is folded.
        lines: the text.
    """

    node: Node
    x: int
    y: int
    width: int
    height: int
    sign: str
    mark: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def front(self) -> int:
        """The width of the field at the left."""
        return front(self.sign) if self.node.kind != "gate" else 0

    @property
    def left(self) -> int:
        """Where its text begins."""
        return self.x + self.front + PAD

    @property
    def right(self) -> int:
        """How far it reaches to the right, with the second edge of a folded one."""
        return self.x + self.width + (BEHIND if self.node.folded else 0)

    @property
    def low(self) -> int:
        """How far it reaches down."""
        return self.y + self.height + (BEHIND if self.node.folded else 0)


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """A placed edge: the points it passes, from box to box; curves and straight pieces by turns."""

    edge: Edge
    points: tuple[tuple[int, int], ...]
    several: bool = False  # it comes from a box of several answers


@dataclass(frozen=True, slots=True)
class Arc:
    """The arc across lines that count together."""

    x: int
    top: int
    bottom: int
    step: int


@dataclass(frozen=True)
class PlacedGraph:
    """A placed graph, or a connected part of one; with the words that explain its signs below it."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[PlacedEdge, ...] = ()
    arcs: tuple[Arc, ...] = ()
    legend: tuple[str, ...] = ()


def boxed(node: Node, most: int, lines: int = 0, mark: str | None = None) -> Box:
    """A box at the origin, as narrow as its text allows.

    Args:
        most: how wide it may be.
        lines: how many lines lead to it; so many ends have room at its side.
        mark: the small first line, where it is not what the box is; then a rule has no number of its step.
    """
    sign = words.sign(node)
    if node.kind == "gate" and mark is None:
        return Box(node, 0, 0, max(28, front(sign) + SIGN), _high(24, lines), sign, (), ())
    size, leading = lettering(node)
    inner = most - 2 * PAD - front(sign)
    stepped = node.kind == "rule" and node.step and mark is None
    said = f"{node.step}. {node.words}" if stepped else node.words
    marks = _lines(words.mark(node) if mark is None else mark, SMALL, inner) + _lines(words.fold(node), SMALL, inner)
    text = _lines(said, size, inner)
    widest = max([*(width(line, size) for line in text), *(width(line, SMALL) for line in marks)], default=0)
    high = leading * len(text) + SMALL_LEADING * len(marks) + 2 * ABOVE
    wide = min(most, max(NARROWEST, ceil(widest) + 2 * PAD) + front(sign))
    return Box(node, 0, 0, wide, _high(high, lines), sign, marks, text)


def _lines(text: str, size: int, most: float) -> tuple[str, ...]:
    return wrap(text, size, most) if text else ()


def _high(text: int, lines: int) -> int:
    return max(text, PORT * (lines + 1))


def lettering(node: Node) -> tuple[int, int]:
    """The size of the letters in a box, and how high a line of them is."""
    return (SMALL, SMALL_LEADING) if node.kind in ("rule", "answers") else (SIZE, LEADING)


def front(sign: str) -> int:
    """The width of the field for a sign in front of a box."""
    return ceil(width(sign, SMALL)) + 2 * SIGN if sign else 0


def room(node: Node, most: int) -> int:
    """How wide a box may be: wider for lists, and for a long word rather than cutting it."""
    size, _ = lettering(node)
    longest = max((width(word, size) for word in _broken(node.words)), default=0)
    return max(LIST if node.kind == "answers" else most, min(LIST, ceil(longest) + 2 * PAD + front(words.sign(node))))
