"""Reading the data once, and counting.

For each flag and topic the people are counted by group, by what is true of them, and by what the rules say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from screener.batch.chunk import Position
from screener.batch.inputs.chunks import check_unchanged, chunks
from screener.batch.inputs.opening import close_pipe
from screener.batch.inputs.source import Input
from screener.batch.reading.careful import Policy
from screener.batch.reading.readers import ChunkReader, check_columns
from screener.batch.reading.record import Decoded
from screener.batch.summary.tally import Tally
from screener.case.answers import Number
from screener.case.fields import Fields
from screener.collector import paused
from screener.engine.columnar.columns import NO, NO_CHOICE, UNKNOWN, YES, Codes, Columns
from screener.engine.columnar.engine import ColumnarEngine, Outcomes
from screener.evaluate.truth import Truth
from screener.logic.planes import Plane, bits_of_all, disjunction, pack, words
from screener.rulebook.book import RuleBook

TRUTHS: Final = (YES, NO, UNKNOWN)  # the order of the tables
RAISED, POSSIBLE, RULED_OUT = range(3)
AGE: Final = "age"
SEX: Final = "sex"
ALL: Final = "all"
NOT_SAID: Final = "not said"
BANDS: Final = ((18, 39), (40, 64), (65, 79))  # years of age; those younger and older are bands of their own

Counted = NDArray[np.int64]


# groups of people


@dataclass(frozen=True)
class Group:
    """Some of the people.

    Attributes:
        by: `all`, or the field that divides them.
        name: its place in that division.
        low: of an age.
        high: of an age.
        place: of a word among the choices.
    """

    by: str
    name: str
    low: float | None = None
    high: float = math.inf
    place: int = NO_CHOICE

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """For each case whether it is in the group."""
        if self.by == ALL:
            return np.ones(columns.count, np.bool_)
        if self.by == AGE:
            ages = columns.numbers.get(AGE, np.full(columns.count, np.nan))
            if self.low is None:
                return np.isnan(ages)
            return (ages >= self.low) & (ages < self.high)
        mine: NDArray[np.bool_] = columns.choices.get(SEX, np.full(columns.count, NO_CHOICE, np.int8)) == self.place
        return mine


def groups_of(fields: Fields) -> tuple[Group, ...]:
    """All people first; then each division, in which everybody is in one group."""
    return (Group(ALL, ALL), *_by_age(fields), *_by_sex(fields))


def _by_age(fields: Fields) -> Iterator[Group]:
    if not isinstance(fields.get(AGE), Number):
        return
    yield Group(AGE, f"under {BANDS[0][0]}", 0, BANDS[0][0])
    for low, high in BANDS:
        yield Group(AGE, f"{low} to {high}", low, high + 1)
    yield Group(AGE, f"{BANDS[-1][1] + 1} and over", BANDS[-1][1] + 1)
    yield Group(AGE, NOT_SAID)


def _by_sex(fields: Fields) -> Iterator[Group]:
    if SEX in fields.choices:
        yield from (Group(SEX, word, place=place) for place, word in enumerate(fields.options(SEX)))
        yield Group(SEX, NOT_SAID)


def divisions(groups: tuple[Group, ...]) -> list[list[int]]:
    """The places of the groups of each division."""
    return [list(places) for _, places in groupby(range(1, len(groups)), lambda place: groups[place].by)]


# what is counted of them


@dataclass(frozen=True)
class Compared:
    """A flag or topic that is set against the truth.

    Attributes:
        kind: `flag` or `topic`.
        flags: those that it includes.
    """

    kind: str
    id: str
    title: str
    flags: tuple[str, ...]


def subjects_of(book: RuleBook) -> tuple[Compared, ...]:
    """The topics, then the flags; without what is only said when nothing else is."""
    flags = {name: flag for name, flag in book.flags.items() if not flag.last_resort}
    topics = [
        Compared("topic", topic.id, topic.title, mine)
        for topic in book.complete_topics.values()
        if (mine := tuple(name for name in topic.speaks_for if name in flags))
    ]
    return (*topics, *(Compared("flag", name, flag.title, (name,)) for name, flag in flags.items()))


@dataclass
class Counts:
    """What was counted; counts of parts add up.

    Attributes:
        people: by group and truth.
        cells: by subject, group, truth and what the rules say (`RAISED`, `POSSIBLE`, `RULED_OUT`).
        bounds: people of whom only a bound of the truth's field is known, which does not tell.
    """

    subjects: tuple[Compared, ...]
    groups: tuple[Group, ...]
    bounds: int = 0
    people: Counted = field(init=False)
    cells: Counted = field(init=False)

    def __post_init__(self) -> None:
        self.people = np.zeros((len(self.groups), len(TRUTHS)), np.int64)
        self.cells = np.zeros((len(self.subjects), len(self.groups), len(TRUTHS), 3), np.int64)

    def add(self, columns: Columns, truth: Codes, outcomes: Outcomes) -> None:
        """Count some cases.

        Args:
            columns: their answers.
            truth: what is true of each.
            outcomes: what the rules say without it.
        """
        planes = self.planes(outcomes)
        for group_at, group in enumerate(self.groups):
            mine = group.holds(columns)
            for truth_at, code in enumerate(TRUTHS):
                mask = mine & (truth == code)
                count = int(mask.sum())
                if not count:
                    continue
                plane = pack(mask)
                found = np.array(bits_of_all([held & plane for held in planes]), np.int64).reshape(-1, 2)
                self.people[group_at, truth_at] += count
                self.cells[:, group_at, truth_at, RAISED] += found[:, 0]
                self.cells[:, group_at, truth_at, POSSIBLE] += found[:, 1]
                self.cells[:, group_at, truth_at, RULED_OUT] += count - found.sum(axis=1)

    def planes(self, outcomes: Outcomes) -> list[Plane]:
        """For each subject where it is raised (also where a stronger flag hides it), and where it is possible."""
        found: list[Plane] = []
        for subject in self.subjects:
            either = disjunction([outcomes.values[name] for name in subject.flags], words(outcomes.count))
            found += [either.certain, either.possible & ~either.certain]
        return found


# reading the data once: every record is screened without the truth, and counted


class Reading:
    """Reads inputs and counts; `counts` and `tally` are what came of it.

    Args:
        inputs: see `screener.batch.inputs.source.find_inputs`.
        policy: how records are read.
        truth: what the flags are set against.
    """

    def __init__(self, inputs: Sequence[Input], book: RuleBook, policy: Policy, truth: Truth) -> None:
        self.inputs, self.policy, self.truth = inputs, policy, truth
        self.counts = Counts(subjects_of(book), groups_of(book.fields))
        self.tally = Tally()
        self.engine = ColumnarEngine(book)

    def read(self) -> None:
        """Read everything.

        Raises:
            CaseError: a table has columns that are not allowed.
            FileError: an input cannot be read, or changed while it was read.
        """
        for source in self.inputs:
            check_columns(source, self.policy)
        reader = ChunkReader(self.inputs, self.policy)
        try:
            for chunk in chunks(self.inputs, Position()):
                with paused():  # as in a batch: the many short-lived rows form no cycles
                    for decoded in reader.read(chunk):
                        self.add(decoded)
            check_unchanged(self.inputs)
        finally:
            for source in self.inputs:
                close_pipe(source.name)

    def add(self, decoded: Decoded) -> None:
        """Screen some records without the truth, and count them."""
        self.tally.count_records(decoded)
        columns = decoded.columns
        truth = self.truth.of(columns)
        bounds = self.truth.bounds(columns)
        self.counts.bounds += int((truth[bounds] == UNKNOWN).sum())
        self.counts.add(columns, truth, self.engine.infer(self.truth.without(columns)))
