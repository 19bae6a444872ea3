"""What the question pages look like: a list, a form, one question, an urgent text, the page on which all is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from screener.case.answers import Choice, Lab, Medicines, Number, YesNo
from screener.case.bound import sign_of
from screener.errors import echo
from screener.interview.medicines import Offer, offers, settled
from screener.interview.review import is_not_ticked, not_asked, nothing_left, says_little, taken_from, told
from screener.interview.session import Session
from screener.report.words import answer_in_words
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Question
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.reading import Form, encode
from screener.web.problem import ProblemError
from screener.web.render import page
from screener.web.wire import Answer

HERE: Final = "/"


class Screens:
    """The pages that can be shown for one form that was sent."""

    def __init__(self, desk: Desk, form: Form) -> None:
        self.desk, self.form, self.book = desk, form, desk.book
        self.session = desk.interview(form.length).session(form.answers())
        self.layout = self.session.interview.layout  # what is asked together

    def known(self, field: str) -> str:
        """The name of a question, as it came.

        Raises:
            ProblemError: there is no such question.
        """
        if field not in self.book.questions:
            raise ProblemError("not-found", f"there is no question {echo(field)}")
        return field

    def show_list(self, session: Session, fields: Sequence[str], error: str = "") -> Answer:
        """A list of statements, those ticked that are true."""
        shown = [self.book.questions[name] for name in fields]
        ticked = [name for name in fields if session.answers.get(name) not in (None, False)]
        answered = any(name in session.answers for name in fields)
        return self.show(
            session, "list.html", screen=self.layout.screens[fields[0]], shown=shown, error=error,
            screens=self.book.screens,
            first=fields[0], ticked=self.form.several("is") if error else ticked, none=answered and not ticked,
            unsure=bool(error and self.form.text("unsure")), place="" if error else f"list:{','.join(fields)}",
        )  # fmt: skip

    def show_form(self, session: Session, fields: Sequence[str], errors: Mapping[str, str]) -> Answer:
        """Several questions on one page, with what is known filled in."""
        asked = []
        for name in fields:
            question = self.book.questions[name]
            filled = FilledFields.again(self.form.part(name)) if errors else FilledFields.of(question, session.answers)
            asked.append((question, *fields_of(question), filled))
        screen = self.layout.screens[fields[0]]
        place = "" if errors else f"form:{','.join(fields)}"
        return self.show(session, "form.html", screen=screen, asked=asked, errors=errors, first=fields[0], place=place)

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
        question = self.book.questions[self.known(field)]
        filled = FilledFields.again(self.form) if error or rows or asked else FilledFields.of(question, session.answers)
        kind, choices, unit = fields_of(question)
        return self.show(
            session, "question.html", question=question, kind=kind, choices=choices, unit=unit,
            filled=filled.with_rows(rows or ROWS), error=error, each=each or self.form.text("each"),
            numeric=isinstance(question.kind, Number), first=field,
            place="" if error or rows or asked else field, asked=asked,
            offered=list(dict.fromkeys(item.name for item in asked)),
        )  # fmt: skip

    def check(self, session: Session) -> Answer:
        """All answers, with a way to change each; the many that are a plain no are folded."""
        intake, book = session.intake(), self.book
        rows, folded = list[tuple[Question, str]](), list[tuple[Question, str]]()
        for name, question in book.questions.items():
            if name in session.given and name not in session.left_out:
                words = answer_in_words(book, name, _plain(getattr(intake, name)))
                row = (question, words.partition(": ")[2] + taken_from(session, name))
                (folded if says_little(session, name) and is_not_ticked(session, name) else rows).append(row)
        return self.show(
            session, "check.html", rows=rows, folded=folded, not_asked=not_asked(session),
            nothing_left=nothing_left(self.form.length), place="check",
        )  # fmt: skip

    def notice(self, session: Session, notice: str, each: str) -> Answer:
        """A text that must be read before anything else is asked."""
        title, text = told(notice, self.book)
        urgent, each = notice in self.book.levels.urgent, each or self.form.text("each")
        return self.show(
            session, "notice.html", place=f"notice:{notice}", title=title, text=text, urgent=urgent, each=each
        )

    def show(self, session: Session, template: str, place: str, **values: Any) -> Answer:
        """A page that carries the answers on.

        Args:
            place: what shows it again; empty when only the form that was sent does, because something in it is wrong.
        """
        urgency = session.outcome.urgency
        reminder = self.book.texts[f"title-{urgency}"] if self.book.levels.is_urgent(urgency) else ""
        answers = encode(session.case())
        progress = session.progress
        shown = page(
            template, here=HERE, remaining=progress.remaining, part=progress.done + 1, texts=self.book.said,
            answers=answers, reminder=reminder, length=self.form.length, checking=self.form.text("checking"), **values,
        )  # fmt: skip
        again = {"go": place, "length": self.form.length, "checking": self.form.text("checking"),
                 "each": values.get("each") or ""}  # fmt: skip
        return replace(shown, kept=(urlencode(again) if place else "", answers))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [m.name if m.months is None else f"{m.name} ({m.months:g} {say('months')})" for m in value]
    return value


ROWS: Final = 1  # of the medicines page


@dataclass(frozen=True)
class FilledFields:
    """What is in the fields of a question's page."""

    value: str = ""
    unit: str = ""
    rows: tuple[tuple[str, str], ...] = ()

    @classmethod
    def again(cls, form: Form) -> FilledFields:
        """What was filled in, to be corrected."""
        return cls(form.text("value"), form.text("unit"), tuple(form.rows()))

    @classmethod
    def of(cls, question: Question, answers: Mapping[str, Any]) -> FilledFields:
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

    def with_rows(self, most: int) -> FilledFields:
        """The same with some empty rows at the end."""
        empty = max(most - len(self.rows), 1)
        return FilledFields(self.value, self.unit, (*self.rows, *[("", "")] * empty))


