"""What the conclusions about one case rest on, and what is still open in them.

Nothing here recurses along the findings: a rule book may chain thousands of them.
"""

from __future__ import annotations

from dataclasses import field

from screener.data import dataclass
from screener.engine.facts import Facts
from screener.engine.outcome import Outcome
from screener.logic.condition import Atom, Concluded, field_of
from screener.logic.kleene import Literal, open_leaves, support
from screener.logic.order import after_what_it_needs
from screener.memo import memo
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule


@dataclass
class Grounds:
    """The grounds of one case's conclusions; each is worked out when it is first asked for."""

    facts: Facts
    outcome: Outcome
    book: RuleBook
    _literals: dict[str, list[Literal]] = field(default_factory=dict)
    _behind: dict[str, dict[Literal, None]] = field(default_factory=dict)
    _open: dict[str, frozenset[str]] = field(default_factory=dict)

    @memo
    def proved(self) -> frozenset[str]:
        """The rules that fired."""
        return frozenset(self.outcome.rules)

    def literals(self, rule: Rule) -> list[Literal]:
        """The answers and conclusions by which a proved rule holds."""
        found = self._literals.get(rule.id)
        if found is None:
            found = self.book.only_ways[rule.id]
            if found is None:
                found = support(rule.when, self.facts.truth, self.outcome.values)
            self._literals[rule.id] = found
        return found

    def behind(self, literals: list[Literal]) -> list[Literal]:
        """The literals, and after them the answers that led to the conclusions among them."""
        names = _conclusions(literals)
        if not names:
            return literals
        found = dict.fromkeys(literals)
        for name in names:
            found.update(self.behind_conclusion(name))
        return list(found)

    def behind_conclusion(self, name: str) -> dict[Literal, None]:
        """The answers that led to a conclusion which holds."""
        if name not in self._behind:
            each = [name] if not self._not_looked_at(name) else after_what_it_needs([name], self._not_looked_at)
            for one in each:
                self._behind[one] = self._answers_behind(one)
        return self._behind[name]

    def _answers_behind(self, conclusion: str) -> dict[Literal, None]:
        """The same, where the conclusions that it rests on are worked out."""
        found: dict[Literal, None] = {}
        for literals in self._proved(conclusion):
            found.update((literal, None) for literal in literals if not isinstance(literal[0], Concluded))
            for other in _conclusions(literals):
                found.update(self._behind[other])
        return found

    def _proved(self, conclusion: str) -> list[list[Literal]]:
        """By what each rule of a conclusion that fired holds."""
        return [self.literals(rule) for rule in self.book.rules_for[conclusion] if rule.id in self.proved]

    def _not_looked_at(self, name: str) -> list[str]:
        """The conclusions that a conclusion which holds rests on, as far as they are not worked out."""
        needed = [other for literals in self._proved(name) for other in _conclusions(literals)]
        return [other for other in needed if other not in self._behind]

    def open_fields(self, conclusion: str) -> frozenset[str]:
        """The unanswered fields that are left in a possible conclusion once what is known has been substituted."""
        if self.outcome.values[conclusion] is not None:
            return frozenset()
        if conclusion not in self._open:
            leaves: dict[str, list[Atom | Concluded]] = {}

            def needs(name: str) -> list[str]:
                leaves[name] = self._open_leaves(name)
                return [leaf.id for leaf in leaves[name] if isinstance(leaf, Concluded) and leaf.id not in self._open]

            for each in after_what_it_needs([conclusion], needs):
                fields = {field_of(leaf) for leaf in leaves[each] if not isinstance(leaf, Concluded)}
                behind = [self._open[leaf.id] for leaf in leaves[each] if isinstance(leaf, Concluded)]
                self._open[each] = frozenset(fields).union(*behind)
        return self._open[conclusion]

    def _open_leaves(self, conclusion: str) -> list[Atom | Concluded]:
        """The unknown answers and conclusions that are left in the rules of a conclusion."""
        truth, values = self.facts.truth, self.outcome.values
        return [leaf for rule in self.book.rules_for[conclusion] for leaf in open_leaves(rule.condition, truth, values)]


def _conclusions(literals: list[Literal]) -> list[str]:
    """The conclusions among the literals that are wanted to hold."""
    return [leaf.id for leaf, wanted in literals if wanted and isinstance(leaf, Concluded)]
