"""The page for teaching: choose a case, change answers, watch statuses and chain change, step through the firings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from screener.errors import CaseError, FieldProblem, echo
from screener.explain.chain import Chain, chain_to
from screener.explain.goal import goal_of, goals_of, title_of
from screener.explain.picture.graph import merge
from screener.explain.questions import shown
from screener.explain.text import step_details
from screener.explain.what_if import WhatIf, compare
from screener.explain.why_not import WhyNot, why_not
from screener.report.build import ReportBuilder
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import Question
from screener.saying import say
from screener.screening import Screener
from screener.web.desk.desk import Desk
from screener.web.desk.explore_form import Filled, cell, read_cells
from screener.web.desk.form import Form, encode
from screener.web.desk.written import as_written
from screener.web.picture import picture
from screener.web.render import page
from screener.web.wire import Answer

STATUSES: Final = ("raised", "possible", "suppressed", "ruled-out")


def explore(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`GET /explore` and `POST /explore`.

    Raises:
        UsageError: there is no such flag.
    """
    form = Form.read(body)
    filled = answers_of(form, desk)
    screener = desk.screener()
    now = screener.examine(screener.book.intake.read(filled.answers))
    view = View(screener, now, form)
    return page(
        "explore.html", here="/explore", texts=desk.book.texts, examples=desk.examples,
        chosen=form.one_of("example", *desk.examples) or next(iter(desk.examples)),
        sections=sections(desk.book, filled), errors=filled.errors, answers=encode(filled.answers), view=view,
        steps=view.steps(desk), statuses=STATUSES,
    )  # fmt: skip


def answers_of(form: Form, desk: Desk) -> Filled:
    """The answers that the page is about: an example's, those brought along, or those in its cells."""
    book = desk.book
    if form.one_of("load", "example", "answers") == "answers":
        return Filled.of(form.answers(), book.fields)
    if form.text("load") or not form.fields:
        name = form.one_of("example", *desk.examples) or next(iter(desk.examples))
        return Filled.of(desk.examples[name][1], book.fields)
    return read_cells(form, book)


def sections(book: RuleBook, filled: Filled) -> list[tuple[str, bool, list[Any]]]:
    """The questions by section; whether one of a section is answered; and the cell of each."""
    found: dict[str, list[Question]] = {}
    for question in book.questions.values():
        found.setdefault(question.section, []).append(question)
    return [
        (title, any(filled.given(q.field) for q in questions), [cell(q, filled) for q in questions])
        for title, questions in found.items()
    ]


@dataclass
class View:
    """What the rules make of the answers, and what the page shows of it."""

    screener: Screener
    case: ReportBuilder
    form: Form
    chains: list[Chain] = field(default_factory=list)
    possible: list[WhyNot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.flag = self.form.text("flag") if self.form.text("load") != "example" else ""
        names = [*goals_of(self.case, self.flag)] if self.flag else [*shown(self.case)]
        for name in names:
            if self.case.outcome.values[name] is None:
                self.possible.append(why_not(self.case, name))
            else:
                self.chains.append(chain_to(self.case, name))

    @property
    def title(self) -> str:
        """What the picture is about."""
        return title_of(self.case, goal_of(self.case, self.flag)) if self.flag else say("everything that came up")

    @property
    def urgency(self) -> str:
        """The urgency in words."""
        return self.case.book.texts[self.case.title_key()]

    def listed(self, status: str) -> list[tuple[str, str, str]]:
        """The findings and flags with a status: kind, id and title."""
        book = self.case.book
        return [
            ("flags" if name in book.flags else "findings", name, book.title(name))
            for name in self.case.outcome.having(status, book)  # type: ignore[arg-type]
        ]

    # the steps

    @cached_property
    def total(self) -> int:
        """How many steps the chains have."""
        return len(merge(self.chains))

    @cached_property
    def step(self) -> int:
        """The step that the page has come to; the last one unless one was asked for.

        Raises:
            CaseError: it is no number.
        """
        text = self.form.text("step")
        if text and not (text.isascii() and text.isdecimal() and len(text) < 6):
            raise CaseError([FieldProblem("step", f"{echo(text)} is no number of a step")])
        return min(int(text), self.total) if text else self.total

    @property
    def picture(self) -> Any:
        """The picture up to the step."""
        return picture(self.chains, self.possible, self.step if self.step < self.total else None)

    def steps(self, desk: Desk) -> list[dict[str, Any]]:
        """Every step with its reasons and, for a rule, the YAML that its author wrote."""
        merged, book = merge(self.chains), self.case.book

        def cited(rule: str | None) -> list[tuple[str, str]]:
            return [(name, book.sources[name].title) for name in book.rule[rule].sources] if rule else []

        return [
            {
                "number": one.number,
                "title": one.title,
                "concludes": one.concludes,
                "kind": one.kind,
                "status": one.status,
                "details": step_details(one, merged),
                "rule": one.rule,
                "yaml": as_written(book.rule[one.rule], desk.folder) if one.rule else "",
                "sources": [(name, book.sources[name].title) for name in book.rule[one.rule].sources]
                if one.rule
                else [],
            }
            for one in merged
        ]

    # what changed

    @property
    def difference(self) -> WhatIf | None:
        """What the answers changed since the page before; None when nothing did.

        Raises:
            ProblemError, CaseError: the answers of the page before are no case.
        """
        if not self.form.text("was") or self.form.text("load"):
            return None
        before = self.screener.book.intake.read(Form({"answers": [self.form.text("was")]}).answers())
        found = compare(self.screener.examine(before), self.case)
        return found if found.changes else None
