"""What the question pages lead to: on the same interview session as the terminal. Nothing is kept here."""

from __future__ import annotations

from typing import Final

from screener.case.answers import Medicines, Number, YesNo
from screener.errors import CaseError, echo
from screener.interview.session import Session
from screener.saying import say
from screener.web.desk.desk import Desk
from screener.web.desk.reading import Form, plain_message
from screener.web.desk.screens import HERE, ROWS, Asked, Screens, asked_about, unseen, with_meanings, yes_by_names
from screener.web.problem import ProblemError
from screener.web.render import page
from screener.web.wire import Answer

NOTHING: Final = "tick what is true, or “None of these”"
BOTH: Final = "you ticked “None of these” and something above it; take one of the two away"


def home(desk: Desk, body: bytes) -> Answer:
    """`GET /`: what this is, and the start."""
    return page("home.html", here=HERE, texts=desk.book.said, subject=desk.book.subject)


def questions(desk: Desk, body: bytes) -> Answer:
    """`POST /questions`: takes what was filled in, shows what comes next."""
    return FormPages(desk, Form.read(body)).turn()


def check(desk: Desk, body: bytes) -> Answer:
    """`POST /check`: all answers, each to be changed."""
    pages = FormPages(desk, Form.read(body))
    return pages.check(pages.session)


class FormPages(Screens):
    """What one form that was sent leads to."""

    # which page

    def turn(self) -> Answer:
        """The next page."""
        field = self.form.text("field")
        if self.form.text("go"):
            return self.go(self.form.text("go"))
        if together := self.form.several("together"):
            return self.take_list(together)
        if together := self.form.several("below"):
            return self.take_form(together)
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
            return self.again(field) if field else home(self.desk, b"")
        if place == "check":
            return self.check(self.session)
        kind, _, fields = place.partition(":")
        if kind in ("list", "form", "notice") and fields:
            return self.shown_again(kind, fields.split(","))
        return self.ask(self.session, place)

    def shown_again(self, kind: str, names: list[str]) -> Answer:
        """A page that was shown before, with the answers as they are now.

        Raises:
            ProblemError: there is no such page.
        """
        if kind == "notice" and (names[0] in self.book.levels.urgent or names[0] in self.book.flags):
            return self.notice(self.session, names[0], "")
        screens = {self.layout.screen(self.known(name)) for name in names}
        if kind == "notice" or len(screens) != 1 or not screens & self.book.screens.keys():
            raise ProblemError("not-found", "there is no such page")
        return self.show_list(self.session, names) if kind == "list" else self.show_form(self.session, names, {})

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
            given = self.form.answer(self.book.fields[field])
            asked = self.unsettled(field)
            if unseen(self.form, asked):
                return self.ask(self.session, field, asked=asked)
            later = self.session.answer(field, with_meanings(given, self.form, asked) if asked else given)
            for other in yes_by_names(later, self.form, asked):
                later = later.answer(other, True)
        except CaseError as error:
            return self.ask(self.session, field, plain_message(error))
        return self.after(later)

    def unsettled(self, field: str) -> list[Asked]:
        """The names of medicines that the person has to settle."""
        if not isinstance(self.book.fields[field], Medicines) or self.form.action in ("none", "unknown"):
            return []
        return asked_about(self.form, self.book)

    def take_list(self, together: list[str]) -> Answer:
        """Take what was ticked on a list: what is not ticked is not true, or asked one by one.

        Raises:
            ProblemError: there is no such question.
        """
        ticked, none, unsure = self.form.several("is"), self.form.text("none"), self.form.text("unsure")
        known = [name for name in together if isinstance(self.book.fields[self.known(name)], YesNo | Number)]
        if strangers := {*ticked, *together} - set(known):
            raise ProblemError("not-found", f"there is no question {echo(min(strangers))} on this list")
        if none and (ticked or unsure):
            return self.show_list(self.session, known, say(BOTH))
        if not (ticked or none or unsure):
            return self.show_list(self.session, known, say(NOTHING))
        session = self.session
        if unsure:
            for name in set(known) - set(ticked):
                session = session.without(name)
        later = session.tick(ticked if unsure else known, ticked)
        return self.after(later, each=self.layout.screen(known[0]))

    def take_form(self, together: list[str]) -> Answer:
        """Take the answers to several questions on one page.

        Raises:
            ProblemError: there is no such question.
        """
        later, errors = self.session, dict[str, str]()
        for name in together:
            try:
                later = later.answer(self.known(name), self.form.part(name).answer(self.book.fields[name], True))
            except CaseError as error:
                errors[name] = plain_message(error)
        return self.show_form(self.session, together, errors) if errors else self.after(later)

    def after(self, later: Session, each: str = "") -> Answer:
        """What follows an answer: an urgent text at once, else the next question or the check page."""
        notice = later.notice_since(self.session)
        if notice:
            return self.notice(later, notice, each)
        if self.form.text("checking") and not set(later.open) - set(self.session.open):
            return self.check(later)
        return self.next(later, each)

    # pages

    def next(self, session: Session, each: str = "") -> Answer:
        """What comes next, or the check page when there is nothing.

        Args:
            each: the list that was shown: what is open on it is asked by itself.
        """
        step = session.next()
        if step is None:
            return self.check(session)
        each = each or self.form.text("each")
        if step.group is not None and step.group.id != each:
            return self.show_list(session, step.together)
        on_a_page = [name for name in step.together if not isinstance(self.book.fields[name], Medicines)]
        if step.screen is not None and step.group is None and len(on_a_page) > 1:
            return self.show_form(session, on_a_page, {})
        return self.ask(session, step.question.field, each=each)

    def again(self, field: str) -> Answer:
        """The page on which a question was answered: its list, its form, or the question alone."""
        listed, session = self.session.answered_with(field), self.session
        if len(listed) > 1:
            return self.show_list(session, listed)
        on_a_page = self.layout.together_with(field)
        answered = [name for name in on_a_page if name in session.given and name not in session.left_out]
        shown = [name for name in answered if name not in session.implied]
        return self.show_form(session, shown, {}) if len(shown) > 1 else self.ask(session, field)
