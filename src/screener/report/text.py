"""A page as plain text for a terminal: no colour needed, lines of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import partial
from typing import Final

from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph

WIDTH: Final = 80
RULES: Final = {1: "=", 2: "-"}
_filled: Final = partial(textwrap.fill, break_long_words=False, break_on_hyphens=False)


def render(blocks: Iterable[Block], width: int = WIDTH) -> str:
    """The page as text, ending with a line break."""
    parts = [text for block in blocks if (text := _block(block, width))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, width: int) -> str:
    match block:
        case Heading(level, text):
            line = RULES.get(level, "") * min(len(text), width)
            return f"{text}\n{line}" if line else f"* {text} *"
        case Paragraph(text, "urgent"):
            return textwrap.indent(_filled(text, width - 4), "!!  ")
        case Paragraph(text, "caution"):
            return textwrap.indent(_filled(text, width - 4), "!   ")
        case Paragraph(text, _):
            return _filled(text, width)
        case Bullets(items):
            return "\n".join(_item(*item, width) for item in items)
        case NewSheet():
            return "=" * width
        case Folded():
            return ""


def _item(text: str, details: tuple[str, ...], width: int) -> str:
    lines = [_filled(text, width, initial_indent="- ", subsequent_indent="  ")]
    lines += [_filled(detail, width, initial_indent="    ", subsequent_indent="    ") for detail in details]
    return "\n".join(lines)
