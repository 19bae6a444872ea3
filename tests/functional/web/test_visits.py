"""Pages at addresses of their own, for a browser that keeps the cookie: Back and Reload, one visitor and several."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx

from screener.web.app import create_app
from shippedbook import BOOK
from webclient import HOME
from webforms import FORM, form_with, forms, words

URGENT = [name for name, one in BOOK.questions.items() if one.screen == "urgent-signs"]
NO_SIGNS = dict.fromkeys(URGENT, False)


class Browser:
    """Keeps cookies and follows redirects, as a browser does."""

    def __init__(self, app: Any = None) -> None:
        self.app = app or create_app()
        self.cookies = httpx.Cookies()
        self.address = ""

    def go(self, method: str, path: str, filled: dict[str, Any] | None = None) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            options = {"transport": transport, "base_url": HOME, "cookies": self.cookies, "follow_redirects": True}
            async with httpx.AsyncClient(**options) as client:  # type: ignore[arg-type]
                content = urlencode(filled or {}, doseq=True) if method == "POST" else None
                answer = await client.request(
                    method, path, content=content, headers=FORM if content is not None else {}
                )
                self.cookies = client.cookies
                return answer

        answer = asyncio.run(send())
        self.address = answer.url.path
        return answer

    def open(self) -> Browser:
        self.go("GET", "/")
        return self

    def send(self, page: httpx.Response, filled: dict[str, Any], *names: str) -> httpx.Response:
        form = form_with(page, *names)
        assert form
        held = {name: value for name, value in form.held if name not in filled and name not in ("together", "below")}
        many = {kind: [value for name, value in form.held if name == kind] for kind in ("together", "below")}
        return self.go("POST", form.action, {**held, **many, **filled})


def answers(page: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(forms(page)[0].value("answers"))
    return found


def begun() -> tuple[Browser, httpx.Response]:
    """A visitor who has said that there is no urgent sign."""
    visitor = Browser().open()
    first = visitor.go("POST", "/questions", {"length": "default"})
    return visitor, visitor.send(first, {"none": "yes"}, "together")


def test_the_first_page_gives_a_key_that_no_script_and_no_other_site_can_use() -> None:
    visitor = Browser()
    given = visitor.go("GET", "/").headers["set-cookie"]
    assert re.fullmatch(r"visit=[0-9a-f]{96}; HttpOnly; Path=/; SameSite=strict", given)
    assert "set-cookie" not in visitor.go("GET", "/").headers


def test_every_page_has_an_address_and_can_be_loaded_again() -> None:
    visitor, form = begun()
    assert visitor.address == "/questions/2"
    assert answers(form) == NO_SIGNS
    again = visitor.go("GET", "/questions/2")
    assert again.text == form.text
    wrong = visitor.send(form, {"value-age": "old"}, "below")
    assert "is not a number" in words(wrong)
    assert visitor.go("GET", visitor.address).text == wrong.text
    result = visitor.go("POST", "/result", {"answers": json.dumps(answers(wrong)), "length": "default"})
    assert visitor.address == "/result/4"
    assert visitor.go("GET", "/result/4").text == result.text


def test_back_shows_the_page_with_its_answers_and_loses_no_later_one() -> None:
    visitor, form = begun()
    felt = visitor.send(form, {"value-age": "40", "value-sex": "male"}, "below")
    visitor.send(felt, {"is": ["fatigue"]}, "together")
    back = visitor.go("GET", "/questions/2")
    shown = form_with(back, "below")
    assert shown
    assert (shown.value("value-age"), shown.value("value-sex")) == ("40", "male")
    on = visitor.send(back, {"value-age": "41"}, "below")
    assert answers(on)["age"] == 41
    assert answers(on)["fatigue"] is True


def test_two_windows_do_not_mix() -> None:
    visitor, mine = begun()
    other = visitor.go("POST", "/questions", {"length": "default"})
    assert answers(other) == {}
    visitor.send(other, {"is": ["fainted"]}, "together")
    on = visitor.send(mine, {"value-age": "40", "value-sex": "male"}, "below")
    assert answers(on) == {**NO_SIGNS, "age": 40, "sex": "male"}


def test_deleted_answers_are_gone_at_once() -> None:
    visitor, form = begun()
    assert "/forget" in [one.action for one in forms(form)]
    key = visitor.cookies["visit"]
    visitor.go("POST", "/forget")
    assert visitor.address == "/"
    visitor.cookies.set("visit", key)
    visitor.go("GET", "/questions/2")
    assert visitor.address == "/"


def test_nobody_reaches_the_pages_of_another() -> None:
    visitor, _ = begun()
    stranger = Browser(visitor.app)
    for cookies in ({}, {"visit": "x"}, {"visit": visitor.cookies["visit"][:-1] + "g"}):
        stranger.cookies = httpx.Cookies(cookies)
        stranger.go("GET", "/questions/2")
        assert stranger.address == "/"
    stranger.open().go("GET", "/questions/2")
    assert stranger.address == "/"


def test_without_the_cookie_the_hidden_fields_carry_the_answers() -> None:
    visitor = Browser()
    first = visitor.go("POST", "/questions", {"length": "default"})
    assert visitor.address == "/questions"
    form = visitor.send(first, {"none": "yes"}, "together")
    assert answers(form) == NO_SIGNS
    assert "/forget" not in [one.action for one in forms(form)]


def test_what_is_no_page_leads_to_the_first() -> None:
    visitor, _ = begun()
    for path in ("/questions/99", "/check/1000000000000", "/result/0"):
        visitor.go("GET", path)
        assert visitor.address == "/"
