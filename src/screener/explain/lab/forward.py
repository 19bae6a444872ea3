"""Forward chaining with everything visible: what is known, which rules can fire, which one does and why.

A rule can fire when its condition is certainly true of what is known. A conclusion is ruled out as soon as each of its
rules is certainly false; nothing is chosen there, so it happens between the steps. Knowing more never makes a certain
condition uncertain (Kleene's logic is monotone), which is why none of the four strategies changes what is concluded.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from screener.engine.facts import Facts
from screener.logic.condition import Concluded, children, walk
from screener.logic.kleene import Kleene, evaluate, support
from screener.logic.kleene import Literal as Leaf
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule

Strategy: TypeAlias = Literal["order", "specificity", "recency", "random"]
STRATEGIES: Final[tuple[Strategy, ...]] = get_args(Strategy)


@dataclass(frozen=True, slots=True)
class Activation:
    """A rule that can fire, as it was when it became able to.

    Attributes:
        rule: its id.
        concludes: the conclusion's id.
        place: its place in the rule book, counted from 0.
        conditions: how many answers and conclusions its condition names.
        leaves: the answers and conclusions that match.
        steps: those that brought what matches, newest first; 0 means what was known before the first step.
    """

    rule: str
    concludes: str
    place: int
    conditions: int
    leaves: tuple[Leaf, ...]
    steps: tuple[int, ...]


def choose(conflict: Sequence[Activation], strategy: Strategy, lot: random.Random) -> Activation:
    """The rule that fires. A tie goes to the one that comes first in the book.

    Args:
        conflict: at least one activation, in the order of the book.
        lot: what `random` draws from.
    """
    if strategy == "random":
        return lot.choice(conflict)
    return min(conflict, key=lambda one: (rank(one, strategy), one.place))


def rank(one: Activation, strategy: Strategy) -> tuple[int, ...]:
    """What a strategy looks at; what is smaller fires first."""
    match strategy:
        case "specificity":
            return (-one.conditions,)
        case "recency":
            return tuple(-number for number in one.steps)
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class LabStep:
    """One step: the rules that could fire, and the one that did.

    Attributes:
        number: from 1.
        conflict: the rules that could fire, in the order of the book.
        chosen: the one that did.
        news: whether its conclusion was not known before.
        closes: the conclusions that are ruled out because of it.
    """

    number: int
    conflict: tuple[Activation, ...]
    chosen: Activation
    news: bool
    closes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForwardRun:
    """A whole run with one strategy.

    Attributes:
        strategy, seed: how rules were chosen; the seed counts for `random` only.
        at_start: the conclusions that the answers alone rule out.
        steps: every rule that fired, in order.
        values: what was concluded: true, false, or None for what is still open.
    """

    strategy: Strategy
    seed: int
    at_start: tuple[str, ...]
    steps: tuple[LabStep, ...]
    values: Mapping[str, Kleene]

    @property
    def order(self) -> tuple[str, ...]:
        """The rules in the order in which they fired."""
        return tuple(step.chosen.rule for step in self.steps)

    def memory(self, done: int) -> tuple[list[str], int]:
        """Working memory after so many steps: what was concluded, in this order, and how much is ruled out."""
        steps = self.steps[:done]
        ruled_out = len(self.at_start) + sum(len(step.closes) for step in steps)
        return list(dict.fromkeys(step.chosen.concludes for step in steps)), ruled_out


def run(book: RuleBook, facts: Facts, strategy: Strategy = "order", seed: int = 0) -> ForwardRun:
    """Fire rules until none is left that can; each fires once."""
    memory = _Memory(book, facts, dict.fromkeys(book.conclusion_ids))
    at_start = memory.learn(book.rules, book.conclusion_ids)
    lot = random.Random(seed)
    steps: list[LabStep] = []
    while memory.agenda:
        number = len(steps) + 1
        conflict = tuple(memory.agenda[place] for place in sorted(memory.agenda))
        chosen = choose(conflict, strategy, lot)
        news, closes = memory.fire(chosen, number)
        steps.append(LabStep(number, conflict, chosen, news, closes))
    return ForwardRun(strategy, seed, at_start, tuple(steps), memory.values)


@dataclass
class _Memory:
    """Working memory and the agenda of one run."""

    book: RuleBook
    facts: Facts
    values: dict[str, Kleene]
    steps: dict[str, int] = field(default_factory=dict)  # the step that settled a conclusion
    agenda: dict[int, Activation] = field(default_factory=dict)  # by the rule's place in the book
    refuted: Counter[str] = field(default_factory=Counter)  # how many rules of a conclusion are certainly false
    decided: set[str] = field(default_factory=set)  # rules whose condition is certain

    def fire(self, one: Activation, number: int) -> tuple[bool, tuple[str, ...]]:
        """Add what a rule concludes; whether that is new, and what is ruled out by it."""
        del self.agenda[one.place]
        if self.values[one.concludes] is True:
            return False, ()
        self.values[one.concludes], self.steps[one.concludes] = True, number
        return True, self.learn(self.book.readers_of_conclusion.get(one.concludes, ()), (), number)

    def learn(self, rules: Iterable[Rule], names: Iterable[str], number: int = 0) -> tuple[str, ...]:
        """Look at these rules again; returns the conclusions that are ruled out by what is known now."""
        closed: list[str] = []
        waiting, named = list(rules), list(names)
        while waiting or named:
            for rule in waiting:
                self.look(rule)
            named += [rule.concludes for rule in waiting]
            waiting = []
            for name in dict.fromkeys(named):
                if self.values[name] is None and self.refuted[name] == len(self.book.rules_for[name]):
                    self.values[name], self.steps[name] = False, number
                    closed.append(name)
                    waiting += self.book.readers_of_conclusion.get(name, ())
            named = []
        return tuple(closed)

    def look(self, rule: Rule) -> None:
        """Put a rule on the agenda, or count it as refuted, once that is certain."""
        if rule.id in self.decided:
            return
        value = evaluate(rule.condition, self.facts.truth, self.values)
        if value is not None:
            self.decided.add(rule.id)
        if value:
            self.agenda[self.book.rank[rule.id]] = self.activation(rule)
        elif value is False:
            self.refuted[rule.concludes] += 1

    def activation(self, rule: Rule) -> Activation:
        """A rule that can fire now, with what it matches."""
        place = self.book.rank[rule.id]
        leaves = tuple(support(rule.when, self.facts.truth, self.values))
        steps = (self.steps.get(leaf.id, 0) if isinstance(leaf, Concluded) else 0 for leaf, _ in leaves)
        conditions = sum(1 for part in walk(rule.when) if not children(part))
        return Activation(rule.id, rule.concludes, place, conditions, leaves, tuple(sorted(steps, reverse=True)))
