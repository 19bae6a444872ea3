"""The web application: every address, behind the guard."""

from __future__ import annotations

import json
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from screener import __version__
from screener.errors import FieldProblem
from screener.saying import speaking
from screener.web.api import CdsCors, api_routes, cds_routes
from screener.web.forward import response
from screener.web.guard import Guard
from screener.web.openapi import document, reference
from screener.web.pages import page_routes, readable, served_book
from screener.web.problem import KINDS, OURS, ProblemError, from_error, problem
from screener.web.settings import Settings
from screener.web.visits import Visits
from screener.web.wire import JSON, Answer, Workforce

HEALTH: Final = "/healthz"
FOR_PROGRAMS: Final = ("/v1/", "/cds-services", HEALTH)
OF_STATUS: Final = {404: "not-found", 405: "wrong-method"}


def create_app(
    settings: Settings | None = None, workforce: Workforce | None = None, visits: Visits | None = None
) -> Guard:
    """The application, ready for an ASGI server.

    Args:
        settings: see `Settings`; safe defaults when None.
        workforce: who does the reasoning; this very process when None.
        visits: what holds the answers of visitors; one of its own when None.
    """
    settings = settings or Settings()
    if workforce is None:
        from screener.web.worker import Inline

        workforce = Inline(settings)
    if settings.edit:
        from screener.web.author.app import create_author_app

        return create_author_app(settings, workforce)

    async def on_error(request: Request, error: Exception) -> Response:
        answer = refused(error, methods(app, request))
        return response(refusal_for(request.url.path, answer) if isinstance(error, HTTPException) else answer)

    app = FastAPI(
        title="screener", version=__version__, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
        redirect_slashes=False,
    )  # fmt: skip
    app.openapi = lambda: document(app, served_book(settings), settings.book_folder)  # type: ignore[method-assign]
    for kind_of_error in (ProblemError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind_of_error, on_error)
    pages = page_routes(workforce, settings, visits or Visits())
    for router in (api_routes(workforce, settings), cds_routes(workforce, settings), pages):
        app.router.routes.extend(router.routes)  # a router in a router is looked through twice

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        book = served_book(settings)
        with speaking(book.subject.language):
            return response(reference(document(app, book, settings.book_folder), book.said))

    @app.get(HEALTH, include_in_schema=False)
    async def health() -> Response:
        return response(state(workforce.ready()))

    def refusal_for(path: str, answer: Answer) -> Answer:
        """A problem is data for programs, elsewhere a page."""
        return answer if path.startswith(FOR_PROGRAMS) else readable(answer, settings)

    return Guard(CdsCors(app, settings) if settings.cors_origins else app, settings, refusal_for)


def state(workers: int) -> Answer:
    """Whether requests can be answered now."""
    if not workers:
        return problem("busy", "no worker is ready; the server starts one", headers=[("retry-after", "1")])
    return Answer(200, JSON, json.dumps({"status": "ok", "workers": workers}).encode())


def methods(app: FastAPI, request: Request) -> str:
    """The methods that an address takes, as the header Allow lists them."""
    found = {
        method
        for route in app.router.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    }
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


def refused(error: Exception, allowed: str) -> Answer:
    """An error as a problem.

    Args:
        allowed: the methods that the address takes.
    """
    match error:
        case ProblemError():
            return from_error(error)
        case HTTPException():
            kind = OF_STATUS.get(error.status_code, "fault")
            return problem(kind, KINDS[kind].help, headers=[("allow", allowed)] if kind == "wrong-method" else ())
        case RequestValidationError():
            wrong = [FieldProblem(str(item["loc"][-1]), item["msg"].lower()) for item in error.errors()]
            return problem("refused", "; ".join(map(str, wrong)), wrong)
        case _:
            return problem("fault", OURS)  # the guard logs its place
