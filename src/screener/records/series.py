"""What a series of results says over time: low, then prescribed potassium, then still low while on it.

The unit of time is the day. Each day has one value: serum or plasma before whole blood, then the last one. What this
settles, and what it leaves open, is written out in docs/fhir.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from screener.case.answers import Number
from screener.records.codes import Codes
from screener.records.fhir.conditions import began, concepts, is_true
from screener.records.fhir.labs import LabValue
from screener.records.fhir.medications import Course
from screener.records.fhir.resources import Condition
from screener.records.gathered import Gathered
from screener.records.routes import by_mouth
from screener.rulebook.book import RuleBook

LOW_POTASSIUM = "told_low_potassium"


@dataclass(frozen=True, slots=True)
class Day:
    """The value that counts on one day."""

    day: date
    low: bool
    source: str


def is_low(value: LabValue, limit: float) -> bool | None:
    """Whether a value is under a limit; None when only a bound was reported that does not tell, or nothing readable."""
    if value.value is None:
        return None
    if value.comparator == "<":
        return True if value.value <= limit else None
    if value.comparator == ">":
        return False if value.value >= limit else None
    return value.value < limit


def overruled(value: LabValue, values: Iterable[LabValue]) -> bool:
    """Whether a better sample of the same day stands against this one (serum against whole blood)."""
    return any(
        other.when.exact
        and other.when.first == value.when.first
        and other.rank < value.rank
        and other.value is not None
        for other in values
    )


def days_of(values: list[LabValue], limit: float) -> list[Day]:
    """One value a day, in order of time; days known only by month or year are left out."""
    by_day: dict[date, LabValue] = {}
    for value in values:
        if value.when.exact and is_low(value, limit) is not None:
            known = by_day.get(value.when.first)
            if known is None or value.order >= known.order:
                by_day[value.when.first] = value
    return [Day(day, bool(is_low(value, limit)), value.source) for day, value in sorted(by_day.items())]


def read_magnesium(values: list[LabValue], book: RuleBook, found: Gathered) -> None:
    """Whether magnesium was ever measured, and whether it was ever low."""
    mine = [value for value in values if value.field == "magnesium"]
    if not mine:
        return
    found.say("magnesium_measured", True, [value.source for value in mine])
    limit = book.settings["magnesium-low"].value
    low = [value for value in mine if is_low(value, limit) and not overruled(value, mine)]
    if low:
        found.say("told_low_magnesium", True, [value.source for value in low])


class PotassiumSeries:
    """The potassium values, prescriptions and conditions of one record, in order of time.

    Args:
        values: usable lab values of the record.
        courses: its prescriptions and statements.
        conditions: its conditions.
        as_of: the day asked about.
    """

    def __init__(
        self,
        values: list[LabValue],
        courses: list[Course],
        conditions: list[Condition],
        as_of: date | None,
        codes: Codes,
        book: RuleBook,
    ) -> None:
        self.limit = book.settings["potassium-low"].value
        mine = [value for value in values if value.field == "potassium"]
        self.lows = [value for value in mine if is_low(value, self.limit) and not overruled(value, mine)]
        self.days = days_of(mine, self.limit)
        self.as_of = as_of
        self.codes = codes
        self.known = [c for c in conditions if is_true(c) and self.is_low_potassium(concepts(c, codes))]
        self.prescriptions = [course for course in courses if self.is_potassium(course)]

    def is_low_potassium(self, found: Iterable[object]) -> bool:
        """Whether some concept is low potassium."""
        return any(name == LOW_POTASSIUM for concept in found for name, _ in getattr(concept, "fields", ()))

    def is_potassium(self, course: Course) -> bool:
        """A prescription of potassium and nothing else to swallow, that has begun and is not for another reason.

        What is injected or runs in by a drip is given for the moment, often with other salts: it is no course.
        """
        if not course.prescribed or "K_PRODUCT" not in course.classes or not (course.whole or not course.entries):
            return False
        if not by_mouth(course.routes):
            return False
        if any("K_PRODUCT" not in entry.classes for entry in course.entries):
            return False
        begun = self.as_of is None or course.start is None or course.start.first <= self.as_of
        return begun and self.is_for_low_potassium(course)

    def is_for_low_potassium(self, course: Course) -> bool:
        """True unless reasons are recorded and none of them is low potassium."""
        if not course.reasons:
            return True
        codings = [coding for reason in course.reasons for coding in reason.coding]
        found = [self.codes.find(c.system, c.code) for c in codings if c.system and c.code]
        return self.is_low_potassium([concept for concept in found if concept is not None])

    def first_low(self) -> date | None:
        """The first day on which potassium was low, measured or recorded as a condition."""
        days = [value.when.last for value in self.lows]
        days += [start.last for condition in self.known if (start := began(condition)) is not None]
        return min(days, default=None)

    def after_low(self) -> list[Course]:
        """The prescriptions that began on the day of a low value or later, and whose day is known."""
        first = self.first_low()
        return [
            course
            for course in self.prescriptions
            if first is not None and course.start is not None and course.start.exact and course.start.first >= first
        ]

    def low_while_on_it(self) -> tuple[Day, Course] | None:
        """The last low day during a prescription that had begun on an earlier day."""
        pairs = [(day, course) for course in self.after_low() for day in self.days if day.low and covers(course, day)]
        return max(pairs, key=lambda pair: pair[0].day, default=None)

    def read(self, found: Gathered) -> None:
        """Answer the three questions about potassium that stays low, as far as the record does."""
        if self.lows:
            found.say(LOW_POTASSIUM, True, [value.source for value in self.lows])
        if LOW_POTASSIUM not in found.answers and not self.lows:
            if self.prescriptions:
                found.note("Potassium is prescribed, but no low value is on record: the reason for it is not known.")
            return
        current = [course for course in self.prescriptions if course.taken_on(self.as_of)]
        failed = self.low_while_on_it()
        if failed is not None and not self.normal_after(failed[0].day):
            day, course = failed
            sources = [course.source, *(c.source for c in current)]
            found.say("potassium_prescribed", True, sources)
            found.say("potassium_still_low", True, [*self.triggers(course), course.source, day.source])
        elif current:
            found.say("potassium_prescribed", True, [course.source for course in current])
            self.read_repeat(current, found)
        self.read_weeks(current, found)

    def triggers(self, course: Course) -> list[str]:
        """The low values that came before a prescription."""
        assert course.start is not None
        return [value.source for value in self.lows if value.when.last <= course.start.first]

    def normal_after(self, day: date) -> Day | None:
        """The last normal value after a day, if the series ends with one."""
        later = [entry for entry in self.days if entry.day > day]
        return later[-1] if later and not later[-1].low else None

    def read_repeat(self, current: list[Course], found: Gathered) -> None:
        """Not still low: the last value, taken after the prescription began, was normal."""
        mine = set(map(id, self.after_low()))
        starts = [(c.start.first, c) for c in current if c.start is not None and id(c) in mine]
        if not starts:
            return
        first, course = min(starts, key=lambda item: item[0])
        repeat = self.normal_after(first)
        if repeat is not None:
            found.say("potassium_still_low", False, [course.source, repeat.source])

    def read_weeks(self, current: list[Course], found: Gathered) -> None:
        """For how many weeks the current prescription has run."""
        starts = [course.start.first for course in current if course.start is not None and course.start.exact]
        limits = found.fields.get("potassium_prescribed_weeks")
        if not starts or self.as_of is None or "potassium_prescribed" not in found.answers:
            return
        weeks = round((self.as_of - min(starts)).days / 7, 1)
        if isinstance(limits, Number) and limits.low <= weeks <= limits.high:
            found.say("potassium_prescribed_weeks", weeks, [course.source for course in current])


def covers(course: Course, day: Day) -> bool:
    """Whether a value was certainly taken while on the prescription: after its first day, until its last."""
    if course.start is None or day.day <= course.start.last:
        return False
    if course.end is not None:
        return course.end_known and day.day <= course.end
    return course.open
