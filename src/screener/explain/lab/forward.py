"""Forward chaining with everything visible: what is known, which rules can fire, which one does and why.

A rule can fire when its condition is certainly true of what is known. A conclusion is ruled out as soon as each of its
rules is certainly false; nothing is chosen there, so it happens between the steps. Knowing more never makes a certain
condition uncertain (Kleene's logic is monotone), which is why no strategy changes what is concluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from screener.engine.facts import Facts
from screener.explain.lab.strategy import Activation, Chooser, Strategy
from screener.logic.condition import Concluded, children, conclusions, walk
from screener.logic.kleene import Kleene, evaluate, support
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Rule


@dataclass(frozen=True, slots=True)
class LabStep:
    """One step: the memory before it, the rules that could fire, and the one that did.

    Attributes:
        number: from 1.
        raised: the conclusions in working memory before this step, in the order they came.
        ruled_out: how many conclusions were ruled out before this step.
        conflict: the rules that could fire, in the order of the book.
        chosen: the one that did.
        news: whether its conclusion was not known before.
        closes: the conclusions that are ruled out because of it.
    """

    number: int
    raised: tuple[str, ...]
    ruled_out: int
    conflict: tuple[Activation, ...]
    chosen: Activation
    news: bool
    closes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
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


def run(book: RuleBook, facts: Facts, strategy: Strategy = "order", seed: int = 0) -> Run:
    """Fire rules until none is left that can; each fires once."""
    memory = _Memory(book, facts)
    at_start = memory.learn(book.rules, book.conclusion_ids)
    chooser = Chooser(strategy, seed)
    steps: list[LabStep] = []
    while memory.agenda:
        number = len(steps) + 1
        conflict = tuple(memory.agenda[place] for place in sorted(memory.agenda))
        chosen = chooser.choose(conflict)
        raised, ruled_out = tuple(memory.raised), memory.ruled_out
        news, closes = memory.fire(chosen, number)
        steps.append(LabStep(number, raised, ruled_out, conflict, chosen, news, closes))
    return Run(strategy, seed, at_start, tuple(steps), memory.values)


@dataclass
class _Memory:
    """Working memory and the agenda of one run."""

    book: RuleBook
    facts: Facts
    values: dict[str, Kleene] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)  # the step that settled a conclusion
    agenda: dict[int, Activation] = field(default_factory=dict)  # by the rule's place in the book
    refuted: dict[str, int] = field(default_factory=dict)  # how many rules of a conclusion are certainly false
    decided: set[str] = field(default_factory=set)  # rules whose condition is certain
    raised: list[str] = field(default_factory=list)
    ruled_out: int = 0

    def __post_init__(self) -> None:
        self.values = dict.fromkeys(self.book.conclusion_ids)
        self.readers = self.book.shared("readers", _readers)

    def fire(self, one: Activation, number: int) -> tuple[bool, tuple[str, ...]]:
        """Add what a rule concludes; whether that is new, and what is ruled out by it."""
        del self.agenda[one.place]
        if self.values[one.concludes] is True:
            return False, ()
        self.settle(one.concludes, True, number)
        return True, self.learn(self.readers.get(one.concludes, ()), (), number)

    def settle(self, name: str, value: bool, number: int) -> None:
        self.values[name] = value
        self.steps[name] = number
        if value:
            self.raised.append(name)
        else:
            self.ruled_out += 1

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
                if self.values[name] is None and self.refuted.get(name, 0) == len(self.book.rules_for[name]):
                    self.settle(name, False, number)
                    closed.append(name)
                    waiting += self.readers.get(name, ())
            named = []
        return tuple(closed)

    def look(self, rule: Rule) -> None:
        """Put a rule on the agenda, or count it as refuted, once that is certain."""
        if rule.id in self.decided:
            return
        value = evaluate(rule.condition, self.facts.truth, self.values)
        if value is None:
            return
        self.decided.add(rule.id)
        if not value:
            self.refuted[rule.concludes] = self.refuted.get(rule.concludes, 0) + 1
            return
        place = self.book.rank[rule.id]
        self.agenda[place] = self.activation(rule, place)

    def activation(self, rule: Rule, place: int) -> Activation:
        leaves = tuple(support(rule.when, self.facts.truth, self.values))
        steps = (self.steps.get(leaf.id, 0) if isinstance(leaf, Concluded) else 0 for leaf, _ in leaves)
        conditions = sum(1 for part in walk(rule.when) if not children(part))
        return Activation(rule.id, rule.concludes, place, conditions, leaves, tuple(sorted(steps, reverse=True)))


def _readers(book: RuleBook) -> dict[str, tuple[Rule, ...]]:
    """The rules that read each conclusion, in the order of the book."""
    found: dict[str, dict[str, Rule]] = {}
    for rule in book.rules:
        for name in conclusions(rule.condition):
            found.setdefault(name, {})[rule.id] = rule
    return {name: tuple(rules.values()) for name, rules in found.items()}
