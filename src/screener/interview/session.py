"""A session: the answers so far go in, the next question comes out. Nothing else is kept.

A session is a value. Its whole state is a plain case, as a case file holds it: a field that is there was asked, and
null means "I don't know" or "not reported"; a field that is not there was not asked yet. So a web page can carry the
state in a form, and a saved interview is a case file like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from screener.case.answers import Kind, Medicines, Number
from screener.case.fields import BaseIntake
from screener.engine.facts import Duration
from screener.engine.outcome import Outcome
from screener.errors import CaseError, FieldProblem, did_you_mean
from screener.interview.known import known
from screener.interview.relevance import LENGTHS, Length, Readers, Residue, with_parents
from screener.logic.kleene import evaluate
from screener.rulebook.book import RuleBook
from screener.rulebook.rule import URGENCY, Flag, Question, QuestionGroup, Urgency

AT_ONCE: Final[tuple[Urgency, ...]] = ("same-day", "emergency")
Notice: TypeAlias = str  # an urgency level, or the id of a flag that is shown at once


@dataclass(frozen=True)
class Step:
    """What to ask next.

    Attributes:
        question: the question.
        group: the group it belongs to, when at least two of its questions are open: they can be shown together and
            answered with "none of these".
        together: the fields of those open questions, this one first; empty without a group.
        remaining: about how many questions are left, this one included.
    """

    question: Question
    group: QuestionGroup | None
    together: tuple[str, ...]
    remaining: int


class Interview:
    """A rule book and a length: makes sessions.

    Args:
        book: the rule book, with the packs that are to be used.
        length: `default` skips what no rule can use any more, `quick` also what could only give more reasons for
            what is settled, `fixed-order` asks everything.
    """

    def __init__(self, book: RuleBook, length: Length = "default") -> None:
        if length not in LENGTHS:
            raise ValueError(f"`{length}` is not a length; use {', '.join(LENGTHS)}")
        self.book = book
        self.length: Length = length
        self.readers = Readers(book)
        self._empty = Residue.start(self.readers, known({}, book))

    def session(self, answers: Mapping[str, Any] | None = None) -> Session:
        """A session with these answers: those of a case file, null for what was asked and left open.

        Raises:
            CaseError: naming every wrong field.
        """
        answers = dict(answers or {})
        fields = self.book.fields
        checked = dict(fields.intake.read(answers))
        given = {name: checked[name] for name in answers if name in fields}
        plain = {
            name: _plain(fields.get(name), answers[name], value) for name, value in checked.items() if name in answers
        }
        return Session(self, plain, given, self._empty.after(known(given, self.book)))


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
        fields = self.interview.book.fields
        if field not in fields:
            raise CaseError([FieldProblem(field, f"there is no such field{did_you_mean(field, fields)}")])
        try:
            checked = fields[field].check(value)
        except ValueError as error:
            raise CaseError([FieldProblem(field, str(error))]) from None
        return self.assume(field, checked, _plain(fields[field], value, checked))

    def assume(self, field: str, checked: Any, plain: Any = None) -> Session:
        """The session after an answer that is already as the intake stores it."""
        given = {**self.given, field: checked}
        residue = self.residue.after(known(given, self.interview.book))
        return Session(self.interview, {**self.answers, field: plain}, given, residue)

    def with_marks(self, marks: Mapping[str, Duration]) -> Session:
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

    def without(self, field: str) -> Session:
        """The session as if this question had not been asked."""
        return self.interview.session({name: value for name, value in self.answers.items() if name != field})

    # what comes next

    def next(self) -> Step | None:
        """The next question; None when nothing that is left can change anything (or all was asked)."""
        if not self.open:
            return None
        question = self.interview.book.questions[self.open[0]]
        together = tuple(name for name in self.open if self.interview.book.questions[name].group == question.group)
        grouped = bool(question.group) and len(together) > 1
        group = self.interview.book.groups[question.group] if grouped else None
        return Step(question, group, together if grouped else (), self.remaining)

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The fields that are still to be asked for, in order, as far as can be told now."""
        wanted = self._wanted()
        return tuple(
            name
            for name in self.interview.book.questions
            if name in wanted
            and name not in self.given
            and name not in self.residue.known.left_out
            and self.interview.book.questions[name].asked
        )

    def _wanted(self) -> frozenset[str]:
        book, length = self.interview.book, self.interview.length
        if length == "fixed-order":
            return frozenset(book.questions)
        needed = self.residue.needed(length)
        if length == "quick":
            always = (name for name, question in book.questions.items() if question.always)
            needed |= self.residue.needed("default").intersection(always)
        return with_parents(needed, self.residue, book)

    @property
    def remaining(self) -> int:
        """About how many questions are left: follow-ups count once it is certain that they are asked."""
        truth = self.residue.known.facts.truth
        unsure = {name for name, show_if in self.interview.book.followups if evaluate(show_if, truth, {}) is None}
        return len([name for name in self.open if name not in unsure]) or len(self.open[:1])

    # what is known

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
        fields = ("case_id", *self.interview.book.questions)
        return {name: self.answers[name] for name in fields if name in self.answers and name not in self.set_aside}

    def intake(self) -> BaseIntake:
        """The answers as the intake of a report."""
        return self.interview.book.intake.read(self.case())

    def before(self, field: str | None) -> str | None:
        """The answered question before this one (the last one when None), to go back to."""
        order = list(self.interview.book.questions)
        end = order.index(field) if field else len(order)
        asked = [name for name in order[:end] if name in self.given and name not in self.residue.known.left_out]
        return asked[-1] if asked else None

    def notice_since(self, earlier: Session) -> Notice | None:
        """What must be said at once after the answers since an earlier session, before anything else is asked.

        An urgency level (same-day or emergency) when one more reason for it holds, or the id of a flag that is shown
        at once when that is new. The person is then offered to stop or to go on.
        """
        for level in reversed(AT_ONCE):
            rules = {rule.id for name in self._concluding(level) for rule in self.interview.book.rules_for[name]}
            if rules & (self.residue.proved - earlier.residue.proved):
                return level
        new = [flag.id for flag in self.shown_at_once() if flag not in earlier.shown_at_once()]
        return new[0] if new else None

    def _concluding(self, level: Urgency) -> list[str]:
        """What gives a level: the rules of it, and the flags that have it by themselves, unless they are suppressed."""
        flags = self.interview.book.urgent_flags
        return [URGENCY + level, *(f.id for f in flags if f.urgency == level and self.outcome.status(f.id) == "raised")]

    def shown_at_once(self) -> list[Flag]:
        """The flags to be shown at once that are raised."""
        return [flag for flag in self.interview.book.at_once if self.residue.values[flag.id] is True]


def _plain(kind: Kind | None, value: Any, checked: Any) -> Any:
    """An answer as a case file writes it; a laboratory value keeps the unit it was given in."""
    if checked is None or isinstance(kind, Medicines):
        return None if checked is None else value
    return value if isinstance(kind, Number) and isinstance(value, str) else checked


__all__ = ["Interview", "Length", "Notice", "Session", "Step"]
