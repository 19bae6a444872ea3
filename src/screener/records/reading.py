"""From the small records that every reader makes (values, courses, diagnoses) to the answers of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from screener.case.answers import Number
from screener.records import coverage
from screener.records.courses import Course
from screener.records.diagnoses import Diagnoses, Diagnosis, absent_means_no
from screener.records.imported import Gathered, ImportedCase
from screener.records.labs import LabValue, Values, called, case_value, in_window, overruled
from screener.records.last import last_of, limits_of, newest_of, told_apart
from screener.records.medicines import read_medicines
from screener.records.options import Options
from screener.records.series import Series
from screener.records.when import Window
from screener.rulebook.book import RuleBook
from screener.rulebook.recorded import Computed, ResultRead, Unclear

STEADY_DAYS: Final = 7
STEADY: Final = 0.5  # two creatinines that differ by so much of the smaller are not steady
ADULT: Final = 18
ONE_DAY: Final = timedelta(days=1)
# CKD-EPI 2021: kappa, alpha and the factor, by sex
EQUATION: Final = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}

Age = Callable[[date], int | None]
Limits = Callable[[str], tuple[float, ...]]  # that a field is compared with


@dataclass(frozen=True)
class Held:
    """What a reader can still be asked for, once the day and the person's sex are known.

    Attributes:
        case_id: who it is.
        where: the file or folder it came from.
        diagnoses: all of the record.
        values: makes the values up to the day, however old.
        courses: makes the courses, in order of time, and says whether an entry was not read that may be a medicine.
        age_on: the age on a day.
        not_whole: why entries may be missing.
        listed_elsewhere: whether the same run has a file of conditions.
    """

    case_id: str | None
    where: str
    diagnoses: Sequence[Diagnosis]
    values: Callable[[], Values]
    courses: Callable[[], tuple[list[Course], bool]]
    age_on: Age
    not_whole: tuple[str, ...] = ()
    listed_elsewhere: bool = False


def read_held(held: Held, window: Window, options: Options, found: Gathered) -> ImportedCase:
    """The case with everything that a record says.

    Args:
        held: what the record holds; who it is about is in `found` already.
        window: the time before the day that the answers are about.
        options: how records are read.
        found: gets the answers.
    """
    book = options.book

    def limits(name: str) -> tuple[float, ...]:
        return (*limits_of(book, name), *options.told_apart.get(name, ()))

    if held.not_whole:
        found.note(f"The record is not whole: {'; '.join(held.not_whole)}. The last result in it may not be the last.")
    diagnoses = Diagnoses(held.diagnoses, options.codes, window)
    diagnoses.read(found)
    values = held.values()
    recent = in_window(values, window, found)
    read_last(recent, book, limits, found)
    courses, unread = held.courses()
    read_medicines(courses, window.as_of, book, found, unread)
    for result in book.records.results:
        read_low(result, recent, found)
        if result.low is not None and result.low.course is not None:
            Series(result, values, courses, diagnoses, book).read(found)
    for computed in book.records.computed if options.computed_egfr else ():
        compute(computed, recent, held.age_on, limits, found)
    if options.absent_means_no:
        absent_means_no(diagnoses, held.not_whole, held.listed_elsewhere, found)
    return ImportedCase(
        held.case_id,
        {"case_id": held.case_id, **found.answers},
        found.sources,
        window.as_of,
        tuple(found.problems),
        tuple(found.notes),
        where=held.where,
        fields=book.fields,
        seen=found.seen,
        dates=_dates(recent, found),
    )


def by_day(person: str, options: Options, make: Callable[[date | None], ImportedCase]) -> Iterator[ImportedCase]:
    """The case of a person, or one for each of their days."""
    days = options.days_of(person)
    for day in days:
        case = make(day)
        yield case.named(f"{person}@{day}") if len(days) > 1 else case


def _dates(fields: Values, found: Gathered) -> dict[str, str]:
    """The day of the result of each laboratory field that is answered."""
    days = {}
    for name in sorted(fields.keys() & found.answers.keys()):
        sources = found.sources.get(name, ())
        mine = [value.when.last for value in fields[name] if value.source in sources]
        if mine:
            days[name] = max(mine).isoformat()
    return days


def read_last(fields: Values, book: RuleBook, limits: Limits, found: Gathered) -> None:
    """Answer each field with its last value."""
    unclear = {result.field: result.unclear for result in book.records.results if result.unclear}
    for name, candidates in fields.items():
        if name not in found.fields:
            continue
        best = last_of(candidates, limits(name), found)
        if best is None or (name in unclear and _says_nothing(best, unclear[name], fields, book, found)):
            continue
        assert best.value is not None
        found.say(name, case_value(found.fields[name], best.value), [best.source])
    for measure in book.records.measures.values():
        if measure.id in fields and measure.not_the in found.fields:
            sources, kind = ", ".join(value.source for value in fields[measure.id]), found.fields[measure.not_the]
            asked = called(measure.not_the, kind)
            found.note(f"{sources}: {measure.called} is another measure than the {asked} that is asked about.")


def _says_nothing(best: LabValue, unclear: Unclear, fields: Values, book: RuleBook, found: Gathered) -> bool:
    """Whether a low value may only be low because another result is; a preferred one is what it is."""
    if best.rank == 0 or not best.under(unclear.below):
        return False
    for other in fields.get(unclear.measure, ()):
        near = abs(other.when.first - best.when.first) <= ONE_DAY and other.when.exact and best.when.exact
        if near and other.under(unclear.measure_below):
            name = called(unclear.measure, book.recorded[unclear.measure])
            message = f"{unclear.called} is low and so is {name} ({other.source}): only {unclear.tells} tells; left out"
            found.leave_out(best.field, best.source, message, coverage.UNCLEAR)
            return True
    return False


def compute(computed: Computed, fields: Values, age_on: Age, limits: Limits, found: Gathered) -> None:
    """Answer eGFR from the last creatinine where none was reported (CKD-EPI 2021, without race)."""
    creatinines = fields.get(computed.source, [])
    field = found.fields.get(computed.field)
    if not creatinines or not isinstance(field, Number):
        return
    newest = max(value.when.last for value in creatinines)
    if any(value.when.last >= newest for value in fields.get(computed.field, [])):
        return
    tied = newest_of(creatinines, found)
    if not tied:
        return
    names = ", ".join(value.source for value in tied)
    results = [_egfr(one, creatinines, computed, age_on, found) for one in tied]
    values = [result for result in results if not isinstance(result, str)]
    why = next((result for result in results if isinstance(result, str)), "")
    if not why and told_apart(values, limits(computed.field)):
        why = "they were taken at one time and differ, and nobody knows which is the last"
    if not why and not all(field.low <= value <= field.high for value in values):
        why = "the result would be out of range"
    if why:
        found.note(f"eGFR is not computed from {names}: {why}.")
        return
    found.sources.pop(computed.field, None)  # an older one that was reported gives way
    found.say(computed.field, min(values), [value.source for value in tied])
    found.note(f"eGFR {min(values)} is computed from creatinine ({names}) with CKD-EPI 2021; none was reported.")


def _egfr(
    best: LabValue, creatinines: Sequence[LabValue], computed: Computed, age_on: Age, found: Gathered
) -> int | str:
    """eGFR by one creatinine, or why it cannot be computed."""
    age, sex = age_on(best.when.first) if best.when.exact else None, found.answers.get("sex")
    if not isinstance(best.value, float):
        return "only a bound was reported"
    if sex not in EQUATION:
        return "the sex is not known"
    if age is None or age < 0:
        return "the age on the day of the sample is not known"
    if age < ADULT:
        return f"the equation is for adults, and the age was {age}"
    for name, what in computed.not_in:
        if found.answers.get(name) is True:
            return f"it says nothing in {what}"
    if not is_steady(creatinines):
        return "creatinine is not steady"
    return round(ckd_epi_2021(best.value / computed.factor, age, sex))


def is_steady(creatinines: Iterable[LabValue]) -> bool:
    """Whether no two values within 7 days differ by half or more of the smaller."""
    known = sorted(
        (value.when.first, value.value) for value in creatinines if value.when.exact and isinstance(value.value, float)
    )
    for place, (day, value) in enumerate(known):
        for other_day, other in known[place + 1 :]:
            if (other_day - day).days > STEADY_DAYS:
                break
            if abs(value - other) >= STEADY * min(value, other):
                return False
    return True


def ckd_epi_2021(creatinine: float, age: int, sex: str) -> float:
    """eGFR in mL/min/1.73 m2, by the creatinine equation of CKD-EPI 2021 (kidney.org).

    Args:
        creatinine: in mg/dL.
        age: in completed years.
        sex: `female` or `male`.
    """
    kappa, alpha, factor = EQUATION[sex]
    ratio = creatinine / kappa
    result: float = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.200 * 0.9938**age * factor
    return result


def read_low(result: ResultRead, fields: Values, found: Gathered) -> None:
    """Whether a field was measured in the window, and whether it was low."""
    mine = fields.get(result.field, [])
    if result.measured and mine:
        found.say(result.measured, True, [value.source for value in mine])
    if result.low is None or result.low.course is not None:
        return  # with a course, the series says it
    low = [value for value in mine if value.under(result.low.below) and not overruled(value, mine)]
    if low:
        found.say(result.low.answers, True, [value.source for value in low])
