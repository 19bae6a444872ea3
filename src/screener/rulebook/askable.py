"""Whether every question can be asked: a `show_if` that comes true for someone, units and groups that fit the field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any, Final

from screener.case.intake import FIELDS, Choice, Lab, Number, YesNo
from screener.errors import did_you_mean
from screener.logic.condition import Atom, Compare, OneOf, Operator, Reported, atoms, fields
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Question

MOST_COMBINATIONS: Final = 100_000
MOST_UNASKED: Final = 5  # more fields without a question are counted


def can_be_asked(name: str, book: RuleBook) -> bool:
    """Whether some answers to the questions before it make the `show_if` of a question true.

    The answers that can be given are tried out: yes and no, each choice, and a number on either side of every limit
    that a `show_if` compares it with. Earlier follow-ups are answered only where they are asked themselves.
    """
    needed = _questions_behind(name, book)
    conditions = [question.show_if for question in needed if question.show_if is not None]
    choices = [_answers(question.field, [a for c in conditions for a in atoms(c)]) for question in needed[:-1]]
    for tried, answers in enumerate(product(*choices)):
        if tried >= MOST_COMBINATIONS:
            return False
        if _shown(needed, dict(zip((q.field for q in needed), answers, strict=False))):
            return True
    return False


def _questions_behind(name: str, book: RuleBook) -> list[Question]:
    """The question and all those that its `show_if` reads, directly or not, in the order of the book."""
    found, rest = set[str](), [name]
    while rest:
        one = rest.pop()
        show_if = book.questions[one].show_if
        if one not in found and show_if is not None:
            rest += fields(show_if)
        found.add(one)
    return [question for question in book.questions.values() if question.field in found]


def _answers(name: str, read: Sequence[Atom]) -> list[Any]:
    """Enough answers to one field to tell apart everything that the atoms can."""
    kind = FIELDS[name]
    if isinstance(kind, YesNo):
        return [True, False]
    if isinstance(kind, Choice):
        return list(kind.options)
    if isinstance(kind, Number):
        limits = sorted({atom.limit for atom in read if isinstance(atom, Compare) and atom.field == name})
        return [value for value in _around(limits, kind) if kind.low <= value <= kind.high] + [None]
    return [None]


def _around(limits: list[float], kind: Number) -> Iterator[float]:
    """Values at, between and beyond some limits."""
    step = 1.0 if kind.whole else 0.001
    for limit in limits or [kind.low]:
        yield from (limit, limit - step, limit + step)


def _shown(questions: list[Question], answers: dict[str, Any]) -> bool:
    """Whether each of the questions is asked, with these answers to all but the last, or its answer is not used."""
    for question in questions:
        shown = question.show_if is None or evaluate(question.show_if, _truth(answers), {}) is True
        if question is questions[-1]:
            return shown
        if not shown:
            answers[question.field] = False if isinstance(FIELDS[question.field], YesNo) else None
    return False  # pragma: no cover - the last question returns


def _truth(answers: dict[str, Any]) -> Any:
    def truth(atom: Atom) -> bool:
        value = answers.get(atom.field) if not hasattr(atom, "marks") else None
        match atom:
            case Compare(_, operator, limit):
                return value is not None and _holds(value, operator, limit)
            case Reported():
                return value is not None
            case OneOf(_, options):
                return value in options
        return value is True

    return truth


def _holds(value: float, operator: Operator, limit: float) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[operator]


def unasked(asked: Collection[str]) -> Iterator[str]:
    """What to say about the fields of the intake that no question asks for."""
    missing = [name for name in FIELDS if name not in asked]
    if len(missing) <= MOST_UNASKED:
        yield from (f"`{name}` is a field of the intake, and no question asks for it" for name in missing)
        return
    names = ", ".join(f"`{name}`" for name in missing[:MOST_UNASKED])
    yield f"{len(missing)} fields of the intake have no question: {names} and {len(missing) - MOST_UNASKED} others"


def wrong_units(question: Question) -> str:
    """What is wrong with the units of a question, or nothing."""
    kind = FIELDS.get(question.field)
    if not isinstance(kind, Lab):
        return "only a laboratory value has `units` to choose from" if question.units else ""
    if not question.units:
        return f"the person must choose a unit; write `units: [{kind.analyte.units.replace(' or ', ', ')}]`"
    for unit in question.units:
        if unit.lower() not in kind.analyte.factors:
            return f"`{unit}` is not a unit of {kind.analyte.name} here; use {kind.analyte.units}"
    return ""


def wrong_group(question: Question, book: RuleBook) -> str:
    """What is wrong with the group of a question, or nothing."""
    if not question.group:
        return ""
    if question.group not in book.groups:
        return f"there is no group `{question.group}`{did_you_mean(question.group, book.groups)}"
    if not isinstance(FIELDS.get(question.field), YesNo) or question.show_if is not None:
        return 'only yes/no questions without `show_if` can be answered with "none of these"'
    return ""
