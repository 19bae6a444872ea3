"""Rows of tables as the small records that every reader makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from screener.case.bound import Bound
from screener.errors import echo
from screener.records import coverage
from screener.records.codes import Codes, Concept
from screener.records.courses import Course, Namer
from screener.records.coverage import Seen, seen_as
from screener.records.diagnoses import ROW, Diagnosis, why_not
from screener.records.gathered import Gathered
from screener.records.labs import MEASURES, RANKS, SEXES, LabValue, from_number, kind_of
from screener.records.tables.cells import moment, number_of, signed
from screener.records.tables.mapping import IGNORE
from screener.records.tables.plan import TablePlan, meaning_of
from screener.records.when import When
from screener.records.window import Window

SELF_REPORTED: Final = "type"
MOST_AMOUNTS: Final = 100_000  # cells whose meaning is remembered


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


def latest_of(rows: list[Row]) -> date | None:
    """The latest day on which something was measured, begun or coded."""
    latest, day = "", None
    for row in rows:
        role = "time" if row.plan.kind == "measurement" else "start"
        text = row.cells.get(role) or ""
        if text[:10] <= latest and not row.plan.date_format:
            continue  # as ISO has them, days sort as texts do
        when = row.time(role)
        if when is not None and (day is None or when.first > day):
            day = when.first
            latest = day.isoformat()
    return day


class Reader:
    """Reads the rows of one person.

    Args:
        codes: the code table.
        namer: of medicines.
        found: gets what was not read.
        amounts: what was read of cells before, by what stood in them; a text where that is why they can not be read.
        meanings: what names and codes of results mean, found before.
    """

    def __init__(
        self, codes: Codes, namer: Namer, found: Gathered, amounts: dict[Any, Any], meanings: dict[Any, Any]
    ) -> None:
        self.amounts = amounts
        self.meanings = meanings
        self.codes = codes
        self.namer = namer
        self.found = found

    # results

    def value(self, row: Row, window: Window) -> LabValue | None:
        """The value of a result; None when it is none that is read."""
        cells = row.cells
        key = (row.plan.file, cells.get("name"), cells.get("code"), cells.get("code_system"), cells.get("system"))
        if key not in self.meanings:
            self.meanings[key] = self.measured(row)
        name, use, seen = self.meanings[key]
        if not name:
            self.found.seen[seen] += 1
            return None
        reason, value = self.value_of(row, name, use, window)
        state = coverage.NOT_READ if reason else coverage.READ
        self.found.seen[seen._replace(state=state, reason=reason)] += 1
        return value

    def measured(self, row: Row) -> tuple[str, str, Seen]:
        """The field that a row is about and its use; no field when it is not read, and what is counted then."""
        if "name" in row.plan.columns and not row.get("code"):
            return self.by_name(row)
        coding = row.coding
        if coding is None:
            return "", "", seen_as(row.plan.kind, (), coverage.NOT_READ, coverage.ONLY_TEXT)
        concept = self.codes.find(coding[0], coding[1])
        if concept is None:
            return "", "", seen_as(row.plan.kind, (coding,), coverage.NOT_READ, why_not((coding,)))
        if concept.kind != "lab" or not concept.fields:
            return "", "", seen_as(row.plan.kind, (coding,), coverage.UNDERSTOOD)
        if concept.use == IGNORE:
            return "", "", seen_as(row.plan.kind, (coding,), coverage.NOT_READ, _ignored(concept))
        return concept.fields[0][0], concept.use, seen_as(row.plan.kind, (coding,), coverage.READ)

    def by_name(self, row: Row) -> tuple[str, str, Seen]:
        """The same by the name of a result, as the mapping has it."""
        words = row.get("name")
        shown = Seen(row.plan.kind, "", words[: coverage.LONGEST], "", coverage.READ)
        if words not in row.plan.names:
            return "", "", shown._replace(state=coverage.NOT_READ, reason=coverage.NO_ROW)
        name, use = meaning_of(row.plan.names[words])
        if use == IGNORE or (name not in self.found.fields and name not in MEASURES):
            return "", "", shown._replace(state=coverage.NOT_READ, reason=coverage.IGNORED)
        return name, use, shown

    def value_of(self, row: Row, name: str, use: str, window: Window) -> tuple[str, LabValue | None]:
        """Why a value is not read, or nothing; and the value, which may be none that can be read."""
        if use in SEXES and self.found.answers.get("sex") != SEXES[use]:
            return coverage.OTHER_SEX, None
        if not row.get("text") and not row.get("number"):
            return coverage.NO_VALUE, None
        when = row.time("time")
        if when is None:
            self.found.problem(row.source, "has no date that can be read, so it can not be placed in time; left out")
            return coverage.NO_DATE, None
        if window.as_of is not None and when.first > window.as_of:
            return coverage.LATER, None
        read = self.remembered(row, name)
        reason, value = (coverage.UNREADABLE, None) if isinstance(read, str) else ("", read)
        if isinstance(read, str):
            self.found.problem(row.source, f"{read}; left out")
        result = LabValue(name, value, when, RANKS.get(use, 1), 0, row.source)
        return (reason if window.has(when) else coverage.OLD), result

    def remembered(self, row: Row, name: str) -> float | Bound | str:
        """The value of a row, or why it can not be read; the same cells are read once."""
        get = row.cells.get
        key = (row.plan.file, name, get("text"), get("number"), get("comparator"), get("unit"), get("unit2"))
        if key not in self.amounts:
            if len(self.amounts) >= MOST_AMOUNTS:
                self.amounts.clear()
            try:
                self.amounts[key] = self.amount(row, name)
            except ValueError as error:
                self.amounts[key] = str(error)
        found: float | Bound | str = self.amounts[key]
        return found

    def amount(self, row: Row, name: str) -> float | Bound:
        """The value of a row in the field's unit.

        Raises:
            ValueError: it can not be read.
        """
        kind = kind_of(name, self.found)
        if kind is None:
            raise ValueError(f"{echo(name)} is no result that is read")
        sign, number = self.number(row)
        units = [unit for unit in (row.get("unit"), row.get("unit2")) if unit] or [row.plan.units.get(name, "")]
        return from_number(name, kind, number, sign, units, f"{row.get('text') or row.get('number')}")

    def number(self, row: Row) -> tuple[str, Decimal]:
        """The sign and number of a row: as written, else as a number beside it.

        Raises:
            ValueError: there is none, or the two disagree.
        """
        text, given = row.get("text"), number_of(row.get("number"))
        sign, rest = signed(text)
        written = number_of(rest)
        if text and written is None:
            raise ValueError(f"{echo(text)} is no number")
        if written is not None and given is not None and written != given:
            raise ValueError(f"{echo(text)} and {echo(row.get('number'))} disagree")
        found = written if written is not None else given
        if found is None:
            raise ValueError(f"{echo(row.get('number'))} is no number")
        beside = row.get("comparator")
        beside = row.plan.signs.get(beside, beside)
        return sign or ("" if beside in ("=", "") else beside), found

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
        self.check_times(row)
        end = row.time("end")
        return Course(
            named.name,
            named.match.entries,
            named.classes,
            named.whole,
            prescribed=row.plan.prescribed and row.get(SELF_REPORTED) not in row.plan.self_reports,
            start=row.time("start"),
            end=end.last if end is not None else None,
            end_known=end is not None,
            open=False,
            sources=(row.source,),
            routes=frozenset(result.route for result in named.match.recognised),
            systemic=named.systemic,
            listed=named.listed,
        )

    # diagnoses

    def diagnosis(self, row: Row) -> Diagnosis:
        """The diagnosis that a row stands for."""
        self.check_times(row)
        coding = row.coding
        event = row.plan.active is None
        status = True if event else row.get("active") in (row.plan.active or ())
        return Diagnosis(
            row.source,
            (coding,) if coding else (),
            status=status,
            start=row.time("start"),
            end=None if event else row.time("end"),
            event=ROW if event else "",
            stay_end=row.time("end") if event else None,
            resource="condition",
        )

    def check_times(self, row: Row) -> None:
        """Say which dates of a row can not be read."""
        for role in ("start", "end"):
            if row.get(role) and row.time(role) is None:
                self.found.problem(row.source, f"{echo(row.get(role))} is not a date that can be read; left out")


def _ignored(concept: Concept) -> str:
    return coverage.RACE if "race factor" in concept.concept else coverage.IGNORED
