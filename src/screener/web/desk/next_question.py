"""`POST /v1/questions/next`: the interview for programs that ask the questions themselves."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from screener.case.answers import YesNo
from screener.case.fields import Fields
from screener.errors import CaseError, FieldProblem, echo
from screener.interview.session import Session, Step
from screener.rulebook.rule import Urgency
from screener.web.desk.api import answer_json
from screener.web.desk.desk import Desk
from screener.web.desk.reading import read_json
from screener.web.wire import Answer


class AskedQuestion(BaseModel):
    """One question. `accepts` is the JSON Schema of its answers."""

    field: str
    section: str
    ask: str
    help: str
    why: str
    units: list[str] = Field(description="for a blood test value: the units it can be given in")
    accepts: dict[str, Any]
    sources: list[str]


class AskedGroup(BaseModel):
    """Questions that can be shown together and answered with "none of these"."""

    id: str
    ask: str
    fields: list[str]


class Notice(BaseModel):
    """What must be said before anything else is asked."""

    kind: str
    title: str
    text: str


class NextQuestion(BaseModel):
    """What to ask next. What does not apply is omitted."""

    question: AskedQuestion | None = Field(default=None, description="omitted when there is nothing left to ask")
    group: AskedGroup | None = Field(default=None, description="omitted when the question is asked by itself")
    remaining: int = Field(description="about how many screens are left: what can be asked at once counts once")
    urgency: Urgency = Field(description="by the answers so far")
    notices: list[Notice] = Field(description="to be shown at once")
    disclaimer: str
    safety_net: str


def next_question(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """The next question after the answers in the body.

    Raises:
        CaseError: a field is wrong.
    """
    answers = read_json(body)
    if not isinstance(answers, dict):
        raise CaseError([FieldProblem("", f"a case is an object of fields, not {echo(answers)}")])
    session = desk.interview(options["length"]).session(answers)
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
    question = step.question
    found: dict[str, Any] = {
        "question": {
            **{name: getattr(question, name) for name in ("field", "section", "ask", "help", "why")},
            "units": list(question.units),
            "accepts": question.kind.schema(),
            "sources": list(question.sources),
        },
        "remaining": step.remaining,
    }
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
