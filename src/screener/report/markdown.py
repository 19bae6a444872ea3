"""A page as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from screener.printable import printable
from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~$])")
_START = re.compile(r"^(\d*)([-+=.)])(?=[\s=-]|$)")  # what begins a list, or makes a heading of what is above it


def render(blocks: Iterable[Block]) -> str:
    """The page as Markdown, ending with a line break; what people typed is escaped."""
    return "\n\n".join(_block(block) for block in blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {escape(text)}"
        case Paragraph(text, "urgent" | "caution"):
            return f"> **{escape(text)}**"
        case Paragraph(text, _):
            return escape(text)
        case Folded(title, blocks):
            return f"## {escape(title)}\n\n" + "\n\n".join(_block(inner) for inner in blocks)
        case NewSheet():
            return "---"
        case Bullets(items):
            return "\n".join(_item(*item) for item in items)


def _item(text: str, details: tuple[str, ...]) -> str:
    return "\n".join([f"- {escape(text)}", *(f"  - {escape(detail)}" for detail in details)])


def escape(text: str) -> str:
    """Text with the characters that Markdown reads as marks escaped; it is neither a link, a list nor a formula."""
    return _START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(printable(text).split())))
