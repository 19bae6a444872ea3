"""How, why not, what if, and what could settle it: for programs and as a page."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from screener.case.model import BaseIntake
from screener.errors import CaseError, FieldProblem, UsageError
from screener.explain.data import to_dict
from screener.explain.goal import goal_of, title_of
from screener.explain.questions import Explanation, ask
from screener.explain.text import page as explained
from screener.explain.what_if import compare
from screener.report.build import ReportBuilder
from screener.report.html import body as html_body
from screener.screening import Screener
from screener.web.desk.api import answer_json
from screener.web.desk.desk import Desk
from screener.web.desk.form import encode
from screener.web.desk.reading import read_object
from screener.web.desk.result import Examined
from screener.web.picture import picture
from screener.web.problem import from_error
from screener.web.render import page
from screener.web.wire import Answer

KEYS: Final = ("case", "flags", "why_not", "what_if", "smallest")
LISTS: Final = ("flags", "why_not", "smallest")
MOST: Final = 50  # conclusions asked about at once


def explain(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /v1/explain`: questions about one case, answered.

    Raises:
        CaseError: something in the body is wrong, but for what is wrong in `case` and `what_if`.
        UsageError: there is no such flag.
    """
    asked = read_object(body, KEYS)
    names = {key: _names(asked, key) for key in LISTS}
    screener = desk.screener(tuple(options.get("packs", ())))
    case, changes = asked.get("case", {}), asked.get("what_if", {})
    try:
        before = screener.examine(screener.book.intake.read(case))
    except CaseError as error:
        return from_error(error, under="/case")
    try:
        after = screener.book.intake.read({**case, **changes} if isinstance(changes, dict) else changes)
    except CaseError as error:
        return from_error(error, under="/what_if")
    found = answered(screener, before, after if changes else None, names["flags"], names["why_not"], names["smallest"])
    return answer_json(to_dict(found))


def answered(
    screener: Screener,
    before: ReportBuilder,
    after: BaseIntake | None,
    flags: list[str],
    why_nots: list[str],
    smallest: list[str],
) -> Explanation:
    """The explanation; of the changed case when there is one, with the difference it makes."""
    difference = compare(before, screener.examine(after)) if after is not None else None
    case = difference.after if difference else before
    found = ask(screener, case, flags, why_nots, (), smallest)
    found.difference = difference
    return found


def explain_page(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /explain`: one question about the result, answered on a page."""
    it = Examined.read(desk, body)
    name, how = it.form.text("flag"), it.form.one_of("ask", "how", "why-not", "smallest") or "how"
    if not name:
        raise UsageError("choose a flag first")
    asked: dict[str, list[str]] = {"how": [], "why-not": [], "smallest": []}
    asked[how].append(name)
    found = ask(desk.screener(), it.builder, asked["how"], asked["why-not"], (), asked["smallest"])
    return page(
        "explain.html", here="/", texts=None, report=Markup(html_body(explained(found))),
        picture=picture(found.chains, found.possible), answers=encode(it.answers), length=it.form.length,
        flag=name, ask=how, title=title_of(found.case, goal_of(found.case, name)),
    )  # fmt: skip


def _names(asked: dict[str, Any], key: str) -> list[str]:
    value = asked.get(key, [])
    if not isinstance(value, list) or len(value) > MOST or not all(isinstance(name, str) for name in value):
        raise CaseError([FieldProblem(key, f"use a list of at most {MOST} ids of flags")])
    return value
