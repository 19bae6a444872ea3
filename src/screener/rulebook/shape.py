"""A document as the shape that its kind of rule file has; pydantic's errors become ours, each at its place."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from screener.errors import echo
from screener.rulebook.document import Document

File = TypeVar("File", bound=BaseModel)


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
        return f"`{name}` does not belong here{document.hint(str(name), _keys(model))}"
    if kind == "string_pattern_mismatch":
        if name == "language":
            return f"{echo(given)} is no language; write it as `en`, `de` or `fr-CH`"
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
