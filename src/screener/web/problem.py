"""Errors of the API as problem details (RFC 9457): what is wrong, with which field, and what would be right."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from traceback import walk_tb
from typing import Final

from pydantic import BaseModel, Field

from screener.errors import CaseError, EngineFault, FieldProblem, ScreenerError, UsageError
from screener.printable import printable
from screener.web.wire import PROBLEM, Answer

LOG: Final = logging.getLogger("screener.web")
HOME: Final = "/docs#problem-"  # where each kind is explained
OURS: Final = "something went wrong in screener itself"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its name in the `type` address, its HTTP status, its title, and what to do about it."""

    name: str
    status: int
    title: str
    help: str


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("not-json", 400, "The body is not JSON", "Send one JSON value in UTF-8, without repeated keys."),
        Kind("not-found", 404, "There is nothing here", "Check the address."),
        Kind("wrong-method", 405, "This address takes another method", "The header Allow says which."),
        Kind("too-slow", 408, "The body took too long to arrive", "Send it again, in one go."),
        Kind("missing-data", 412, "Needed data are missing", "Send the prefetch named in the discovery document."),
        Kind("too-large", 413, "The body is too large", "Send one case, without what no question asks for."),
        Kind("wrong-media-type", 415, "The body has the wrong media type", "Send `Content-Type: application/json`."),
        Kind("wrong-host", 421, "This server does not answer to that name", "Start it with --allowed-host NAME."),
        Kind(
            "refused", 422, "The request was refused", "Each entry of `errors` names a field and what would be right."
        ),
        Kind("fault", 500, "A fault of ours", "The case was not screened. Please report what you sent, if you may."),
        Kind(
            "engine-fault", 500, "The rule engine failed", "The case was not screened: it does not count as unflagged."
        ),
        Kind("busy", 503, "Too busy, or the case took too long", "Try again later. The case was not screened."),
    )
}


class FieldError(BaseModel):
    """One thing wrong with one field."""

    field: str = Field(description="the field's name; empty for the whole body")
    message: str = Field(description="what is wrong and what would be right")
    pointer: str = Field(description="JSON Pointer into the body")


class Problem(BaseModel):
    """Problem details, as in RFC 9457."""

    type: str = Field(description="address that explains this kind of problem")
    title: str
    status: int
    detail: str = Field(description="what is wrong here")
    errors: list[FieldError] | None = Field(default=None, description="omitted when no field is to blame")


class ProblemError(ScreenerError):
    """A request that ends in a problem of a known kind."""

    def __init__(self, kind: str, detail: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.kind = kind
        self.headers = tuple(headers)
        super().__init__(detail)


def problem(
    name: str,
    detail: str,
    errors: Sequence[FieldProblem] = (),
    headers: Sequence[tuple[str, str]] = (),
    under: str = "",
) -> Answer:
    """A problem as an answer.

    Args:
        name: of its kind.
        under: JSON Pointer of the part of the body that the fields belong to, such as `/case`.
    """
    kind = KINDS[name]
    wrong = [FieldError(field=e.field, message=e.message, pointer=f"#{under}{pointer(e.field)}") for e in errors]
    said = Problem(
        type=HOME + kind.name, title=kind.title, status=kind.status, detail=detail, errors=wrong or None
    ).model_dump(exclude_none=True)
    body = printable(json.dumps(said, ensure_ascii=False)).encode()
    return Answer(kind.status, PROBLEM, body, tuple(headers))


def pointer(field: str) -> str:
    """A field's place as a JSON Pointer (RFC 6901); empty for the whole body."""
    return "/" + field.replace("~", "~0").replace("/", "~1") if field else ""


def from_error(error: ScreenerError, under: str = "") -> Answer:
    """Any error of the library as a problem."""
    match error:
        case ProblemError():
            return problem(error.kind, str(error), headers=error.headers)
        case CaseError():
            count = len(error.problems)
            detail = str(error.problems[0]) if count == 1 else f"{count} fields are wrong"
            return problem("refused", detail, error.problems, under=under)
        case UsageError():
            return problem("refused", str(error))
        case EngineFault():
            return problem("engine-fault", "the rule engine failed on this case")
        case _:
            return problem("fault", OURS)


def fault(error: Exception) -> Answer:
    """A fault of ours as a problem; only its type and place are logged: a message could hold what a person typed."""
    LOG.error("a fault in screener itself (%s) at %s", type(error).__name__, place(error))
    return problem("fault", OURS)


def place(error: BaseException) -> str:
    """Where an error that was caught was raised: module and line, without any value."""
    *_, (frame, line) = walk_tb(error.__traceback__)
    return f"{frame.f_globals.get('__name__', '?')}:{line}"
