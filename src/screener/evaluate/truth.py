"""What the flags are set against: a comparison on one field, such as `magnesium < 0.70`, and what it takes away."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from screener.case.answers import YES_NO_WORDS, Choice, Kind, Measured, Number, YesNo
from screener.case.bound import Bound
from screener.case.fields import MEDICINES
from screener.case.units import plain_unit
from screener.engine.columnar.columns import EXACTLY, NO, NOTHING_GIVEN, UNKNOWN, YES, Codes, Columns
from screener.errors import UsageError, did_you_mean, echo
from screener.logic.condition import fields
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question

OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
SPELLED: Final = {"≤": "<=", "≥": ">=", "==": "=", "≠": "!="}
EQUAL: Final = ("=", "!=")
_FORM: Final = re.compile(r"\s*([^\s<>=!≤≥≠]+)\s*(<=|>=|==|!=|<|>|=|≤|≥|≠)\s*(.*?)\s*")
_BARE: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Truth:
    """A comparison on one field.

    Attributes:
        field: the field.
        operator: one of `OPERATORS`.
        value: in the field's own unit; a place among the words of a choice; one of the codes of a yes/no field.
        shown: the comparison for people, with its unit.
        taken_away: the field, and those that give its value away; nothing of them is seen by the rules.
    """

    field: str
    operator: str
    value: float
    shown: str
    taken_away: tuple[str, ...]

    def of(self, columns: Columns) -> Codes:
        """For each case whether it holds: one of the codes of yes/no answers."""
        found = np.full(columns.count, UNKNOWN, np.uint8)
        for kind in ("numbers", "yes_no", "choices"):
            values = getattr(columns, kind).get(self.field)
            if values is not None:
                known = ~np.isnan(values) if kind == "numbers" else values != NOTHING_GIVEN[kind][0]
                found[known] = OPERATORS[self.operator](values[known], self.value)
        for case in self.bounds(columns):  # such as `> 7 mmol/L`: it counts only where all its numbers say the same
            bound = columns.number(self.field, case)
            told = bound.compared(self.operator, self.value) if isinstance(bound, Bound) else None
            found[case] = UNKNOWN if told is None else YES if told else NO
        return found

    def bounds(self, columns: Columns) -> NDArray[np.int64]:
        """The cases of which only a bound is known, by their places."""
        signs = columns.signs.get(self.field)
        return np.flatnonzero(signs != EXACTLY) if signs is not None else np.zeros(0, np.int64)

    def without(self, columns: Columns) -> Columns:
        """The columns that the rules may see."""
        rest: dict[str, Any] = {
            kind: {name: column for name, column in getattr(columns, kind).items() if name not in self.taken_away}
            for kind in NOTHING_GIVEN
        }
        return replace(columns, medicines=None if MEDICINES in self.taken_away else columns.medicines, **rest)


def read_truth(text: str, book: RuleBook, without: Iterable[str] = ()) -> Truth:
    """The truth that a text states.

    Args:
        text: a field, an operator and a value, such as `magnesium < 0.70` or `magnesium < 1.7 mg/dL`.
        book: the rule book.
        without: other fields that are to be taken away too.

    Raises:
        UsageError: it states none; the message says what would be right.
    """
    match = _FORM.fullmatch(text)
    if match is None or not match.group(3):
        raise UsageError(
            f"--truth {echo(text)} should be a field, one of {', '.join(OPERATORS)}, and a value, such as "
            f"`{_example(book)}`"
        )
    name, written, value = match.groups()
    sign = SPELLED.get(written, written)
    kind = _field(name, book, "--truth")
    try:
        number, shown = _value(kind, sign, value)
    except ValueError as error:
        raise UsageError(f"--truth {echo(text)}: {error}") from None
    others = [other for other in without if _field(other, book, "--without", every=True)]
    return Truth(name, sign, number, f"{name} {sign} {shown}", taken_away(name, book, others))


def taken_away(name: str, book: RuleBook, others: Iterable[str] = ()) -> tuple[str, ...]:
    """A field and others, with what gives one of them away: what tells of it, and what is only asked because of it."""
    found = dict.fromkeys([name, *others])
    while more := [q.field for q in book.questions.values() if q.field not in found and _tells(q, found)]:
        found |= dict.fromkeys(more)
    return tuple(found)


def _tells(question: Question, away: Iterable[str]) -> bool:
    asked_for = fields(question.show_if) if question.show_if is not None else frozenset()
    return any(name in question.tells_of or name in asked_for for name in away)


def _field(name: str, book: RuleBook, option: str, every: bool = False) -> Kind:
    kind = book.fields.get(name)
    if kind is None:
        raise UsageError(f"{option}: there is no field {echo(name)}{did_you_mean(name, book.fields)}")
    if not isinstance(kind, Number | YesNo | Choice) and not every:
        raise UsageError(f"{option}: {echo(name)} is a list; a truth is about a number, a yes/no answer or a choice")
    return kind


def _value(kind: Kind, sign: str, text: str) -> tuple[float, str]:
    """What comes after the operator, as columns have it, and for people.

    Raises:
        ValueError: it is not a value of this field, or the operator makes no sense there.
    """
    if isinstance(kind, Number):
        return _number(kind, sign, text)
    if sign not in EQUAL:
        raise ValueError(f"{echo(sign)} compares numbers; use = or !=")
    if isinstance(kind, Choice):
        word = kind.check(text)
        assert word is not None
        return kind.options.index(word), word
    answer = YES_NO_WORDS.get(text.lower())
    if answer is None:
        raise ValueError(f"{echo(text)} is not yes or no")
    return (YES if answer else NO), text.lower()


def _number(kind: Number, sign: str, text: str) -> tuple[float, str]:
    if sign in EQUAL and not kind.whole:
        raise ValueError(f"{echo(sign)} says little about a number with decimals; use <, <=, > or >=")
    plain = text
    if not isinstance(kind, Measured) and (number := re.match(_BARE, text)):
        unit = text[number.end() :].strip()
        if unit and plain_unit(unit) != plain_unit(kind.unit):
            raise ValueError(f"{echo(unit)} is not the unit; {kind.expectation()}")
        plain = number.group()
    value = kind.check(float(plain) if _BARE.fullmatch(plain) else plain)
    if value is None or isinstance(value, Bound):
        raise ValueError(f"{echo(text)} is not a number; {kind.expectation()}")
    return value, f"{value:.4g} {kind.unit}".rstrip()


def _example(book: RuleBook) -> str:
    """A truth that this book has."""
    for name, kind in book.fields.items():
        if isinstance(kind, Number) and not kind.whole:
            return f"{name} < {kind.low + (kind.bare_limit - kind.low) / 2:.3g}"
    return f"{next((name for name, kind in book.fields.items() if isinstance(kind, YesNo)), 'field')} = yes"
