"""Backward chaining: from a goal to the rules that conclude it, their sub-goals, and down to the answers.

A goal is taken up only when a rule needs it, a condition is read from left to right and no further than it takes to
settle it, and a goal is left as soon as one rule proves it. Where an answer is unknown, the search stops on that path
and says which question it would ask.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from screener.engine.facts import Facts
from screener.logic.condition import AllOf, AnyOf, AtLeast, Atom, Concluded, Condition, Not, field_of
from screener.logic.kleene import Kleene, enough, kleene_any, kleene_at_least, open_leaves
from screener.rulebook.book import RuleBook

Act: TypeAlias = Literal["goal", "rule", "tried", "settled"]
Read: TypeAlias = tuple[Atom | Concluded, Kleene]
# yields a goal that is needed, and is sent its value
Search: TypeAlias = Generator[str, Kleene, Kleene]


@dataclass(frozen=True, slots=True)
class Look:
    """One step backward.

    Attributes:
        number: from 1.
        act: `goal`: a goal is taken up; `rule`: a rule is tried; `tried`: what became of it; `settled`: what became
            of the goal.
        stack: the goals that are pursued, the first one first.
        goal: the one on top.
        rule: the rule that is tried, or None.
        value: what became of it: true, false, or None for open (and for `goal` and `rule`: not known yet).
        read: for `tried`: the answers and conclusions that were looked at, with the value found; None is unknown.
        untried: for `settled`: how many rules were left untried because one was enough.
    """

    number: int
    act: Act
    stack: tuple[str, ...]
    goal: str
    rule: str | None = None
    value: Kleene = None
    read: tuple[Read, ...] = ()
    untried: int = 0


@dataclass(frozen=True, slots=True)
class Backward:
    """A whole search.

    Attributes:
        goal: what was to be shown.
        looks: the steps.
        values: every goal that was taken up, with what became of it.
        rules: the rules that were tried, in order.
        asks: the field it would ask about next, or None when the goal is settled.
    """

    goal: str
    looks: tuple[Look, ...]
    values: dict[str, Kleene]
    rules: tuple[str, ...]
    asks: str | None

    @property
    def value(self) -> Kleene:
        """What became of the goal."""
        return self.values[self.goal]


def search(book: RuleBook, facts: Facts, goal: str) -> Backward:
    """Search backward from a goal. The value found is the engine's."""
    searching = _Searching(book, facts)
    searching.prove(goal)
    asks = question_next(book, facts, searching.values, goal)
    return Backward(goal, tuple(searching.looks), searching.values, tuple(searching.tried), asks)


@dataclass
class _Searching:
    """The state of one search; the stack of goals is a list, so no chain of rules is too long."""

    book: RuleBook
    facts: Facts
    values: dict[str, Kleene] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)

    def prove(self, goal: str) -> None:
        """Run the search for a goal and for whatever it needs on the way."""
        searches = [self.goal(goal)]
        answer: Kleene = None  # what a search is sent; None begins one
        while searches:
            try:
                needed = searches[-1].send(answer)
            except StopIteration as done:
                searches.pop()
                answer = done.value
            else:
                answer = self.values.get(needed)
                if needed not in self.values:
                    searches.append(self.goal(needed))

    def note(self, act: Act, goal: str, rule: str | None = None, value: Kleene = None, **more: Any) -> None:
        self.looks.append(Look(len(self.looks) + 1, act, tuple(self.stack), goal, rule, value, **more))

    def goal(self, goal: str) -> Search:
        """Try the rules of a goal one after the other."""
        self.stack.append(goal)
        self.note("goal", goal)
        rules = self.book.rules_for[goal]
        found: list[Kleene] = []
        for rule in rules:
            self.tried.append(rule.id)
            self.note("rule", goal, rule.id)
            read: dict[Atom | Concluded, Kleene] = {}
            value = yield from self.condition(rule.condition, read)
            self.note("tried", goal, rule.id, value, read=tuple(read.items()))
            found.append(value)
            if value is True:
                break
        self.values[goal] = kleene_any(found)
        self.note("settled", goal, value=self.values[goal], untried=len(rules) - len(found))
        self.stack.pop()
        return self.values[goal]

    def condition(self, condition: Condition, read: dict[Atom | Concluded, Kleene]) -> Search:
        """The value of a condition, read from left to right as far as is needed."""
        match condition:
            case Not(part):
                value = yield from self.condition(part, read)
                return None if value is None else not value
            case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
                return (yield from self.parts(parts, enough(condition), read))
            case Concluded(name):
                value = yield name
            case atom:
                value = self.facts.truth(atom)
        read[condition] = value
        return value

    def parts(self, parts: tuple[Condition, ...], count: int, read: dict[Atom | Concluded, Kleene]) -> Search:
        """Whether so many of the parts hold; the rest is not looked at once that is settled."""
        found: list[Kleene] = [None] * len(parts)
        for place, part in enumerate(parts):
            if kleene_at_least(count, found) is not None:
                break
            found[place] = yield from self.condition(part, read)
        return kleene_at_least(count, found)


def question_next(book: RuleBook, facts: Facts, values: Mapping[str, Kleene], goal: str) -> str | None:
    """The first unanswered field on the way to a goal that is open; None when the goal is settled.

    A follow-up whose own question has to be asked first gives way to that one.
    """
    while values.get(goal, False) is None:
        leaves = (
            leaf
            for rule in book.rules_for[goal]
            for leaf in open_leaves(rule.condition, facts.truth, values)
        )  # fmt: skip
        leaf = next(leaves)
        if not isinstance(leaf, Concluded):
            return _before(book, facts, field_of(leaf))
        goal = leaf.id
    return None


def _before(book: RuleBook, facts: Facts, name: str) -> str:
    """The question that has to be asked first, for one that may not apply."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        question = book.questions.get(name)
        if question is None or question.show_if is None:
            break
        waits = open_leaves(question.show_if, facts.truth, {})
        if not waits:
            break
        name = next(field_of(leaf) for leaf in waits if not isinstance(leaf, Concluded))
    return name
