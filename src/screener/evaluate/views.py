"""An evaluation as text, JSON, and a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import Final

from screener.batch.summary.views import WIDTH, as_json, heading, page, text_table
from screener.evaluate.model import Evaluation, Measure, People, Subject, Table
from screener.printable import on_one_line

HIDDEN: Final = "hidden"
NONE: Final = "-"
TEMPLATES: Final = Path(__file__).with_name("templates")
TITLE: Final = "How the flags fare in these data"
HEADS: Final = {
    "sensitivity": "of those with it, raised",
    "specificity": "of those without it, not raised",
    "positive predictive value": "of the raised, with it",
    "negative predictive value": "of the not raised, without it",
}
KINDS: Final = {"topic": "Topics", "flag": "Flags"}

Row = Sequence[str]


def number(count: int | None) -> str:
    """A count for people."""
    return HIDDEN if count is None else f"{count:,}"


def percent(share: float) -> str:
    """A share, never rounded to all or none when it is neither."""
    text = f"{100 * share:.1f}"
    if text in ("0.0", "100.0") and 0 < share < 1:
        return "< 0.1 %" if share < 0.5 else "> 99.9 %"
    return f"{text.removesuffix('.0')} %"


def in_words(one: Measure | None) -> str:
    """A share with its interval, and with what the open ones may make of it."""
    if one is None:
        return NONE
    text = f"{percent(one.share)} ({percent(one.low)} to {percent(one.high)}) of {one.of:,}"
    if one.least == one.share == one.most:
        return text
    return f"{text}; between {percent(one.least)} and {percent(one.most)}"


def said_rows(table: Table) -> tuple[str, ...]:
    """The counts of a table in one row."""
    rows = (table.truth_yes, table.truth_no)
    return tuple(number(count) for row in rows for count in (row.raised, row.open, row.not_raised))


def measures_row(table: Table) -> tuple[str, ...]:
    """The shares of a table in one row."""
    by_name = {one.name: one for one in table.measures}
    return tuple(in_words(by_name.get(name)) for name in HEADS)


def told(found: Evaluation, kind: str) -> list[Subject]:
    """The flags or topics that are raised or open in somebody of whom the truth is known."""
    return [one for one in found.subjects if one.kind == kind and not _is_silent(one)]


def _is_silent(one: Subject) -> bool:
    rows = (one.all.truth_yes, one.all.truth_no)
    return all(row.raised == 0 and row.open == 0 for row in rows)


def remarks(found: Evaluation, kind: str) -> list[str]:
    """Of which flags or topics there is nothing to tell, and which have rules that read what was taken away."""
    mine = [one for one in found.subjects if one.kind == kind]
    named = {
        "Certainly not raised in anybody of whom the truth is known": [one.id for one in mine if _is_silent(one)],
        "Rules of these ask for what was taken away, and do without it here": [one.id for one in mine if one.asks_for],
    }
    return [f"{what}: {', '.join(names)}." for what, names in named.items() if names]


def people_rows(found: Evaluation) -> list[Row]:
    """The people, by what is known of the truth."""
    rows = [
        (_group(one), number(one.truth_yes), number(one.truth_no), number(one.truth_unknown), number(one.people))
        for one in found.people
        if one.by == "all" or one.people != 0
    ]
    return [("", "with it", "without it", "not known", "people"), *rows]


def _group(one: People | Table) -> str:
    return "all" if one.by == "all" else f"{one.by}: {one.group}"


def count_rows(found: Evaluation, kind: str) -> list[Row]:
    """The counts of all flags or topics."""
    heads = ("", "raised", "open", "not raised", "raised", "open", "not raised")
    return [heads, *((one.id, *said_rows(one.all)) for one in told(found, kind))]


def share_rows(found: Evaluation, kind: str) -> list[Row]:
    """The shares of all flags or topics, where there are any."""
    rows = [(one.id, *measures_row(one.all)) for one in told(found, kind) if one.all.measures]
    return [("", *HEADS), *rows]


def group_rows(found: Evaluation) -> Iterator[tuple[Subject, list[Row]]]:
    """For each flag and topic that is raised in somebody, the shares by group."""
    for kind in KINDS:
        for one in told(found, kind):
            rows = [(_group(table), *measures_row(table)) for table in one.groups if table.measures]
            if rows and (one.all.truth_yes.raised != 0 or one.all.truth_no.raised != 0):
                yield one, [("", *HEADS), *rows]


def first_lines(found: Evaluation) -> list[str]:
    """What was done, in a few lines."""
    lines = [
        f"The truth: {found.truth}, as these data have it. Not seen by the rules: {', '.join(found.taken_away)}.",
        f"Rule book {found.rulebook}, packs: {', '.join(found.packs)}; screener {found.program}.",
    ]
    if found.refused != 0:
        why = ", ".join(f"{one.field or 'the record as a whole'} ({one.count:,})" for one in found.refused_for)
        lines.append(
            f"{number(found.refused)} records were refused and are in no table" + (f": {why}." if why else ".")
        )
    if found.only_bounds != 0:
        lines.append(
            f"Of {number(found.only_bounds)} of those not known, only a bound was reported that does not tell."
        )
    return list(map(on_one_line, lines))


def enough(found: Evaluation) -> str:
    """Which groups have tables of their own."""
    fewest, each = found.fewest
    return f"Groups of at least {fewest} people of whom the truth is known, {each} with it and {each} without it."


def as_text(found: Evaluation) -> str:
    """As plain text."""
    parts = [
        heading(TITLE) + "".join(f"{fill(line, WIDTH)}\n" for line in first_lines(found)),
        "".join(f"{fill(note, WIDTH)}\n" for note in found.notes),
        heading("People") + _table(people_rows(found)),
    ]
    for kind, title in KINDS.items():
        heads = f"{title}: the first three columns are of those with it, the others of those without it"
        parts.append(heading(heads) + _table(count_rows(found, kind)))
        parts += [fill(text, WIDTH) + "\n" for text in remarks(found, kind)]
        for name, words in HEADS.items():
            parts.append(heading(f"{title}: {name} ({words})") + _shares(found, kind, name))
    groups = [f"{one.id}\n" + "".join(_of_group(row) for row in rows[1:]) for one, rows in group_rows(found)]
    parts.append(heading("By age and sex") + fill(enough(found), WIDTH) + "\n\n" + "\n".join(groups))
    if found.held:
        parts.append(heading("What the records held") + "".join(f"{on_one_line(line)}\n" for line in found.held))
    parts.append("".join(f"{text}\n" for text in (found.disclaimer, found.safety_net, found.reviewed) if text))
    return "\n".join(part for part in parts if part)


def _shares(found: Evaluation, kind: str, name: str) -> str:
    place = list(HEADS).index(name) + 1
    rows = [(row[0], row[place]) for row in share_rows(found, kind)[1:] if row[place] != NONE]
    return _table([("", f"{name}"), *rows]) if rows else "(nobody is settled, or the counts are small)\n"


def _of_group(row: Row) -> str:
    shares = [f"    {name}: {cell}\n" for name, cell in zip(HEADS, row[1:], strict=True) if cell != NONE]
    return f"  {row[0]}\n" + "".join(shares)


def _table(rows: Sequence[Row]) -> str:
    return text_table(rows, range(1, len(rows[0])))


def as_html(found: Evaluation) -> str:
    """As a page."""
    return page(
        "evaluation.html", TITLE, [TEMPLATES], ".wide{overflow-x:auto}", found=found, lines=first_lines(found),
        people=people_rows(found), kinds=KINDS, counts=count_rows, remarks=remarks, shares=share_rows,
        enough=enough(found), groups=group_rows(found), held=list(map(on_one_line, found.held)),
    )  # fmt: skip


VIEWS: Final[dict[str, Callable[[Evaluation], str]]] = {"text": as_text, "json": as_json, "html": as_html}
