"""The answers of a receipt as the independent checker reads them: its own types, follow-ups and medicines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from screener.case.answers import Choice, Measured, Medicines, Number, YesNo
from screener.case.bound import Bound
from screener.errors import CaseError, FieldProblem, echo
from screener.logic import condition as c
from screener.rulebook.book import RuleBook

SIGNS: Final = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


class CheckError(CaseError):
    """A receipt was refused: `place` is the step or the part that is wrong."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__([FieldProblem(place, message)])


@dataclass(frozen=True)
class Answers:
    """Answers by field; medicines as pairs of marks and months, None while unknown."""

    values: Mapping[str, Any]
    medicines: tuple[tuple[frozenset[str], float | None], ...] | None

    @classmethod
    def read(cls, data: Any, book: RuleBook) -> Answers:
        """The answers of a receipt: exact types, nothing converted.

        Raises:
            CheckError: one of them is none.
        """
        if not isinstance(data, dict):
            raise CheckError("answers", "this is not an object of fields")
        given = {name: value for name, value in data.items() if name != "case_id"}
        for name, value in given.items():
            if name not in book.fields or not _fits(book.fields[name], value):
                raise CheckError(f"answers.{name}", f"{echo(value)} is not an answer to such a question")
        given = {name: _beyond(value, book.fields[name]) for name, value in given.items()}
        listed = given.pop("medicines", None)
        medicines = None if listed is None else tuple(_medicine(item, book) for item in listed)
        return cls(_with_followups(given, book), medicines)

    def value(self, atom: c.Atom) -> bool | None:
        """Whether an answer makes an atom true; None when it is unknown."""
        if isinstance(atom, c.Takes):
            return self._taken(atom)
        given = self.values.get(atom.field)
        if isinstance(atom, c.Compare):
            if isinstance(given, Bound):
                return given.compared(atom.operator, atom.limit)
            return given is not None and bool(SIGNS[atom.operator](given, atom.limit))
        if isinstance(atom, c.Reported):
            return given is not None
        if given is None:
            return None
        return given in atom.options if isinstance(atom, c.OneOf) else given is True

    def _taken(self, atom: c.Takes) -> bool | None:
        if self.medicines is None:
            return None
        months = [months for marks, months in self.medicines if not marks.isdisjoint(atom.marks)]
        if atom.months is None:
            return len(months) > 0
        if any(known is not None and known >= atom.months for known in months):
            return True
        if None not in months:
            return False
        return True if atom.unknown_counts else None


def written(leaf: c.Atom | c.Concluded) -> str:
    """An answer or a conclusion as a receipt writes it."""
    if isinstance(leaf, c.Concluded):
        return f"finding {leaf.id}"
    if isinstance(leaf, c.Takes):
        time = "" if leaf.months is None else f" for {leaf.months!r} months"
        return "medicines " + " | ".join(leaf.marks) + time + (" or not said" if leaf.unknown_counts else "")
    if isinstance(leaf, c.Compare):
        return f"{leaf.field} {leaf.operator} {leaf.limit!r}"
    if isinstance(leaf, c.OneOf):
        return f"{leaf.field} in " + " | ".join(leaf.options)
    return f"{leaf.field} reported" if isinstance(leaf, c.Reported) else f"{leaf.field} = yes"


def _fits(kind: Any, value: Any) -> bool:
    if isinstance(kind, YesNo):
        return isinstance(value, bool)
    if isinstance(kind, Measured) and isinstance(value, str):
        return isinstance(_beyond(value, kind), Bound)
    if isinstance(kind, Number):
        return isinstance(value, int | float) and not isinstance(value, bool) and kind.low <= value <= kind.high
    if isinstance(kind, Choice):
        return value in kind.options
    if isinstance(kind, Medicines):
        return isinstance(value, list) and all(_is_medicine(item) for item in value)
    return isinstance(value, str)


def _beyond(value: Any, kind: Any) -> Any:
    """A bound from its text, exactly as a receipt writes it; anything else as it is."""
    if not isinstance(kind, Measured) or not isinstance(value, str):
        return value
    sign, _, rest = value.partition(" ")
    number, _, unit = rest.partition(" ")
    if sign not in SIGNS or unit != kind.analyte.unit or not re.fullmatch(r"[0-9]+\.[0-9]+", number):
        return value
    return Bound(sign, float(number)) if kind.low <= float(number) <= kind.high else value


def _is_medicine(item: Any) -> bool:
    if isinstance(item, dict):
        months = item.get("months")
        is_number = isinstance(months, int | float) and not isinstance(months, bool)
        return set(item) == {"name", "months"} and isinstance(item["name"], str) and is_number
    return isinstance(item, str)


def _medicine(item: Any, book: RuleBook) -> tuple[frozenset[str], float | None]:
    name, months = (item, None) if isinstance(item, str) else (item["name"], item["months"])
    return book.medicines.match(name).marks, months


def _with_followups(given: dict[str, Any], book: RuleBook) -> dict[str, Any]:
    """The answers, and no for each yes/no follow-up without an answer that was certainly not asked."""
    values = dict(given)
    for name, question in book.questions.items():
        if question.show_if is None or name in values or not isinstance(question.kind, YesNo):
            continue
        if holds(question.show_if, Answers(values, None).value) is False:
            values[name] = False
    return values


def holds(condition: c.Condition, of: Callable[[Any], bool | None]) -> bool | None:
    """True, false, or None when it cannot be told: every connective is "at least so many parts hold".

    Args:
        of: the value of an answer or a conclusion.
    """
    if isinstance(condition, c.Not):
        inner = holds(condition.part, of)
        return None if inner is None else not inner
    if not isinstance(condition, c.AllOf | c.AnyOf | c.AtLeast):
        return of(condition)
    values = [holds(part, of) for part in condition.parts]
    sure, possible = sum(v is True for v in values), sum(v is not False for v in values)
    needed = len(values) if isinstance(condition, c.AllOf) else getattr(condition, "count", 1)
    return True if sure >= needed else (False if possible < needed else None)
