"""The result of the questions: the report as a page, as data, the sheet for a clinician, and what is asked about it."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from screener.errors import UsageError
from screener.explain.chain import chain_to
from screener.explain.goal import goal_of, title_of
from screener.explain.questions import ask, shown
from screener.explain.text import page as explained
from screener.report.blocks import Block, Heading
from screener.report.build import ReportBuilder
from screener.report.clinician import clinician_page
from screener.report.html import body as html_body
from screener.report.html import sheet
from screener.report.result import ResultPage
from screener.rulebook.rule import URGENCY
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.reading import Form, encode
from screener.web.render import page, part, picture
from screener.web.wire import JSON, Answer

ASKED: Final = {"how": "flags", "why-not": "why_nots", "smallest": "smallest"}  # on the page, as `ask` calls it


class ExaminedForm:
    """The answers of a form, and what follows from them.

    Attributes:
        answers: as a case; without follow-ups that no longer apply.

    Raises:
        CaseError: a field is wrong.
    """

    def __init__(self, desk: Desk, body: bytes) -> None:
        self.form = Form.read(body)
        self.answers = desk.interview().session(self.form.answers()).case()
        self.intake = desk.book.intake.read(self.answers)
        self.builder = desk.screener().examine(self.intake)


def result(desk: Desk, body: bytes) -> Answer:
    """`POST /result`: the report."""
    it = ExaminedForm(desk, body)
    report = it.builder.build()
    drawn = picture([chain_to(it.builder, name) for name in shown(it.builder)], behind=False)
    choices = askable(it.builder)
    actions = part("actions.html", answers=encode(it.answers), length=it.form.length)
    content = ResultPage(report, desk.book, actions=actions).content()
    return show(it, "result.html", content, picture=drawn, choices=choices)


def askable(builder: ReportBuilder) -> list[tuple[str, list[tuple[str, str]]]]:
    """The conclusions that can be asked about, by status, each as id and title; without what is kept back."""
    book = builder.book
    groups = {"raised": say("Came up"), "possible": say("Still open"), "ruled-out": say("Did not come up")}
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in groups.values()}
    if builder.outcome.urgency != book.levels[0]:
        title = book.title(URGENCY + builder.outcome.urgency)
        found[groups["raised"]].append(("urgency", say("How soon to get help: {title}", title=title)))
    for flag in book.flags.values():
        status = builder.outcome.status(flag.id)
        if status in groups and flag.id not in builder.hidden:
            found[groups[status]].append((flag.id, flag.title))
    return [(title, flags) for title, flags in found.items() if flags]


def clinician(desk: Desk, body: bytes) -> Answer:
    """`POST /clinician`: the sheet to print."""
    it = ExaminedForm(desk, body)
    blocks = clinician_page(it.builder.build(), it.intake, desk.book)
    return show(it, "sheet.html", sheet(map(raised, blocks), "sheet"), heading=it.builder.book.texts["heading-sheet"])


def raised(block: Block) -> Block:
    """A heading one level up: on this page the sheet is alone."""
    return Heading(block.level - 1, block.text) if isinstance(block, Heading) else block


def result_json(desk: Desk, body: bytes) -> Answer:
    """`POST /result.json`: the report as data, to be saved."""
    return saved("screener-report.json", ExaminedForm(desk, body).builder.build().to_json().encode())


def answers_json(desk: Desk, body: bytes) -> Answer:
    """`POST /answers.json`: the answers as a case file, with which the questions go on here or in a terminal."""
    form = Form.read(body)
    return saved("my-answers.json", encode(desk.interview(form.length).session(form.answers()).case()).encode())


def explain_page(desk: Desk, body: bytes) -> Answer:
    """`POST /explain`: one question about the result, answered on a page."""
    it = ExaminedForm(desk, body)
    name, how = it.form.text("flag"), it.form.one_of("ask", *ASKED) or "how"
    if not name:
        raise UsageError("choose a flag first")
    found = ask(desk.screener(), it.builder, **{ASKED[how]: [name]})
    title = title_of(found.case, goal_of(found.case, name))
    drawn = picture(found.chains, found.possible)
    return show(it, "explain.html", html_body(explained(found)), picture=drawn, flag=name, ask=how, title=title)


def saved(name: str, content: bytes, media_type: str = JSON) -> Answer:
    """A file that the browser keeps."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in name)
    return Answer(200, media_type, content, (("content-disposition", f'attachment; filename="{safe}"'),))


def show(it: ExaminedForm, template: str, content: str, **more: Any) -> Answer:
    """A page with a part of the report, which is HTML already, on it."""
    return page(
        template, here="/", texts=None, report=Markup(content), answers=encode(it.answers),
        length=it.form.length, **more,
    )  # fmt: skip
