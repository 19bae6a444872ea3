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
from screener.rulebook.document import DataPath, Document

File = TypeVar("File", bound=BaseModel)

HISTORY: Final = ("since", "changed")
_VERSION: Final = re.compile(r"([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


def check_history(document: Document, path: DataPath, since: str, changed: str, book: str) -> None:
    """Note what is wrong with the history of a rule.

    Args:
        document: its file.
        path: where it is there.
        since: as written; empty when it is not given.
        changed: the same.
        book: the version of its book, which nothing in it can be newer than.
    """
    right = True
    for key, text in zip(HISTORY, (since, changed), strict=True):
        if text and moment(text) is None:
            message = f"{echo(text)} is neither a version of the book, such as 2.1.0, nor a date, such as 2026-03-31"
            document.problem((*path, key), message)
            right = False
        elif _VERSION.fullmatch(text) and _later(text, book):
            document.problem((*path, key), f"{echo(text)} is later than the version of this book, {book}")
            right = False
    if right and since and changed and _later(since, changed):
        document.problem((*path, "changed"), f"{echo(changed)} is before `since` ({since})")


def moment(text: str) -> tuple[int, ...] | None:
    """A version or a date as what can be compared with others of its form; None when it is neither."""
    if match := _VERSION.fullmatch(text):
        return tuple(map(int, match.groups()))
    if not _DATE.fullmatch(text):
        return None
    try:
        return tuple(date.fromisoformat(text).timetuple()[:3])
    except ValueError:
        return None


def _later(one: str, other: str) -> bool:
    """Whether one version or date is later than another; one of another form is neither."""
    same = bool(_VERSION.fullmatch(one)) == bool(_VERSION.fullmatch(other))
    first, second = moment(one), moment(other)
    return same and first is not None and second is not None and first > second
