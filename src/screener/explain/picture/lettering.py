"""How wide a text is at most, and how it is broken into lines, without asking any font.

Widths are in ems and on the safe side for the widest common sans-serif fonts (Verdana, DejaVu Sans).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

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


def broken(text: str) -> list[str]:
    """The parts of a text between which a line may be broken, without spaces."""
    return [part for word in text.split() for part in AT_HYPHENS.findall(word)]


def _pieces(word: str, size: float, most: float) -> list[str]:
    """A word in pieces between which a line may be broken."""
    pieces: list[str] = []
    for part in broken(word):
        piece = ""
        for char in part:
            if piece and width(piece + char, size) > most:
                pieces.append(piece)
                piece = ""
            piece += char
        pieces.append(piece)
    return pieces
