"""The medicines taken on the day asked about, and what follows from them for other answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from screener.case.answers import MONTHS
from screener.records.fhir.medications import Course
from screener.records.gathered import Gathered
from screener.records.when import months_between
from screener.rulebook.book import RuleBook

DIURETICS: Final = frozenset({"THIAZIDE", "LOOP", "KSPARING", "MRA", "CAI"})
SAME_COURSE: Final = timedelta(days=31)  # ours: a gap between two prescriptions that may still be one course


def read_medicines(courses: list[Course], as_of: date | None, book: RuleBook, found: Gathered) -> None:
    """The list of medicines taken on the day, and whether a water tablet or a magnesium product is among them."""
    current = [course for course in courses if course.taken_on(as_of)]
    if not current:
        if courses:
            found.note("No medicine is recorded as taken on the day; that is no proof that none is.")
        return
    by_name: dict[str, list[Course]] = {}
    for course in current:
        by_name.setdefault(course.name, []).append(course)
    listed = [_listed(name, same, courses, as_of, book) for name, same in by_name.items()]
    found.say("medicines", listed, [course.source for course in current])
    found.note("The recorded medicines are taken as the whole list of what is taken.")
    _say_classes(current, as_of, found)


def _say_classes(current: list[Course], as_of: date | None, found: Gathered) -> None:
    diuretics = [course for course in current if course.classes & DIURETICS]
    if diuretics:
        found.say("diuretic", True, [course.source for course in diuretics])
        months = [m for c in diuretics if (m := _months(c, as_of)) is not None]
        if months:
            found.say("diuretic_months", max(months), [course.source for course in diuretics])
    magnesium = [course for course in current if "MG_PRODUCT" in course.classes]
    if magnesium:
        found.say("magnesium_supplement", True, [course.source for course in magnesium])
    potassium = [course for course in current if "K_PRODUCT" in course.classes and not course.prescribed]
    if potassium:
        found.say("potassium_supplement", True, [course.source for course in potassium])
    unknown = [course for course in current if course.classes and not course.entries]
    for course in unknown:
        found.note(f"{course.source} is known only by its ATC group ({', '.join(sorted(course.classes))}).")


def _listed(name: str, same: list[Course], courses: list[Course], as_of: date | None, book: RuleBook) -> Any:
    """A medicine as the case file lists it, with its months where the record is sure of them."""
    months = [m for course in same if (m := _months(course, as_of)) is not None]
    if not months:
        return name
    longest = max(months)
    if longest < book.settings["ppi-months"].value and _may_be_longer(same, courses):
        return name
    return {"name": name, "months": longest}


def _months(course: Course, as_of: date | None) -> float | None:
    if as_of is None or course.start is None or not course.start.exact or course.start.first > as_of:
        return None
    return min(months_between(course.start.first, as_of), MONTHS.high)


def _may_be_longer(same: list[Course], courses: list[Course]) -> bool:
    """Whether an earlier prescription of the same medicine may be the same course: then the months are not known."""
    first = min((course.start.first for course in same if course.start), default=None)
    if first is None:
        return False
    entries = {entry.generic for course in same for entry in course.entries}
    earlier = [c for c in courses if c not in same and entries & {e.generic for e in c.entries} and c.start]
    return any(c.start.first < first and (c.end is None or first - c.end <= SAME_COURSE) for c in earlier if c.start)
