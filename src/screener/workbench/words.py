"""Conditions and rules in plain words, with the labels of the questionnaire."""

from __future__ import annotations

from typing import Final

from screener.case.answers import Number
from screener.logic import condition as c
from screener.report.words import label
from screener.rulebook.book import RuleBook

COMPARED: Final = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}
KINDS: Final = {"class": "class", "name": "name", "qt": "QT mark"}


def in_words(book: RuleBook, condition: c.Condition, nested: bool = False, whole: bool = False) -> str:
    """A condition as a phrase: `type 2 diabetes, and (nausea or poor sleep)`.

    Args:
        nested: in parentheses where it has several parts.
        whole: written out even if it is a term of the rule book; its parts are not.
    """
    if condition in book.named and not whole:
        return f"`{book.named[condition].id}`"
    match condition:
        case c.Not(c.Yes(name)):
            return f"no {label(book, name)}"
        case c.Not(part):
            return f"not: {in_words(book, part, True)}"
        case c.AllOf(()):
            return "always"
        case c.AnyOf(()):
            return "never"
        case c.AllOf(parts) | c.AnyOf(parts):
            text = (" and " if isinstance(condition, c.AllOf) else " or ").join(in_words(book, p, True) for p in parts)
            return f"({text})" if nested and len(parts) > 1 else text
        case c.AtLeast(count, parts):
            return f"at least {count} of ({'; '.join(in_words(book, part, True) for part in parts)})"
        case leaf:
            return _leaf(book, leaf)


def _leaf(book: RuleBook, leaf: c.Condition) -> str:
    """One answer, one medicine match or one finding."""
    match leaf:
        case c.Yes(name):
            return label(book, name)
        case c.Reported(name):
            return f"{label(book, name)} was reported"
        case c.Compare(name, operator, limit):
            return f"{label(book, name)} {COMPARED[operator]} {limit:g}{_unit(book, name)}"
        case c.OneOf(name, options):
            return f"{label(book, name)}: {' or '.join(options)}"
        case c.Takes(marks, months, counts):
            time = f" for {months:g} months" if months else ""
            return f"a medicine with {' or '.join(map(_mark, marks))}{time}" + (" or a time not said" if counts else "")
        case c.Concluded(name):
            return f"`{name}`"
    raise TypeError(f"{leaf} is not a leaf")  # pragma: no cover - every leaf is above


def _unit(book: RuleBook, name: str) -> str:
    kind = book.fields.get(name)
    return f" {kind.unit}" if isinstance(kind, Number) and kind.unit else ""


def _mark(mark: str) -> str:
    kind, _, value = mark.partition(":")
    return f"{KINDS[kind]} {value}"
