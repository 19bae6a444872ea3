"""How wide a text is at most, and how it is broken into lines, without asking any font.

Widths are in ems and on the safe side for the widest common sans-serif fonts (Verdana, DejaVu Sans).
"""

from __future__ import annotations

from functools import cache
from typing import Final

NARROW: Final = "ijlI.,:;'|!"
SLIM: Final = 'ftr()[]/-" '
WIDE: Final = "mwMWQO@%&+<>=~#…–—"
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


def width(text: str, size: float) -> float:
    """The width that a text needs at most, in the unit of `size` (the font's size)."""
    return sum(map(_em, text)) * size


def wrap(text: str, size: float, most: float) -> list[str]:
    """The text in lines no wider than `most`; words that are too long themselves are cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, size, most):
            longer = f"{line} {piece}" if line else piece
            if width(longer, size) <= most:
                line = longer
            else:
                lines.append(line)
                line = piece
    return [*lines, line] if line or not lines else lines


def _pieces(word: str, size: float, most: float) -> list[str]:
    if width(word, size) <= most:
        return [word]
    pieces, piece = [], ""
    for char in word:
        if piece and width(piece + char, size) > most:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]
