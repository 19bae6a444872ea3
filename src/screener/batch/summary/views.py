"""The summary of a batch as text, JSON, and a self-contained HTML page with bars in SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from textwrap import fill
from typing import Final

from screener.batch.summary.summary import Conclusion, Count, Held, Records, Summary
from screener.printable import on_one_line
from screener.report.html import STYLE
from screener.saying import ENGLISH, counted, say, spoken

BAR_WIDTH: Final = 320  # pixels of the longest possible bar
HIDDEN: Final = "few"
WIDTH: Final = 100
MOST_RAISED: Final = 8  # flags on the first page; the table after it has all
MOST_NAMED: Final = 3
BARS: Final[str] = "bars; the table below has the numbers"
NARROWS: Final[str] = "one answer that would narrow it"
WHOLE: Final[str] = "the record as a whole"
NOT_READ: Final = ("not-recognised", "close-to", "part-only", "ask", "not-counted")  # what no rule could use
CSS: Final = """
.screener{max-width:60rem}.screener table{border-collapse:collapse;width:100%;font-size:.95rem}
.screener th,.screener td{text-align:left;padding:.2rem .5rem;border-bottom:1px solid var(--line)}
.screener td.n,.screener th.n{text-align:right;font-variant-numeric:tabular-nums}
.screener svg{max-width:100%}.screener .sure{fill:#1d70b8}.screener .open{fill:#b1b4b6}
"""


def number(count: int | None) -> str:
    """A count for people."""
    return say(HIDDEN) if count is None else grouped(count)


def grouped(count: int) -> str:
    """A count with its thousands apart: with a comma in English, with a narrow space elsewhere."""
    return f"{count:,}".replace(",", "," if spoken() == ENGLISH else "\u202f")


def bounds(conclusion: Conclusion) -> str:
    """Between what the true number lies."""
    if conclusion.at_least == conclusion.at_most:
        return number(conclusion.at_least)
    return say("{low} to {high}", low=number(conclusion.at_least), high=number(conclusion.at_most))


def narrowing(count: Count | None) -> str:
    """Which answer would narrow the bounds most."""
    if count is None:
        return ""
    return say("{name} (could settle {count})", name=count.id, count=number(count.count))


def as_json(summary: Summary) -> str:
    """As JSON."""
    return summary.model_dump_json(indent=2) + "\n"


def as_text(summary: Summary) -> str:
    """As plain text."""
    rows = [("", say("raised"), say("possible"), say("suppressed"), say("true number"), say(NARROWS))]
    rows += [
        (c.id, number(c.raised), number(c.possible), number(c.suppressed), bounds(c), narrowing(c.narrowed_by))
        for c in summary.conclusions
    ]
    parts = [
        _heading(say("What these records match")),
        f"{_records(summary)}\n{_made_with(summary)}\n",
        _heading(say("Urgency")) + _table([("", say("certain"), say("could be")), *_urgency(summary)]),
        _heading(say("Raised most often")) + _table(_most_raised(summary)),
        _heading(say("Not understood, or passed over")) + _table(_not_understood(summary)),
        "".join(f"{fill(note, WIDTH)}\n" for note in summary.notes),
        _heading(say("Findings and flags")) + _table(rows),
        _heading(say("Rules that fired, and those that decided alone")) + _table(_rules(summary)),
        *(_list(title, counts) for title, counts in _medicines(summary)),
        _list(say("Records refused, by field"), summary.refused_for),
        _list(say("Values read as the command said"), summary.codes),
        _heading(say("What the records held")) + "".join(f"{line}\n" for line in _held(summary.held))
        if summary.held
        else "",
        _heading(say("Fields passed over")) + f"{on_one_line(', '.join(summary.passed_over))}\n"
        if summary.passed_over
        else "",
        f"{summary.disclaimer}\n{summary.safety_net}\n",
    ]
    return "\n".join(part for part in parts if part)


def _most_raised(summary: Summary) -> list[tuple[str, str, str]]:
    """The flags that are certain most often, each with the topic that speaks for it."""
    flags = [c for c in summary.conclusions if c.topic is not None and c.raised]
    flags.sort(key=lambda c: -(c.raised or 0))
    shown = [(number(c.raised), c.id, c.topic or "") for c in flags[:MOST_RAISED]]
    more = len(flags) - MOST_RAISED
    rest = [("", counted("and one more flag, below", "and {count} more flags, below", more), "")] if more > 0 else []
    return [(say("cases"), say("flag"), say("topic")), *(shown or [("", say("none"), "")]), *rest]


def _not_understood(summary: Summary) -> list[tuple[str, str]]:
    """How much of the input no rule could use: records, fields, names of medicines."""
    names = {count.id: number(count.count) for count in summary.medicines}
    refused = ", ".join(on_one_line(count.id) or say(WHOLE) for count in summary.refused_for[:MOST_NAMED])
    passed = on_one_line(", ".join(summary.passed_over[:MOST_NAMED]))
    rows = [
        (
            number(summary.rejects),
            _with(say("records refused"), refused and say("above all for {fields}", fields=refused)),
        ),
        (grouped(len(summary.passed_over)), _with(say("fields passed over"), passed)),
    ]
    return [*rows, *((names[kind], say("names of medicines: {kind}", kind=kind)) for kind in NOT_READ if kind in names)]


def _with(text: str, more: str) -> str:
    return f"{text} ({more})" if more else text


def _made_with(summary: Summary) -> str:
    return say(
        "Rule book {version}, packs: {packs}; screener {program}.",
        version=summary.rulebook, packs=", ".join(summary.packs), program=summary.program,
    )  # fmt: skip


def _records(summary: Summary) -> str:
    text = say(
        "{records} records: {results} screened, {rejects} refused.",
        records=number(summary.records), results=number(summary.results), rejects=number(summary.rejects),
    )  # fmt: skip
    if not summary.empty_rows:
        return text
    empty = say("{count} empty rows are no cases.", count=number(summary.empty_rows))
    return f"{text} {empty}"


def _held(held: Records) -> list[str]:
    """What health records held, in lines."""
    rows = [(number(h.count), _kind_of(h), h.reason) for h in held.most]
    lines = [
        say(
            "{read} entries read, {understood} understood (about none of the questions), {rest} not read.",
            read=number(held.read),
            understood=number(held.understood),
            rest=number(held.not_read),
        ),
        *(say("Warning: {warning}.", warning=warning) for warning in held.warnings),
        *(say("Own codes: {name}", name=name) for name in held.own_codes),
    ]
    if held.rows_without_person != 0:
        count = number(held.rows_without_person)
        lines.append(say("{count} rows are of persons who are not in the table of persons.", count=count))
    return [
        *map(on_one_line, lines),
        *(_table([("", say("not read"), say("why")), *rows]).splitlines() if rows else ()),
    ]


def _kind_of(held: Held) -> str:
    words = (held.resource, held.system, held.code, f"({held.display})" if held.display else "")
    return " ".join(word for word in words if word)


def _html_held(held: Records) -> list[str]:
    rows = [(number(h.count), _kind_of(h), h.reason) for h in held.most]
    first, *others = _held(held.model_copy(update={"most": []}))
    table = [_html_table([("", say("not read"), say("why")), *rows], 0)] if rows else []
    return [_h2(say("What the records held")), *(f"<p>{escape(line)}</p>" for line in (first, *others)), *table]


def _h2(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}\n"


def _table(rows: Sequence[Sequence[str]]) -> str:
    rows = [[on_one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _list(title: str, counts: Iterable[Count]) -> str:
    named = ((number(count.count), on_one_line(count.id) or f"({say(WHOLE)})") for count in counts)
    lines = "".join(f"{count:>12}  {name}\n" for count, name in named)
    return _heading(title) + lines if lines else ""


def _urgency(summary: Summary) -> list[tuple[str, str, str]]:
    pairs = zip(summary.urgency, summary.urgency_could_be, strict=True)
    return [(sure.id, number(sure.count), number(could.count)) for sure, could in pairs]


def _medicines(summary: Summary) -> list[tuple[str, list[Count]]]:
    """What the medicines were understood as, and those that a person could settle."""
    return [
        (say("What the names of medicines were understood as (mentions)"), summary.medicines),
        (say("Medicines that the table does not know"), summary.unrecognized_medicines),
        (say("Medicines close to a name of the table: not used, see --confirmed"), summary.close_to),
        (say("Medicines that need a name"), summary.needs_a_name),
        (say("Medicines read as the list of confirmed names says"), summary.confirmed),
    ]


def _rules(summary: Summary) -> list[tuple[str, str, str, str]]:
    fired = [(r.id, r.concludes, number(r.fired), number(r.alone)) for r in summary.rules if r.fired != 0]
    return [("", say("concludes"), say("fired"), say("alone")), *fired]


def as_html(summary: Summary) -> str:
    """As a page that needs nothing else; the bars show what is certain, and what is possible beside it."""
    flags = [
        (c.id, c.title, number(c.raised), number(c.possible), number(c.suppressed), bounds(c), narrowing(c.narrowed_by))
        for c in summary.conclusions
    ]
    names = (
        "", say("title"), say("raised"), say("possible"), say("suppressed"), say("true number"), say(NARROWS)
    )  # fmt: skip
    body = [
        f"<h1>{escape(say('What these records match'))}</h1>",
        f"<p>{escape(_records(summary))} {escape(_made_with(summary))}</p>",
        *(f'<p class="caution">{escape(note)}</p>' for note in summary.notes),
        _h2(say("Urgency")),
        bars([(count.id, count.count, count.count) for count in summary.urgency], summary.results),
        _html_table([("", say("certain"), say("could be")), *_urgency(summary)], 1),
        _h2(say("Raised most often")),
        _html_table(_most_raised(summary), 0),
        _h2(say("Not understood, or passed over")),
        _html_table([("", ""), *_not_understood(summary)], 0),
        _h2(say("Findings and flags")),
        bars([(c.id, c.at_least, c.at_most) for c in summary.conclusions], summary.results),
        _html_table([names, *flags], 2),
        _h2(say("Rules that fired, and those that decided alone")),
        _html_table(_rules(summary), 2),
        *(_html_list(title, counts) for title, counts in _medicines(summary)),
        _html_list(say("Records refused, by field"), summary.refused_for),
        _html_list(say("Values read as the command said"), summary.codes),
        *(_html_held(summary.held) if summary.held else ()),
        f"{_h2(say('Fields passed over'))}<p>{escape(', '.join(summary.passed_over))}</p>"
        if summary.passed_over
        else "",
        f"{_h2(say('About this page'))}<p>{escape(summary.disclaimer)}</p><p>{escape(summary.safety_net)}</p>",
    ]
    content = "\n".join(part for part in body if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(say('What these records match'))}</title>\n"
        f"<style>html{{background:Canvas}}body{{margin:0}}{STYLE}{CSS}</style>\n</head>\n"
        f'<body><main class="screener">\n{content}\n</main></body>\n</html>\n'
    )


def bars(rows: Sequence[tuple[str, int | None, int | None]], whole: int | None) -> str:
    """A bar for each row as SVG: what is certain, and what is possible beside it, of `whole` cases.

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
    rows = [(count.id or f"({say(WHOLE)})", number(count.count)) for count in counts]
    return _h2(title) + _html_table([("", say("how often")), *rows], 1)


VIEWS: Final[dict[str, Callable[[Summary], str]]] = {"text": as_text, "json": as_json, "html": as_html}
