"""A page as plain text for a terminal: no colour needed, lines of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph

WIDTH = 80
RULES = {1: "=", 2: "-"}


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
            return textwrap.indent(_fill(text, width - 4), "!!  ")
        case Paragraph(text, "caution"):
            return textwrap.indent(_fill(text, width - 4), "!   ")
        case Paragraph(text, _):
            return _fill(text, width)
        case Bullets(items):
            return "\n".join(line for item in items for line in _item(*item, width))
        case NewSheet():
            return "=" * width
        case Folded():
            return ""


def _item(text: str, details: tuple[str, ...], width: int) -> list[str]:
    wrap = {"width": width, "break_long_words": False, "break_on_hyphens": False}
    lines = [textwrap.fill(text, initial_indent="- ", subsequent_indent="  ", **wrap)]  # type: ignore[arg-type]
    lines += [textwrap.fill(detail, initial_indent="    ", subsequent_indent="    ", **wrap) for detail in details]  # type: ignore[arg-type]
    return lines


def _fill(text: str, width: int) -> str:
    return textwrap.fill(text, width=width, break_long_words=False, break_on_hyphens=False)
