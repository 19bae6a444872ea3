"""How far an interview is, in parts: a list, and what is asked about what was ticked on it, count once."""

from __future__ import annotations

from collections.abc import Collection

from screener.data import dataclass
from screener.interview.following import may_follow
from screener.interview.known import Known
from screener.interview.layout import Layout
from screener.logic.condition import Condition, fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook


@dataclass(frozen=True)
class Progress:
    """How far an interview has got.

    Attributes:
        known: what is known by now.
        given: the fields that were answered.
        implied: the fields whose answers follow from others.
        open: the fields that are still to be asked for, as far as can be told now.
    """

    book: RuleBook
    layout: Layout
    known: Known
    given: Collection[str]
    implied: Collection[str]
    open: tuple[str, ...]

    @property
    def done(self) -> int:
        """How many parts are over; one of which every answer followed from others was not shown."""
        parts, passed = self.layout.parts, {*self.known.left_out, *self.implied}
        return len({parts[name] for name in self.given if name not in passed} - {parts[name] for name in self.open})

    @property
    def remaining(self) -> int:
        """In how many parts something will be asked; those where that depends on answers to come do not count yet."""
        parts, unsure = self.layout.parts, self.unsure()
        return len({parts[name] for name in self.open if name not in unsure}) or len(self.open[:1])

    def unsure(self) -> set[str]:
        """The open fields of which it depends on other open ones whether they are asked."""
        still = set(self.open)
        depends = {name: fields(show_if) for name, show_if in self.book.followups if self.is_open(show_if)}
        for name, read in may_follow(self.known, self.book).items():
            depends[name] = depends.get(name, frozenset()) | read
        return {name for name, read in depends.items() if read & still}

    def is_open(self, condition: Condition) -> bool:
        """Whether a condition is neither true nor false yet."""
        return evaluate(condition, self.known.facts.truth, {}) is None
