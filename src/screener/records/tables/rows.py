"""Rows of tables as the small records that every reader makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from screener.case.bound import Bound
from screener.errors import echo
from screener.records import coverage
from screener.records.courses import Course, Namer
from screener.records.coverage import seen_as
from screener.records.diagnoses import ROW, Diagnosis
from screener.records.gathered import Gathered
from screener.records.labs import RANKS, SEXES, LabValue
from screener.records.tables.cells import moment
from screener.records.tables.plan import TablePlan
from screener.records.tables.results import Result
from screener.records.when import When
from screener.records.window import Window

SELF_REPORTED: Final = "type"


class Row:
    """One row, by roles.

    Attributes:
        plan: of its table.
        cells: what stands in it; None where nothing does.
        line: where it stands in its file.
    """

    __slots__ = ("cells", "line", "plan")

    def __init__(self, plan: TablePlan, cells: Mapping[str, str | None], line: int) -> None:
        self.plan = plan
        self.cells = cells
        self.line = line

    @property
    def source(self) -> str:
        """Its name, such as `labevents.csv:12`."""
        return f"{self.plan.file}:{self.line}"

    def get(self, role: str) -> str:
        """A cell, or nothing."""
        return self.cells.get(role) or ""

    def time(self, role: str) -> When | None:
        """When something was; None when nothing is said, or nothing that can be read."""
        text = self.cells.get(role)
        if not text:
            return None
        try:
            return moment(text, self.plan.date_format)
        except ValueError:
            return None

    @property
    def system(self) -> str:
        """The code system of its code."""
        return self.get("code_system") or self.plan.systems.get(self.get("system"), self.plan.system)

    @property
    def coding(self) -> tuple[str, str, str] | None:
        """Its code, with the system and nothing else."""
        code = self.get("code")
        return (self.system, code, "") if code else None


def latest_of(rows: list[Row], day: date | None) -> date | None:
    """The latest day on which something was begun or coded, or this one if it is later."""
    latest = day.isoformat() if day is not None else ""
    for row in rows:
        text = row.cells.get("start") or ""
        if text[:10] <= latest and not row.plan.date_format:
            continue  # as ISO has them, days sort as texts do
        when = row.time("start")
        if when is not None and (day is None or when.first > day):
            day = when.first
            latest = day.isoformat()
    return day


class Reader:
    """Reads the rows of one person.

    Args:
        namer: of medicines.
        found: gets what was not read.
    """

    def __init__(self, namer: Namer, found: Gathered) -> None:
        self.namer = namer
        self.found = found

    # results

    def value(self, one: Result, window: Window) -> LabValue | None:
        """The value of a result; None when it is none that is read."""
        reason, value = self.value_of(one, window)
        seen = one.meaning.seen
        if reason:
            seen = seen._replace(state=coverage.NOT_READ, reason=reason)
        self.found.seen[seen] += 1
        return value

    def value_of(self, one: Result, window: Window) -> tuple[str, LabValue | None]:
        """Why a value is not read, or nothing; and the value, which may be none that can be read."""
        use, when, amount = one.meaning.use, one.when, one.amount
        if use in SEXES and self.found.answers.get("sex") != SEXES[use]:
            return coverage.OTHER_SEX, None
        if amount is None:
            return coverage.NO_VALUE, None
        if when is None:
            self.found.problem(one.source, "has no date that can be read, so it cannot be placed in time; left out")
            return coverage.NO_DATE, None
        if window.as_of is not None and when.first > window.as_of:
            return coverage.LATER, None
        reason = ""
        value: float | Bound | None = None
        if isinstance(amount, str):
            self.found.problem(one.source, f"{amount}; left out")
            reason = coverage.UNREADABLE
        else:
            value = amount
        result = LabValue(one.meaning.field, value, when, RANKS.get(use, 1), 0, one.source)
        return (reason if window.has(when) else coverage.OLD), result

    # medicines

    def course(self, row: Row) -> Course | None:
        """The course that a row stands for."""
        coding = row.coding
        name = row.get("name")
        if not name and coding is None:
            self.found.seen[seen_as(row.plan.kind, (), coverage.NOT_READ, coverage.NO_NAME)] += 1
            return None
        if row.plan.taken is not None and row.get("status") not in row.plan.taken:
            seen = seen_as(row.plan.kind, (coding,) if coding else (), coverage.NOT_READ, coverage.STATUS)
            self.found.seen[seen] += 1
            return None
        route = self.namer.table.route(row.get("route")) if row.get("route") else ""
        named = self.namer.named(name or None, (coding,) if coding else (), route)
        seen = named.counted(row.plan.kind)
        if not named.systemic:
            seen = seen._replace(state=coverage.NOT_READ, reason=coverage.NOT_SYSTEMIC)
        self.found.seen[seen] += 1
        start, end = self.times(row)
        return Course(
            named.name,
            named.entries,
            named.classes,
            named.whole,
            prescribed=row.plan.prescribed and row.get(SELF_REPORTED) not in row.plan.self_reports,
            start=start,
            end=end.last if end is not None else None,
            end_known=end is not None,
            open=False,
            sources=(row.source,),
            routes=named.routes,
            systemic=named.systemic,
            listed=named.listed,
        )

    # diagnoses

    def diagnosis(self, row: Row) -> Diagnosis:
        """The diagnosis that a row stands for."""
        start, end = self.times(row)
        coding = row.coding
        event = row.plan.active is None
        status = True if event else row.get("active") in (row.plan.active or ())
        return Diagnosis(
            row.source,
            (coding,) if coding else (),
            status=status,
            start=start,
            end=None if event else end,
            event=ROW if event else "",
            stay_end=end if event else None,
            resource="condition",
        )

    def times(self, row: Row) -> tuple[When | None, When | None]:
        """When a row's course or stay began and ended; what cannot be read is said."""
        start, end = row.time("start"), row.time("end")
        for when, role in ((start, "start"), (end, "end")):
            if when is None and row.get(role):
                self.found.problem(row.source, f"{echo(row.get(role))} is not a date that can be read; left out")
        return start, end
