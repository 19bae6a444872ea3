"""The addresses of the pages for people. What is shown is made in `desk`; answers travel in the body alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from screener.rulebook.book import RuleBook
from screener.rulebook.cache import cached_rulebook
from screener.saying import speaking
from screener.web.forward import FORM, ask, read_body, response
from screener.web.problem import ProblemError, from_error
from screener.web.render import problem_page, static_file
from screener.web.settings import MOST_FIELDS, SMALL, Settings
from screener.web.visits import COOKIE, Kept, VisitInterview, Visits
from screener.web.wire import HTML, PROBLEM, Answer, Workforce

# pages that come from a form, with the task behind each
FORMS: Final = {
    "/questions": "questions",
    "/check": "check",
    "/result": "result",
    "/result.json": "result-json",
    "/answers.json": "answers-json",
    "/clinician": "clinician",
    "/explain": "explain-page",
    "/explore": "explore",
    "/changed-rules.yaml": "changed-file",
    "/changed-book.zip": "changed-book",
    "/score.json": "score",
    "/lab": "lab",
}
# those that have an address of their own for each visitor
VISITED: Final = ("/questions", "/check", "/result", "/clinician", "/explain", "/explore", "/lab")
FIRST: Final = {"/": "home", "/explore": "explore", "/lab": "lab"}  # those that can be asked for without any answers


def path_of(request: Request) -> str:
    """The address as it is here, without what comes before it where the application is mounted in another one."""
    return str(request.scope["route"].path)


def parted(body: bytes) -> tuple[str, bytes, int] | None:
    """The answers of a form, its other fields, and the number of the page that it was sent from (0 without one).

    None for what cannot be taken apart, which is refused by who reads it.
    """
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        return None
    given = dict(fields)
    rest = [(name, value) for name, value in fields if name not in ("answers", "page")]
    number = given.get("page", "")
    return given.get("answers", ""), urlencode(rest).encode(), int(number) if re.fullmatch("[0-9]{1,9}", number) else 0


def joined(answers: str, fields: bytes) -> bytes:
    """A form with its answers."""
    return urlencode({"answers": answers}).encode() + b"&" + fields


class Pages:
    """What is behind the routes."""

    def __init__(self, workforce: Workforce, settings: Settings, visits: Visits) -> None:
        self.workforce = workforce
        self.settings = settings
        self.visits = visits

    async def shown(self, request: Request, task: str, **options: Any) -> Response:
        """A page that needs no answers."""
        return self.person(await ask(request, self.workforce, task, **options))

    async def form(self, request: Request) -> Response:
        """A page that a form leads to."""
        path = path_of(request)
        try:
            body = await read_body(request, FORM, SMALL, self.settings)
        except ProblemError as error:
            return self.person(from_error(error))
        key = request.cookies.get(COOKIE, "")
        form = parted(body)
        if path not in VISITED or not self.visits.is_key(key) or form is None:
            return self.person(await ask(request, self.workforce, FORMS[path], body), path, body)
        # what it leads to has an address of its own, so that Back, Forward and Reload work
        answers, fields, number = form
        visit = self.visits.get(key)
        before = visit.pages.get(number) if visit else None
        run = before.run if before else VisitInterview(answers)
        answer = await ask(request, self.workforce, FORMS[path], joined(run.answers, fields))
        if answer.status != HTTPStatus.OK or answer.media_type != HTML:
            return self.person(answer, path, body)
        again, now = answer.kept or ("", run.answers)
        run.answers = now
        number = self.visits.add(key, Kept("/questions" if again else path, again.encode() or fields, run))
        return RedirectResponse(f"{path}/{number}", HTTPStatus.SEE_OTHER)

    async def kept(self, request: Request, number: int) -> Response:
        """A page of a visit, again; the first page when it is gone."""
        visit = self.visits.get(request.cookies.get(COOKIE, ""))
        page = visit.pages.get(number) if visit else None
        if page is None:
            return await self.start_again()
        body = joined(page.run.answers, page.fields)
        answer = await ask(request, self.workforce, FORMS[page.path], body, page=str(number))
        return self.person(answer, page.path, body)

    async def forget(self, request: Request) -> Response:
        """Delete the answers of a visitor, now."""
        self.visits.forget(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    async def start_again(self) -> Response:
        """A page that needs answers, asked for without any."""
        return RedirectResponse("/", 303)

    async def first(self, request: Request) -> Response:
        """The first page, or one for teaching before a case is chosen; with the key for the pages that follow.

        Nothing is kept for it yet.
        """
        answer = await self.shown(request, FIRST[path_of(request)])
        if not self.visits.is_key(request.cookies.get(COOKIE, "")):
            secure = request.url.scheme == "https"
            answer.set_cookie(COOKIE, self.visits.new_key(), httponly=True, samesite="strict", secure=secure)
        return answer

    async def library(self, request: Request, kind: str = "", name: str = "") -> Response:
        """A page of the rule book."""
        return await self.shown(request, "library", kind=kind, name=name)

    async def static(self, name: str) -> Response:
        """A style sheet or script."""
        return self.person(static_file(name))

    def person(self, answer: Answer, path: str = "", body: bytes = b"") -> Response:
        """An answer for a person."""
        return response(readable(answer, self.settings, path, body))


def page_routes(workforce: Workforce, settings: Settings, visits: Visits) -> APIRouter:
    """The routes of all pages."""
    router = APIRouter(include_in_schema=False)
    pages = Pages(workforce, settings, visits)
    for path in FORMS:
        router.add_api_route(path, pages.form, methods=["POST"])
        if path not in FIRST:
            router.add_api_route(path, pages.start_again, methods=["GET"])
        if path in VISITED:
            router.add_api_route(f"{path}/{{number:int}}", pages.kept, methods=["GET"])
    for path in FIRST:
        router.add_api_route(path, pages.first, methods=["GET"])
    router.add_api_route("/forget", pages.forget, methods=["POST"])
    for path, endpoint in (
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
    again: Sequence[tuple[str, str]] = ()
    if answer.status >= 500 and body:
        again = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    with speaking(book.subject.language):
        return problem_page(answer, "", book.said, path, again)
