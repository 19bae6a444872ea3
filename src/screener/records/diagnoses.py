"""Problem lists and coded diagnoses, by code, to yes/no answers; and what their silence can mean.

A diagnosis counts while it is active (also as recurrence or relapse) and neither refuted nor entered in error. A status
describes the day the record was made; where dates show that it began later than the day asked for, or ended before it,
the dates decide. Urgent signs are questions about now, so they count only on the day itself.

Not being on a list is no "no" by itself. It is one only when asked for, and only where the list is there, whole, and
understood: one diagnosis that nobody here understands could be any of those that are asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from screener.records import coverage
from screener.records.codes import Codes, Coding, Concept, system_name
from screener.records.imported import Gathered
from screener.records.when import When, Window

VISIT: Final = "visit"
ROW: Final = "row"
ONE_DAY: Final = timedelta(days=1)
SHORT: Final = timedelta(days=30)  # ours: how long a coded symptom without an end may last
UNKNOWN_PROBLEMS: Final = "unknown:problems"
MOST_NAMED: Final = 5


class Diagnosis(NamedTuple):
    """One entry of a problem list, or one coded event.

    Attributes:
        source: the resource or row.
        codings: its codes.
        true: whether the record confirms it.
        status: whether it is active by its status; None when none is recorded.
        start: when it began, or was recorded where that is all that is known.
        end: when it ended, if a date is recorded.
        ended: whether it ended on a day that is not recorded.
        event: `visit` when it was coded for a visit and is no entry of a problem list, `row` when it is a row of a
            table of coded stays; else empty.
        modifier: what may change its meaning.
        stay_end: of a row: when the stay ended that it was coded for, which is no end of a disease.
        resource: what kind of entry it is, for the coverage.
        bad_date: whether a date of it cannot be read: it is then as one without.
    """

    source: str
    codings: tuple[Coding, ...]
    true: bool = True
    status: bool | None = True
    start: When | None = None
    end: When | None = None
    ended: bool = False
    event: str = ""
    modifier: str = ""
    stay_end: When | None = None
    resource: str = "Condition"
    bad_date: bool = False

    def on_list(self, as_of: date | None) -> bool | None:
        """Whether it was active on the day; None when the record does not say."""
        if as_of is not None and self.start is not None and self.start.first > as_of:
            return False
        if self.end is not None:
            return as_of is not None and self.end.first > as_of
        return False if self.ended else self.status


@dataclass
class Diagnoses:
    """The diagnoses of one record, read.

    Attributes:
        entries: all of them.
        codes: the code table.
        window: how far back coded events answer something.
    """

    entries: Sequence[Diagnosis]
    codes: Codes
    window: Window
    left_open: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        day = self.window.as_of
        of_codings = self.codes.of_codings
        self.known = [
            (entry, [] if entry.modifier else of_codings(entry.codings), entry.on_list(day)) for entry in self.entries
        ]

    def read(self, found: Gathered) -> None:
        """Say yes to what is active."""
        for entry, concepts, active in self.known:
            found.seen[self.seen(entry, concepts, active)] += 1
            if not entry.true or active is False:
                continue
            if entry.bad_date and concepts:
                found.seen[self.codes.seen(entry.resource, entry.codings, coverage.BAD_DATE)] += 1
            for concept in concepts:
                self.left_open.update(concept.leaves_open)
                if concept.fields and concept.kind != "list":
                    self.say(entry, concept, active, found)
            if entry.modifier:
                found.problem(entry.source, f"has {entry.modifier}, which may change what it means; left out")

    def say(self, entry: Diagnosis, concept: Concept, active: bool | None, found: Gathered) -> None:
        """Say what one code of a live entry answers."""
        name = f"{entry.source} ({concept.concept})"
        if active is None:
            self.left_open.update(concept.names)
            found.note(f"{name} has no clinical status: it counts neither as yes nor as no.")
        elif self.counts(entry, concept, name, found):
            _say(concept, entry.source, found)

    def counts(self, entry: Diagnosis, concept: Concept, name: str, found: Gathered) -> bool:
        """Whether an active entry still says something about the day."""
        day, start = self.window.as_of, entry.start
        if concept.kind == "urgent":
            if day is not None and start is not None and start.exact and day - start.first <= ONE_DAY:
                return True
            found.note(f"{name} is not from the day itself, and the question is about now.")
            return False
        if entry.event and concept.kind == "lab-finding" and (start is None or not self.window.has(start)):
            when = f"of {start.last} is from more than {self.window}" if start else "has no date"
            found.note(f"{name} {when}: it answers nothing.")
            return False
        if entry.event != ROW or concept.kind in ("problem", "lab-finding"):
            return True
        until = entry.stay_end.last if entry.stay_end else start.last + SHORT if start else None
        return start is not None and until is not None and not entry.bad_date and (day is None or day <= until)

    def seen(self, entry: Diagnosis, concepts: list[Concept], active: bool | None) -> coverage.Seen:
        """What is counted of an entry."""
        reason = ""
        if entry.modifier:
            reason = coverage.MODIFIER
        elif concepts and not (entry.true and active is True):
            reason = coverage.STATUS
        is_read = any(concept.fields for concept in concepts)
        return self.codes.seen(entry.resource, entry.codings, reason, is_read)

    def saying(self, name: str) -> list[Diagnosis]:
        """The entries confirmed by the record that say yes to a field, whenever that was."""
        return [
            entry
            for entry, concepts, _ in self.known
            if entry.true and any(name in concept.names for concept in concepts)
        ]


def _say(concept: Concept, source: str, found: Gathered) -> None:
    for name, value in concept.fields:
        if value is not True and found.answers.get(name, 0) > value:
            continue  # of several stages the highest counts
        if value is not True and found.answers.get(name) != value:
            found.sources.pop(name, None)
        found.say(name, value, [source])


def absent_means_no(diagnoses: Diagnoses, not_whole: Iterable[str], listed_elsewhere: bool, found: Gathered) -> None:
    """Answer no for every long-term condition that the list does not have, if the list allows it.

    Args:
        diagnoses: those of the record, read.
        not_whole: why the record may lack entries; empty when it is whole.
        listed_elsewhere: whether the same run has a file of conditions, so that a person without any is one who has
            none.
        found: gets the answers.
    """
    why = _no_list(diagnoses, list(not_whole), listed_elsewhere)
    if why:
        found.note(f"Nothing is counted as no: {why}.")
        return
    added = sorted(diagnoses.codes.fields_of_kind("problem") - diagnoses.left_open - set(found.answers))
    added = [name for name in added if name in found.fields]
    for name in added:
        found.say(name, False, ["not on the problem list"])
    if added:
        found.note(f"Counted as no because the problem list does not have them: {', '.join(added)}.")
    left = sorted(diagnoses.left_open - set(found.answers))
    if left:
        found.note(f"Neither yes nor no, because a diagnosis leaves them open: {', '.join(left)}.")


def _no_list(diagnoses: Diagnoses, not_whole: list[str], listed_elsewhere: bool) -> str:
    """Why absence says nothing; empty when it does."""
    if not_whole:
        return f"the record is not whole ({'; '.join(not_whole)})"
    if not diagnoses.entries and not listed_elsewhere:
        return "the record holds no conditions"
    live = [(entry, concepts) for entry, concepts, active in diagnoses.known if entry.true and active is not False]
    said = {name for _, concepts in live for concept in concepts for name in concept.names}
    if UNKNOWN_PROBLEMS in said:
        return "the record says that its problem list is not known"
    unknown = [entry for entry, concepts in live if not concepts]
    if not unknown:
        return ""
    named = "; ".join(_named(entry, diagnoses) for entry in unknown[:MOST_NAMED])
    more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
    return f"not understood, and could be any of them: {named}{more}"


def _named(entry: Diagnosis, diagnoses: Diagnoses) -> str:
    """An entry that is not understood, by its code; its text is not repeated."""
    if entry.modifier:
        return f"{entry.source} (has {entry.modifier})"
    if not entry.codings:
        return f"{entry.source} (text only)"
    system, code, _ = entry.codings[0]
    return f"{entry.source} ({system_name(system)} {code})"
