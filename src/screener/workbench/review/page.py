"""The sheet as one HTML page to read and to print: what each item says and does, and boxes for the reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from screener.report.html import document, safe
from screener.rulebook.book import RuleBook
from screener.rulebook.review.status import VERDICTS

STYLE: Final = """<style>.screener{max-width:60rem}.item{border:1px solid var(--line);padding:.5rem .8rem;
margin:.8rem 0;break-inside:avoid}
.screener .item h2{border:0;margin:0;padding:0;font-size:1.1rem;overflow-wrap:anywhere}
.item dl{margin:.4rem 0;display:grid;grid-template-columns:7rem 1fr;gap:.2rem .6rem}.item dt{font-weight:600}
.item dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}.box{display:inline-block;width:.9em;height:.9em;
border:1px solid var(--ink);margin:0 .3em -.1em 1em}.line{display:inline-block;border-bottom:1px solid var(--ink);
min-width:9rem;height:1.1em;margin:0 1rem 0 .3rem}.wide{display:block;margin:.9rem 0 0}
@media(max-width:40rem){.item dl{grid-template-columns:1fr}}</style>
"""
PARTS: Final = {
    "in_words": "In words", "cases": "Its cases", "sources": "Sources", "effect": "For people", "change": "Changed",
    "reviews": "Reviews", "says": "Exactly",
}  # fmt: skip
SIGNED: Final = ("Name or initials", "Role", "Date")
LINE: Final = '<span class="line"></span>'
WIDE: Final = '<span class="line wide"></span>'


def page(rows: Iterable[Mapping[str, str]], book: RuleBook) -> str:
    """The page.

    Args:
        rows: the cells of each row by their columns.
    """
    title = f"Review: {book.subject.title}, rule book {book.version}"
    found = list(rows)
    lead = f"{len(found)} items. {book.reviewed} Tick one box for each item, and say what should change."
    parts = [STYLE, f"<h1>{safe(title)}</h1>\n<p>{safe(lead)}</p>\n", *map(_item, found)]
    parts += [
        f'<p class="small">{safe(book.texts[key])}</p>\n' for key in ("disclaimer", "safety-net") if book.texts.get(key)
    ]
    return document("".join(parts), title)


def _item(row: Mapping[str, str]) -> str:
    return f'<section class="item">\n<h2>{safe(row["item"])}</h2>\n{"".join(_inside(row))}</section>\n'


def _inside(row: Mapping[str, str]) -> Iterator[str]:
    about = [row["status"], *(f"{name} {row[name]}" for name in ("pack", "urgency", "topics") if row[name])]
    yield f'<p class="small">{safe("; ".join(about))}. Hash {safe(row["hash"][:12])}</p>\n<dl>\n'
    for name, title in PARTS.items():
        if row[name]:
            yield f"<dt>{title}</dt><dd>{safe(row[name])}</dd>\n"
    boxes = "".join(f'<span class="box"></span>{word}' for word in VERDICTS)
    yield f"</dl>\n<p>Verdict:{boxes}</p>\n"
    yield f"<p>Comment:{WIDE}{WIDE}</p>\n<p>{''.join(f'{name}:{LINE}' for name in SIGNED)}</p>\n"
