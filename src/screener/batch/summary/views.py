"""The summary of a batch as text, JSON or a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import fill
from typing import Final

from screener.batch.summary.page import as_html
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
from screener.printable import on_one_line
from screener.saying import say

WIDTH: Final = 100


def as_json(summary: Summary) -> str:
    """As JSON."""
    return summary.model_dump_json(indent=2) + "\n"


def as_text(summary: Summary) -> str:
    """As plain text."""
    rows = [("", say("raised"), say("possible"), say("suppressed"), say("true number"), narrows())]
    rows += [
        (c.id, number(c.raised), number(c.possible), number(c.suppressed), bounds(c), narrowing(c.narrowed_by))
        for c in summary.conclusions
    ]
    parts = [
        _heading(say("What these records match")),
        f"{records(summary)}\n{made_with(summary)}\n",
        _heading(say("Urgency")) + _table([("", say("certain"), say("could be")), *urgency(summary)]),
        _heading(say("Raised most often")) + _table(most_raised(summary)),
        _heading(say("Not understood, or passed over")) + _table(not_understood(summary)),
        "".join(f"{fill(note, WIDTH)}\n" for note in summary.notes),
        _heading(say("Findings and flags")) + _table(rows),
        _heading(say("Rules that fired, and those that decided alone")) + _table(rules_that_fired(summary)),
        *(_list(title, counts) for title, counts in medicines(summary)),
        _list(say("Records refused, by field"), summary.refused_for),
        _list(say("Values read as the command said"), summary.codes),
        _heading(say("What the records held")) + "".join(f"{line}\n" for line in _held(summary.held))
        if summary.held
        else "",
        _heading(say("Fields passed over")) + f"{on_one_line(', '.join(summary.passed_over))}\n"
        if summary.passed_over
        else "",
        "".join(f"{text}\n" for text in (summary.disclaimer, summary.safety_net, summary.reviewed) if text),
    ]
    return "\n".join(part for part in parts if part)


def _held(held: Records) -> list[str]:
    """What health records held, in lines."""
    rows = not_read(held)
    return [*held_lines(held), *(_table(rows).splitlines() if rows else ())]


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    rows = [[on_one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _list(title: str, counts: Iterable[Count]) -> str:
    named = ((number(count.count), on_one_line(count.id) or f"({whole_record()})") for count in counts)
    lines = "".join(f"{count:>12}  {name}\n" for count, name in named)
    return _heading(title) + lines if lines else ""


VIEWS: Final[dict[str, Callable[[Summary], str]]] = {"text": as_text, "json": as_json, "html": as_html}
