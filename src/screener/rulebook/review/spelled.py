"""Conditions and values spelled in one way only: two that mean the same are spelled the same.

What is spelled here is hashed and kept in `reviews.yaml`, so a change of a spelling reopens what was reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from json import dumps
from typing import Final

from screener.logic import condition as c
from screener.rulebook.parse import COMPARISONS

COMPARED: Final = {sign: word for word, sign in COMPARISONS.items()}
_PLAIN: Final = re.compile(r"[\w.+/-]+( [\w.+/-]+)*")


def condition(found: c.Condition) -> str:
    """A condition as rule files write it; terms and limits are written out, and the order of a list means nothing."""
    match _plainly(found):
        case c.Not(c.Yes(field)):
            return f"{{{field}: no}}"
        case c.Not(part):
            return f"{{not: {condition(part)}}}"
        case (c.AllOf() | c.AnyOf()) as several:
            return _connected(several)
        case c.AtLeast(count, parts):
            return f"{{at_least: {{count: {count}, of: {_listed(map(condition, parts))}}}}}"
        case leaf:
            return _leaf(leaf)


def _leaf(found: c.Condition) -> str:
    match found:
        case c.Yes(field):
            return f"{{{field}: yes}}"
        case c.Compare(field, operator, limit):
            return f"{{{field}: {{{COMPARED[operator]}: {number(limit)}}}}}"
        case c.Reported(field):
            return f"{{{field}: reported}}"
        case c.OneOf(field, options):
            return f"{{{field}: {_listed(map(word, options))}}}"
        case c.Takes():
            return f"{{medicine: {_medicine(found)}}}"
        case c.Concluded(name):
            return f"{{finding: {name}}}"
    raise TypeError(f"{found} is not a condition")  # pragma: no cover - every kind is above


def _plainly(found: c.Condition) -> c.Condition:
    """The condition without a list of one, and without a `not` of a `not`."""
    match found:
        case c.AllOf((part,)) | c.AnyOf((part,)):
            return _plainly(part)
        case c.Not(part) if isinstance(inner := _plainly(part), c.Not):
            return _plainly(inner.part)
        case c.Not(part):
            return c.Not(_plainly(part))
    return found


def _connected(found: c.AllOf | c.AnyOf) -> str:
    parts = sorted({condition(part) for part in _flat(found)})
    if len(parts) == 1:
        return parts[0]
    return f"{{{'all' if isinstance(found, c.AllOf) else 'any'}: {_listed(parts)}}}"


def _flat(found: c.AllOf | c.AnyOf) -> list[c.Condition]:
    """The parts, with those of the same connective inside it."""
    parts: list[c.Condition] = []
    for part in map(_plainly, found.parts):
        parts += _flat(part) if isinstance(part, type(found)) else [part]
    return parts


def _medicine(found: c.Takes) -> str:
    marks: dict[str, list[str]] = {}
    for mark in found.marks:
        kind, _, value = mark.partition(":")
        marks.setdefault(kind, []).append(word(value))
    said = [f"{kind}: {_listed(marks[kind])}" for kind in sorted(marks)]
    if found.months is not None:
        said.append(f"months: {number(found.months)}")
    if found.unknown_counts:
        said.append("unknown_months: counts")
    return f"{{{', '.join(said)}}}"


def _listed(parts: Iterable[str]) -> str:
    return f"[{', '.join(sorted(parts))}]"


def word(text: str) -> str:
    """A word of a list; in quotes where something in it could be taken for the list's own signs."""
    return text if _PLAIN.fullmatch(text) else dumps(text, ensure_ascii=False)


def number(value: float | Decimal) -> str:
    """A number with all its digits, and none that say nothing: `3.5`, not `3.50`."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def text(said: str) -> str:
    """A text on one line: how it is broken into lines says nothing."""
    return " ".join(said.split())
