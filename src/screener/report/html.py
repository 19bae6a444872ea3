"""A page as one self-contained HTML file: no script, no request to anywhere, light and dark, printable."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from screener.printable import printable
from screener.report.blocks import Block, Bullets, Folded, Heading, NewSheet, Paragraph
from screener.saying import say, spoken

WHOLE_STYLE: Final = "html{background:Canvas}body{margin:0}"  # of a document in which a report has all the room
PAGE_STYLE: Final = "@page{size:A4;margin:13mm}"  # of a whole document, not of a part of somebody else's page
# of reports, of the result page, of the clinician's sheet; colour is never the only sign
STYLE: Final = """
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

.screener{--box:#f6f8f9;--edge:#505a5f;--card:#f1f5f8;--take:#00623b;--on-take:#fff;--mark:#1a4f8b}
.screener .today,.screener .now{--edge:#942514;--card:#fdecea}
.screener .visit,.screener .open{--edge:#8a5300;--card:#fff4dd}
@media(prefers-color-scheme:dark){
.screener{--box:#1d2124;--edge:#b1b4b6;--card:#1d262d;--take:#6fd3a5;--on-take:#0b0c0c;--mark:#8ec5ff}
.screener .today,.screener .now{--edge:#ff9d8c;--card:#331a17}
.screener .visit,.screener .open{--edge:#ffc861;--card:#2e2512}}
.screener .kicker{font-size:1rem;font-weight:600;margin:0 0 .6rem}
.screener .card{background:var(--card);border:1px solid var(--edge);border-left:.6rem solid var(--edge);
border-radius:.3rem;padding:.8rem 1rem}
.screener .card p{margin:.4rem 0 0}
.screener .card h2{border:0;margin:0;padding:0;font-size:1.5rem;line-height:1.2}
.screener .card.now{border-width:.25rem;border-left-width:.9rem}
.screener .card.today{border-left-style:double}
.screener .box.today,.screener .box.now{border-left-width:.6rem}
.screener .box{background:var(--box);border:1px solid var(--edge);border-radius:.3rem;padding:.7rem 1rem;
margin-top:1rem}
.screener .box>h2:first-child{border:0;margin:0 0 .3rem;padding:0;font-size:1.2rem}
.screener .box ul{margin:.2rem 0;padding-left:1.2rem}
.screener .box p{margin:.4rem 0}
.screener .actions{margin-top:.6rem}
.screener a.take{display:inline-block;background:var(--take);color:var(--on-take);font-weight:bold;
padding:.55rem 1rem;border-radius:.2rem;text-decoration:none}
.screener details{padding:.5rem 0;border-top:1px solid var(--line)}
.screener h2+details,.screener .box+details{border-top:0}
.screener .box+details{margin-top:1rem}
.screener .box p.from{margin:-.2rem 0 .5rem;font-size:.95rem}
.screener summary{cursor:pointer;overflow-wrap:anywhere}
.screener a{color:var(--mark);overflow-wrap:anywhere}
.screener .flag{margin:.6rem 0 0 1rem}
.screener .flag p{margin:.3rem 0}
.screener a:focus-visible,.screener summary:focus-visible,.screener .sources li:target{outline:3px solid #b58900;
outline-offset:2px}
@media(max-width:30rem){.screener .card{padding:.5rem .7rem}
.screener .card h2{font-size:1.35rem}
.screener .card p{font-size:1rem;line-height:1.4;margin-top:.25rem}
.screener .kicker{margin-bottom:.4rem;font-size:.95rem}}
@media print{
.screener{font-size:10pt;line-height:1.35}
.screener .actions{display:none}
.screener .box,.screener .card{break-inside:avoid;--edge:#000;--box:#fff;--card:#fff;padding:.4rem .7rem;
margin-top:.5rem}
.screener .box.long{break-inside:auto}
.screener a,.screener summary{color:inherit;text-decoration:none}
.screener .sheet+h1{break-before:page}
.screener .sheet{font-size:9pt;line-height:1.25}
.screener .sheet h1,.screener .sheet h2,.screener .sheet h3{font-size:1.1em;margin:.5em 0 .1em;border:0;padding:0}
.screener .sheet p,.screener .sheet ul,.screener .sheet li{margin-top:.1em;margin-bottom:.1em}
.screener .sheet p.small{font-size:.9em}}
"""


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
            inner = "".join(_block(block) for block in blocks)
            return f"<details><summary>{escape(title)}</summary>\n{inner}</details>\n"
        case NewSheet():
            return '<div class="sheet"></div>\n'
        case Bullets(items):
            return f"<ul>\n{''.join(_item(*item) for item in items)}</ul>\n"


def _item(text: str, details: tuple[str, ...]) -> str:
    inner = "".join(f"<li>{escape(detail)}</li>" for detail in details)
    return f"<li>{escape(text)}{f'<ul>{inner}</ul>' if inner else ''}</li>\n"
