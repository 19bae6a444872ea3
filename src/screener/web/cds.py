"""The addresses of CDS Hooks, and who may call them from a browser. The work is done in `desk.cds`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.middleware.cors import CORSMiddleware

from screener.web.forward import forward, need_media_type, read_body
from screener.web.openapi import errors, json_body, json_reply
from screener.web.settings import LARGE, Settings
from screener.web.wire import JSON
from screener.web.workforce import Workforce

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = "/cds-services"
ServiceId = Annotated[str, Path(description="as in the discovery document")]
REFUSALS = errors(400, 404, 408, 412, 413, 415, 422, 500, 503)
CALL: dict[str, Any] = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/example", "patientId": "1"},
    "prefetch": {
        "patient": {"resourceType": "Patient", "id": "1"},
        "conditions": None,
        "medications": None,
        "labs": None,
    },
}
FEEDBACK: dict[str, Any] = {
    "feedback": [
        {
            "card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
            "outcome": "overridden",
            "outcomeTimestamp": "2026-11-22T10:05:31Z",
        }
    ]
}


def cds_routes(workforce: Workforce, settings: Settings) -> APIRouter:
    """The routes of CDS Hooks 2.0."""
    router = APIRouter(tags=["CDS Hooks 2.0"], default_response_class=Response)

    async def post(request: Request, task: str, id: str) -> Response:
        need_media_type(request, JSON)
        home = str(request.base_url).rstrip("/") + settings.folder
        body = await read_body(request, LARGE, settings)
        return await forward(request, workforce, task, {"id": id, "home": home}, body)

    @router.get(ROOT, summary="Discovery", responses={200: json_reply("the services", "Services"), **errors(500, 503)})
    async def discovery(request: Request) -> Response:
        return await forward(request, workforce, "cds-discovery")

    @router.post(
        ROOT + "/{id}",
        summary="Call a service",
        description="What came up for the patient in view, as cards. A JSON Web Token, if one is sent, is not checked.",
        openapi_extra=json_body("Call", CALL),
        responses={200: json_reply("the cards", "Cards"), **REFUSALS},
    )
    async def call(request: Request, id: ServiceId) -> Response:
        return await post(request, "cds-call", id)

    @router.post(
        ROOT + "/{id}/feedback",
        summary="Say what became of a card",
        description="Checked, and neither stored nor logged.",
        openapi_extra=json_body("Feedback", FEEDBACK),
        responses={200: {"description": "thank you", "content": {JSON: {"schema": {"type": "object"}}}}, **REFUSALS},
    )
    async def feedback(request: Request, id: ServiceId) -> Response:
        return await post(request, "cds-feedback", id)

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
