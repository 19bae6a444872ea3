"""The summary of a batch as text, JSON, or a page that needs nothing else, with bars in SVG; and as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, Final

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
HERE: Final = Path(__file__).parent


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
    return page(
        "summary.html", say(TITLE), summary=summary, records=records(summary), made_with=made_with(summary),
        sections=[*first_sections(summary), *other_sections(summary)], between=between,
        scale=BAR_WIDTH / max(1, summary.results or 0),
    )  # fmt: skip


def page(template: str, title: str, folders: Sequence[Path] = (), style: str = "", **values: Any) -> str:
    """A page that needs nothing else.

    Args:
        template: of its content, to which `values` and the title are given.
        folders: where the template is, when it is not one of a summary.
        style: more of it than counts need.
    """
    from screener.templates import standalone  # only a page needs them

    content = standalone(*folders, HERE / "templates").get_template(template).render(title=title, **values)
    css = (HERE / "page.css").read_text(encoding="utf-8")
    return whole(title, f"{WHOLE_STYLE}{STYLE}\n{css}{style}", f'<main class="screener">\n{content}</main>')


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
