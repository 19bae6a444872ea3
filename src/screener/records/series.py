"""What a series of results says over time: low, then a course against it, then still low while on it.

The unit of time is the day, and what is known of each is settled in `screener.records.last`. What a series settles, and
what it leaves open, is written out in docs/fhir.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from screener.case.answers import Number
from screener.memo import memo
from screener.records.courses import Course, sources_of
from screener.records.diagnoses import Diagnoses, Diagnosis
from screener.records.imported import Gathered
from screener.records.labs import LabValue, Values, overruled, those_in
from screener.records.last import Day, days_of, last_ones, least, most, newer_unread
from screener.records.when import AFTER_COURSE, REPEAT_AFTER, When, limit
from screener.rulebook.book import RuleBook
from screener.rulebook.recorded import ResultRead

JOINED: Final = timedelta(days=2)  # between two courses that are one
SECONDS_A_DAY: Final = 86_400

WORKED, FAILED, RISING = "worked", "failed", "rising"


@dataclass
class Stretch:
    """Days on a product without a gap, of one prescription or of several.

    Attributes:
        start: when it began.
        last: its last day; the end of time while it goes on.
        courses: what it is made of.
    """

    start: When
    last: date
    courses: list[Course] = field(default_factory=list)

    @property
    def prescribed(self) -> bool:
        """Whether some of it was prescribed."""
        return any(course.prescribed for course in self.courses)

    @property
    def sources(self) -> list[str]:
        """The resources behind it."""
        return sources_of(self.courses)

    def covers(self, day: Day) -> bool:
        """Whether what is known of a day was certainly measured while on it."""
        return day.day <= self.last and self.is_before(day)

    def is_before(self, day: Day) -> bool:
        """Whether what is known of a day was certainly measured after it began."""
        return all(value.when.is_after(self.start) for value in day.values)

    def is_near(self, day: date | None, days: float) -> bool:
        """Whether it goes on, or ended at most so many days before a day."""
        return day is None or self.last >= day or (day - self.last).days <= days


def joined(courses: Iterable[Course]) -> list[Stretch]:
    """Courses as stretches of days, in order of time; one whose end is not known makes none."""
    found: list[Stretch] = []
    known = [(c.start, c.last_day, c) for c in courses if c.start is not None and c.start.exact and c.begins]
    for start, last, course in sorted(known, key=lambda item: (item[0].first, item[0].clock or 0.0, item[2].sources)):
        if last is None:
            continue
        if found and start.first - found[-1].last <= JOINED:
            found[-1].last = max(found[-1].last, last)
            found[-1].courses.append(course)
        else:
            found.append(Stretch(start, last, [course]))
    return found


class Series:
    """The values of one field, the courses against low ones and the diagnoses of one record, in order of time.

    Args:
        result: what the field's results answer; it has a course against low ones.
        values: lab values of the record, however old.
        courses: its prescriptions, statements, doses and supplies.
        diagnoses: its diagnoses, and how far back results answer something.
        book: the rule book.
    """

    def __init__(
        self,
        result: ResultRead,
        values: Values,
        courses: Iterable[Course],
        diagnoses: Diagnoses,
        book: RuleBook,
    ) -> None:
        assert result.low is not None
        assert result.low.course is not None
        self.called = result.called
        self.limit = result.low.below
        self.low_field = result.low.answers
        self.course = result.low.course
        self.book = book
        self.window = diagnoses.window
        self.codes = diagnoses.codes
        self.values = values.get(result.field, [])
        self.lows = [v for v in self.values if v.under(self.limit) and not overruled(v, self.values)]
        self.coded: list[Diagnosis] = diagnoses.saying(self.low_field)
        products = [course for course in courses if self.is_product(course)]
        self.courses = [course for course in products if self.is_against(course)]
        self.drips = [course for course in products if not course.by_mouth]

    @memo
    def days(self) -> list[Day]:
        """What is known of each day of the window."""
        return days_of(those_in(self.values, self.window))

    @memo
    def stretches(self) -> list[Stretch]:
        """The courses that began on the day of a low value or later, as stretches of days."""
        days = [value.when.last for value in self.lows]
        days += [entry.start.last for entry in self.coded if entry.start is not None]
        first = min(days, default=date.max)
        return joined(course for course in self.courses if course.start is not None and course.start.first >= first)

    # what belongs to it

    def is_product(self, course: Course) -> bool:
        """Whether it is a product of the wanted classes and nothing else."""
        if not self.course.classes & course.classes or not (course.whole or not course.entries):
            return False
        return all(self.course.classes & set(entry.classes) for entry in course.entries)

    def is_against(self, course: Course) -> bool:
        """Whether a product is swallowed, has begun, and is not for another reason.

        What is injected or runs in by a drip is given for the moment, often with other salts: it is not a course.
        """
        day = self.window.as_of
        begun = day is None or course.start is None or course.start.first <= day
        return begun and course.by_mouth and self.is_for_low(course)

    def is_for_low(self, course: Course) -> bool:
        """True unless reasons are recorded and none of them is what is low."""
        found = [concept for reason in course.reasons for concept in self.codes.of_codings(reason)]
        return not course.reasons or any(self.low_field in concept.names for concept in found)

    # what it says

    def read(self, found: Gathered) -> None:
        """Answer the questions about low results and results that stay low, as far as the record does."""
        recent = [value for value in self.lows if self.window.has(value.when)]
        if recent:
            found.say(self.low_field, True, [value.source for value in recent])
        current = [course for course in self.courses if course.prescribed and course.taken_on(self.window.as_of)]
        if not self.lows and not self.coded:
            if current:
                of = self.course.of[:1].upper() + self.course.of[1:]
                found.note(f"{of} is prescribed, but no low value is on record: the reason for it is not known.")
            return
        if self.drips:
            sources = ", ".join(course.source for course in self.drips)
            found.note(f"{sources}: {self.course.of} that is injected or runs in by a drip is not a course of it.")
        if current:
            found.say(self.course.prescribed, True, sources_of(current))
        if not newer_unread(self.values, last_ones(self.values)):  # else nobody knows how it went
            self.read_still_low(found)
        self.read_weeks(current, found)

    def read_still_low(self, found: Gathered) -> None:
        """No when the newest value after a course began is normal; yes when the course that decides has failed."""
        newest = self.days[-1] if self.days else None
        if newest is not None and self.is_normal(newest):
            begun = [stretch for stretch in self.stretches if stretch.is_before(newest)]
            if begun and begun[-1].is_near(self.window.as_of, limit(self.book, AFTER_COURSE)):
                found.say(self.course.still_low, False, [*begun[-1].sources, *newest.sources])
            return
        for stretch in reversed(self.stretches):
            on_it = [day for day in self.days if stretch.covers(day)]
            verdict = self.verdict(stretch, on_it[-1]) if on_it else ""
            if verdict:
                self.read_verdict(stretch, verdict, on_it[-1], found)
                return

    def read_verdict(self, stretch: Stretch, verdict: str, day: Day, found: Gathered) -> None:
        """Answer by the course that decides, and the last day on it with a value."""
        if verdict == RISING:
            named = ", ".join(day.sources)
            found.note(f"{named}: {self.called} is still low and rising, so whether it stays low is left open.")
        normal_since = any(self.is_normal(other) and other.day > day.day for other in self.days)
        recent = stretch.is_near(self.window.as_of, limit(self.book, AFTER_COURSE))
        if verdict == FAILED and not normal_since and recent:
            if stretch.prescribed:
                found.say(self.course.prescribed, True, stretch.sources)
            triggers = [one.source for one in self.lows_before(stretch) or self.coded]
            found.say(self.course.still_low, True, [*triggers, *stretch.sources, *day.sources])

    def is_normal(self, day: Day) -> bool:
        """Whether the value of a day is certainly not low."""
        return day.under(self.limit) is False

    def verdict(self, stretch: Stretch, last: Day) -> str:
        """How a course went, by the last day on it with a value; empty when that day does not tell."""
        low = last.under(self.limit)
        if low is None or (low and not all(self.is_late_enough(stretch, value) for value in last.values)):
            return ""
        if not low:
            return WORKED
        first = last_ones(self.lows_before(stretch))  # nothing where it is only coded as low
        rising = bool(first) and most(last.values) - least(first) > Decimal(repr(self.course.rising_above))
        return RISING if rising else FAILED

    def is_late_enough(self, stretch: Stretch, value: LabValue) -> bool:
        """Whether the product had certainly been taken for 7 whole days."""
        days = limit(self.book, REPEAT_AFTER)
        if stretch.start.clock is not None and value.when.clock is not None:
            return value.when.clock - stretch.start.clock >= days * SECONDS_A_DAY
        return (value.when.first - stretch.start.last).days > days

    def lows_before(self, stretch: Stretch) -> list[LabValue]:
        """The low values at or before the start of a course."""
        return [value for value in self.lows if not value.when.is_after(stretch.start)]

    def read_weeks(self, current: list[Course], found: Gathered) -> None:
        """For how many weeks the current prescription has run."""
        starts = [course.start.first for course in current if course.start is not None and course.start.exact]
        limits, day = found.fields.get(self.course.weeks), self.window.as_of
        if not starts or day is None or self.course.prescribed not in found.answers:
            return
        weeks = round((day - min(starts)).days / 7, 1)
        if isinstance(limits, Number) and limits.low <= weeks <= limits.high:
            found.say(self.course.weeks, weeks, sources_of(current))
