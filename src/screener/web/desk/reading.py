"""From the body of a request to data: strict JSON, not too deep, and the case in it."""

from __future__ import annotations

from typing import Any

from screener.case.files import parse_json
from screener.errors import CaseError, FieldProblem, echo
from screener.web.problem import ProblemError
from screener.web.settings import DEEPEST


def read_json(body: bytes) -> Any:
    """The JSON value in a body.

    Raises:
        ProblemError: it is not JSON, or nested too deeply.
    """
    try:
        data = parse_json(body, "body")
    except CaseError as error:
        raise ProblemError("not-json", str(error)) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and deeper_than(data, DEEPEST):
        raise ProblemError("not-json", f"the JSON is nested more than {DEEPEST} levels deep")
    return data


def deeper_than(data: Any, levels: int) -> bool:
    """Whether lists and objects are nested more deeply than so many levels."""
    layer = [data]
    for _ in range(levels):
        layer = [
            inner
            for item in layer
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return False
    return True


def read_object(body: bytes, allowed: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object that has only these keys.

    Raises:
        ProblemError: it is not JSON.
        CaseError: it is not an object, or has other keys.
    """
    data = read_json(body)
    if not isinstance(data, dict):
        raise CaseError([FieldProblem("", f"send an object with {listed(allowed)}, not {echo(data)}")])
    strangers = [
        FieldProblem(key, f"there is no such key; use {listed(allowed)}") for key in data if key not in allowed
    ]
    if strangers:
        raise CaseError(strangers)
    return data


def listed(names: tuple[str, ...]) -> str:
    """Names for a message."""
    return ", ".join(f"`{name}`" for name in names)
