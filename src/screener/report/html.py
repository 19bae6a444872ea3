"""A page as one self-contained HTML file: no script, no request to anywhere, light and dark, printable."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from screener.printable import printable
from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph
from screener.report.style import PAGE_STYLE, RESULT_STYLE
from screener.saying import say, spoken

STYLE: Final = (
    """
.screener{--ink:#0b0c0c;--paper:#fff;--line:#505a5f;--urgent:#942514;--caution:#594d00;
font:1.1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:44rem;margin:0 auto;
padding:1rem}
@media(prefers-color-scheme:dark){.screener{--ink:#f3f2f1;--paper:#16181a;--line:#b1b4b6;--urgent:#ff9d8c;
--caution:#ffdd00}}
.screener h1{font-size:1.7rem;line-height:1.2}.screener h2{font-size:1.3rem;margin-top:2rem;
border-top:1px solid var(--line);padding-top:.6rem}.screener h3{font-size:1.1rem;margin-bottom:.2rem}
.screener p,.screener li{overflow-wrap:anywhere}.screener li{margin:.3rem 0}
.screener .urgent{border-left:.5rem solid var(--urgent);padding:.2rem 1rem;font-weight:bold}
.screener .caution{border-left:.5rem double var(--caution);padding:.2rem 1rem}
.screener .small{font-size:.95rem}
@media print{.screener{max-width:none;font-size:11pt;padding:0;--ink:#000;--paper:#fff;--urgent:#000;--caution:#000}
.screener .sheet{break-before:page}.screener h2,.screener h3{break-after:avoid}}
"""
    + RESULT_STYLE
)


def render(blocks: Iterable[Block], title: str = "") -> str:
    """The blocks as a complete HTML document."""
    return document(inner(blocks), title)


def document(content: str, title: str = "") -> str:
    """A complete HTML document around what is HTML already, in the language that is spoken."""
    title = title or say("Screener report")
    style = f"html{{background:Canvas}}body{{margin:0}}{STYLE}{PAGE_STYLE}"
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f'<body>\n<main class="screener">\n{content}</main>\n</body>\n</html>\n'
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
            inner = "".join(_block(block) for block in blocks)
            return f"<details><summary>{escape(title)}</summary>\n{inner}</details>\n"
        case NewSheet():
            return '<div class="sheet"></div>\n'
        case Bullets(items):
            return f"<ul>\n{''.join(_item(*item) for item in items)}</ul>\n"


def _item(text: str, details: tuple[str, ...]) -> str:
    inner = "".join(f"<li>{escape(detail)}</li>" for detail in details)
    return f"<li>{escape(text)}{f'<ul>{inner}</ul>' if inner else ''}</li>\n"
