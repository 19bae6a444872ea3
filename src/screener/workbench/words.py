"""Conditions and rules in plain words, with the labels of the questionnaire."""

from __future__ import annotations

from typing import Final

from screener.case.answers import Number
from screener.logic.condition import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Concluded,
    Condition,
    Not,
    OneOf,
    Reported,
    Takes,
    Yes,
)  # fmt: skip
from screener.rulebook.book import RuleBook

COMPARED: Final = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}
KINDS: Final = {"class": "class", "name": "name", "qt": "QT mark"}


def in_words(book: RuleBook, condition: Condition, nested: bool = False, whole: bool = False) -> str:
    """A condition as a phrase: `type 2 diabetes, and (nausea or poor sleep)`.

    Args:
        nested: in parentheses where it has several parts.
        whole: written out even if it is a term of the rule book; its parts are not.
    """
    if condition in book.named and not whole:
        return f"`{book.named[condition].id}`"
    match condition:
        case Not(Yes(name)):
            return f"no {label(book, name)}"
        case Not(part):
            return f"not: {in_words(book, part, True)}"
        case AllOf(()):
            return "always"
        case AnyOf(()):
            return "never"
        case AllOf(parts) | AnyOf(parts):
            text = (" and " if isinstance(condition, AllOf) else " or ").join(in_words(book, p, True) for p in parts)
            return f"({text})" if nested and len(parts) > 1 else text
        case AtLeast(count, parts):
            return f"at least {count} of ({'; '.join(in_words(book, part, True) for part in parts)})"
        case leaf:
            return leaf_in_words(book, leaf)


def leaf_in_words(book: RuleBook, leaf: Condition) -> str:
    """One answer, one medicine match or one finding."""
    match leaf:
        case Yes(name):
            return label(book, name)
        case Reported(name):
            return f"{label(book, name)} was reported"
        case Compare(name, operator, limit):
            return f"{label(book, name)} {COMPARED[operator]} {limit:g}{_unit(book, name)}"
        case OneOf(name, options):
            return f"{label(book, name)}: {' or '.join(options)}"
        case Takes(marks, months, counts):
            time = f" for {months:g} months" if months else ""
            return f"a medicine with {' or '.join(map(_mark, marks))}{time}" + (" or a time not said" if counts else "")
        case Concluded(name):
            return f"`{name}`"
    raise TypeError(f"{leaf} is not a leaf")  # pragma: no cover - every leaf is above


def label(book: RuleBook, name: str) -> str:
    """What an answer is called in reports."""
    return book.questions[name].label if name in book.questions else name


def _unit(book: RuleBook, name: str) -> str:
    kind = book.fields.get(name)
    return f" {kind.unit}" if isinstance(kind, Number) and kind.unit else ""


def _mark(mark: str) -> str:
    kind, _, value = mark.partition(":")
    return f"{KINDS[kind]} {value}"
