"""A page as one self-contained HTML file: no script, no request to anywhere, light and dark, printable."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from screener.printable import printable
from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph
from screener.saying import say, spoken

WHOLE_STYLE: Final = "html{background:Canvas}body{margin:0}"  # of a document in which a report has all the room
PAGE_STYLE: Final = "@page{size:A4;margin:13mm}"  # of a whole document, not of a part of somebody else's page
# of reports, of the result page, of the clinician's sheet; colour is never the only sign
STYLE: Final = "\n" + Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def render(blocks: Iterable[Block], title: str = "") -> str:
    """The blocks as a complete HTML document."""
    return document(inner(blocks), title)


def document(content: str, title: str = "") -> str:
    """A report as a complete HTML document around what is HTML already."""
    style = WHOLE_STYLE + STYLE + PAGE_STYLE
    return whole(title or say("Screener report"), style, f'\n<main class="screener">\n{content}</main>\n')


def whole(title: str, style: str, body: str) -> str:
    """A complete HTML document, in the language that is spoken."""
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>{body}</body>\n</html>\n"
    )


def body(blocks: Iterable[Block]) -> str:
    """The blocks as the content of an HTML body."""
    return f'<main class="screener">\n{inner(blocks)}</main>\n'


def inner(blocks: Iterable[Block]) -> str:
    """The blocks alone, to be put inside another element."""
    return "".join(map(_block, blocks))


def sheet(blocks: Iterable[Block], name: str) -> str:
    """The clinician's sheet, with the id that a button leads to; on paper it is a page of its own."""
    inside = inner(block for block in blocks if not isinstance(block, NewSheet))
    return f'<section class="sheet" id="{safe(name)}">\n{inside}</section>\n'


def safe(text: str) -> str:
    """Text as HTML: nothing in it is a tag, and nothing moves what is around it."""
    return escape(printable(text))


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>\n"
        case Paragraph(text, tone):
            mark = "" if tone == "plain" else f' class="{tone}"'
            return f"<p{mark}>{escape(text)}</p>\n"
        case Folded(title, blocks):
            return f"<details><summary>{escape(title)}</summary>\n{inner(blocks)}</details>\n"
        case NewSheet():
            return '<div class="sheet"></div>\n'
        case Bullets(items):
            return f"<ul>\n{''.join(_item(*item) for item in items)}</ul>\n"


def _item(text: str, details: tuple[str, ...]) -> str:
    inner = "".join(f"<li>{escape(detail)}</li>" for detail in details)
    return f"<li>{escape(text)}{f'<ul>{inner}</ul>' if inner else ''}</li>\n"
