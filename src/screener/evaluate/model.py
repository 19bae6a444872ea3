"""What an evaluation says, as data; `screener evaluate --format json` writes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Part):
    """How many people the rules say what of; None: hidden because they are few, or to hide others.

    Attributes:
        raised: raised, whether shown or hidden by a stronger flag.
        open: an answer is missing that decides it.
        not_raised: certainly not raised.
        people: all of them.
    """

    raised: int | None
    open: int | None
    not_raised: int | None
    people: int | None


class Measure(_Part):
    """A share, from 0 to 1, of the people whose flag is settled.

    Attributes:
        count: of how many it holds.
        of: of how many.
        low: the lower end of the 95 % interval.
        high: the upper end.
        least: the smallest that it can be, whatever the open ones turn out to be.
        most: the largest.
    """

    name: str
    count: int
    of: int
    share: float
    low: float
    high: float
    least: float
    most: float


class Table(_Part):
    """A flag or topic set against the truth, in all people or in a group of them.

    Attributes:
        by: `all`, or the field that divides the people.
        group: which of them.
        truth_yes: those for whom the truth holds.
        truth_no: those for whom it does not.
        truth_unknown: those of whom it is not known.
        measures: those that can be told; none of a hidden count.
    """

    by: str
    group: str
    truth_yes: Said
    truth_no: Said
    truth_unknown: Said
    measures: list[Measure]


class Subject(_Part):
    """A flag or topic.

    Attributes:
        kind: `flag` or `topic`.
        flags: the flags that a topic speaks for.
        asks_for: what was taken away and is read by its rules.
        groups: the same in each group with enough people.
    """

    kind: str
    id: str
    title: str
    flags: list[str]
    asks_for: list[str]
    all: Table
    groups: list[Table]


class People(_Part):
    """The people of a group, by what is known of the truth."""

    by: str
    group: str
    truth_yes: int | None
    truth_no: int | None
    truth_unknown: int | None
    people: int | None


class Refused(_Part):
    """How many records were refused for a field."""

    field: str
    count: int


class Evaluation(_Part):
    """An evaluation.

    Attributes:
        truth: the comparison that the flags are set against.
        taken_away: the fields that the rules did not see.
        people: all, then by groups.
        only_bounds: people of whom only a bound is known that does not tell; they are among the unknown.
        refused: records that are not cases, with the fields they were refused for.
        held: what health records held, in lines for people.
        fewest: a group has tables of its own from so many people on whose truth is known, and with so many of each.
        shared: whether small counts are hidden.
    """

    program: str
    rulebook: str
    rulebook_sha256: str
    packs: list[str]
    truth: str
    taken_away: list[str]
    people: list[People]
    only_bounds: int | None
    refused: int | None
    refused_for: list[Refused]
    held: list[str]
    subjects: list[Subject]
    fewest: list[int]
    shared: bool
    notes: list[str]
    disclaimer: str
    safety_net: str
    reviewed: str
