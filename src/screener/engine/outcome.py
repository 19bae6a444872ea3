"""What an engine returns for a case: statuses and firings; and what follows from them for every engine alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal, NamedTuple, TypeAlias

from screener.data import dataclass
from screener.logic.kleene import Kleene
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Flag, Urgency

EngineName: TypeAlias = Literal["durable", "reference", "columnar"]
Status: TypeAlias = Literal["raised", "possible", "suppressed", "ruled-out"]


class Firing(NamedTuple):
    """One step of an engine.

    Attributes:
        rule: the rule that was proved, or None when all rules of the conclusion were refuted.
        concludes: the conclusion that this step proves or refutes.
        proved: which of the two.
    """

    rule: str | None
    concludes: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of inference on one case.

    Attributes:
        values: the Kleene value of every conclusion of the book, urgency levels included.
        firings: the engine's steps, in the order it took them.
        suppressed: conclusions that are true but hidden by a stronger flag.
        urgency: the highest level that a rule or a raised flag gives for certain.
        urgency_could_be: the highest level that an unknown answer could still make it.
        engine: the engine that drew the conclusions.
    """

    values: Mapping[str, Kleene]
    firings: tuple[Firing, ...]
    suppressed: frozenset[str]
    urgency: Urgency
    urgency_could_be: Urgency
    engine: EngineName = field(default="reference", compare=False)

    def status(self, name: str) -> Status:
        """The status of a finding or flag."""
        value = self.values[name]
        if value is None:
            return "possible"
        if not value:
            return "ruled-out"
        return "suppressed" if name in self.suppressed else "raised"

    def having(self, status: Status, book: RuleBook) -> tuple[str, ...]:
        """The findings and flags with a status, in the order of the book."""
        return tuple(name for name in (*book.findings, *book.flags) if self.status(name) == status)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that were proved, in the order of the firings."""
        return tuple(firing.rule for firing in self.firings if firing.rule is not None)


def conclude(
    book: RuleBook, values: Mapping[str, Kleene], firings: tuple[Firing, ...], engine: EngineName = "reference"
) -> Outcome:
    """Suppression and urgency, after the fixpoint: they never feed back into a condition.

    The urgency is the highest level that a rule concludes, or that a raised flag has by itself; a suppressed flag does
    not count. What could still be is the same with every open conclusion taken as true.
    """
    by_rules = _highest(book, (level for level in book.levels[1:] if values[URGENCY + level] is True))
    hidden = suppressed(book, values, by_rules)
    raised = [flag.urgency for flag in book.urgent_flags if values[flag.id] is True and flag.id not in hidden]
    possible = [flag.urgency for flag in book.urgent_flags if _can_still_count(book, values, flag, by_rules)]
    could_be = [level for level in book.levels[1:] if values[URGENCY + level] is not False]
    urgency = _highest(book, [by_rules, *raised])
    urgency_could_be = _highest(book, [urgency, *possible, *could_be])
    return Outcome(values, firings, hidden, urgency, urgency_could_be, engine)


def _highest(book: RuleBook, levels: Iterable[Urgency]) -> Urgency:
    return max(levels, key=book.levels.index, default=book.levels[0])


def _can_still_count(book: RuleBook, values: Mapping[str, Kleene], flag: Flag, by_rules: Urgency) -> bool:
    """Whether a flag that is only possible would count if it came up: nothing is certain that would suppress it."""
    if values[flag.id] is not None or (flag.last_resort and by_rules != book.levels[0]):
        return False
    return not any(values[other] is True for other in book.suppressors[flag.id])


def flags_behind_urgency(book: RuleBook, outcome: Outcome) -> tuple[Flag, ...]:
    """The raised flags that make the urgency what it is by themselves; none where a rule concludes that level."""
    level = outcome.urgency
    if level == book.levels[0] or outcome.values[URGENCY + level] is True:
        return ()
    return tuple(flag for flag in book.urgent_flags if flag.urgency == level and outcome.status(flag.id) == "raised")


def suppressed(book: RuleBook, values: Mapping[str, Kleene], urgency: Urgency) -> frozenset[str]:
    """The true conclusions that a raised flag hides. Only a raised flag suppresses; a suppressor is not suppressed.

    Args:
        urgency: the highest level that a rule concludes (a last resort gives way to any).
    """
    raised = [flag for flag in book.flags.values() if values[flag.id] is True]
    hidden = {name for flag in raised for name in flag.suppresses if values[name] is True}
    for flag in raised:
        if flag.last_resort and (urgency != book.levels[0] or any(other.id != flag.id for other in raised)):
            hidden.add(flag.id)
    return frozenset(hidden)
