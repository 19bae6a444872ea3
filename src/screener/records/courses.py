"""Prescriptions and recorded medicines as courses: what the table calls them, since when, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from screener.case.answers import LONGEST_NAME
from screener.records import coverage
from screener.records.codes import ATC, RXNORM, Codes, Coding, marked, remembered, seen_as, system_name
from screener.records.when import When
from screener.rulebook.medicine.result import (
    NO_EFFECT,
    NOT_SYSTEMIC,
    ORAL,
    Match,
    MedicineEntry,
    NotCounted,
    Recognised,
)
from screener.rulebook.medicine.table import MedicineTable

NO_MEDICINES: Final = "none:medicines"
FLUSH: Final = "flush"
NEVER: Final = When(date.min, date.min)


class Course(NamedTuple):
    """One prescription or statement of one medicine, or doses or supplies of it that belong together.

    Attributes:
        name: what the case file calls it.
        entries: what the medicine table recognises in it.
        classes: the classes of those entries that count by its route, or of its ATC group.
        whole: whether the table recognises all of it.
        prescribed: a prescription, rather than a statement that it is taken.
        start: when it began, if recorded.
        end: the last day it can have been taken, if recorded.
        end_known: False when it was stopped, on a day that is not recorded, and `end` is only the latest that can be;
            also when its start cannot be read, so that nobody knows on which days it was taken.
        open: whether its status says that it goes on.
        reasons: the codes it was given for, one tuple for each reason.
        sources: the resources or rows.
        routes: how what is recognised in it gets into the body, such as `oral` or `iv_bag`.
        systemic: False when by its route it does not get into the body as our questions mean it.
        listed: what it says about the whole list of medicines instead: that it is empty, or not known.
        begins: False when the start is only the day of a report, on which it was taken.
    """

    name: str
    entries: tuple[MedicineEntry, ...] = ()
    classes: frozenset[str] = frozenset()
    whole: bool = False
    prescribed: bool = True
    start: When | None = None
    end: date | None = None
    end_known: bool = True
    open: bool = True
    reasons: tuple[tuple[Coding, ...], ...] = ()
    sources: tuple[str, ...] = ()
    routes: frozenset[str] = frozenset()
    systemic: bool = True
    listed: str = ""
    begins: bool = True

    @property
    def source(self) -> str:
        """The first of its sources."""
        return self.sources[0]

    @property
    def by_mouth(self) -> bool:
        """Whether something is swallowed by every one of its routes."""
        return all(route == ORAL for route in self.routes)

    def taken_on(self, day: date | None) -> bool:
        """Whether the record shows that it was taken on the day."""
        if day is None:
            return self.open
        begun = self.start is None or self.start.last <= day
        return begun and self.last_day is not None and self.last_day >= day

    @property
    def last_day(self) -> date | None:
        """Its last day; the end of time while it goes on, None when it is not known."""
        if self.end is not None:
            return self.end if self.open or self.end_known else None
        return date.max if self.open else None


def sources_of(courses: Iterable[Course]) -> list[str]:
    """What some courses came from."""
    return [source for course in courses for source in course.sources]


def by_time(course: Course) -> tuple[Any, ...]:
    """Sorts courses by time and by all that they say, so that nothing depends on the order of a record."""
    start, end = course.start or NEVER, course.end or date.max
    when = (start.first, start.last, start.clock or 0.0, end)
    return (*when, course.name, course.prescribed, course.open, sorted(course.routes), course.sources)


class Namer:
    """Finds what the names and codes of medicines mean.

    Args:
        table: the medicine table of the rule book.
        codes: the code table.
    """

    def __init__(self, table: MedicineTable, codes: Codes) -> None:
        self.table = table
        self.codes = codes

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process remembers nothing."""
        return Namer, (self.table, self.codes)

    @remembered
    def named(self, text: str | None, codings: tuple[Coding, ...], route: str = "") -> tuple[Course, coverage.Seen]:
        """What a medicine is: a course without times and sources, and what is counted of it, without the kind of entry.

        Args:
            text: as written.
            codings: its codes.
            route: as coded or written, by the words of `routes.csv`; empty when only the name can say it.
        """
        name, match = self.name(text, codings)
        match = self.table.by_route(match, route)
        nothing_known = not match.entries and not any(isinstance(result, NotCounted) for result in match.results)
        of_group = frozenset(marked(self.codes.of_codings(codings), "class:"))  # of ATC
        course = Course(
            name,
            match.entries,
            classes=of_group if nothing_known else match.classes,
            whole=bool(match.entries) and not match.unrecognized,
            routes=frozenset(result.route for result in match.recognised),
            systemic=self.is_systemic(name, match, route),
            listed=self.listed(codings),
        )
        return course, self.seen(course, match, codings)

    def is_systemic(self, name: str, match: Match, route: str) -> bool:
        """Whether it gets into the body as our questions mean it; an unknown name does, unless its route is local."""
        if match.recognised:
            return not all(_is_local(result) for result in match.recognised)
        rule = self.table.lexicon.routes.get(route or self.table.route(name))
        return rule is None or rule["counted"] != ["none"]

    def seen(self, course: Course, match: Match, codings: tuple[Coding, ...]) -> coverage.Seen:
        """What is counted: a code, else that there is only text; and whether it is read."""
        is_read = bool(course.listed or course.classes - NO_EFFECT)
        reason = ""
        if not course.systemic:
            reason = coverage.NOT_SYSTEMIC
        elif not is_read and not match.recognised:
            ended = any(isinstance(result, NotCounted) for result in match.results)
            reason = coverage.STATUS if ended else coverage.NO_NAME
        return seen_as("", codings, reason, coverage.READ if is_read else coverage.UNDERSTOOD)

    def listed(self, codings: tuple[Coding, ...]) -> str:
        """Whether a code says that nothing is taken, or that nothing is known about it."""
        for concept in self.codes.of_codings(codings):
            if concept.kind == "list" and concept.fields:
                return concept.fields[0][0]
        return ""

    def name(self, text: str | None, codings: tuple[Coding, ...]) -> tuple[str, Match]:
        """What to call the medicine, and what the table recognises in it.

        A code says which medicine it is; a text with it that names the same one says more: its form, or `stopped`.
        """
        texts = [one for one in (text, *(display for _, _, display in codings)) if one and one.strip()]
        matches = [(one[:LONGEST_NAME], self.table.match(one[:LONGEST_NAME])) for one in texts]
        entry = next((entry for system, code, _ in codings if (entry := self.by_code(system, code))), None)
        if entry is not None:
            same = (found for found in matches if entry.generic in _generics(found[1]) and not found[1].unrecognized)
            return next(same, (entry.generic, self.table.match(entry.generic)))
        if matches:
            return min(matches, key=lambda found: (not found[1].entries, bool(found[1].unrecognized)))
        codes = [f"{system_name(system or 'code')} {code}" for system, code, _ in codings if code]
        return (codes or ["medicine without a name"])[0][:LONGEST_NAME], Match(())

    def by_code(self, system: str, code: str) -> MedicineEntry | None:
        """The entry with this RxNorm ingredient or ATC substance code, when it is the only one."""
        column = {RXNORM: "rxcui", ATC: "atc"}.get(system_name(system), "")
        entries = self.table.by_code.get((column, code), ()) if code else ()
        return entries[0] if len(entries) == 1 else None


def _is_local(result: Recognised) -> bool:
    return result.route == FLUSH or (result.classes == (NOT_SYSTEMIC,) and bool(result.reason))


def _generics(match: Match) -> set[str]:
    """The generic names in a match, without the form that a row can be about (`hydrocortisone cream`)."""
    named = {entry.generic for entry in match.entries}
    named |= {result.medicine for result in match.results if isinstance(result, NotCounted)}
    return named | {name.rpartition(" ")[0] for name in named}
