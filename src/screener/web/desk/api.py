"""The JSON API: screen a case, explain it, ask the next question about it; and the rule book as data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from screener.case.answers import YesNo
from screener.case.fields import Fields
from screener.errors import CaseError, FieldProblem
from screener.explain.data import to_dict
from screener.explain.questions import QUESTIONS, ask
from screener.explain.what_if import compare
from screener.interview.next import Step
from screener.interview.relevance import Length
from screener.interview.session import Session
from screener.printable import printable
from screener.report.model import Report
from screener.web.desk.catalogue import catalogue
from screener.web.desk.desk import Desk
from screener.web.desk.messages import AskedQuestion
from screener.web.desk.reading import A_CASE, as_object, read_json, read_object
from screener.web.problem import from_error
from screener.web.wire import JSON, Answer

MOST: Final = 50  # conclusions asked about at once


def answer_json(data: Any) -> Answer:
    """Plain data as an answer."""
    return Answer(200, JSON, printable(json.dumps(data, ensure_ascii=False)).encode())


def screen(desk: Desk, body: bytes, packs: Sequence[str] = (), everything: bool = False) -> Answer:
    """`POST /v1/screen`: a case in, its report out."""
    intake = desk.book.intake.read(read_json(body))
    return Answer(200, JSON, compact(desk.screener(tuple(packs)).screen(intake, everything)))


def compact(report: Report) -> bytes:
    """The report as JSON in UTF-8, without spaces: the same data as `Report.to_json`, several times as fast."""
    return printable(report.model_dump_json(by_alias=True)).encode()


def rulebook(desk: Desk, body: bytes, packs: Sequence[str] = ()) -> Answer:
    """`GET /v1/rulebook`: everything declarative, as data."""
    return answer_json(catalogue(desk.book.select(tuple(packs) or None), desk.folder).model_dump(mode="json"))


def explain(desk: Desk, body: bytes, packs: Sequence[str] = ()) -> Answer:
    """`POST /v1/explain`: questions about one case, answered.

    Raises:
        CaseError: something in the body is wrong, but for what is wrong in `case` and `what_if`.
        UsageError: there is no such flag.
    """
    asked = read_object(body, ("case", *(one.key for one in QUESTIONS.values())))
    names = {name: _names(asked, one.key) for name, one in QUESTIONS.items() if one.answer}
    screener = desk.screener(tuple(packs))
    case, changes = asked.get("case", {}), asked.get("what_if", {})
    try:
        before = screener.examine(screener.book.intake.read(case))
    except CaseError as error:
        return from_error(error, under="/case")
    try:
        after = screener.book.intake.read({**case, **changes} if isinstance(changes, dict) else changes)
    except CaseError as error:
        return from_error(error, under="/what_if")
    difference = compare(before, screener.examine(after)) if changes else None
    case = difference.after if difference else before
    found = ask(screener, case, **names)
    found.difference = difference
    return answer_json(to_dict(found))


def _names(asked: dict[str, Any], key: str) -> list[str]:
    value = asked.get(key, [])
    if not isinstance(value, list) or len(value) > MOST or not all(isinstance(name, str) for name in value):
        raise CaseError([FieldProblem(key, f"use a list of at most {MOST} ids of flags")])
    return value


def next_question(desk: Desk, body: bytes, length: Length) -> Answer:
    """`POST /v1/questions/next`: the next question after the answers in the body.

    Raises:
        CaseError: a field is wrong.
    """
    session = desk.interview(length).session(as_object(read_json(body), A_CASE))
    step = session.next()
    texts = desk.book.texts
    return answer_json(
        {
            **(asked(step, desk.book.fields) if step else {"remaining": 0}),
            "urgency": session.outcome.urgency,
            "notices": notices(desk, session),
            "disclaimer": texts["disclaimer"],
            "safety_net": texts["safety-net"],
        }
    )


def asked(step: Step, fields: Fields) -> dict[str, Any]:
    """The question, and its group when it has one."""
    question = AskedQuestion.of(step.question, accepts=step.question.kind.schema())
    found: dict[str, Any] = {"question": question.model_dump(), "remaining": step.remaining}
    if step.group is not None:
        yes_no = [name for name in step.together if isinstance(fields[name], YesNo)]
        found["group"] = {"id": step.group.id, "ask": step.group.ask, "fields": yes_no}
    return found


def notices(desk: Desk, session: Session) -> list[dict[str, str]]:
    """The texts that the answers so far call for."""
    texts, urgency = desk.book.texts, session.outcome.urgency
    found = []
    if desk.book.levels.is_urgent(urgency):
        found.append({"kind": urgency, "title": texts[f"title-{urgency}"], "text": texts[f"urgency-{urgency}"]})
    return [*found, *({"kind": f.id, "title": f.title, "text": f.explanation} for f in session.shown_at_once())]
