"""What is known in the middle of an interview, where a number that may still be asked for is open, not absent.

And which answers follow from it with certainty, as the rule book declares: nobody is asked for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from screener.case.answers import Number, YesNo
from screener.case.fields import Fields
from screener.data import dataclass
from screener.engine.facts import NOT_ASKED, Facts, medicine_marks
from screener.logic.condition import fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Implication


@dataclass(frozen=True)
class Known:
    """What conditions read before all questions are asked.

    Attributes:
        facts: the answers so far; `NOT_ASKED` for every number that may still be asked for.
        fields: what can be answered.
        left_out: follow-ups that are not asked, because an earlier answer says that they do not apply.
        set_aside: follow-ups that were answered and no longer apply; their answers are not used.
    """

    facts: Facts
    fields: Fields
    left_out: frozenset[str] = field(default_factory=frozenset)
    set_aside: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """What conditions read for a field: None while unknown."""
        return self.facts.marks if name == "medicines" else self.facts.values.get(name)

    def is_open(self, name: str) -> bool:
        """Whether conditions find a field unknown; a number that was not reported is known."""
        return self.value(name) is (NOT_ASKED if isinstance(self.fields[name], Number) else None)

    def changed(self, earlier: Known) -> list[str]:
        """The fields that conditions read differently from an earlier state."""
        mine, theirs = self.facts.values, earlier.facts.values
        found = [name for name in {**theirs, **mine} if mine.get(name) != theirs.get(name)]
        return found if self.facts.marks == earlier.facts.marks else [*found, "medicines"]


def known(given: Mapping[str, Any], book: RuleBook) -> Known:
    """What is known from the answers given so far.

    Args:
        given: field to checked answer, as the intake stores it; None for "I don't know" or "not reported". A field
            that is not there was not asked yet.
        book: the rule book with its questions and medicine table.
    """
    values = {name: value for name, value in given.items() if value is not None and name != "medicines"}
    for name, kind in book.fields.items():
        if isinstance(kind, Number) and name not in given:
            values[name] = NOT_ASKED
    left_out, set_aside = _followups(values, given, book)
    marks, unrecognized = medicine_marks(given.get("medicines"), book)
    return Known(Facts(values, marks, unrecognized), book.fields, left_out, set_aside)


def _followups(
    values: dict[str, Any], given: Mapping[str, Any], book: RuleBook
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Take out follow-ups that certainly do not apply, in the order they are asked.

    An answer that no longer applies is set aside here, where a case file's would be kept and remarked upon: in an
    interview the later answer is a correction of the earlier one.
    """
    left_out: set[str] = set()
    set_aside: list[str] = []
    for name, show_if in book.followups:
        if evaluate(show_if, Facts(values, None).truth, {}) is not False:
            continue
        left_out.add(name)
        values.pop(name, None)
        if given.get(name) is not None and given[name] is not False:
            set_aside.append(name)
        if isinstance(book.fields[name], YesNo):
            values[name] = False
    return frozenset(left_out), tuple(set_aside)


def following(known: Known, book: RuleBook) -> dict[str, Implication]:
    """The fields whose answer follows from what is known, each with the implication by which it does."""
    truth = known.facts.truth
    holding = [one for one in book.implications if evaluate(one.when, truth, {}) is True]
    return {name: one for one in reversed(holding) for name in one.answers}


def may_follow(known: Known, book: RuleBook) -> dict[str, frozenset[str]]:
    """The fields whose answer may still follow, each with the fields that decide whether it does."""
    truth = known.facts.truth
    undecided = [one for one in book.implications if evaluate(one.when, truth, {}) is None]
    return {name: fields(one.when) for one in reversed(undecided) for name in one.answers}
