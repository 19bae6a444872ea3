"""Small mistakes in a condition as it is written, of the kind that people make; and one with a case that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from json import dumps
from typing import Any, Final

NOT_FIELDS: Final = ("all", "any", "not", "at_least", "finding", "medicine", "term")
OPPOSITE: Final = {"yes": "no", "no": "yes", True: "no", False: "yes"}
OTHER_WAY: Final = {"all": "any", "any": "all"}
LIMITS: Final = {"below": "at_most", "at_most": "below", "above": "at_least", "at_least": "above"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A condition with one small change.

    Attributes:
        when: the whole condition with the change, as a rule file writes it.
        what: what was done, in words.
        was, becomes: the part that was changed.
    """

    when: Any
    what: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake with the case that shows it.

    Attributes:
        rule: the id of the broken rule, in the copy.
        original: its id in the rule book that was copied.
        pack: its pack.
        conclusion: a finding or flag that comes out wrong, by its id in the copy.
        title: what that is called.
        was, now: the status that it should have, and that it has.
        answers: the case.
        because: the reason that the rule gives.
    """

    rule: str
    original: str
    pack: str
    conclusion: str
    title: str
    was: str
    now: str
    answers: dict[str, Any]
    mistake: Mistake
    because: str


def mistakes(when: Any) -> Iterator[Mistake]:
    """Every small mistake in a condition."""
    for path, part in _parts(when, ()):
        for changed, what in _changes(part):
            yield Mistake(_put(when, path, changed), what, _written(part), _written(changed))


def _parts(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The conditions in a condition, itself first, each with its place."""
    if not isinstance(data, dict):
        return
    yield path, data
    for key, value in data.items():
        below = (*path, key)
        if key in OTHER_WAY and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _parts(item, (*below, index))
        elif key == "not":
            yield from _parts(value, below)
        elif key == "at_least" and isinstance(value, dict):
            for index, item in enumerate(value.get("of", ())):
                yield from _parts(item, (*below, "of", index))


def _changes(part: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    ((key, value),) = part.items()
    if key in OTHER_WAY and isinstance(value, list) and len(value) > 1:
        what = "`any` is written where all are needed" if key == "all" else "`all` is written where one is enough"
        yield {OTHER_WAY[key]: value}, what
    elif key == "medicine":
        for kind in ("class", "name"):
            for left in _without_one(value.get(kind)):
                yield {key: {**value, kind: left}}, "something was left out of a list"
    elif key not in NOT_FIELDS:
        yield from _of_an_answer(key, value)


def _of_an_answer(field: str, value: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(value, str | bool) and value in OPPOSITE:
        yield {field: OPPOSITE[value]}, "yes and no were mixed up"
    elif isinstance(value, list):
        yield from (({field: left}, "something was left out of a list") for left in _without_one(value))
    elif isinstance(value, dict):
        for word in value:
            other = LIMITS.get(word)
            if other is not None and other not in value:
                moved = {(other if each == word else each): number for each, number in value.items()}
                what = "the limit itself counts now" if other.startswith("at_") else "the limit itself no longer counts"
                yield {field: moved}, what


def _without_one(items: Any) -> Iterator[list[Any]]:
    """A list of several without one of them."""
    if isinstance(items, list) and len(items) > 1:
        yield from (items[:index] + items[index + 1 :] for index in range(len(items)))


def _put(when: Any, path: tuple[Any, ...], changed: Any) -> Any:
    if not path:
        return changed
    whole = deepcopy(when)
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = changed
    return whole


def _written(part: Any) -> str:
    """A part on one line, nearly as a rule file writes it."""
    return dumps(part, ensure_ascii=False).replace('"', "")
