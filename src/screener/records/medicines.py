"""The medicines taken on the day asked about, and what follows from them for other answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from screener.case.answers import MONTHS
from screener.logic.condition import Takes, atoms
from screener.records.courses import NO_MEDICINES, Course, sources_of
from screener.records.imported import Gathered
from screener.records.when import months_between
from screener.rulebook.book import RuleBook
from screener.rulebook.recorded import TakenRead

SAME_COURSE: Final = timedelta(days=31)  # ours: a gap between two prescriptions that may still be one course


def read_medicines(
    courses: list[Course], as_of: date | None, book: RuleBook, found: Gathered, unread: bool = False
) -> None:
    """The list of medicines taken on the day, and the questions that these answer.

    Args:
        courses: those of the record.
        as_of: the day.
        book: the rule book.
        found: gets the answers.
        unread: whether the record has an entry that may be a medicine and was not read.
    """
    current = [course for course in courses if course.taken_on(as_of)]
    taken = [course for course in current if course.systemic and not course.listed]
    local = [course for course in current if not course.systemic and not course.listed]
    if local:
        found.note(f"{', '.join(course.source for course in local)}: not systemic, so not in the list of medicines.")
    denied = [course.source for course in current if course.listed == NO_MEDICINES]
    if taken:
        _list(taken, denied, courses, as_of, book, found)
    elif denied and not local and not unread:
        found.say("medicines", [], denied)
    elif courses:
        found.note("No medicine is recorded as taken on the day; that is no proof that none is.")


def _list(
    taken: list[Course], denied: list[str], courses: list[Course], as_of: date | None, book: RuleBook, found: Gathered
) -> None:
    """The medicines taken, as the whole list; `denied` are entries that say that there are none."""
    by_name: dict[str, list[Course]] = {}
    for course in taken:
        by_name.setdefault(course.name, []).append(course)
    listed = [_listed(name, same, courses, as_of, book) for name, same in by_name.items()]
    found.say("medicines", listed, sources_of(taken))
    found.note("The recorded medicines are taken as the whole list of what is taken.")
    if denied:
        found.note(f"{', '.join(denied)} says that no medicine is taken, yet there is a medicine: it counts.")
    for read in book.records.medicines:
        _answer(read, taken, as_of, found)
    for course in taken:
        if course.classes and not course.entries:
            found.note(f"{course.source} is known only by its ATC group ({', '.join(sorted(course.classes))}).")


def _answer(read: TakenRead, current: list[Course], as_of: date | None, found: Gathered) -> None:
    """Answer one question with the medicines taken that it is about."""
    mine = [course for course in current if _is_asked_about(course, read)]
    if not mine:
        return
    found.say(read.answers, True, sources_of(mine))
    months = [m for course in mine if (m := _months(course, as_of)) is not None]
    if read.months and months:
        found.say(read.months, max(months), sources_of(mine))


def _is_asked_about(course: Course, read: TakenRead) -> bool:
    if not course.classes & read.classes or (read.by_mouth and not course.by_mouth):
        return False
    return read.prescribed is None or course.prescribed == read.prescribed


def _listed(name: str, same: list[Course], courses: list[Course], as_of: date | None, book: RuleBook) -> Any:
    """A medicine as the case file lists it, with its months where the record is sure of them."""
    months = [m for course in same if (m := _months(course, as_of)) is not None]
    if not months:
        return name
    longest = max(months)
    if longest < book.shared("most months", _most_months) and _may_be_longer(same, courses):
        return name
    return {"name": name, "months": longest}


def _most_months(book: RuleBook) -> float:
    """The longest time for which some rule asks; more than that makes no difference."""
    taken = (atom for rule in book.rules for atom in atoms(rule.condition) if isinstance(atom, Takes))
    return max((atom.months for atom in taken if atom.months is not None), default=0.0)


def _months(course: Course, as_of: date | None) -> float | None:
    if as_of is None or course.start is None or not course.start.exact or course.start.first > as_of:
        return None
    return min(months_between(course.start.first, as_of), MONTHS.high)


def _may_be_longer(same: list[Course], courses: list[Course]) -> bool:
    """Whether an earlier prescription of the same medicine may be the same course: then the months are not known."""
    first = min(course.start.first for course in same if course.start)  # one has a start: it has months
    entries = {entry.generic for course in same for entry in course.entries}
    earlier = [c for c in courses if c not in same and entries & {e.generic for e in c.entries} and c.start]
    return any(c.start.first < first and (c.end is None or first - c.end <= SAME_COURSE) for c in earlier if c.start)
