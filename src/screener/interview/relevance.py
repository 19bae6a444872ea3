"""What is left of the rule book in the middle of an interview, and the fields that it still reads.

Every rule is kept as its *residual*: its condition with the answers so far substituted and decided branches dropped.
Kleene's logic is monotone, so a field that is in no residual can never be in one again, whatever the answers to other
questions are: not asking for it changes nothing. (Whether *one* answer could change a status would be the wrong
test: two answers may do so together.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

from screener.data import dataclass
from screener.engine.outcome import Outcome, conclude, flags_behind_urgency
from screener.interview.known import Known
from screener.logic.condition import Concluded, Condition, field_of, fields
from screener.logic.kleene import Kleene, kleene_any, open_leaves, residual
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Note

Length: TypeAlias = Literal["default", "quick", "fixed-order"]
LENGTHS: Final[tuple[Length, ...]] = ("default", "quick", "fixed-order")


@dataclass(frozen=True)
class Residue:
    """The rule book after some answers.

    Attributes:
        known: the answers.
        left: rule id to what is left of it, or to its value once it is decided.
        reads: rule id to the fields that are left in it; decided rules are not listed.
        values: the Kleene value of every conclusion.
    """

    book: RuleBook
    known: Known
    left: Mapping[str, Condition | bool]
    reads: Mapping[str, frozenset[str]]
    values: Mapping[str, Kleene]

    @classmethod
    def start(cls, book: RuleBook, known: Known) -> Residue:
        """The rule book after these answers, computed from the rules as written."""
        left: dict[str, Condition | bool] = {rule.id: rule.condition for rule in book.rules}
        values: dict[str, Kleene] = {name: None if rules else False for name, rules in book.rules_for.items()}
        return cls(book, known, left, {}, values)._substituted(known, set(left))

    def after(self, known: Known) -> Residue:
        """The rule book after other answers; only what they touch is computed again where they add to the earlier."""
        changed = known.changed(self.known)
        if not all(map(self.known.is_open, changed)):
            return Residue.start(self.book, known)
        readers = self.book.readers_of_field
        return self._substituted(known, {rule.id for name in changed for rule in readers.get(name, ())})

    def _substituted(self, known: Known, touched: set[str]) -> Residue:
        book = self.book
        left, reads, values = dict(self.left), dict(self.reads), dict(self.values)
        for name in book.order if touched else ():
            rules = book.rules_for[name]
            again = False
            for rule in rules:
                condition = left[rule.id]
                if rule.id not in touched or isinstance(condition, bool):
                    continue
                again = True
                found = left[rule.id] = residual(condition, known.facts.truth, values)
                if isinstance(found, bool):
                    reads.pop(rule.id, None)
                else:
                    reads[rule.id] = fields(found)
            if again and values[name] is None:
                values[name] = kleene_any([one if isinstance(one := left[rule.id], bool) else None for rule in rules])
                if values[name] is not None:
                    touched.update(rule.id for rule in book.readers_of_conclusion.get(name, ()))
        return replace(self, known=known, left=left, reads=reads, values=values)

    # what follows from it

    @cached_property
    def outcome(self) -> Outcome:
        """Statuses, suppression and urgency by the answers so far."""
        return conclude(self.book, self.values, ())

    @property
    def proved(self) -> frozenset[str]:
        """The ids of the rules that hold."""
        return frozenset(name for name, value in self.left.items() if value is True)

    def needed(self, length: Length) -> frozenset[str]:
        """The fields that the rules still read, for one length; those already answered are among them.

        default: the fields left in any rule, and what people say in their own words. quick: only in rules
        whose conclusion is not settled; of the urgency levels, only those above the level that is certain. A level is
        not certain while only a last resort has it: any other level takes that away.
        """
        if length == "default":
            told = self.book.fields.own_words  # a clinician reads these
            return frozenset().union(*self.reads.values(), *(fields(left) for _, left in self.remarks), told)
        open_rules = [rule for name in self._unsettled() for rule in self.book.rules_for[name]]
        return frozenset().union(*(self.reads.get(rule.id, ()) for rule in open_rules))

    @cached_property
    def remarks(self) -> tuple[tuple[Note, Condition], ...]:
        """The remarks that the report could still make, each with what is left of its condition."""
        truth, values = self.known.facts.truth, self.values
        left = [(note, residual(note.when, truth, values)) for note in self.book.remarks if note.when]
        return tuple((note, condition) for note, condition in left if not isinstance(condition, bool))

    def _unsettled(self) -> Iterator[str]:
        book, levels = self.book, self.book.levels
        hidden_by_any = any(flag.last_resort for flag in flags_behind_urgency(book, self.outcome))
        certain = 0 if hidden_by_any else levels.index(self.outcome.urgency)
        for name, value in self.values.items():
            level = name.removeprefix(URGENCY) if name.startswith(URGENCY) else ""
            if value is None and (not level or levels.index(level) > certain):
                yield name


def with_parents(needed: frozenset[str], residue: Residue, listed: frozenset[str] = frozenset()) -> frozenset[str]:
    """These fields, and the open answers that decide whether the follow-ups among them are asked at all.

    Args:
        listed: follow-ups for which nothing else is asked, because one more statement on a list is less than that.
    """
    found = set(needed)
    for name, show_if in reversed(residue.book.followups):
        if name in found and name not in listed and name not in residue.known.left_out:
            leaves = open_leaves(show_if, residue.known.facts.truth, {})
            found |= {field_of(leaf) for leaf in leaves if not isinstance(leaf, Concluded)}
    return frozenset(found)
