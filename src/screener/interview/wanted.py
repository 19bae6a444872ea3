"""Which questions are still to be asked: what rules need, and what decides whether that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screener.data import dataclass
from screener.interview.following import may_follow
from screener.interview.layout import Layout
from screener.interview.relevance import Length, Residue, with_parents
from screener.rulebook.book import RuleBook


@dataclass(frozen=True)
class Wanted:
    """What a session has yet to ask.

    Attributes:
        given: field to answer as the intake stores it.
        residue: what is left of the rule book.
    """

    book: RuleBook
    layout: Layout
    length: Length
    given: Mapping[str, Any]
    residue: Residue

    def open(self) -> tuple[str, ...]:
        """The fields that are still to be asked for, in order, as far as can be told now."""
        wanted = self.fields()
        over = self.given.keys() | self.residue.known.left_out
        questions = self.book.questions
        return tuple(n for n in self.layout.order if n in wanted and n not in over and questions[n].asked)

    def fields(self) -> frozenset[str]:
        """What may be asked, whether or not it was."""
        if self.length == "fixed-order":
            return frozenset(self.book.questions)
        wanted = self._with_deciding(self.residue.needed(self.length))
        return wanted | self._always(wanted) if self.length == "quick" else wanted

    def _with_deciding(self, needed: frozenset[str]) -> frozenset[str]:
        """These fields, and those that decide whether they are asked, or follow from others."""
        wanted = with_parents(needed, self.residue, self.book, self.layout.listed)
        deciding = (read for name, read in may_follow(self.residue.known, self.book).items() if name in wanted)
        return wanted.union(*deciding)

    def _always(self, wanted: frozenset[str]) -> frozenset[str]:
        """What the quick form asks although only the default needs it: until it has passed over a question, after which
        the default may know more and need less.
        """
        by_default = self.residue.needed("default")
        asked_by_default, found = self._with_deciding(by_default), set[str]()
        for name in self.layout.order:
            question = self.book.questions[name]
            if name in self.given or name in wanted or name in self.residue.known.left_out:
                continue
            if question.always and name in by_default:
                found.add(name)
            elif question.asked and name in asked_by_default:
                break
        return self._with_deciding(frozenset(found))
