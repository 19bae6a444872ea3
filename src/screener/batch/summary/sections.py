"""What the summary of a batch says, in sections of rows and sentences, for every form of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from screener.batch.summary.summary import Count, Held, Records, Summary
from screener.printable import on_one_line
from screener.saying import ENGLISH, counted, say, spoken

HIDDEN: Final = "few"
MOST_RAISED: Final = 8  # flags on the first page; the table after it has all
MOST_NAMED: Final = 3
NARROWS: Final[str] = "one answer that would narrow it"
WHOLE: Final[str] = "the record as a whole"
NOT_READ: Final = ("not-recognised", "close-to", "part-only", "ask", "not-counted")  # what no rule could use


def number(count: int | None) -> str:
    """A count for people."""
    return say(HIDDEN) if count is None else grouped(count)


def grouped(count: int) -> str:
    """A count with its thousands apart: with a comma in English, with a narrow space elsewhere."""
    return f"{count:,}".replace(",", "," if spoken() == ENGLISH else "\u202f")


@dataclass(frozen=True)
class Section:
    """A part of a summary.

    Attributes:
        lines: sentences before the table.
        table: its rows; the first has the names of the columns.
        numbers: the first of three columns with numbers, for the page.
        only_page: a column that is shown on the page alone.
        bars: for the page, rows of a name, the number that is certain, and the number that is certain or possible.
        counts: in place of a table, names and how often each occurs.
    """

    title: str
    lines: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    numbers: int = 0
    only_page: int | None = None
    bars: Sequence[tuple[str, int | None, int | None]] = ()
    counts: Sequence[tuple[str, str]] = ()


def first_sections(summary: Summary) -> list[Section]:
    """What matters most."""
    urgency = zip(summary.urgency, summary.urgency_could_be, strict=True)
    return [
        Section(
            say("Urgency"),
            table=[
                ("", say("certain"), say("could be")),
                *((sure.id, number(sure.count), number(could.count)) for sure, could in urgency),
            ],
            numbers=1,
            bars=[(count.id, count.count, count.count) for count in summary.urgency],
        ),
        Section(say("Raised most often"), table=_most_raised(summary)),
        Section(say("Not understood, or passed over"), table=[("", ""), *_not_understood(summary)]),
    ]


def other_sections(summary: Summary) -> list[Section]:
    """Everything else but the fields passed over, without what is empty."""
    fired = [(r.id, r.concludes, number(r.fired), number(r.alone)) for r in summary.rules if r.fired != 0]
    found = [
        Section(
            say("Findings and flags"),
            table=_conclusions(summary),
            numbers=2,
            only_page=1,
            bars=[(c.id, c.at_least, c.at_most) for c in summary.conclusions],
        ),
        Section(
            say("Rules that fired, and those that decided alone"),
            table=[("", say("concludes"), say("fired"), say("alone")), *fired],
            numbers=2,
        ),
        _counts(say("What the names of medicines were understood as (mentions)"), summary.medicines),
        _counts(say("Medicines that the table does not know"), summary.unrecognized_medicines),
        _counts(say("Medicines close to a name of the table: not used, see --confirmed"), summary.close_to),
        _counts(say("Medicines that need a name"), summary.needs_a_name),
        _counts(say("Medicines read as the list of confirmed names says"), summary.confirmed),
        _counts(say("Records refused, by field"), summary.refused_for),
        _counts(say("Values read as the command said"), summary.codes),
    ]
    if summary.held:
        found.append(Section(say("What the records held"), _held_lines(summary.held), _not_read(summary.held)))
    return [section for section in found if section.table or section.counts or section.lines]


def _counts(title: str, counts: Sequence[Count]) -> Section:
    return Section(title, counts=[(count.id or f"({say(WHOLE)})", number(count.count)) for count in counts])


def _conclusions(summary: Summary) -> list[tuple[str, ...]]:
    """The findings and flags, with the bounds of the true number and the answer that would narrow them most."""
    names = ("", say("title"), say("raised"), say("possible"), say("suppressed"), say("true number"), say(NARROWS))
    rows = [
        (
            c.id,
            c.title,
            *map(number, (c.raised, c.possible, c.suppressed)),
            between(c.at_least, c.at_most),
            _narrowing(c.narrowed_by),
        )
        for c in summary.conclusions
    ]
    return [names, *rows]


def between(low: int | None, high: int | None) -> str:
    """Between what the true number lies."""
    return number(low) if low == high else say("{low} to {high}", low=number(low), high=number(high))


def _narrowing(count: Count | None) -> str:
    return say("{name} (could settle {count})", name=count.id, count=number(count.count)) if count else ""


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


def made_with(summary: Summary) -> str:
    """With which rule book and program it was made."""
    return say(
        "Rule book {version}, packs: {packs}; screener {program}.",
        version=summary.rulebook, packs=", ".join(summary.packs), program=summary.program,
    )  # fmt: skip


def records(summary: Summary) -> str:
    """How many records there were, and what became of them."""
    text = say(
        "{records} records: {results} screened, {rejects} refused.",
        records=number(summary.records), results=number(summary.results), rejects=number(summary.rejects),
    )  # fmt: skip
    if not summary.empty_rows:
        return text
    empty = say("{count} empty rows are not cases.", count=number(summary.empty_rows))
    return f"{text} {empty}"


def kind_of(held: Held) -> str:
    """What kind of entry a record held."""
    words = (held.resource, held.system, held.code, f"({held.display})" if held.display else "")
    return " ".join(word for word in words if word)


def _held_lines(held: Records) -> list[str]:
    """What health records held, but for the table of what was not read."""
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
    return list(map(on_one_line, lines))


def _not_read(held: Records) -> list[tuple[str, str, str]]:
    """What health records held and no rule could use, with its heading; nothing where all was read."""
    rows = [(number(h.count), kind_of(h), h.reason) for h in held.most]
    return [("", say("not read"), say("why")), *rows] if rows else []
