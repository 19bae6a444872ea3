"""The smallest groups of answers that prove a conclusion, each by itself, the shortest first.

What a rule read may be more than it needed: one of several signs is enough. Here every group is minimal: without any
of its answers it proves nothing. This is the label of an assumption-based truth maintenance system
(J. de Kleer, An assumption-based TMS, Artificial Intelligence 28, 1986, 127-162) for one case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from screener.explain.ground import leaves_of, value_of
from screener.logic.condition import AllOf, AnyOf, AtLeast, Concluded, Condition, Not
from screener.logic.kleene import Literal as Leaf
from screener.logic.kleene import enough
from screener.logic.order import after_what_it_needs
from screener.report.build import ReportBuilder
from screener.report.words import answer_in_words
from screener.saying import say

Group: TypeAlias = frozenset[Leaf]
MOST_GROUPS: Final = 200  # kept at each step, the shortest; more than anybody reads


class SaidAnswer(NamedTuple):
    """An answer in words, with the field that it is about."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Support:
    """Answers that prove a conclusion without any help, and the rule of the conclusion by which they do.

    Attributes:
        rule: the rule that concludes it.
        answers: each field with its answer in words, in the order of the interview.
    """

    rule: str
    answers: tuple[SaidAnswer, ...]

    @property
    def words(self) -> str:
        """The answers in words."""
        return "; ".join(words for _, words in self.answers) or say("no answer at all")


def supports(builder: ReportBuilder, goal: str) -> list[Support]:
    """All minimal groups of answers that prove a raised conclusion, the shortest first; at most `MOST_GROUPS`."""
    labels = _Labels(builder)
    labels.work_out(goal)
    found: dict[Group, str] = {}
    for rule in builder.book.rules_for[goal]:
        if rule.id in builder.proved:
            for group in labels.of(rule.when, True):
                found.setdefault(group, rule.id)
    order = {rule.id: index for index, rule in enumerate(builder.book.rules_for[goal])}
    kept = sorted(_minimal(found), key=lambda group: (len(group), order[found[group]], repr(labels.answers(group))))
    return [Support(found[group], labels.answers(group)) for group in kept]


def _minimal(groups: Iterable[Group]) -> list[Group]:
    """The groups that contain no other, the shortest first."""
    kept: list[Group] = []
    for group in sorted(dict.fromkeys(groups), key=len):
        if not any(other <= group for other in kept):
            kept.append(group)
            if len(kept) >= MOST_GROUPS:
                break
    return kept


def _of_so_many(parts: list[list[Group]], needed: int) -> list[Group]:
    """Groups that hold a group of so many of the parts."""
    by_count: list[list[Group]] = [[frozenset()], *([] for _ in range(needed))]
    for before, groups in enumerate(parts):
        fewest = max(1, needed - (len(parts) - before) + 1)  # with fewer, those to come would not be enough
        for count in range(min(needed, before + 1), fewest - 1, -1):
            grown = [left | right for left in by_count[count - 1] for right in groups]
            by_count[count] = _minimal([*by_count[count], *grown])
    return by_count[needed]


@dataclass
class _Labels:
    """Computes the minimal groups of conditions and conclusions, each conclusion once."""

    builder: ReportBuilder
    known: dict[tuple[str, bool], list[Group]] = field(default_factory=dict)

    def work_out(self, goal: str) -> None:
        """The groups of all that a conclusion rests on, from the answers on: so no chain is too long."""
        values = self.builder.outcome.values

        def needs(name: str) -> Iterator[str]:
            wanted = bool(values[name])
            for rule in self.builder.book.rules_for[name]:
                leaves = leaves_of(self.builder, rule.when if wanted else rule.condition, wanted)
                yield from (leaf.id for leaf, _ in leaves if isinstance(leaf, Concluded))

        for name in after_what_it_needs([goal], needs):
            if name != goal:
                self.concluded(name, bool(values[name]))

    def of(self, condition: Condition, wanted: bool) -> list[Group]:
        """The groups by which a condition is `wanted`; none when it is not."""
        if value_of(self.builder, condition) is not wanted:
            return []
        match condition:
            case Not(part):
                return self.of(part, not wanted)
            case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
                return _of_so_many([self.of(part, wanted) for part in parts], enough(condition, not wanted))
            case Concluded(name):
                return self.concluded(name, wanted)
            case atom:
                return [frozenset([(atom, wanted)])]

    def concluded(self, name: str, wanted: bool) -> list[Group]:
        """The groups by which a conclusion is raised or ruled out."""
        if (name, wanted) not in self.known:
            rules = self.builder.book.rules_for[name]
            found = [self.of(rule.when if wanted else rule.condition, wanted) for rule in rules]
            self.known[name, wanted] = _of_so_many(found, 1 if wanted else len(found))
        return self.known[name, wanted]

    def answers(self, group: Group) -> tuple[SaidAnswer, ...]:
        """The answers of a group in words, in the order of the interview."""
        book = self.builder.book
        given = {
            e.field: answer_in_words(book, e.field, e.value) for e in self.builder.evidence(sorted(group, key=repr))
        }
        return tuple(SaidAnswer(name, given[name]) for name in self.builder.in_order(frozenset(given)))
