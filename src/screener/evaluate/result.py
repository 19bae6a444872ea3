"""From counts to what an evaluation says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from screener.batch.summary.summary import ROUNDED_TO, origin
from screener.batch.summary.tally import Tally
from screener.evaluate.counts import Counted, Counts, Group, divisions
from screener.evaluate.disclosure import Mask, cells_hidden, people_hidden, rounded
from screener.evaluate.measures import SHARES, WITH, WITHOUT, share_of
from screener.evaluate.model import Evaluation, People, Refused, Said, Subject, Table
from screener.evaluate.truth import Truth
from screener.logic.condition import conclusions as concluded
from screener.logic.condition import fields
from screener.memo import memo
from screener.records.coverage import HIDDEN_BELOW
from screener.rulebook.book import RuleBook

FEWEST: Final = 50  # people of a group whose truth is known, for tables of its own
FEWEST_OF_EACH: Final = HIDDEN_BELOW  # of them with and without
MOST_REFUSED: Final = 10
DESCRIPTION: Final = (
    "This describes these data and nothing else. It is no validation: how often a flag is right depends on who is in "
    "the data, on who was tested and why, and on what was written down. Nobody has validated the rules."
)
AWAY: Final = (
    "Before screening, the truth and what gives it away were taken out of every record: {fields}. Something else may "
    "still give it away, such as a treatment that is only given because of it; --without FIELD takes that out too."
)
KNOWN: Final = (
    "Only people of whom the truth is known count in the shares. They are hardly ever a fair sample: mostly somebody "
    "measured because something was suspected."
)
OPEN: Final = (
    "Open: an answer is missing that decides whether the flag is raised. Open is not counted as no. The shares are of "
    "the people whose flag is settled, with 95 % intervals by Wilson's method; `between` says the smallest and the "
    "largest that the share can be, whatever the open ones turn out to be. The interval knows of chance only, not of "
    "that."
)
STRONGER: Final = "A flag that a stronger one hides counts as raised. A topic is raised when one of its flags is."
SHARED: Final = (
    f"Counts from 1 to {HIDDEN_BELOW - 1} are hidden, and others from which they could be recomputed. The rest is "
    f"rounded to {ROUNDED_TO}, and the shares are of the rounded counts."
)


@dataclass(frozen=True)
class EvaluationSource:
    """What an evaluation is made of.

    Attributes:
        counts: what was counted.
        tally: of the records that were read.
        held: what health records held, in lines for people.
        share: hide small counts.
    """

    book: RuleBook
    truth: Truth
    counts: Counts
    tally: Tally
    held: Sequence[str] = ()
    share: bool = False

    @property
    def groups(self) -> tuple[Group, ...]:
        """All people, then each group."""
        return self.counts.groups

    @memo
    def divisions(self) -> list[list[int]]:
        """The places of the groups of each division."""
        return divisions(self.groups)

    @memo
    def people_hidden(self) -> Mask:
        """Which of the people are not shown."""
        if self.share:
            return people_hidden(self.counts.people, self.divisions)
        return np.zeros((len(self.groups), self.counts.people.shape[1] + 1), np.bool_)

    def evaluation(self) -> Evaluation:
        """Everything."""
        return Evaluation(
            **origin(self.book),
            rulebook_sha256=self.book.sha256,
            truth=self.truth.shown,
            taken_away=list(self.truth.taken_away),
            people=[self.people(place) for place in range(len(self.groups))],
            only_bounds=self.number(self.counts.bounds),
            refused=self.number(self.tally.rejects),
            refused_for=self.refused_for(),
            held=list(self.held),
            subjects=[self.subject(place) for place in range(len(self.counts.subjects))],
            fewest=[FEWEST, FEWEST_OF_EACH],
            shared=self.share,
            notes=self.notes(),
        )

    def notes(self) -> list[str]:
        """What must be known to read it."""
        away = AWAY.format(fields=", ".join(self.truth.taken_away))
        return [DESCRIPTION, away, KNOWN, OPEN, STRONGER, *([SHARED] if self.share else [])]

    def number(self, count: int, hidden: bool = False) -> int | None:
        """A count as it is shown."""
        if not self.share:
            return count
        return None if hidden or 0 < count < HIDDEN_BELOW else int(rounded(np.array(count)))

    def row(self, counts: Counted, hidden: Mask, whole: bool) -> list[int | None]:
        """Counts as they are shown, and their sum; `whole` says whether that is hidden."""
        shown = [self.number(int(count), bool(is_hidden)) for count, is_hidden in zip(counts, hidden, strict=True)]
        return [*shown, self.number(int(counts.sum()), whole)]

    def refused_for(self) -> list[Refused]:
        """The fields for which most records were refused."""
        found = [(name, self.number(count)) for name, count in self.tally.refused.most_common(MOST_REFUSED)]
        return [Refused(field=name, count=count) for name, count in found if count]

    def people(self, place: int) -> People:
        """The people of a group."""
        counts, hidden = self.counts.people[place], self.people_hidden[place]
        yes, no, unknown, whole = self.row(counts, hidden[:-1], hidden[-1])
        group = self.groups[place]
        return People(by=group.by, group=group.name, truth_yes=yes, truth_no=no, truth_unknown=unknown, people=whole)

    # flags and topics

    def subject(self, place: int) -> Subject:
        """A flag or topic."""
        one, cells = self.counts.subjects[place], self.counts.cells[place]
        if self.share:
            hidden = cells_hidden(cells, self.people_hidden, self.divisions)
        else:
            hidden = np.zeros(cells.shape, np.bool_)
        tables = [self.table(at, cells[at], hidden[at]) for at in range(len(self.groups)) if at == 0 or self.enough(at)]
        return Subject(
            kind=one.kind,
            id=one.id,
            title=one.title,
            flags=list(one.flags),
            asks_for=[name for name in self.truth.taken_away if name in self.read_by(one.flags)],
            all=tables[0],
            groups=tables[1:],
        )

    def read_by(self, conclusions: Iterable[str]) -> set[str]:
        """The fields that decide conclusions, also through others."""
        conditions = [rule.condition for name in conclusions for rule in self.book.rules_for[name]]
        own = set[str]().union(*map(fields, conditions))
        others = {name for condition in conditions for name in concluded(condition)}
        return own | self.read_by(others) if others else own

    def enough(self, place: int) -> bool:
        """Whether a group has tables of its own."""
        known = self.counts.people[place, [WITH, WITHOUT]]
        return bool(known.sum() >= FEWEST and (known >= FEWEST_OF_EACH).all())

    def table(self, place: int, cells: Counted, hidden: Mask) -> Table:
        """The table of a group, with its shares."""
        rows = []
        for row, mask, whole in zip(cells, hidden, self.people_hidden[place], strict=False):
            raised, possible, ruled_out, people = self.row(row, mask, whole)
            rows.append(Said(raised=raised, open=possible, not_raised=ruled_out, people=people))
        group, shown = self.groups[place], rounded(cells) if self.share else cells
        measures = [found for name in SHARES if (found := share_of(name, shown, hidden)) is not None]
        return Table(
            by=group.by, group=group.name, truth_yes=rows[0], truth_no=rows[1], truth_unknown=rows[2], measures=measures
        )
