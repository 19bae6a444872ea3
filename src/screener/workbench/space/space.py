"""A rule book drawn over all possible answers: the sets that `prove`, `mutate` and `diff` ask about."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

from screener.rulebook.book import RuleBook
from screener.workbench.space.diagrams import Diagram, Diagrams
from screener.workbench.space.pairs import Drawn, all_else, at_least, draw, suppressing
from screener.workbench.space.universe import Universe
from screener.workbench.space.variables import VariableLayout, answers_of


class Space:
    """One rule book over a set of diagrams.

    Args:
        book: the rule book.
        diagrams: shared with another book when the two are compared; made anew when None.
    """

    def __init__(self, book: RuleBook, diagrams: Diagrams | None = None) -> None:
        self.book = book
        self.diagrams = diagrams or Diagrams(VariableLayout((book,)))
        self.layout = self.diagrams.layout
        every, none = self.diagrams.everything, self.diagrams.nothing
        self._examples: dict[Diagram, dict[str, Any] | None] = {}
        self._urgencies: dict[tuple[str, str], Diagram] = {}
        self.universe: Universe[Diagram] = Universe(self.layout, book, every, none, self.diagrams.variable)
        self.logic = self.universe.logic

    @cached_property
    def known(self) -> Drawn[Diagram]:
        """Where each rule and conclusion is proved and refuted."""
        return draw(self.book, self.logic)

    @cached_property
    def real(self) -> Drawn[Diagram]:
        """Where each rule and conclusion holds once the open answers have turned out."""
        return draw(self.book, self.universe.real)

    def proved(self, conclusion: str) -> Diagram:
        """Where a conclusion is certain."""
        return self.known.conclusions[conclusion].proved

    def open(self, conclusion: str) -> Diagram:
        """Where a conclusion is not ruled out."""
        return ~self.known.conclusions[conclusion].refuted

    def possible(self, conclusion: str) -> Diagram:
        """Where a conclusion is neither certain nor ruled out."""
        return self.open(conclusion) & ~self.proved(conclusion)

    def possible_unasked(self, conclusion: str) -> bool:
        """Whether a conclusion is possible where nothing was answered: seen without drawing all of `possible`."""
        has_blank = self.diagrams.has_blank
        return has_blank(self.open(conclusion)) and not has_blank(self.proved(conclusion))

    def raised(self, flag: str) -> Diagram:
        """Where a flag (or finding) is certain and nothing suppresses it: as `screener.engine.outcome.suppressed`."""
        return self.proved(flag) & ~suppressing(self.book, flag, self.known.conclusions, self.diagrams.nothing)

    def shown(self, flag: str) -> Diagram:
        """Where a raised flag is shown; a last resort only when nothing is open (`ReportBuilder.something_is_open`)."""
        if not self.book.flags[flag].last_resort:
            return self.raised(flag)
        return self.raised(flag) & ~self.diagrams.union(map(self.open, all_else(self.book, flag)))

    def statuses(self, name: str) -> dict[str, Diagram]:
        """Where a finding or flag has each status; one that the book does not know is ruled out."""
        if name not in self.known.conclusions:
            return {"ruled-out": self.diagrams.everything}
        raised, proved = self.raised(name), self.proved(name)
        return {
            "raised": raised,
            "suppressed": proved & ~raised,
            "possible": self.possible(name),
            "ruled-out": ~self.open(name),
        }

    def urgencies(self) -> dict[str, Diagram]:
        """Where each level is the urgency."""
        levels = self.book.levels
        reached = [self.diagrams.everything, *map(self.at_least, levels[1:]), self.diagrams.nothing]
        return {level: here & ~higher for level, (here, higher) in zip(levels, pairwise(reached), strict=True)}

    def at_least(self, level: str, of: str = "proved") -> Diagram:
        """Where the urgency is this level or a higher one: `proved`, `open` (could be), or `real`."""
        if (level, of) not in self._urgencies:
            found = (self.real if of == "real" else self.known).conclusions
            where = at_least(self.book, level, found, self.diagrams.nothing, could_be=of == "open")
            self._urgencies[level, of] = where
        return self._urgencies[level, of]

    def gives_way(self, flag: str) -> Diagram:
        """Where a flag is raised, and an open answer could still raise one that suppresses it."""
        suppressors = self.diagrams.union(self.possible(other) for other in self.book.suppressors[flag])
        return self.raised(flag) & suppressors

    def example(self, found: Diagram) -> dict[str, Any] | None:
        """The smallest case in a set, as a case file writes it; None when there is none."""
        if found not in self._examples:
            assignment = self.diagrams.smallest(found)
            self._examples[found] = None if assignment is None else answers_of(self.layout, assignment)
        return self._examples[found]

    def empty(self, found: Diagram) -> bool:
        """Whether no answers are in the set."""
        return bool(found == self.diagrams.nothing)
