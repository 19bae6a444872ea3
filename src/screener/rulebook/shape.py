"""A document as the shape that its kind of rule file has; pydantic's errors become ours, each at its place.

What a shape cannot say is checked here too: `since` and `changed` of a rule tell with which version of its book it
came, and with which it last became another one. Both are for readers; no inference reads them.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from screener.errors import echo
from screener.rulebook.document import Document
from screener.rulebook.entries import Entry
from screener.rulebook.values import is_day

File = TypeVar("File", bound=BaseModel)

HISTORY: Final = ("since", "changed")
_VERSION: Final = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")


def shaped(document: Document, model: type[File]) -> File | None:
    """The document as the given shape; None, with what is wrong noted in it, when it has another."""
    if document.problems and document.data is None:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            document.problem(tuple(detail["loc"]), _message(document, dict(detail), model))
        return None


def _message(document: Document, detail: dict[str, Any], model: type[BaseModel]) -> str:
    kind, given = detail["type"], detail["input"]
    name = detail["loc"][-1] if detail["loc"] else ""
    if kind == "missing":
        return f"`{name}` is missing"
    if kind == "extra_forbidden" and given is None and " " in str(name):  # `{text: one, two}`
        return f"{echo(name)} does not belong here; inside braces a text with `, ` needs quotes around it"
    if kind == "extra_forbidden":
        return f"`{name}` does not belong here{document.hints(str(name), _keys(model))}"
    if kind == "string_pattern_mismatch":
        if name == "language":
            return f"{echo(given)} is not a language; write it as `en`, `de` or `fr-CH`"
        return f"{echo(given)} is not written as it should be (pattern {detail['ctx']['pattern']})"
    if kind == "literal_error":
        return f"{echo(given)} should be {detail['ctx']['expected']}"
    if kind in ("string_too_short", "too_short"):
        return f"`{name}` is empty"
    shapes = {"string_type": "text", "dict_type": "a mapping", "list_type": "a list", "bool_type": "yes or no"}
    if kind in shapes or kind == "model_type":
        return f"{echo(given)} should be {shapes.get(kind, 'a mapping')}"
    return f"{echo(given)}: {str(detail['msg']).lower()}"


@cache
def _keys(model: type[BaseModel]) -> frozenset[str]:
    """Every key that a file of this shape, or an entry in it, may have."""
    names = frozenset(model.model_fields)
    for info in model.model_fields.values():
        for inner in get_args(info.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names |= _keys(inner)
    return names


def check_history(entry: Entry, book: str) -> None:
    """Note what is wrong with the history of a rule; nothing in it can be newer than this version of its book."""
    right = True
    for key in HISTORY:
        text = getattr(entry.data, key)
        if text and moment(text) is None:
            message = f"{echo(text)} is neither a version of the book, such as 2.1.0, nor a date, such as 2026-03-31"
            entry.problem(message, key)
            right = False
        elif _VERSION.fullmatch(text) and _later(text, book):
            entry.problem(f"{echo(text)} is later than the version of this book, {book}", key)
            right = False
    since, changed = entry.data.since, entry.data.changed
    if right and _later(since, changed):
        entry.problem(f"{echo(changed)} is before `since` ({since})", "changed")


def moment(text: str) -> Any:
    """A version or a date as what can be compared with others of its form; None when it is neither."""
    if match := _VERSION.fullmatch(text):
        return tuple(map(int, match.groups()))
    return date.fromisoformat(text) if is_day(text) else None


def _later(one: str, other: str) -> bool:
    """Whether one version or date is later than another; one of another form is neither."""
    first, second = moment(one), moment(other)
    return first is not None and type(first) is type(second) and bool(first > second)
