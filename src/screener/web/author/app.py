"""The addresses of the page for authors. It changes files, so it is for one person, on this machine.

Who wants to see it must have been given the key: the terminal prints an address with it, and the browser then keeps it
in a cookie. So no other user of the machine can come in, and no page from elsewhere: their requests come without the
cookie, from another place (`Sec-Fetch-Site`), or without the word that only a page of this server has.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from screener.web.forward import FORM, ask, read_body, response
from screener.web.guard import Guard
from screener.web.problem import KINDS, ProblemError, from_error, problem
from screener.web.render import page, problem_page, static_file
from screener.web.settings import LARGE, Settings
from screener.web.wire import Answer, Workforce

HERE: Final = "/edit"
TOKEN: Final = "token"
NO_KEY: Final = {
    "title": "This page needs its key",
    "detail": "Open the address that the terminal printed: the key is in it. It changes each time the server starts.",
}
NOT_FROM_HERE: Final = {
    "title": "This did not come from the page",
    "detail": "Nothing was changed. Open the page again at the address that the terminal printed.",
}


class Authors:
    """What is behind the routes."""

    def __init__(self, workforce: Workforce, settings: Settings) -> None:
        self.workforce = workforce
        self.settings = settings
        self.token = hmac.new(settings.key.encode(), b"form", sha256).hexdigest()

    def cookie(self, request: Request) -> str:
        """The name of the cookie: that of another server on this machine is another one."""
        return f"author-{request.url.port or 80}"

    def may(self, request: Request) -> bool:
        """Whether the browser was given the key."""
        return same(request.cookies.get(self.cookie(request), ""), self.settings.key)

    async def start(self, request: Request) -> Response:
        """`GET /edit`: the list of files; with the key, the browser is given it for the next time."""
        if same(request.query_params.get("key", ""), self.settings.key):
            answer = RedirectResponse(HERE, 303)
            answer.set_cookie(self.cookie(request), self.settings.key, httponly=True, samesite="strict", path=HERE)
            return answer
        if not self.may(request):
            return refused(NO_KEY)
        return await self.shown(request, "edit-files")

    async def file(self, request: Request, name: str) -> Response:
        """`GET /edit/NAME`: a file in the editor."""
        if not self.may(request):
            return refused(NO_KEY)
        return await self.shown(request, "edit", name=name, token=self.token)

    async def change(self, request: Request, name: str) -> Response:
        """`POST /edit/NAME`: try, save or undo."""
        if not self.may(request):
            return refused(NO_KEY)
        try:
            body = await read_body(request, FORM, LARGE, self.settings)
        except ProblemError as error:
            return response(for_author(from_error(error)))
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin" or not self.has_token(body):
            return refused(NOT_FROM_HERE)
        return await self.shown(request, "edit", body, name=name, token=self.token)

    def has_token(self, body: bytes) -> bool:
        """Whether a form has the word that only a page of this server has; it comes first."""
        return same(body[: len(TOKEN) + 1 + len(self.token)].decode("latin-1"), f"{TOKEN}={self.token}")

    async def shown(self, request: Request, task: str, body: bytes = b"", **options: str) -> Response:
        """What a worker answers."""
        return response(for_author(await ask(request, self.workforce, task, body, **options)))


def same(given: str, ours: str) -> bool:
    """Whether two texts are the same, found out in the same time whatever was given."""
    return bool(ours) and hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def refused(why: dict[str, str]) -> Response:
    """A page that says why nothing is shown."""
    return response(page("error.html", 403, problem={"errors": None, **why}, path="", again=(), here=HERE, texts={}))


def for_author(answer: Answer) -> Answer:
    """A problem as a page."""
    return problem_page(answer, HERE, {})


def create_author_app(settings: Settings, workforce: Workforce) -> Guard:
    """The application for authors, ready for an ASGI server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    authors = Authors(workforce, settings)

    async def first() -> Response:
        return RedirectResponse(HERE, 303)

    async def static(name: str) -> Response:
        return response(for_author(static_file(name)))

    async def on_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = "wrong-method" if error.status_code == 405 else "not-found"
        return response(for_author(problem(kind, KINDS[kind].help)))

    app.add_exception_handler(HTTPException, on_http_error)
    app.add_api_route("/", first, methods=["GET"])
    app.add_api_route("/static/{name}", static, methods=["GET"])
    app.add_api_route(HERE, authors.start, methods=["GET"])
    app.add_api_route(f"{HERE}/{{name:path}}", authors.file, methods=["GET"])
    app.add_api_route(f"{HERE}/{{name:path}}", authors.change, methods=["POST"])
    return Guard(app, settings, lambda _, answer: for_author(answer))
