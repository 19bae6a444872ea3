"""The addresses for programs, with what OpenAPI says about them: the JSON API, and CDS Hooks 2.0.

Who may call CDS Hooks from a browser is said here too. The work is done in `desk.api` and `desk.cds`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from screener.web.forward import forward, read_body
from screener.web.openapi import errors, json_body, json_reply
from screener.web.render import HERE
from screener.web.settings import LARGE, SMALL, Settings
from screener.web.wire import JSON, Workforce

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = "/cds-services"
Packs = Annotated[
    list[str] | None,
    Query(description="use only this pack; may be repeated. The safety pack always runs", max_length=20),
]
Everything = Annotated[bool, Query(description="list ruled-out flags and findings too")]

Quick = Annotated[bool, Query(description="fewer, longer lists; leave out what could only give more reasons")]
ServiceId = Annotated[str, Path(description="as in the discovery document")]
REFUSALS = errors(400, 404, 408, 412, 413, 415, 422, 500, 503)
EXAMPLES: Final = json.loads((HERE / "calls.json").read_text(encoding="utf-8"))  # of CDS Hooks


class Direct(APIRoute):
    """A route that goes straight to its function when the address holds no parameters for FastAPI to read."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["query_string"] or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        response: Response = await self.endpoint(Request(scope, receive))
        await response(scope, receive, send)


def api_routes(workforce: Workforce, settings: Settings) -> APIRouter:
    """The routes; what their functions say about themselves is in the documents."""
    router = APIRouter(prefix="/v1", tags=["screener"], default_response_class=Response)

    async def post(request: Request, task: str, **options: Any) -> Response:
        body = await read_body(request, JSON, SMALL, settings)
        return await forward(request, workforce, task, body, **options)

    async def screen(request: Request, pack: Packs = None, all: Everything = False) -> Response:
        """A case in, its explained report out. Every field of a case is optional; unknown is never no."""
        return await post(request, "screen", packs=pack or (), everything=all)

    async def explain(request: Request, pack: Packs = None) -> Response:
        """Questions about the reasoning on one case, answered; without any, how each raised flag came up."""
        return await post(request, "explain", packs=pack or ())

    async def next_question(request: Request, quick: Quick = False) -> Response:
        """The answers so far in, the next question out.

        A field that is there was asked; null means that the person did not know. Send the answers back with one more
        each time. `question` is omitted when nothing that is left can change anything.
        """
        return await post(request, "next-question", length="quick" if quick else "default")

    for path, endpoint, summary, body, reply in (
        ("/screen", screen, "Screen one case", "Case", "Report"),
        ("/explain", explain, "How, why not, what if", "Questions", "Explanation"),
        ("/questions/next", next_question, "The question to ask next", "Case", "NextQuestion"),
    ):
        router.add_api_route(
            path, endpoint, methods=["POST"], summary=summary, openapi_extra=json_body(body),
            route_class_override=Direct,
            responses={200: json_reply(summary, reply), **errors(400, 408, 413, 415, 422, 500, 503)},
        )  # fmt: skip

    about = "The rule book as data"

    @router.get("/rulebook", summary=about, responses={200: json_reply(about, "Catalogue"), **errors(422, 500, 503)})
    async def rulebook(request: Request, pack: Packs = None) -> Response:
        """Packs, questions, findings, flags, rules with their conditions, limits, notes and sources."""
        return await forward(request, workforce, "rulebook", packs=pack or ())

    return router


def cds_routes(workforce: Workforce, settings: Settings) -> APIRouter:
    """The routes of CDS Hooks 2.0."""
    router = APIRouter(tags=["CDS Hooks 2.0"], default_response_class=Response)

    @router.get(ROOT, summary="Discovery", responses={200: json_reply("the services", "Services"), **errors(500, 503)})
    async def discovery(request: Request) -> Response:
        return await forward(request, workforce, "cds-discovery")

    @router.post(
        ROOT + "/{id}",
        summary="Call a service",
        description="What came up for the patient in view, as cards. A JSON Web Token, if one is sent, is not checked.",
        openapi_extra=json_body("Call", EXAMPLES["Call"]),
        responses={200: json_reply("the cards", "Cards"), **REFUSALS},
    )
    async def call(request: Request, id: ServiceId) -> Response:
        body = await read_body(request, JSON, LARGE, settings)
        home = str(request.base_url).rstrip("/") + settings.folder
        return await forward(request, workforce, "cds-call", body, id=id, home=home)

    @router.post(
        ROOT + "/{id}/feedback",
        summary="Say what became of a card",
        description="Checked, and neither stored nor logged.",
        openapi_extra=json_body("Feedback", EXAMPLES["Feedback"]),
        responses={200: {"description": "thank you", "content": {JSON: {"schema": {"type": "object"}}}}, **REFUSALS},
    )
    async def feedback(request: Request, id: ServiceId) -> Response:
        body = await read_body(request, JSON, LARGE, settings)
        return await forward(request, workforce, "cds-feedback", body, id=id)

    return router


class CdsCors:
    """Cross-origin calls of CDS Hooks, and of nothing else, for the origins that were named."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.cors = CORSMiddleware(
            app, allow_origins=settings.cors_origins, allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        inside = scope["type"] == "http" and (scope["path"] == ROOT or scope["path"].startswith(ROOT + "/"))
        await (self.cors if inside else self.app)(scope, receive, send)
