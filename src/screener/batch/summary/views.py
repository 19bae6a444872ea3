"""The summary of a batch as text, JSON, or a page that needs nothing else, with bars in SVG; and as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from textwrap import fill
from typing import Final

from pydantic import BaseModel

from screener.batch.summary.sections import Section, between, first_sections, made_with, other_sections, records
from screener.batch.summary.summary import Summary, summarize
from screener.batch.summary.tally import Tally
from screener.errors import UsageError, echo
from screener.printable import on_one_line, printable
from screener.private import PUBLIC, save
from screener.records.options import Options
from screener.report.html import STYLE, WHOLE_STYLE, whole
from screener.rulebook.book import RuleBook
from screener.saying import say, speaking

WIDTH: Final = 100
BAR_WIDTH: Final = 320  # pixels of the longest possible bar
TITLE: Final[str] = "What these records match"
PASSED_OVER: Final[str] = "Fields passed over"
BARS: Final[str] = "bars; the table below has the numbers"
NUMBERS: Final = ' class="n"'
CSS: Final = """
.screener{max-width:60rem}.screener table{border-collapse:collapse;width:100%;font-size:.95rem}
.screener th,.screener td{text-align:left;padding:.2rem .5rem;border-bottom:1px solid var(--line)}
.screener td.n,.screener th.n{text-align:right;font-variant-numeric:tabular-nums}
.screener svg{max-width:100%}.screener .sure{fill:#1d70b8}.screener .open{fill:#b1b4b6}
"""


def as_json(found: BaseModel) -> str:
    """As JSON."""
    return found.model_dump_json(indent=2) + "\n"


def as_text(summary: Summary) -> str:
    """As plain text."""
    parts = [
        heading(say(TITLE)),
        f"{records(summary)}\n{made_with(summary)}\n",
        *map(_text_section, first_sections(summary)),
        "".join(f"{fill(note, WIDTH)}\n" for note in summary.notes),
        *map(_text_section, other_sections(summary)),
        heading(say(PASSED_OVER)) + f"{on_one_line(', '.join(summary.passed_over))}\n" if summary.passed_over else "",
        "".join(f"{text}\n" for text in (summary.disclaimer, summary.safety_net, summary.reviewed) if text),
    ]
    return "\n".join(part for part in parts if part)


def _text_section(section: Section) -> str:
    counts = (f"{count:>12}  {on_one_line(name)}" for name, count in section.counts)
    lines = [*map(on_one_line, section.lines), *counts]
    rows = [[cell for at, cell in enumerate(row) if at != section.only_page] for row in section.table]
    table = text_table(rows if rows and any(rows[0]) else rows[1:])
    return heading(section.title) + "".join(f"{line}\n" for line in lines) + table


def heading(text: str) -> str:
    """A heading in plain text."""
    return f"{text}\n{'-' * len(text)}\n"


def text_table(rows: Sequence[Sequence[str]], numbers: range = range(0)) -> str:
    """A table in plain text; the columns that hold numbers stand to the right."""
    rows = [[on_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    text = ""
    for row in rows:
        padded = zip(row, widths, strict=True)
        cells = [cell.rjust(w) if at in numbers else cell.ljust(w) for at, (cell, w) in enumerate(padded)]
        text += "  ".join(cells).rstrip() + "\n"
    return text


def as_html(summary: Summary) -> str:
    """As a page that needs nothing else; the bars show what is certain, and next to it what is possible."""
    about = (summary.disclaimer, summary.safety_net, summary.reviewed)
    body = [
        f"<h1>{escape(say(TITLE))}</h1>",
        f"<p>{escape(records(summary))} {escape(made_with(summary))}</p>",
        *(f'<p class="caution">{escape(note)}</p>' for note in summary.notes),
    ]
    for section in (*first_sections(summary), *other_sections(summary)):
        body += _html_section(section, summary.results)
    if summary.passed_over:
        body.append(f"{_h2(say(PASSED_OVER))}<p>{escape(', '.join(summary.passed_over))}</p>")
    body.append(_h2(say("About this page")) + "".join(f"<p>{escape(text)}</p>" for text in about if text))
    return page(say(TITLE), body)


def page(title: str, parts: Sequence[str], style: str = "") -> str:
    """A page that needs nothing else.

    Args:
        title: of the page.
        parts: its content.
        style: more of it than counts need.
    """
    content = "\n".join(parts)
    return whole(title, f"{WHOLE_STYLE}{STYLE}{CSS}{style}", f'<main class="screener">\n{content}\n</main>')


def _html_section(section: Section, results: int | None) -> list[str]:
    """A section in lines of HTML; `results` is how many cases fill the width of the bars."""
    if section.counts:
        return [_h2(section.title) + html_table([("", say("how often")), *section.counts], range(1, 2))]
    found = [_h2(section.title), *(f"<p>{escape(line)}</p>" for line in section.lines)]
    if section.bars:
        found.append(bars(section.bars, results))
    return [*found, html_table(section.table, range(section.numbers, section.numbers + 3))] if section.table else found


def _h2(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def bars(rows: Sequence[tuple[str, int | None, int | None]], results: int | None) -> str:
    """A bar for each row as SVG: what is certain, and next to it what is possible.

    Args:
        rows: name, the number that is certain, the number that is certain or possible.
        results: how many cases there are, which fill the width.
    """
    scale = BAR_WIDTH / max(1, results or 0)
    height = 20 * len(rows) + 4
    parts = [f'<svg role="img" viewBox="0 0 700 {height}" aria-label="{escape(say(BARS))}">']
    for place, (name, sure, most) in enumerate(rows):
        top = 20 * place + 3
        low, high = (sure or 0) * scale, (most or 0) * scale
        parts.append(
            f'<text x="250" y="{top + 12}" font-size="12" text-anchor="end" fill="currentColor">{escape(name)}</text>'
            f'<rect class="open" x="260" y="{top}" width="{high:.1f}" height="14"/>'
            f'<rect class="sure" x="260" y="{top}" width="{low:.1f}" height="14"/>'
            f'<text x="{266 + high:.1f}" y="{top + 12}" font-size="11" fill="currentColor">{between(sure, most)}</text>'
        )
    return "".join(parts) + "</svg>"


def html_table(rows: Sequence[Sequence[str]], numbers: range, above: str = "") -> str:
    """A table.

    Args:
        rows: the first has the names of the columns.
        numbers: the columns that hold numbers.
        above: a row above the names, in HTML.
    """

    def line(row: Sequence[str], tag: str) -> str:
        cells = (f"<{tag}{NUMBERS if at in numbers else ''}>{escape(cell)}</{tag}>" for at, cell in enumerate(row))
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(line(row, "td") for row in rows[1:])
    return f"<table><thead>{above}{line(rows[0], 'th')}</thead><tbody>{body}</tbody></table>"


VIEWS: Final[dict[str, Callable[[Summary], str]]] = {
    ".txt": as_text,
    ".json": as_json,
    ".html": as_html,
    ".htm": as_html,
}


def view_for(path: Path) -> Callable[[Summary], str]:
    """The form of a summary by its file's ending.

    Raises:
        UsageError: it is none of them.
    """
    view = VIEWS.get(path.suffix.lower())
    if view is None:
        raise UsageError(f"the summary {echo(str(path))} must end in .txt, .json or .html")
    return view


def write_summary(path: Path, tally: Tally, book: RuleBook, share: bool, records: Options | None = None) -> None:
    """Write the summary in the form that the file's ending says, all of it or nothing.

    Raises:
        FileError: it cannot be written.
    """
    with speaking(book.subject.language):
        text = view_for(path)(summarize(tally, book, share, records))
    save(path, printable(text), PUBLIC, device=True)
