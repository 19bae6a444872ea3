"""The result of the questions: the report as a page, as data, and the sheet for a clinician."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from screener.intake import Intake
from screener.report.build import ReportBuilder
from screener.report.clinician import clinician_page
from screener.report.html import body as html_body
from screener.report.page import Block, NewSheet, PageBuilder
from screener.web.desk.desk import Desk
from screener.web.desk.form import Form, encode
from screener.web.render import page
from screener.web.wire import JSON, Answer


@dataclass
class Examined:
    """The answers of a form, and what follows from them.

    Attributes:
        answers: as a case; follow-ups that no longer apply are left out.
    """

    form: Form
    answers: dict[str, Any]
    intake: Intake
    builder: ReportBuilder

    @classmethod
    def read(cls, desk: Desk, body: bytes) -> Examined:
        """Examine the case in a form.

        Raises:
            CaseError: a field is wrong.
        """
        form = Form.read(body)
        answers = desk.interview().session(form.answers()).case()
        intake = Intake.read(answers)
        return cls(form, answers, intake, desk.screener().examine(intake))


def result(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /result`: the report."""
    it = Examined.read(desk, body)
    return show(desk, it, "result.html", PageBuilder(it.builder.build(), desk.book).page())


def clinician(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /clinician`: the sheet to print."""
    it = Examined.read(desk, body)
    blocks = clinician_page(it.builder.build(), it.intake, desk.book)
    return show(desk, it, "sheet.html", [block for block in blocks if not isinstance(block, NewSheet)])


def result_json(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /result.json`: the report as data, to be saved."""
    it = Examined.read(desk, body)
    headers = (("content-disposition", 'attachment; filename="screener-report.json"'),)
    return Answer(200, JSON, it.builder.build().to_json().encode(), headers)


def show(desk: Desk, it: Examined, template: str, blocks: Iterable[Block]) -> Answer:
    """A page with blocks of the report on it."""
    return page(
        template, here="/", texts=None, report=Markup(html_body(blocks)), answers=encode(it.answers),
        length=it.form.length,
    )  # fmt: skip
