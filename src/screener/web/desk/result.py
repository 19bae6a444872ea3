"""The result of the questions: the report as a page, as data, and the sheet for a clinician."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from screener.case.fields import BaseIntake
from screener.explain.chain import chain_to
from screener.explain.questions import shown
from screener.report.build import ReportBuilder
from screener.report.clinician import clinician_page
from screener.report.html import body as html_body
from screener.report.page import Block, Heading, NewSheet, PageBuilder
from screener.rulebook.rule import LEVELS, URGENCY
from screener.web.desk.desk import Desk
from screener.web.desk.form import Form, encode
from screener.web.picture import picture
from screener.web.render import page
from screener.web.wire import JSON, Answer

GROUPS: Final = {"raised": "Came up", "possible": "Still open", "ruled-out": "Did not come up"}


@dataclass
class Examined:
    """The answers of a form, and what follows from them.

    Attributes:
        answers: as a case; follow-ups that no longer apply are left out.
    """

    form: Form
    answers: dict[str, Any]
    intake: BaseIntake
    builder: ReportBuilder

    @classmethod
    def read(cls, desk: Desk, body: bytes) -> Examined:
        """Examine the case in a form.

        Raises:
            CaseError: a field is wrong.
        """
        form = Form.read(body)
        answers = desk.interview().session(form.answers()).case()
        intake = desk.book.intake.read(answers)
        return cls(form, answers, intake, desk.screener().examine(intake))


def result(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /result`: the report."""
    it = Examined.read(desk, body)
    report = it.builder.build()
    chains = [chain_to(it.builder, name) for name in shown(it.builder)]
    more = {"picture": picture(chains), "choices": askable(it.builder)}
    return show(it, "result.html", PageBuilder(report, desk.book).page(), **more)


def askable(builder: ReportBuilder) -> list[tuple[str, list[tuple[str, str]]]]:
    """The conclusions that can be asked about, by status, each as id and title; what is kept back is left out."""
    book = builder.book
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in GROUPS.values()}
    if builder.outcome.urgency != LEVELS[0]:
        title = book.title(URGENCY + builder.outcome.urgency)
        found[GROUPS["raised"]].append(("urgency", f"How soon to get help: {title}"))
    for flag in book.flags.values():
        status = builder.outcome.status(flag.id)
        if status in GROUPS and flag.id not in builder.hidden:
            found[GROUPS[status]].append((flag.id, flag.title))
    return [(title, flags) for title, flags in found.items() if flags]


def clinician(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /clinician`: the sheet to print."""
    it = Examined.read(desk, body)
    blocks = clinician_page(it.builder.build(), it.intake, desk.book)
    return show(it, "sheet.html", [raised(block) for block in blocks if not isinstance(block, NewSheet)])


def raised(block: Block) -> Block:
    """A heading one level up: on this page the sheet stands alone."""
    return Heading(block.level - 1, block.text) if isinstance(block, Heading) else block


def result_json(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /result.json`: the report as data, to be saved."""
    it = Examined.read(desk, body)
    headers = (("content-disposition", 'attachment; filename="screener-report.json"'),)
    return Answer(200, JSON, it.builder.build().to_json().encode(), headers)


def show(it: Examined, template: str, blocks: Iterable[Block], **more: Any) -> Answer:
    """A page with blocks of the report on it."""
    return page(
        template, here="/", texts=None, report=Markup(html_body(blocks)), answers=encode(it.answers),
        length=it.form.length, **more,
    )  # fmt: skip
