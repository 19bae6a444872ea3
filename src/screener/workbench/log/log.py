"""What changed for whom: each change of urgency and of a flag with a few typical people, before and after.

Which changes there are is decided for all possible answers (`rules diff`); so no change is missed because nobody
was thought of for it. The people are taken from the vignettes, then from the rules' own cases; where neither shows a
change, the smallest case that does is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from json import dumps
from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.workbench.cases import refused
from screener.workbench.diff.cases import shifts
from screener.workbench.diff.diff import CaseShift, Comparison, Shift, TextChange, Wording, versions, wordings
from screener.workbench.log.person import sentence
from screener.workbench.projectcases import Packed, ProjectCase

URGENCY: Final = "urgency"
MADE_UP: Final = "made up"
# each way to move, in the order in which it is told
UP, DOWN, GAINED, LOST, OPENED, CLOSED, BEHIND = "up", "down", "gained", "lost", "opened", "closed", "behind"
WAYS: Final = {
    UP: "More urgent than before",
    DOWN: "Less urgent than before",
    GAINED: "Comes up, and did not before",
    LOST: "Does not come up for certain any more",
    OPENED: "Could come up now, where an answer is open",
    CLOSED: "Cannot come up any more, where an answer is open",
    BEHIND: "Gives way to a stronger one, or no longer does",
}
STATUSES: Final = {
    "raised": "comes up", "possible": "could come up", "ruled-out": "does not come up",
    "suppressed": "gives way to a stronger one",
}  # fmt: skip
ENTRIES_OF_MEDICINES: Final = "medicine"
LISTS: Final = ("commits", "moves", "wordings", "medicines", "entries")  # of a log


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody for whom something changes.

    Attributes:
        who: in a sentence.
        source: the vignette or case that it is; `made up` for the smallest case.
        before: what was said, in words.
        after: what is said now.
    """

    who: str
    source: str
    answers: dict[str, Any]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedEffect:
    """One thing that changes in one way.

    Attributes:
        way: a key of `WAYS`.
        what: the id of the finding or flag, or `urgency`.
        title: for people.
        found: how many of the vignettes and cases show it.
    """

    way: str
    what: str
    title: str
    people: tuple[Person, ...]
    found: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A change of the book's files that git knows of."""

    name: str
    date: str
    subject: str


@dataclass(frozen=True)
class Log:
    """What changed between two versions.

    Attributes:
        moves: what changes for people, in the order of `WAYS`.
        wordings: what is said in other words.
        medicines: entries of the table of medicines that are new, gone or other ones.
        entries: other entries that are new, gone or other ones.
        tried: how many vignettes and cases both versions take.
        commits: between the two, where they come from git.
    """

    old: RuleBook
    new: RuleBook
    moves: tuple[ChangedEffect, ...] = ()
    wordings: tuple[Wording, ...] = ()
    medicines: tuple[TextChange, ...] = ()
    entries: tuple[TextChange, ...] = ()
    tried: int = 0
    commits: tuple[Commit, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.moves or self.wordings or self.medicines or self.entries)


def log(found: Comparison, cases: Iterable[ProjectCase], people: int, commits: Sequence[Commit] = ()) -> Log:
    """What changed for whom.

    Args:
        found: the two versions, compared.
        cases: vignettes, and cases kept with rules of one of them.
        people: how many are shown for each change.
        commits: see `Log`.
    """
    both = [case for case in cases if not any(refused(case.answers, book) for book in (found.old, found.new))]
    moved = list(shifts(Packed(found.old, both), Packed(found.new, both)))
    moves = [_move(found, shifted, moved, people) for shifted in _by_move(found)]
    said = wordings(found.old, found.new, found.texts)
    worded = {(each.kind, each.id) for each in said if each.only}
    rest = [change for change in found.texts if (change.kind, change.id) not in worded]
    order = list(WAYS)
    return Log(
        found.old,
        found.new,
        tuple(sorted(moves, key=lambda move: order.index(move.way))),
        tuple(said),
        tuple(change for change in rest if change.kind == ENTRIES_OF_MEDICINES),
        tuple(change for change in rest if change.kind != ENTRIES_OF_MEDICINES),
        len(both),
        tuple(commits),
    )


def _by_move(found: Comparison) -> list[list[Shift]]:
    """The changes, those of one thing in one way together; intermediate findings are not told to people."""
    groups: dict[tuple[str, str], list[Shift]] = {}
    for shift in found.shifts:
        if shift.what == URGENCY or shift.what in {**found.old.flags, **found.new.flags}:
            groups.setdefault((shift.what, way(found, shift.what, shift.before, shift.after)), []).append(shift)
    return list(groups.values())


def way(found: Comparison, what: str, before: str, after: str) -> str:
    """How a status or the urgency moves: a key of `WAYS`."""
    if what == URGENCY:
        order = list(dict.fromkeys([*found.new.levels, *found.old.levels]))
        return UP if order.index(after) > order.index(before) else DOWN
    if after == "raised":
        return GAINED
    if before == "raised":
        return LOST
    if "suppressed" in (before, after):
        return BEHIND
    return OPENED if after == "possible" else CLOSED


def _move(
    found: Comparison, shifted: list[Shift], moved: list[tuple[ProjectCase, CaseShift]], people: int
) -> ChangedEffect:
    what = shifted[0].what
    ways = {(shift.before, shift.after) for shift in shifted}
    showing = [
        (case, before, after)
        for case, shift in moved
        for name, before, after in shift.changes
        if name == what and (before, after) in ways
    ]
    showing.sort(key=lambda each: (each[0].rule is not None, len(each[0].answers)))
    chosen = _different(found, what, showing, people)
    seen = {(before, after) for _, before, after in showing}
    for shift in shifted:
        if len(chosen) < people and (shift.before, shift.after) not in seen:
            chosen.append(_person(found, what, shift.example, MADE_UP, shift.before, shift.after))
    title = what if what == URGENCY else (found.new if what in found.new.flags else found.old).title(what)
    return ChangedEffect(way(found, what, *next(iter(ways))), what, title, tuple(chosen), len(showing))


def _different(found: Comparison, what: str, showing: list[tuple[ProjectCase, str, str]], people: int) -> list[Person]:
    """Some of the people, of each change of status first one, and nobody twice."""
    first: dict[tuple[str, str], tuple[ProjectCase, str, str]] = {}
    for case, before, after in showing:
        first.setdefault((before, after), (case, before, after))
    told: dict[str, Person] = {}
    for case, before, after in [*first.values(), *showing]:
        if len(told) < people:
            person = _person(found, what, case.answers, _source(case), before, after)
            told.setdefault(person.who, person)
    return list(told.values())


def _person(found: Comparison, what: str, answers: dict[str, Any], source: str, before: str, after: str) -> Person:
    book = found.old if refused(answers, found.new) else found.new
    words = (f"“{before}”", f"“{after}”") if what == URGENCY else (STATUSES[before], STATUSES[after])
    return Person(sentence(book, answers), source, answers, *words)


def _source(case: ProjectCase) -> str:
    return case.name.removesuffix(".json") if case.rule is None else f"a case of {case.rule}"


def as_json(log: Log) -> str:
    """A log as JSON: what changed for whom."""
    data = {
        **versions(log.old, log.new),
        "same": log.same,
        **{name: [asdict(each) for each in getattr(log, name)] for name in LISTS},
        "cases_tried": log.tried,
    }
    return dumps(data, indent=2, ensure_ascii=False)
