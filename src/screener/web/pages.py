"""The addresses of the pages for people. What is shown is made in `desk`; answers travel in the body alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking
from screener.web.forward import ask, need_media_type, read_body, response
from screener.web.pool import Workforce
from screener.web.problem import KINDS, ProblemError, from_error, problem
from screener.web.render import page, static_files
from screener.web.settings import SMALL, Settings
from screener.web.wire import PROBLEM, Answer, Job

FORM: Final = "application/x-www-form-urlencoded"
# pages that come from a form, with the task behind each
FORMS: Final = {
    "/questions": "questions",
    "/check": "check",
    "/result": "result",
    "/result.json": "result-json",
    "/clinician": "clinician",
    "/explain": "explain-page",
    "/explore": "explore",
}


class Pages:
    """What stands behind the routes."""

    def __init__(self, workforce: Workforce, settings: Settings) -> None:
        self.workforce = workforce
        self.settings = settings

    async def shown(self, request: Request, task: str, **options: str) -> Response:
        """A page that needs no answers."""
        return self.person(await ask(request, self.workforce, Job(task, options)))

    async def form(self, request: Request) -> Response:
        """A page that a form leads to."""
        path = request.url.path
        try:
            need_media_type(request, FORM)
            body = await read_body(request, SMALL, self.settings)
        except ProblemError as error:
            return self.person(from_error(error))
        return self.person(await ask(request, self.workforce, Job(FORMS[path], {}, body)), path, body)

    async def start_again(self) -> Response:
        """A page that needs answers, asked for without any."""
        return RedirectResponse("/", 303)

    async def home(self, request: Request) -> Response:
        """The first page."""
        return await self.shown(request, "home")

    async def explore(self, request: Request) -> Response:
        """The page for teaching, before a case is chosen."""
        return await self.shown(request, "explore")

    async def library(self, request: Request, kind: str = "", name: str = "") -> Response:
        """A page of the rule book."""
        return await self.shown(request, "library", kind=kind, name=name)

    async def static(self, name: str) -> Response:
        """A style sheet or script."""
        if name not in static_files():
            return self.person(problem(KINDS["not-found"], "there is no such file"))
        media_type, content = static_files()[name]
        return Response(content, media_type=media_type)

    def person(self, answer: Answer, path: str = "", body: bytes = b"") -> Response:
        """An answer for a person."""
        return response(readable(answer, self.settings, path, body))


def page_routes(workforce: Workforce, settings: Settings) -> APIRouter:
    """The routes of all pages."""
    router = APIRouter(include_in_schema=False)
    pages = Pages(workforce, settings)
    for path in FORMS:
        router.add_api_route(path, pages.form, methods=["POST"])
        if path != "/explore":
            router.add_api_route(path, pages.start_again, methods=["GET"])
    for path, endpoint in (
        ("/", pages.home),
        ("/explore", pages.explore),
        ("/rulebook", pages.library),
        ("/rulebook/{kind}", pages.library),
        ("/rulebook/{kind}/{name}", pages.library),
        ("/static/{name}", pages.static),
    ):
        router.add_api_route(path, endpoint, methods=["GET"])
    return router


@cache
def served_book(settings: Settings) -> RuleBook:
    """The rule book as it was when the server first used it: one server does not mix two books."""
    return cached_rulebook(settings.rules_folder)


def readable(answer: Answer, settings: Settings, path: str = "", body: bytes = b"") -> Answer:
    """A problem as a page; it still holds what was filled in."""
    if answer.media_type != PROBLEM:
        return answer
    book = served_book(settings)
    data = {"errors": None, **json.loads(answer.body)}
    again: Sequence[tuple[str, str]] = ()
    if answer.status >= 500 and body:
        again = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    with speaking(book.subject.language):
        made = page("error.html", answer.status, problem=data, path=path, again=again, here="", texts=book.texts)
    return Answer(made.status, made.media_type, made.body, answer.headers)
