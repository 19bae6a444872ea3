"""A session: the answers so far go in, the next question comes out. Nothing else is kept.

A session is a value. Its whole state is a plain case, as a case file holds it: a field that is there was asked, and
null means "I don't know" or "not reported"; a field that is not there was not asked yet. So a web page can carry the
state in a form, and a saved interview is a case file like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from screener.case.answers import Kind, Medicines, Number
from screener.case.model import BaseIntake
from screener.engine.facts import Marks
from screener.engine.outcome import Outcome
from screener.errors import CaseError, FieldProblem, did_you_mean
from screener.interview.known import following, known
from screener.interview.layout import ScreenLayout
from screener.interview.next import HowFar, Step, next_step, open_fields
from screener.interview.relevance import LENGTHS, Length, Residue
from screener.rulebook.book import RuleBook
from screener.rulebook.question import Implication
from screener.rulebook.rule import URGENCY, Flag, Urgency

Notice: TypeAlias = str  # an urgency level, or the id of a flag that is shown at once


class Interview:
    """A rule book and a length: makes sessions.

    Args:
        book: the rule book, with the packs that are to be used.
        length: `default` skips what no rule can use any more, `quick` also what could only give more reasons for
            what is settled, and asks more at once; `fixed-order` asks everything.
    """

    def __init__(self, book: RuleBook, length: Length = "default") -> None:
        if length not in LENGTHS:
            raise ValueError(f"`{length}` is not a length; use {', '.join(LENGTHS)}")
        self.book = book
        self.length: Length = length
        self.layout = ScreenLayout.of(book, length)
        self._empty = Session(self, {}, {}, Residue.start(book, known({}, book)))

    def session(self, answers: Mapping[str, Any] | None = None) -> Session:
        """A session with these answers: those of a case file, null for what was asked and left open.

        Raises:
            CaseError: naming every wrong field.
        """
        answers, fields = dict(answers or {}), self.book.fields
        checked = dict(self.book.intake.read(answers))
        given = {name: checked[name] for name in answers if name in fields}
        plain = {
            name: _plain(fields.get(name), answers[name], value) for name, value in checked.items() if name in answers
        }
        return self._empty.having(plain, given).completed()


@dataclass(frozen=True)
class Session:
    """The answers so far. Make one with `Interview.session`.

    Attributes:
        answers: field to answer as a case file writes it; null where the person did not know.
        given: field to answer as the intake stores it.
        residue: what is left of the rule book.
    """

    interview: Interview
    answers: Mapping[str, Any]
    given: Mapping[str, Any]
    residue: Residue

    def answer(self, field: str, value: Any) -> Session:
        """The session after one answer, new or changed; no other answer is lost.

        Args:
            field: the field.
            value: as in a case file; None for "I don't know" or "not reported".

        Raises:
            CaseError: there is no such field, or the value is wrong; the message says what would be right.
        """
        fields = self.book.fields
        if field not in fields:
            raise CaseError([FieldProblem(field, f"there is no such field{did_you_mean(field, fields)}")])
        try:
            checked = fields[field].check(value)
        except ValueError as error:
            raise CaseError([FieldProblem(field, str(error))]) from None
        return self.assume(field, checked, _plain(fields[field], value, checked))

    def assume(self, field: str, checked: Any, plain: Any = None) -> Session:
        """The session after an answer that is already as the intake stores it.

        What followed from earlier answers and was not said is taken out when it no longer follows.
        """
        given = {**self.given, field: checked}
        later = self.having({**self.answers, field: plain}, given)
        stale = self.implied.keys() - later.implied.keys() - {field}
        if stale:
            kept = {name: value for name, value in given.items() if name not in stale}
            answers = {name: value for name, value in later.answers.items() if name not in stale}
            later = later.having(answers, kept)
        return later.completed()

    def having(self, answers: Mapping[str, Any], given: Mapping[str, Any]) -> Session:
        """The session with other answers."""
        return Session(self.interview, answers, given, self.residue.after(known(given, self.book)))

    def completed(self) -> Session:
        """The session with what follows from its answers, where nothing else was answered; all is asked for when
        the order is fixed.
        """
        new = {name: one.answers[name] for name, one in self.following.items() if name not in self.given}
        if not new:
            return self
        plain = {name: [] if value == () else value for name, value in new.items()}
        return self.having({**self.answers, **plain}, {**self.given, **new}).completed()

    def with_marks(self, marks: Marks) -> Session:
        """The session as if medicines with these marks had been named; for trying out what they would do."""
        now = self.residue.known
        residue = self.residue.after(replace(now, facts=replace(now.facts, marks=marks)))
        return replace(self, residue=residue)

    def answer_all(self, fields: Iterable[str], value: Any) -> Session:
        """The session after the same answer to several questions, such as no for "none of these"."""
        session = self
        for field in fields:
            session = session.answer(field, value)
        return session

    def tick(self, fields: Iterable[str], ticked: Iterable[str]) -> Session:
        """The session after a list: yes to the statements that are ticked, no to the others.

        A number that is ticked stays open, to be asked for; one that is not ticked is not reported.
        """
        session, true = self, set(ticked)
        for field in fields:
            number = isinstance(self.book.fields[field], Number)
            if not (number and field in true):
                session = session.answer(field, None if number else field in true)
            elif session.given.get(field) is None:
                session = session.without(field)
        return session

    def without(self, field: str) -> Session:
        """The session as if this question had not been asked."""
        return self.interview.session({name: value for name, value in self.answers.items() if name != field})

    @property
    def book(self) -> RuleBook:
        """The rule book."""
        return self.interview.book

    @property
    def left_out(self) -> frozenset[str]:
        """Follow-ups that are not asked, because an earlier answer says that they do not apply."""
        return self.residue.known.left_out

    # what comes next

    def next(self) -> Step | None:
        """The next question; None when nothing that is left can change anything (or all was asked)."""
        return next_step(self.interview.layout, self.book, self.open, self.progress)

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The fields that are still to be asked for, in order, as far as can be told now."""
        return open_fields(self.interview.layout, self.interview.length, self.given, self.residue)

    @cached_property
    def progress(self) -> HowFar:
        """How far this is."""
        answered = self.given.keys() - self.implied.keys()
        return HowFar.of(self.interview.layout, self.residue, answered, self.open)

    # what is known

    @cached_property
    def implied(self) -> Mapping[str, Implication]:
        """The answers that follow from others, each with what it follows from."""
        found = self.following.items()
        return {name: one for name, one in found if name in self.given and self.given[name] == one.answers[name]}

    @cached_property
    def following(self) -> Mapping[str, Implication]:
        """The fields whose answer follows, whatever was said of them; none in the fixed order, which asks them."""
        return {} if self.interview.length == "fixed-order" else following(self.residue.known, self.book)

    @property
    def outcome(self) -> Outcome:
        """Statuses, suppression and urgency by the answers so far; what was not asked yet is open."""
        return self.residue.outcome

    @property
    def set_aside(self) -> tuple[str, ...]:
        """Follow-ups whose answers are kept but not used, because an earlier answer was changed."""
        return self.residue.known.set_aside

    def case(self) -> dict[str, Any]:
        """The answers as a case file: what `screener screen` reads, and what the session can go on from."""
        fields = ("case_id", *self.book.questions)
        return {name: self.answers[name] for name in fields if name in self.answers and name not in self.set_aside}

    def intake(self) -> BaseIntake:
        """The answers as the intake of a report."""
        return self.book.intake.read(self.case())

    def before(self, field: str | None) -> str | None:
        """The answered question before this one (the last one when None), to go back to: for a question of a list,
        the one before the list. What followed from other answers was not asked.
        """
        order, layout = self.interview.layout.order, self.interview.layout
        end = order.index(field) if field else len(order)
        if field and self.is_listed(field):
            end = order.index(layout.together_with(field)[0])
        passed = self.left_out | self.implied.keys()
        asked = [name for name in order[:end] if name in self.given and name not in passed]
        return asked[-1] if asked else None

    def is_listed(self, field: str) -> bool:
        """Whether a question is on a list of statements."""
        screen = self.interview.layout.screens.get(field)
        return screen is not None and not screen.form

    def answered_with(self, field: str) -> tuple[str, ...]:
        """The answered questions on the list of a question, in order; none when it is on no list."""
        on_list = self.interview.layout.together_with(field) if self.is_listed(field) else ()
        return tuple(name for name in on_list if name in self.given and name not in self.left_out)

    def notice_since(self, earlier: Session) -> Notice | None:
        """What must be said at once after the answers since an earlier session, before anything else is asked.

        An urgency level that is told at once when one more reason for it holds, or the id of a flag that is shown
        at once when that is new. The person is then offered to stop or to go on.
        """
        for level in reversed(self.book.levels.urgent):
            rules = {rule.id for name in self._concluding(level) for rule in self.book.rules_for[name]}
            if rules & (self.residue.proved - earlier.residue.proved):
                return level
        new = [flag.id for flag in self.shown_at_once() if flag not in earlier.shown_at_once()]
        return new[0] if new else None

    def _concluding(self, level: Urgency) -> list[str]:
        """What gives a level: the rules of it, and the flags that have it by themselves, unless they are suppressed."""
        flags = self.book.urgent_flags
        return [URGENCY + level, *(f.id for f in flags if f.urgency == level and self.outcome.status(f.id) == "raised")]

    def shown_at_once(self) -> list[Flag]:
        """The flags to be shown at once that are raised."""
        return [flag for flag in self.book.at_once if self.residue.values[flag.id] is True]


def _plain(kind: Kind | None, value: Any, checked: Any) -> Any:
    """An answer as a case file writes it; a laboratory value keeps the unit it was given in."""
    if checked is None or isinstance(kind, Medicines):
        return None if checked is None else value
    return value if isinstance(kind, Number) and isinstance(value, str) else checked
