"""Reads forms as a browser without JavaScript does, and fills in the question pages for a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import httpx

from interviews import ticked, unsure
from webclient import Client

FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class FormOnPage:
    """One form: where it goes, what it holds, and its buttons as (name, value, address)."""

    action: str
    held: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return dict(self.held).get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.text: list[str] = []
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given.get("method") == "post", "answers travel in the body"
            self.forms.append(FormOnPage(given["action"]))
        elif tag in ("input", "textarea", "select") and self.forms and "name" in given:
            self.forms[-1].names.add(given["name"])
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if tag == "input" and chosen:
                self.forms[-1].held.append((given["name"], given.get("value", "")))
        elif tag == "button" and self.forms:
            to = given.get("formaction", self.forms[-1].action)
            self.forms[-1].buttons.append((given.get("name", ""), given.get("value", ""), to))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def forms(page: httpx.Response) -> list[FormOnPage]:
    """The forms of a page."""
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


def words(page: httpx.Response) -> str:
    """What a page says."""
    reader = _Reader()
    reader.feed(page.text)
    return " ".join(" ".join(reader.text).split())


def send(client: Client, form: FormOnPage, filled: dict[str, Any] | None = None, to: str = "") -> httpx.Response:
    """Submit a form, with some fields filled in."""
    filled = filled or {}
    pairs = [(name, value) for name, value in form.held if name not in filled]
    pairs += [(n, v) for n, value in filled.items() for v in (value if isinstance(value, list) else [value])]
    return client.post(to or form.action, content=urlencode(pairs), headers=FORM)


def form_with(page: httpx.Response, *names: str) -> FormOnPage | None:
    """The form of a page that has these fields."""
    return next((form for form in forms(page) if set(names) <= form.names), None)


def fill(answers: dict[str, Any], field: str, units: bool) -> dict[str, Any]:
    """What a person with these answers fills in for one question."""
    value = answers.get(field)
    if field == "medicines":
        return medicines(value)
    if isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("yes", "no", "unknown")):
        word = {True: "yes", False: "no"}.get(value, value)  # type: ignore[arg-type]
        return {"value": word.lower()} if word.lower() != "unknown" else {"value": "unknown", "action": "unknown"}
    if value is None:
        return {"value": "unknown", "action": "unknown"}
    if units:
        number, _, unit = str(value).partition(" ")
        return {"value": number, "unit": unit or "mmol/L"}
    return {"value": str(value)}


def medicines(value: Any) -> dict[str, Any]:
    if value is None:
        return {"action": "unknown"}
    if not value:
        return {"action": "none"}
    entries = [entry if isinstance(entry, dict) else {"name": entry} for entry in value]
    return {
        "name": [entry["name"] for entry in entries],
        "months": ["" if entry.get("months") is None else str(entry["months"]) for entry in entries],
    }


def tick(answers: dict[str, Any], together: list[str]) -> dict[str, Any]:
    """What a person with these answers ticks on a list."""
    true = ticked(together, answers)
    if unsure(together, answers):
        return {"is": true, "unsure": "yes"}
    return {"is": true} if true else {"none": "yes"}


def fill_form(answers: dict[str, Any], form: FormOnPage) -> dict[str, Any]:
    """What a person with these answers fills in for several questions on a page."""
    filled: dict[str, Any] = {}
    for asked in [value for name, value in form.held if name == "below"]:
        one = fill(answers, asked, f"unit-{asked}" in form.names)
        known = one.get("action") != "unknown" or f"value-{asked}" not in dict(form.held)
        filled |= {f"{name}-{asked}": value for name, value in one.items() if known and name != "action"}
    return filled


def walk(client: Client, answers: dict[str, Any], length: str = "default") -> httpx.Response:
    """Answer every question that is asked; returns the check page."""
    page = client.post("/questions", content=urlencode({"length": length}), headers=FORM)
    for _ in range(200):
        assert page.status_code == 200
        after = answer_page(client, page, answers)
        if after is None:
            return page
        page = after
    raise AssertionError("the questions never end")


def answer_page(client: Client, page: httpx.Response, answers: dict[str, Any]) -> httpx.Response | None:
    """Fill in what a page asks, or go on from a notice; the page after it, or None when nothing is asked."""
    ticks, several, single = form_with(page, "together"), form_with(page, "below"), form_with(page, "field")
    notice = next((form for form in forms(page) if ("go", "on", "/questions") in form.buttons), None)
    if ticks:
        return send(client, ticks, tick(answers, [value for name, value in ticks.held if name == "together"]))
    if several:
        return send(client, several, fill_form(answers, several))
    if single:
        return send(client, single, fill(answers, single.value("field"), "unit" in single.names))
    return send(client, notice, {"go": "on"}, to="/questions") if notice else None
