"""The addresses of the JSON API, with what OpenAPI says about them. The work is done in `desk.api`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.routing import APIRoute

from screener.web.forward import forward, need_media_type, read_body
from screener.web.openapi import errors, json_body, json_reply
from screener.web.settings import SMALL, Settings
from screener.web.wire import JSON
from screener.web.workforce import Workforce

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Packs = Annotated[
    list[str] | None,
    Query(description="use only this pack; may be repeated. The safety pack always runs", max_length=20),
]
Everything = Annotated[bool, Query(description="list ruled-out flags and findings too")]

Quick = Annotated[bool, Query(description="fewer, longer lists; leave out what could only give more reasons")]


class Api:
    """What is behind the routes."""

    def __init__(self, workforce: Workforce, settings: Settings) -> None:
        self.workforce = workforce
        self.settings = settings

    async def post(self, request: Request, task: str, options: dict[str, Any]) -> Response:
        """Have a worker do something with a JSON body."""
        need_media_type(request, JSON)
        body = await read_body(request, SMALL, self.settings)
        return await forward(request, self.workforce, task, options, body)

    async def screen(self, request: Request, pack: Packs = None, all: Everything = False) -> Response:
        """A case in, its explained report out. Every field of a case is optional; unknown is never no."""
        return await self.post(request, "screen", {"packs": pack or (), "everything": all})

    async def explain(self, request: Request, pack: Packs = None) -> Response:
        """Questions about the reasoning on one case, answered; without any, how each raised flag came up."""
        return await self.post(request, "explain", {"packs": pack or ()})

    async def next_question(self, request: Request, quick: Quick = False) -> Response:
        """The answers so far in, the next question out.

        A field that is there was asked; null means that the person did not know. Send the answers back with one more
        each time. `question` is omitted when nothing that is left can change anything.
        """
        return await self.post(request, "next-question", {"length": "quick" if quick else "default"})

    async def rulebook(self, request: Request, pack: Packs = None) -> Response:
        """Packs, questions, findings, flags, rules with their conditions, limits, notes and sources."""
        return await forward(request, self.workforce, "rulebook", {"packs": pack or ()})


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
    """The routes under `/v1`; what their functions say about themselves is in the documents."""
    router = APIRouter(prefix="/v1", tags=["screener"], default_response_class=Response)
    api = Api(workforce, settings)
    for path, endpoint, summary, body, reply in (
        ("/screen", api.screen, "Screen one case", "Case", "Report"),
        ("/explain", api.explain, "How, why not, what if", "Questions", "Explanation"),
        ("/questions/next", api.next_question, "The question to ask next", "Case", "NextQuestion"),
    ):
        router.add_api_route(
            path, endpoint, methods=["POST"], summary=summary, openapi_extra=json_body(body),
            route_class_override=Direct,
            responses={200: json_reply(summary, reply), **errors(400, 408, 413, 415, 422, 500, 503)},
        )  # fmt: skip
    router.add_api_route(
        "/rulebook", api.rulebook, methods=["GET"], summary="The rule book as data",
        responses={200: json_reply("The rule book as data", "Catalogue"), **errors(422, 500, 503)},
    )  # fmt: skip
    return router
