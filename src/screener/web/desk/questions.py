"""The question pages: one thing a page, on the same interview session as the terminal. Nothing is kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screener.case.answers import Choice, Lab, Medicines, Number, YesNo
from screener.case.bound import sign_of
from screener.errors import CaseError, echo
from screener.interview.session import Session
from screener.report.page import answer_in_words
from screener.rulebook.rule import Question
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.form import Form, NotAnsweredError, encode, plain_message
from screener.web.desk.offers import Asked, asked_about, said_beside, unseen, with_meanings
from screener.web.problem import ProblemError
from screener.web.render import page
from screener.web.wire import Answer

HERE: Final = "/"
ROWS: Final = 4  # of the medicines page
URGENT: Final = ("same-day", "emergency")
REST: Final = {"no": False, "unknown": None}


def home(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`GET /`: what this is, and the start."""
    return page("home.html", here=HERE, texts=desk.book.texts, subject=desk.book.subject)


def questions(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /questions`: takes what was filled in, shows what comes next."""
    return Pages(desk, Form.read(body)).turn()


def check(desk: Desk, options: dict[str, Any], body: bytes) -> Answer:
    """`POST /check`: all answers, each to be changed."""
    pages = Pages(desk, Form.read(body))
    return pages.check(pages.session)


@dataclass
class Pages:
    """The pages for one form that was sent."""

    desk: Desk
    form: Form

    def __post_init__(self) -> None:
        self.session = self.desk.interview(self.form.length).session(self.form.answers())

    # which page

    def turn(self) -> Answer:
        """The next page."""
        field, together = self.form.text("field"), self.form.several("together")
        if self.form.text("go"):
            return self.go(self.form.text("go"))
        if together:
            return self.take_group(together)
        if field:
            return self.take(field)
        return self.next(self.session)

    def go(self, place: str) -> Answer:
        """To one question, to change it or because of Back; or on to the next."""
        if place == "on":
            return self.next(self.session)
        if place == "back-from-check" or place.startswith("before:"):
            last = None if place == "back-from-check" else self.known(place.removeprefix("before:"))
            field = self.session.before(last)
            return self.ask(self.session, field) if field else home(self.desk, {}, b"")
        return self.ask(self.session, place)

    def take(self, field: str) -> Answer:
        """Take one answer.

        Raises:
            CaseError: there is no such action.
            ProblemError: there is no such question.
        """
        self.known(field)
        if self.form.action == "more":
            return self.ask(self.session, field, rows=len(self.form.rows()) + ROWS)
        try:
            given = self.form.answer(self.desk.book.fields[field])
            asked = self.unsettled(field)
            if unseen(self.form, asked):
                return self.ask(self.session, field, asked=asked)
            later = self.session.answer(field, with_meanings(given, self.form, asked) if asked else given)
            for other in said_beside(later, self.form, asked):
                later = later.answer(other, True)
        except NotAnsweredError as error:
            return self.ask(self.session, field, str(error))
        except CaseError as error:
            return self.ask(self.session, field, plain_message(error))
        return self.after(later)

    def unsettled(self, field: str) -> list[Asked]:
        """The names of medicines that the person has to settle."""
        if not isinstance(self.desk.book.fields[field], Medicines) or self.form.action in ("none", "unknown"):
            return []
        return asked_about(self.form, self.desk.book)

    def take_group(self, together: list[str]) -> Answer:
        """Take what was ticked on a list, and what was said about the rest.

        Raises:
            ProblemError: there is no such question.
        """
        ticked, rest = self.form.several("is"), self.form.text("rest")
        known = [name for name in together if isinstance(self.desk.book.fields[self.known(name)], YesNo)]
        if strangers := set(ticked) - set(known):
            raise ProblemError("not-found", f"there is no question {echo(min(strangers))} on this list")
        left = [name for name in known if name not in ticked]
        if left and rest not in (*REST, "ask"):
            return self.next(self.session, say("say what the ones you did not tick are"))
        later = self.session.answer_all([name for name in known if name in ticked], True)
        if rest in REST:
            later = later.answer_all(left, REST[rest])
        return self.after(later, one_by_one=rest == "ask")

    def after(self, later: Session, one_by_one: bool = False) -> Answer:
        """What follows an answer: an urgent text at once, else the next question or the check page."""
        notice = later.notice_since(self.session)
        if notice:
            return self.notice(later, notice)
        if self.form.text("checking") and not set(later.open) - set(self.session.open):
            return self.check(later)
        return self.next(later, one_by_one=one_by_one)

    def known(self, field: str) -> str:
        """The name of a question, as it came.

        Raises:
            ProblemError: there is no such question.
        """
        if field not in self.desk.book.questions:
            raise ProblemError("not-found", f"there is no question {echo(field)}")
        return field

    # pages

    def next(self, session: Session, error: str = "", one_by_one: bool = False) -> Answer:
        """The next question, or the check page when there is none."""
        step = session.next()
        if step is None:
            return self.check(session)
        each = self.form.text("each") if not one_by_one else (step.group.id if step.group else "")
        if step.group is None or step.group.id == each:
            return self.ask(session, step.question.field, error, each=each)
        shown = [self.desk.book.questions[name] for name in step.together]
        return self.show(
            session, "group.html", group=step.group, shown=shown, error=error, first=step.question.field,
            ticked=self.form.several("is") if error else [], remaining=step.remaining,
        )  # fmt: skip

    def ask(
        self,
        session: Session,
        field: str,
        error: str = "",
        rows: int = 0,
        each: str = "",
        asked: Sequence[Asked] = (),
    ) -> Answer:
        """One question, filled in with what is known.

        Raises:
            ProblemError: there is no such question.
        """
        question = self.desk.book.questions[self.known(field)]
        filled = Filled.again(self.form) if error or rows or asked else Filled.of(question, session.answers)
        return self.show(
            session, "question.html", question=question, kind=kind_of(question), choices=choices_of(question),
            filled=filled.with_rows(rows or ROWS), error=error, each=each or self.form.text("each"),
            numeric=isinstance(question.kind, Number), remaining=session.remaining, first=field,
            unit=unit_of(question), asked=asked, offered=list(dict.fromkeys(item.name for item in asked)),
        )  # fmt: skip

    def check(self, session: Session) -> Answer:
        """All answers, with a way to change each."""
        intake, book = session.intake(), self.desk.book
        rows = []
        for name, question in book.questions.items():
            if name in session.given and name not in session.residue.known.left_out:
                words = answer_in_words(book, name, _plain(getattr(intake, name)))
                rows.append((question, words.partition(": ")[2]))
        return self.show(session, "check.html", rows=rows, remaining=session.remaining if session.open else 0)

    def notice(self, session: Session, notice: str) -> Answer:
        """A text that must be read before anything else is asked."""
        texts = self.desk.book.texts
        if notice in URGENT:
            title, text = texts[f"title-{notice}"], texts[f"urgency-{notice}"]
        else:
            flag = self.desk.book.flags.get(notice)
            title, text = (flag.title, flag.explanation) if flag else (notice, "")
        return self.show(session, "notice.html", title=title, text=text, urgent=notice in URGENT)

    def show(self, session: Session, template: str, **values: Any) -> Answer:
        """A page that carries the answers on."""
        urgency = session.outcome.urgency
        reminder = self.desk.book.texts[f"title-{urgency}"] if urgency in URGENT else ""
        return page(
            template, here=HERE, texts=self.desk.book.texts, answers=encode(session.case()), reminder=reminder,
            length=self.form.length, checking=self.form.text("checking"), **values,
        )  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """What stands in the fields of a question's page."""

    value: str = ""
    unit: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    @classmethod
    def again(cls, form: Form) -> Filled:
        """What was filled in, to be corrected."""
        return cls(form.text("value"), form.text("unit"), tuple(form.rows()))

    @classmethod
    def of(cls, question: Question, answers: Mapping[str, Any]) -> Filled:
        """What was answered earlier."""
        if question.field not in answers:
            return cls()
        value, kind = answers[question.field], question.kind
        if isinstance(kind, Medicines):
            entries = [entry if isinstance(entry, dict) else {"name": entry} for entry in value or ()]
            return cls(rows=tuple((entry["name"], _text(entry.get("months"))) for entry in entries))
        if isinstance(kind, YesNo):
            return cls("unknown" if value is None else "yes" if value is True or value == "yes" else "no")
        if isinstance(kind, Lab) and value is not None:
            sign, rest = sign_of(str(value))
            number, _, unit = rest.partition(" ")
            return cls(f"{sign} {number}".strip(), unit or kind.unit)
        if isinstance(kind, Choice) and value is None:
            return cls("unknown")
        return cls(_text(value))

    def with_rows(self, most: int) -> Filled:
        """The same with some empty rows at the end."""
        empty = max(most - len(self.rows), 2) if most <= ROWS else most - len(self.rows)
        return Filled(self.value, self.unit, (*self.rows, *[("", "")] * empty))


def kind_of(question: Question) -> str:
    """Which fields the page of a question has."""
    match question.kind:
        case Lab():
            return "lab"
        case Number():
            return "number"
        case Medicines():
            return "medicines"
        case _:
            return "choice"


def unit_of(question: Question) -> str:
    """The unit that stands behind a number, if it has just one."""
    kind = question.kind
    return kind.unit if isinstance(kind, Number) and not isinstance(kind, Lab) else ""


def choices_of(question: Question) -> list[tuple[str, str]]:
    """The answers to choose from, each with what stands beside it."""
    kind = question.kind
    if isinstance(kind, YesNo):
        return [("yes", say("Yes")), ("no", say("No")), ("unknown", say("I don't know"))]
    if isinstance(kind, Choice):
        return [*((option, option.capitalize()) for option in kind.options), ("unknown", say("I don't know"))]
    return []


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [m.name if m.months is None else f"{m.name} ({m.months:g} {say('months')})" for m in value]
    return value