def fields_of(question: Question) -> tuple[str, list[tuple[str, str]], str]:
    """The fields on the page of a question: of which kind, the answers to choose from, the one unit behind a number."""
    match question.kind:
        case YesNo():
            choices = [("yes", say("Yes")), ("no", say("No"))]
        case Choice(options):
            choices = [(option, option.capitalize()) for option in options]
        case Lab():
            return "lab", [], ""
        case Number() as number:
            return "number", [], number.unit
        case Medicines():
            return "medicines", [], ""
        case _:
            return "words", [], ""
    return "choice", [*choices, ("unknown", say("I don't know"))], ""


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Asked:
    """One question about one name of the page.

    Attributes:
        field: of the form, in which the choice comes back.
        name: as it was filled in.
        offer: what it may mean.
    """

    field: str
    name: str
    offer: Offer


def asked_about(form: Form, book: RuleBook) -> list[Asked]:
    """What has to be asked about the names that were filled in."""
    return [
        Asked(f"meant-{row}-{number}", name.strip(), offer)
        for row, (name, _) in enumerate(form.rows())
        for number, offer in enumerate(offers(name.strip(), book))
    ]


def unseen(form: Form, asked: list[Asked]) -> bool:
    """Whether the person has not seen one of these questions yet."""
    seen = set(form.several("offered"))
    return any(item.name not in seen for item in asked)


def with_meanings(entries: list[Any], form: Form, asked: list[Asked]) -> list[Any]:
    """The medicines, each unsettled name with what the person said is meant; the others as typed."""
    names = {name.strip(): name.strip() for name, _ in form.rows()}
    for item in asked:
        meant = form.text(item.field)
        if meant in {choice.name for choice in item.offer.choices}:
            names[item.name] = settled(names[item.name], item.offer, meant)
    return [_renamed(entry, names) for entry in entries]


def _renamed(entry: Any, names: dict[str, str]) -> Any:
    return {**entry, "name": names[entry["name"]]} if isinstance(entry, dict) else names[entry]


def yes_by_names(session: Session, form: Form, asked: list[Asked]) -> Iterator[str]:
    """Fields that are yes by what was typed though its name is not known, and that nothing was answered to."""
    for item in asked:
        if item.offer.sets and not form.text(item.field) and session.answers.get(item.offer.sets) is None:
            yield item.offer.sets
