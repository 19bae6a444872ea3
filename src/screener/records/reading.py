"""From the small records that every reader makes (values, courses, diagnoses) to the answers of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from screener.records.answered import Age, compute, read_last, read_low
from screener.records.codes import Codes
from screener.records.courses import Course
from screener.records.diagnoses import Diagnoses, Diagnosis, absent_means_no
from screener.records.gathered import Gathered
from screener.records.labs import Values, in_window
from screener.records.last import limits_of
from screener.records.medicines import read_medicines
from screener.records.series import Series
from screener.records.window import WINDOW, Window, limit
from screener.rulebook.book import RuleBook


@dataclass(frozen=True)
class Ways:
    """How records are read, whatever their form.

    Attributes:
        book: the rule book.
        codes: the code table.
        absent_means_no: whether long-term conditions that are not listed count as no.
        look_back: for how many months results answer something; None: as the book says, 0: however old.
        computed_egfr: whether eGFR is computed from creatinine.
        told_apart: limits, by field, that matter besides those of the book where nobody knows which result is the last.
    """

    book: RuleBook
    codes: Codes
    absent_means_no: bool = False
    look_back: int | None = None
    computed_egfr: bool = True
    told_apart: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def limits(self, name: str) -> tuple[float, ...]:
        """Every limit that a field is compared with."""
        return (*limits_of(self.book, name), *self.told_apart.get(name, ()))

    def window(self, day: date | None) -> Window:
        """The time before a day in which results answer something."""
        months = None if self.look_back == 0 else self.look_back or int(limit(self.book, WINDOW))
        return Window(day, months)


@dataclass(frozen=True)
class Held:
    """What a reader can still be asked for, once the day and the person's sex are known.

    Attributes:
        diagnoses: all of the record.
        values: makes the values up to the day, however old.
        courses: makes the courses, in order of time, and says whether an entry was not read that may be a medicine.
        age_on: the age on a day.
        not_whole: why entries may be missing.
        listed_elsewhere: whether the same run has a file of conditions.
    """

    diagnoses: Sequence[Diagnosis]
    values: Callable[[], Values]
    courses: Callable[[], tuple[list[Course], bool]]
    age_on: Age
    not_whole: tuple[str, ...] = ()
    listed_elsewhere: bool = False


def read_held(held: Held, window: Window, ways: Ways, found: Gathered) -> dict[str, str]:
    """Answer everything that a record says; returns the day of the result of each laboratory field.

    Args:
        held: what the record holds; who it is about is in `found` already.
        window: the time before the day that the answers are about.
        ways: how records are read.
        found: gets the answers.
    """
    book = ways.book
    if held.not_whole:
        found.note(f"The record is not whole: {'; '.join(held.not_whole)}. The last result in it may not be the last.")
    diagnoses = Diagnoses(held.diagnoses, ways.codes, window)
    diagnoses.read(found)
    values = held.values()
    recent = in_window(values, window, found)
    read_last(recent, book, ways.limits, found)
    courses, unread = held.courses()
    read_medicines(courses, window.as_of, book, found, unread)
    for result in book.records.results:
        read_low(result, recent, found)
        if result.low is not None and result.low.course is not None:
            Series(result, values, courses, diagnoses, window, book).read(found)
    for computed in book.records.computed if ways.computed_egfr else ():
        compute(computed, recent, held.age_on, ways.limits, found)
    if ways.absent_means_no:
        absent_means_no(diagnoses, held.not_whole, held.listed_elsewhere, found)
    return _dates(recent, found)


def _dates(fields: Values, found: Gathered) -> dict[str, str]:
    """The day of the result of each laboratory field that is answered."""
    days = {}
    for name in sorted(fields.keys() & found.answers.keys()):
        sources = found.sources.get(name, ())
        mine = [value.when.last for value in fields[name] if value.source in sources]
        if mine:
            days[name] = max(mine).isoformat()
    return days
