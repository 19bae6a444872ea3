"""People who sit an interview: through the session, and as the lines they would type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from screener.case.answers import Choice, Kind, Lab, YesNo
from screener.case.intake import Intake
from screener.interview.known import following, known
from screener.interview.session import Interview, Session
from screener.rulebook.book import RuleBook

FIELDS = Intake.fields

Person = Mapping[str, Any]
YES_NO = {True: "y", False: "n", None: "d"}


def sit(interview: Interview, person: Person) -> Session:
    """The session at the end: every question that comes is answered; what the person does not say is not known."""
    session = interview.session()
    while session.open:
        session = session.answer(session.open[0], person.get(session.open[0]))
    return session


def asked(interview: Interview, person: Person) -> list[str]:
    """The fields that the person was asked, in order."""
    return list(sit(interview, person).answers)


def typed(field: str, value: Any) -> list[str]:
    """The lines that a person types to give one answer."""
    kind = FIELDS[field]
    if field == "medicines":
        return _medicines(value)
    if value is None:
        return ["d"]
    if isinstance(kind, YesNo):
        return [YES_NO[kind.check(value)]]
    if isinstance(kind, Choice):
        return [value]
    if isinstance(kind, Lab) and not isinstance(value, str):
        return [f"{value:.9g} mmol/L"]
    return [f"{value:g}" if not isinstance(value, str) else value]


def _medicines(value: Any) -> list[str]:
    if value is None:
        return ["d"]
    lines: list[str] = []
    for entry in value:
        name, months = (entry, "") if isinstance(entry, str) else (entry["name"], entry.get("months", ""))
        lines += [name, f"{months}"]
    return [*lines, ""] if lines else ["none"]


def consistent(person: Person, interview: Interview) -> dict[str, Any]:
    """The same person, who gives the answers that follow from others and no other ones: a man is not pregnant."""
    book = interview.book
    now = known(dict(book.intake.read(dict(person))), book)
    follow = {name: [] if name == "medicines" else one.answers[name] for name, one in following(now, book).items()}
    return {**person, **follow, **{name: no(book.fields[name]) for name in now.left_out}}


def no(kind: Kind) -> Any:
    """What somebody answers to a question that does not apply."""
    return False if isinstance(kind, YesNo) else None


def ticked(fields: Iterable[str], person: Person) -> list[str]:
    """What a person ticks on a list: what is true, and the numbers that there are."""
    return [name for name in fields if person.get(name) not in (None, False, "no", "No", "UNKNOWN")]


def unsure(fields: Iterable[str], person: Person) -> bool:
    """Whether there are statements on a list of which a person does not know whether they are true."""
    unknown = (None, "UNKNOWN")
    return any(person.get(name) in unknown for name in fields if isinstance(FIELDS[name], YesNo))


def reply_to_list(fields: Sequence[str], person: Person) -> str:
    """What a person types at a list."""
    numbers = " ".join(str(fields.index(name) + 1) for name in ticked(fields, person))
    if unsure(fields, person):
        return f"{numbers} ?" if numbers else "d"
    return numbers or "none"


def lines_for(interview: Interview, person: Person) -> list[str]:
    """Everything that a person types, up to the Enter that asks for the report."""
    session, lines, shown = interview.session(), list[str](), set[str]()
    while (step := session.next()) is not None:
        earlier = session
        field = step.question.field
        if step.group and step.group.id not in shown:
            shown.add(step.group.id)
            lines.append(reply_to_list(step.together, person))
            true = ticked(step.together, person)
            session = session.tick(true if unsure(step.together, person) else step.together, true)
        else:
            lines += typed(field, person.get(field))
            session = session.answer(field, person.get(field))
        lines += ["go"] if session.notice_since(earlier) else []
    return [*lines, ""]


class Reader:
    """Reads a screen as a person does: finds the question on it and knows what to type."""

    def __init__(self, book: RuleBook, person: Person) -> None:
        self.person = person
        self.asks = {self.plain(question.ask): name for name, question in book.questions.items()}
        self.statements = {self.plain(one.statement): name for name, one in book.questions.items() if one.statement}
        self.pending: list[str] = []

    @staticmethod
    def plain(text: str) -> str:
        return re.sub(r"\s+", " ", text)

    def reply(self, screen: str) -> str:
        """What to type after the text that came since the last reply."""
        screen = self.plain(screen)
        if "Enter to stop here" in screen:
            return "go"
        if "Enter for your page" in screen:
            return ""
        if "all that are true" in screen or "numbers, 0 for none" in screen:
            shown = [name for said, name in self.statements.items() if re.search(rf"[0-9]  ?{re.escape(said)}", screen)]
            return reply_to_list(shown, self.person)
        if not self.pending:
            (field,) = [name for ask, name in self.asks.items() if ask in screen]
            self.pending = typed(field, self.person.get(field))
        return self.pending.pop(0)
