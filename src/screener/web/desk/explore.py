"""The page for teaching: choose a case, change answers or a rule, watch statuses and the chain of one flag change."""

from __future__ import annotations

from typing import Any, Final

from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question
from screener.web.desk.desk import Desk
from screener.web.desk.explore_edit import Edits
from screener.web.desk.explore_form import Cells, cell, read_cells
from screener.web.desk.explore_view import EVERYTHING, ExploreView
from screener.web.desk.form import Form, encode
from screener.web.render import page
from screener.web.wire import Answer

STATUSES: Final = ("raised", "possible", "suppressed", "ruled-out")


def explore(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`GET /explore` and `POST /explore`.

    Raises:
        UsageError: there is no such flag.
        CaseError: a rule that is changed is none, or its text is too long.
    """
    form = Form.read(body)
    name = chosen(form, desk)
    filled, edits = answers_of(form, desk, name), Edits.read(form, desk)
    view = ExploreView(edits.examine(filled.answers), form, edits)
    return page(
        "explore.html", here="/explore", texts=desk.book.said, examples=desk.examples, chosen=name,
        near=[cell(desk.book.questions[field], filled) for field in view.near],
        sections=sections(desk.book, filled, view.near), errors=filled.errors, answers=encode(filled.answers),
        view=view, edits=edits, everything=EVERYTHING, statuses=STATUSES, rules=rules(desk, edits),
    )  # fmt: skip


def chosen(form: Form, desk: Desk) -> str:
    """The example that is chosen in the list of cases."""
    return form.one_of("case", *desk.examples) or form.one_of("example", *desk.examples) or next(iter(desk.examples))


def answers_of(form: Form, desk: Desk, name: str) -> Cells:
    """The answers that the page is about: an example's, those brought along, or those in its cells."""
    book = desk.book
    if form.one_of("load", "example", "answers") == "answers":
        return Cells.of(form.answers(), book.fields)
    if form.text("load") or form.text("case") or not form.fields:
        return Cells.of(desk.examples[name][1], book.fields)
    return read_cells(form, book)


def sections(book: RuleBook, filled: Cells, without: list[str]) -> list[tuple[str, list[Any]]]:
    """The questions by section, each as its cell, without those that come first."""
    found: dict[str, list[Question]] = {}
    for question in book.questions.values():
        if question.field not in without:
            found.setdefault(question.section, []).append(question)
    return [(title, [cell(question, filled) for question in questions]) for title, questions in found.items()]


def rules(desk: Desk, edits: Edits) -> list[tuple[str, list[str]]]:
    """The rules that can be changed here, by pack."""
    found: dict[str, list[str]] = {}
    for rule in desk.book.rules:
        if edits.original(rule.id):
            found.setdefault(desk.book.packs[rule.pack].title, []).append(rule.id)
    return list(found.items())
