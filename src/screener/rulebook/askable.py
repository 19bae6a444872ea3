"""Whether every question can be asked: a `show_if` that comes true for someone, units and screens that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, product
from math import ceil, floor
from operator import ge, gt, le, lt
from typing import Any, Final

from screener.case.answers import Choice, Kind, Lab, Medicines, Number, YesNo
from screener.errors import did_you_mean
from screener.logic import condition as c
from screener.logic.kleene import evaluate
from screener.rulebook.entries import IMPLIED
from screener.rulebook.knowledge import Knowledge
from screener.rulebook.question import Implication, Question, Screen

MOST_COMBINATIONS: Final = 100_000
FOLLOWS: Final[dict[type[Kind], str]] = {YesNo: "no", Medicines: "none", Number: "not reported"}
HOLDS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}


def can_be_asked(name: str, book: Knowledge) -> bool:
    """Whether some answers to the questions before it make the `show_if` of a question true.

    The answers that can be given are tried out: yes and no, each choice, and a number on either side of every limit
    that a `show_if` compares it with. Earlier follow-ups are answered only where they are asked themselves.
    """
    needed = _questions_behind(name, book)
    conditions = [question.show_if for question in needed if question.show_if is not None]
    choices = [_answers(question, [atom for each in conditions for atom in c.atoms(each)]) for question in needed[:-1]]
    fields = [question.field for question in needed[:-1]]
    tried = islice(product(*choices), MOST_COMBINATIONS)
    return any(_shown(needed, dict(zip(fields, answers, strict=True))) for answers in tried)


def _questions_behind(name: str, book: Knowledge) -> list[Question]:
    """The question and all those that its `show_if` reads, directly or not, in the order of the book."""
    found, rest = set[str](), [name]
    while rest:
        one = rest.pop()
        show_if = book.questions[one].show_if
        if one not in found and show_if is not None:
            rest += c.fields(show_if)
        found.add(one)
    return [question for question in book.questions.values() if question.field in found]


def _answers(question: Question, read: Sequence[c.Atom]) -> list[Any]:
    """Enough answers to one field to tell apart everything that the atoms can."""
    kind, name = question.kind, question.field
    if isinstance(kind, YesNo):
        return [True, False]
    if isinstance(kind, Choice):
        return list(kind.options)
    if isinstance(kind, Number):
        limits = [atom.limit for atom in read if isinstance(atom, c.Compare) and atom.field == name]
        return [*_around(limits, kind), None]
    return [None]


def _around(limits: Iterable[float], kind: Number) -> list[float]:
    """Values that can be answered at, between and beyond some limits."""
    points = sorted({kind.low, kind.high, *(limit for limit in limits if kind.low <= limit <= kind.high)})
    if kind.whole:  # one on either side of each limit
        near = {value for point in points for value in (floor(point) - 1, floor(point), ceil(point), ceil(point) + 1)}
        return sorted(float(value) for value in near if kind.low <= value <= kind.high)
    return sorted({*points, *((low + high) / 2 for low, high in pairwise(points))})


def _shown(questions: list[Question], answers: dict[str, Any]) -> bool:
    """Whether each of the questions is asked, with these answers to all but the last, or its answer is not used."""
    *earlier, last = questions
    for question in earlier:
        if not _is_asked(question, answers):
            answers[question.field] = False if isinstance(question.kind, YesNo) else None
    return _is_asked(last, answers)


def _is_asked(question: Question, answers: dict[str, Any]) -> bool:
    return question.show_if is None or evaluate(question.show_if, _truth(answers), {}) is True


def _truth(answers: dict[str, Any]) -> Any:
    def truth(atom: c.Atom) -> bool:
        value = answers.get(c.field_of(atom))
        match atom:
            case c.Compare(_, operator, limit):
                return value is not None and HOLDS[operator](value, limit)
            case c.Reported():
                return value is not None
            case c.OneOf(_, options):
                return value in options
        return value is True

    return truth


def wrong_units(question: Question) -> str:
    """What is wrong with the units of a question, or nothing."""
    kind = question.kind
    if not isinstance(kind, Lab):
        return "only a laboratory value has `units` to choose from" if question.units else ""
    for unit in question.units:
        if kind.analyte.factor(unit) is None:
            return f"`{unit}` is not a unit of {kind.analyte.name} here; use {kind.analyte.units}"
    return ""


def wrong_screen(question: Question, earlier: Sequence[str], book: Knowledge) -> str:
    """What is wrong with the screen of a question, or nothing.

    Args:
        earlier: the screens of the questions before it.
    """
    if not question.screen:
        return ""
    if question.screen not in book.screens:
        return f"there is no screen `{question.screen}`{did_you_mean(question.screen, book.screens)}"
    if question.screen in earlier and earlier[-1] != question.screen:
        return f"the questions of the screen `{question.screen}` belong together; other questions come between them"
    if not book.screens[question.screen].form and not isinstance(question.kind, YesNo | Number):
        return 'only a yes/no question or a number can be ticked, or answered with "none of these"'
    return ""


def wrong_joins(screen: Screen, book: Knowledge) -> str:
    """What is wrong with the list that a list joins in the short form, or nothing."""
    if not screen.joins:
        return ""
    if screen.joins not in book.screens:
        return f"there is no screen `{screen.joins}`{did_you_mean(screen.joins, book.screens)}"
    if screen.form or book.screens[screen.joins].form:
        return "only a list can be joined with another list; a form cannot"
    if screen.joins == screen.id or book.screens[screen.joins].joins:
        return f"`{screen.joins}` is not a list of its own in the short form; name one that joins no other"
    return ""


def wrong_implication(implication: Implication, book: Knowledge) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with an implication: the key and the message.

    What can follow is only no, no medicine, or a number that was not reported: so no two implications can say
    different things of one field, and none can contradict a `show_if`, for which a question that is not asked is no.
    """
    order = list(book.questions)
    if any(not isinstance(part, c.Yes | c.Not | c.AllOf | c.AnyOf) for part in c.walk(implication.when)):
        yield ("when",), "answers can follow only from answers to yes/no questions"
    for name, value in implication.answers.items():
        if name not in book.fields:
            yield ("answers", name), f"there is no field `{name}`{did_you_mean(name, book.fields)}"
            continue
        kind = book.fields[name]
        word = next((word for cls, word in FOLLOWS.items() if isinstance(kind, cls)), None)
        if word is None:
            yield ("answers", name), f"nothing can follow for `{name}`; it is neither yes/no nor a number nor medicines"
        elif value != IMPLIED[word]:
            yield ("answers", name), f"this cannot follow for `{name}`; write {word}"
        elif book.questions[name].red_flag:
            yield ("answers", name), f"`{name}` is a red flag: it is always asked"
        read = c.fields(implication.when).intersection(order)
        for needed in sorted(other for other in read if order.index(other) >= order.index(name)):
            yield ("when",), f"`when` reads `{needed}`, which is not asked before `{name}`"
