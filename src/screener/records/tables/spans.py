"""Medicines and diagnoses of one part: rows that last from a start to an end, by person and in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np

from screener.errors import FieldProblem, echo
from screener.records import coverage
from screener.records.codes import seen_as
from screener.records.courses import Course, Namer
from screener.records.diagnoses import ROW, Diagnosis
from screener.records.tables.cells import Row
from screener.records.tables.columns import TIMES, Ints, Rows, runs
from screener.records.tables.counted import ALWAYS, BAD_DATE, RowKind
from screener.records.tables.results import PartRows, PersonRows

SELF_REPORTED: Final = "type"
Made = TypeVar("Made", Course, Diagnosis)


class _Span:
    """Some rows of a table, in order of person and time.

    Args:
        rows: of the table.
        which: for each row what it means, or -1 when it is not kept.
        sorted_as: for each meaning its place among those of one time.
    """

    def __init__(self, rows: Rows, which: Ints, sorted_as: Ints) -> None:
        self.rows, self.start, self.end = rows, rows.times("start"), rows.times("end")
        at = np.flatnonzero(which >= 0)
        end = np.where(self.end.known, self.end.last, ALWAYS)[at]
        first, last, clock = self.start.first[at], self.start.last[at], np.nan_to_num(self.start.clock[at])
        order = np.lexsort((rows.lines[at], sorted_as[which[at]], end, clock, last, first, rows.person[at]))
        self.at = at[order]
        self.which, self.person = which[self.at], rows.person[self.at]
        self.broken = np.flatnonzero((which >= 0) & (self.start.is_broken | self.end.is_broken))
        self.sources = rows.sources(self.at)

    def by_person(self, into: PartRows) -> Iterator[tuple[PersonRows, slice]]:
        """Each person with the place of their rows; what is to be said of times that cannot be read is kept."""
        for place, source in zip(self.broken.tolist(), self.rows.sources(self.broken), strict=True):
            for times in (self.start, self.end):
                if place in times.broken:
                    message = f"{echo(times.broken[place])} is not a date that can be read; left out"
                    into.read[int(self.rows.person[place])].problems.append(("", None, FieldProblem(source, message)))
        whose = self.person.tolist()
        for start, end in runs(self.person):
            yield into.read[whose[start]], slice(start, end)

    def make(self, kind: type[Made], meant: Sequence[Made], given: Mapping[str, Sequence[Any]]) -> list[Made]:
        """What the rows say: their meanings, each with what is given of its row."""
        which = self.which.tolist()
        columns = []
        for place, name in enumerate(kind._fields):
            of_meaning = [one[place] for one in meant]
            columns.append(given[name] if name in given else [of_meaning[one] for one in which])
        return list(map(kind._make, zip(*columns, strict=True)))


def add_courses(into: PartRows, rows: Rows, namer: Namer) -> None:
    """Understand a table of medicines."""
    found, which = _distinct(rows)
    seen, meant = zip(*(_medicine(row, namer) for row in found), strict=True) if found else ((), ())
    alike = [() if one is None else (one.name, one.prescribed, sorted(one.routes)) for one in meant]
    kept = np.array([one is not None for one in meant] or [False], np.bool_)
    span = _Span(rows, np.where(kept[which], which, -1), _places(alike))
    read = np.array([one.state != coverage.NOT_READ for one in seen] or [False], np.bool_)
    reasons = np.zeros(len(rows), np.int64)
    reasons[span.broken] = np.where(read[which[span.broken]], BAD_DATE, 0)  # else what is counted says why already
    into.counted.add(rows.person, [RowKind(one) for one in seen], which, reasons)
    for number in rows.person[span.broken].tolist():
        into.read[number].unread = True
    given: dict[str, Sequence[Any]] = {
        "start": span.start.whens(span.at),
        "end": span.end.lasts(span.at),
        "end_known": (~span.start.is_broken[span.at]).tolist(),  # else nobody knows when it was taken
        "sources": [(source,) for source in span.sources],
    }
    empty = Course("")
    made = span.make(Course, [one or empty for one in meant], given)
    for person, mine in span.by_person(into):
        person.courses += made[mine]


def add_diagnoses(into: PartRows, rows: Rows) -> None:
    """Understand a table of diagnoses."""
    found, which = _distinct(rows)
    meant = [_diagnosis(row) for row in found]
    span = _Span(rows, which, _places([one.codings for one in meant]))
    given: dict[str, Sequence[Any]] = {
        "source": span.sources,
        "bad_date": np.isin(span.at, span.broken).tolist(),
        "start": span.start.whens(span.at),
        "stay_end" if rows.plan.active is None else "end": span.end.whens(span.at),
    }
    made = span.make(Diagnosis, meant, given)
    for person, mine in span.by_person(into):
        person.diagnoses += made[mine]


def _distinct(rows: Rows) -> tuple[list[Row], Ints]:
    """Each different row but for its times, and which one each row is."""
    roles = [role for role in rows.plan.columns if role not in TIMES]
    first, which = rows.distinct(roles)
    return [Row(rows.plan, cells) for cells in rows.cells(first, roles)], which


def _places(keys: Sequence[Any]) -> Ints:
    """The place of each key in their order; the same for the same keys."""
    places = {repr(key): place for place, key in enumerate(sorted(keys))}
    return np.array([places[repr(key)] for key in keys] or [0], np.int64)


def _medicine(row: Row, namer: Namer) -> tuple[coverage.Seen, Course | None]:
    """What is counted of a medicine, and its course without times; none when it is not read."""
    plan, codings, name = row.plan, row.codings, row.get("name")
    if not name and not codings:
        return seen_as(plan.kind, (), coverage.NO_NAME), None
    if plan.taken is not None and row.get("status") not in plan.taken:
        return seen_as(plan.kind, codings, coverage.STATUS), None
    route = namer.table.route(row.get("route")) if row.get("route") else ""
    course, seen = namer.named(name or None, codings, route)
    prescribed = plan.prescribed and row.get(SELF_REPORTED) not in plan.self_reports
    return seen._replace(resource=plan.kind), course._replace(prescribed=prescribed, open=False)


def _diagnosis(row: Row) -> Diagnosis:
    """A diagnosis without times."""
    plan = row.plan
    event = plan.active is None
    status = event or row.get("active") in (plan.active or ())
    return Diagnosis("", row.codings, status=status, event=ROW if event else "", resource="condition")
