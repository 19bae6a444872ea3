"""The addresses of the JSON API, with what OpenAPI says about them. The work is done in `desk.api`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from screener.web.forward import forward, need_media_type, read_body
from screener.web.openapi import errors, json_body, json_reply
from screener.web.pool import Workforce
from screener.web.settings import SMALL, Settings
from screener.web.wire import JSON

Packs = Annotated[
    list[str] | None,
    Query(description="use only this pack; may be repeated. The safety pack always runs", max_length=20),
]
Everything = Annotated[bool, Query(description="list ruled-out flags and findings too")]

Quick = Annotated[bool, Query(description="leave out what could only give more reasons for what is settled")]

EXAMPLE: Final[dict[str, Any]] = {
    "age": 50,
    "told_low_potassium": True,
    "potassium_prescribed": True,
    "potassium_still_low": True,
    "potassium": "3.1 mmol/L",
    "medicines": ["furosemide"],
}
ASKED: Final = {"case": EXAMPLE, "flags": ["suspect-magnesium"], "what_if": {"fatigue": True}}


def api_routes(workforce: Workforce, settings: Settings) -> APIRouter:
    """The routes under `/v1`."""
    router = APIRouter(prefix="/v1", tags=["screener"], default_response_class=Response)

    async def post(request: Request, task: str, options: dict[str, Any]) -> Response:
        need_media_type(request, JSON)
        return await forward(workforce, task, options, await read_body(request, SMALL, settings))

    @router.post(
        "/screen",
        summary="Screen one case",
        description="A case in, its explained report out. Every field of a case is optional; unknown is never no.",
        openapi_extra=json_body("Case", EXAMPLE),
        responses={200: json_reply("the report", "Report"), **errors(400, 408, 413, 415, 422, 500, 503)},
    )
    async def screen(request: Request, pack: Packs = None, all: Everything = False) -> Response:
        return await post(request, "screen", {"packs": pack or (), "everything": all})

    @router.post(
        "/explain",
        summary="How, why not, what if",
        description="Questions about the reasoning on one case, answered; without any, how each raised flag came up.",
        openapi_extra=json_body(
            "Questions", {"case": EXAMPLE, "flags": ["suspect-magnesium"], "what_if": {"fatigue": True}}
        ),
        responses={200: json_reply("the answers", "Explanation"), **errors(400, 408, 413, 415, 422, 500, 503)},
    )
    async def explain(request: Request, pack: Packs = None) -> Response:
        return await post(request, "explain", {"packs": pack or ()})

    @router.post(
        "/questions/next",
        summary="The question to ask next",
        description=(
            "The answers so far in, the next question out. A field that is there was asked; null means that the person "
            "did not know. Send the answers back with one more each time. `question` is left out when nothing that is "
            "left can change anything."
        ),
        openapi_extra=json_body("Case", {"chest_pain": False, "age": 44}),
        responses={200: json_reply("what to ask", "NextQuestion"), **errors(400, 408, 413, 415, 422, 500, 503)},
    )
    async def next_question(request: Request, quick: Quick = False) -> Response:
        return await post(request, "next-question", {"length": "quick" if quick else "default"})

    @router.get(
        "/rulebook",
        summary="The rule book as data",
        description="Packs, questions, findings, flags, rules with their conditions and sources.",
        responses={200: json_reply("the rule book", "Catalogue"), **errors(422, 500, 503)},
    )
    async def rulebook(pack: Packs = None) -> Response:
        return await forward(workforce, "rulebook", {"packs": pack or ()})

    return router
