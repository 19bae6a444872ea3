"""The summary of a batch as a self-contained HTML page with bars in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from screener.batch.summary.rows import (
    bounds,
    held_lines,
    made_with,
    medicines,
    most_raised,
    narrowing,
    narrows,
    not_read,
    not_understood,
    number,
    records,
    rules_that_fired,
    urgency,
    whole_record,
)
from screener.batch.summary.summary import Count, Records, Summary
from screener.report.html import STYLE, WHOLE_STYLE, whole
from screener.saying import say

BAR_WIDTH: Final = 320  # pixels of the longest possible bar
BARS: Final[str] = "bars; the table below has the numbers"
CSS: Final = """
.screener{max-width:60rem}.screener table{border-collapse:collapse;width:100%;font-size:.95rem}
.screener th,.screener td{text-align:left;padding:.2rem .5rem;border-bottom:1px solid var(--line)}
.screener td.n,.screener th.n{text-align:right;font-variant-numeric:tabular-nums}
.screener svg{max-width:100%}.screener .sure{fill:#1d70b8}.screener .open{fill:#b1b4b6}
"""


def as_html(summary: Summary) -> str:
    """As a page that needs nothing else; the bars show what is certain, and next to it what is possible."""
    flags = [
        (c.id, c.title, number(c.raised), number(c.possible), number(c.suppressed), bounds(c), narrowing(c.narrowed_by))
        for c in summary.conclusions
    ]
    names = (
        "", say("title"), say("raised"), say("possible"), say("suppressed"), say("true number"), narrows()
    )  # fmt: skip
    about = (summary.disclaimer, summary.safety_net, summary.reviewed)
    body = [
        f"<h1>{escape(say('What these records match'))}</h1>",
        f"<p>{escape(records(summary))} {escape(made_with(summary))}</p>",
        *(f'<p class="caution">{escape(note)}</p>' for note in summary.notes),
        _h2(say("Urgency")),
        bars([(count.id, count.count, count.count) for count in summary.urgency], summary.results),
        _html_table([("", say("certain"), say("could be")), *urgency(summary)], 1),
        _h2(say("Raised most often")),
        _html_table(most_raised(summary), 0),
        _h2(say("Not understood, or passed over")),
        _html_table([("", ""), *not_understood(summary)], 0),
        _h2(say("Findings and flags")),
        bars([(c.id, c.at_least, c.at_most) for c in summary.conclusions], summary.results),
        _html_table([names, *flags], 2),
        _h2(say("Rules that fired, and those that decided alone")),
        _html_table(rules_that_fired(summary), 2),
        *(_html_list(title, counts) for title, counts in medicines(summary)),
        _html_list(say("Records refused, by field"), summary.refused_for),
        _html_list(say("Values read as the command said"), summary.codes),
        *(_html_held(summary.held) if summary.held else ()),
        f"{_h2(say('Fields passed over'))}<p>{escape(', '.join(summary.passed_over))}</p>"
        if summary.passed_over
        else "",
        _h2(say("About this page")) + "".join(f"<p>{escape(text)}</p>" for text in about if text),
    ]
    content = "\n".join(part for part in body if part)
    main = f'<main class="screener">\n{content}\n</main>'
    return whole(say("What these records match"), WHOLE_STYLE + STYLE + CSS, main)


def bars(rows: Sequence[tuple[str, int | None, int | None]], whole: int | None) -> str:
    """A bar for each row as SVG: what is certain, and next to it what is possible, of `whole` cases.

    Args:
        rows: name, the number that is certain, the number that is certain or possible.
        whole: the number that fills the width.
    """
    scale = BAR_WIDTH / max(1, whole or 0)
    height = 20 * len(rows) + 4
    parts = [f'<svg role="img" viewBox="0 0 700 {height}" aria-label="{escape(say(BARS))}">']
    for place, (name, sure, most) in enumerate(rows):
        top = 20 * place + 3
        low, high = (sure or 0) * scale, (most or 0) * scale
        parts.append(
            f'<text x="250" y="{top + 12}" font-size="12" text-anchor="end" fill="currentColor">{escape(name)}</text>'
            f'<rect class="open" x="260" y="{top}" width="{high:.1f}" height="14"/>'
            f'<rect class="sure" x="260" y="{top}" width="{low:.1f}" height="14"/>'
        )
        shown = number(sure) if sure == most else say("{low} to {high}", low=number(sure), high=number(most))
        parts.append(f'<text x="{266 + high:.1f}" y="{top + 12}" font-size="11" fill="currentColor">{shown}</text>')
    return "".join(parts) + "</svg>"


def _html_table(rows: Sequence[Sequence[str]], first_number: int) -> str:
    def line(row: Sequence[str], tag: str) -> str:
        cells = (f"<{tag}{_number_class(at, first_number)}>{escape(cell)}</{tag}>" for at, cell in enumerate(row))
        return f"<tr>{''.join(cells)}</tr>"

    return (
        f"<table><thead>{line(rows[0], 'th')}</thead><tbody>{''.join(line(r, 'td') for r in rows[1:])}</tbody></table>"
    )


def _number_class(at: int, first_number: int) -> str:
    return ' class="n"' if first_number <= at < first_number + 3 else ""


def _html_list(title: str, counts: Sequence[Count]) -> str:
    if not counts:
        return ""
    rows = [(count.id or f"({whole_record()})", number(count.count)) for count in counts]
    return _h2(title) + _html_table([("", say("how often")), *rows], 1)


def _h2(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _html_held(held: Records) -> list[str]:
    rows = not_read(held)
    table = [_html_table(rows, 0)] if rows else []
    return [_h2(say("What the records held")), *(f"<p>{escape(line)}</p>" for line in held_lines(held)), *table]
